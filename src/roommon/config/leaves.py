"""The smallest things that a configuration says, each read from what YAML gave: ids, amounts, words, files."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    ValidationInfo,
    WithJsonSchema,
    WrapValidator,
    create_model,
)

from roommon.config import addresses, endpoints, units, zones
from roommon.config.schedule import schedule, time_of_day
from roommon.config.secret import Surroundings, existing, is_seen, load_secret
from roommon.config.units import NotAValue
from roommon.config.wording import shown
from roommon.model.alarm import Priority, RuleId
from roommon.model.clock import Duration, TimeOfDay
from roommon.model.device import DeviceId, SiteId
from roommon.model.quantity import Amount, ByteSize, Length
from roommon.model.schedule import Schedule
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.profiles.profile import BusId, PointKey
from roommon.web.address import Address, Network

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*(?:\.[a-z0-9][a-z0-9_-]*)*")


def _id(text: str) -> str:
    if _ID.fullmatch(text):
        return text
    return _wrong_id(text, "-", _ID)


def _key(text: str) -> str:
    if _KEY.fullmatch(text):
        return text
    return _wrong_id(text, "_", _KEY)


def _wrong_id(text: str, joint: str, pattern: re.Pattern[str]) -> str:
    better = re.sub(r"[^a-z0-9_-]+" if joint == "_" else r"[^a-z0-9-]+", joint, text.lower()).strip("-_")
    hint = (
        Text(f"such as `{better}`", f"例如 `{better}`")
        if pattern.fullmatch(better)
        else Text("such as `rack-a`", "例如 `rack-a`")
    )
    raise NotAValue(
        Text(f"`{text}` cannot be an id", f"`{text}` 不能用作标识"),
        Text(f"use small letters, digits and `{joint}`, {hint.en}", f"请使用小写字母、数字和 `{joint}`，{hint.zh_cn}"),
    )


def _written(parse: Callable[[str], object], example: str, what: Text) -> Callable[[object], object]:
    """Return a validator of values written as text with a unit."""

    def validate(value: object) -> object:
        if isinstance(value, str):
            return parse(value)
        raise NotAValue(
            Text(f"`{value}` has no unit", f"`{value}` 没有单位")
            if isinstance(value, int | float) and not isinstance(value, bool)
            else Text(f"{what.en} is expected here", f"此处应为{what.zh_cn}"),
            Text(f"write it with its unit, like `{example}`", f"请带单位书写，例如 `{example}`"),
        )

    return validate


def _amount(value: object) -> Amount:
    if isinstance(value, str):
        return units.amount(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Amount(float(value), "1")
    raise NotAValue(
        Text("a number with its unit is expected here", "此处应为带单位的数值"),
        Text("write it like `27 °C`", "请写成 `27 °C` 的形式"),
    )


def _shown(parse: Callable[[str], object]) -> Callable[[object], object]:
    """Return a validator of values that say themselves what is wrong with their text."""
    return lambda value: parse(value if isinstance(value, str) else shown(value))


def _date(value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise NotAValue(
            Text(f"`{shown(value)}` is not a day", f"`{shown(value)}` 不是日期"),
            Text("write year, month and day: `2026-05-01`", "请按年-月-日书写：`2026-05-01`"),
        ) from error


def _priority(value: object) -> Priority:
    if isinstance(value, str) and value.upper() in Priority.__members__:
        return Priority[value.upper()]
    raise NotAValue(
        Text(f"`{value}` is not a priority", f"`{value}` 不是优先级"),
        Text("write critical, high, medium or low", "请写 critical、high、medium 或 low"),
    )


def _secret(value: object, info: ValidationInfo) -> Secret:
    return load_secret(_file_name(value), _surroundings(info))


def _path(value: object, info: ValidationInfo) -> Path:
    around = _surroundings(info)
    name = _file_name(value)
    return next((path for path in around.candidates(name) if is_seen(path)), around.folder / name)


def _existing_path(value: object, info: ValidationInfo) -> Path:
    return existing(_file_name(value), _surroundings(info))


def _file_name(value: object) -> str:
    if isinstance(value, str) and value:
        return value
    raise NotAValue(
        Text("the name of a file is expected here", "此处应为文件名"),
        Text("write a name, relative to this configuration or absolute", "请写文件名（相对于本配置，或绝对路径）"),
    )


def _surroundings(info: ValidationInfo) -> Surroundings:
    surroundings = info.context
    assert isinstance(surroundings, Surroundings), "the models are validated by roommon.config alone"  # noqa: S101
    return surroundings


def _text(value: object, inner: Callable[[object], Any]) -> Text:
    if isinstance(value, str):
        return Text.same(value)
    if not isinstance(value, dict):
        raise NotAValue(
            Text(f"words are expected here, not `{shown(value)}`", f"此处应为文字，而不是 `{shown(value)}`"),
            Text(
                "put the value in quotes, or write `{ en: ..., zh-CN: ... }`",
                "请加引号，或写 `{ en: ..., zh-CN: ... }`",
            ),
        )
    words = inner(value).__dict__
    given = [word for word in words.values() if word]
    if not given:
        raise NotAValue(
            Text("no words are given", "没有给出文字"),
            Text(
                "write `{ en: ..., zh-CN: ... }` or one text for both", "请写 `{ en: ..., zh-CN: ... }`，或一段通用文字"
            ),
        )
    return Text(words["en"] or given[0], words["zh_cn"] or given[0])


_WORDS = create_model(
    "Words",
    __config__=ConfigDict(extra="forbid"),
    en=(StrictStr | None, None),
    zh_cn=(StrictStr | None, Field(None, alias="zh-CN")),
)
_WORDS_SCHEMA = {
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"en": {"type": "string"}, "zh-CN": {"type": "string"}},
            "additionalProperties": False,
            "minProperties": 1,
        },
    ]
}


def _unit_schema(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


_PORT_SCHEMA = WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 65535})

LEAVES: Mapping[object, Any] = {
    str: StrictStr,
    int: StrictInt,
    float: Annotated[StrictFloat, AllowInfNan(False)],
    bool: StrictBool,
    object: Any,
    Duration: Annotated[
        int,
        PlainValidator(_written(units.duration, "10 s", Text("a length of time", "时间长度"))),
        _unit_schema(r"^\s*[0-9.]+\s*\S+", "500 ms", "10 s", "2 min", "720 h"),
    ],
    ByteSize: Annotated[
        int,
        PlainValidator(_written(units.byte_size, "2 GiB", Text("a size", "大小"))),
        _unit_schema(r"^\s*[0-9.]+\s*\S+", "500 MiB", "2 GiB"),
    ],
    Length: Annotated[
        float,
        PlainValidator(_written(units.length, "2.5 m", Text("a length", "长度"))),
        _unit_schema(r"^\s*[-+0-9.]+\s*\S+", "2.5 m", "600 mm"),
    ],
    Amount: Annotated[
        Amount,
        PlainValidator(_amount),
        WithJsonSchema({"anyOf": [{"type": "string", "examples": ["27 °C", "1 K"]}, {"type": "number"}]}),
    ],
    date: Annotated[
        date, PlainValidator(_date), WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-05-01"]})
    ],
    Priority: Annotated[
        Priority,
        PlainValidator(_priority),
        WithJsonSchema({"enum": [priority.name.lower() for priority in Priority]}),
    ],
    ZoneInfo: Annotated[
        ZoneInfo, PlainValidator(zones.zone), WithJsonSchema({"type": "string", "examples": ["Asia/Shanghai"]})
    ],
    Schedule: Annotated[
        Schedule,
        PlainValidator(schedule),
        WithJsonSchema({"type": "string", "examples": ["mon-fri 08:00-18:00 Asia/Shanghai", "daily 22:00-06:00"]}),
    ],
    Address: Annotated[
        Address,
        PlainValidator(_shown(Address.parse)),
        WithJsonSchema({"type": "string", "examples": ["127.0.0.1:8480", "0.0.0.0:8480", "[::1]:8480"]}),
    ],
    Network: Annotated[
        Network,
        PlainValidator(_shown(Network.parse)),
        WithJsonSchema({"type": "string", "examples": ["127.0.0.1", "10.1.0.0/24"]}),
    ],
    TimeOfDay: Annotated[
        int,
        PlainValidator(time_of_day),
        WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d\d$", "examples": ["08:00"]}),
    ],
    Secret: Annotated[
        Secret,
        PlainValidator(_secret),
        WithJsonSchema(
            {"type": "string", "description": "A credential's name, or a file readable by its owner alone."}
        ),
    ],
    Text: Annotated[_WORDS, WrapValidator(_text), WithJsonSchema(_WORDS_SCHEMA)],
    **{
        kind: Annotated[
            StrictStr, AfterValidator(_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})
        ]
        for kind in (DeviceId, SiteId, RuleId, BusId)
    },
    PointKey: Annotated[
        StrictStr, AfterValidator(_key), WithJsonSchema({"type": "string", "pattern": f"^{_KEY.pattern}$"})
    ],
}


NAMED: Mapping[tuple[str, type], Any] = {
    ("host", str): Annotated[StrictStr, AfterValidator(endpoints.host)],
    ("port", int): Annotated[StrictInt, AfterValidator(endpoints.port), _PORT_SCHEMA],
    ("read", str): Annotated[StrictStr, BeforeValidator(addresses.written, json_schema_input_type=str)],
    ("baud", int): Annotated[StrictInt, AfterValidator(endpoints.baud)],
}
"""What a field's name says beyond its type, for all who have such a field."""


def file_path(*, must_exist: bool) -> Any:
    """Return the annotation of the name of a file, relative to the configuration."""
    return Annotated[Path, PlainValidator(_existing_path if must_exist else _path), WithJsonSchema({"type": "string"})]


def scalars(kinds: Sequence[type]) -> Any:
    """Return the annotation of a value of one of these plain types."""
    return Annotated[Any, PlainValidator(_one_of_scalars(kinds)), WithJsonSchema(_scalars_schema(kinds))]


_SCALARS: Mapping[type, tuple[str, Text]] = {
    int: ("integer", Text("a whole number", "整数")),
    float: ("number", Text("a number", "数值")),
    str: ("string", Text("text", "文字")),
    bool: ("boolean", Text("true or false", "true 或 false")),
}


def _one_of_scalars(kinds: Sequence[type]) -> Callable[[object], object]:
    """Return a validator that takes exactly these types: a union of pydantic's would complain once for each."""

    def validate(value: object) -> object:
        if type(value) in kinds:
            return value
        words = [_SCALARS[kind][1] for kind in kinds]
        raise NotAValue(
            Text(f"`{value}` is not possible here", f"此处不能写 `{value}`"),
            Text(f"write {' or '.join(word.en for word in words)}", f"请写{'或'.join(word.zh_cn for word in words)}"),
        )

    return validate


def _scalars_schema(kinds: Sequence[type]) -> dict[str, Any]:
    return {"type": [_SCALARS[kind][0] for kind in kinds]}
