"""One mapping of the file to its dataclass; pydantic's errors in our words, with places and near misses."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from roommon.config import shape
from roommon.config.findings import Findings, Spot
from roommon.config.secret import Surroundings
from roommon.config.tree import Step, Value
from roommon.config.wording import not_a_choice, shown, unknown_key
from roommon.model.text import Text
from roommon.model.worded import Invalid

T = TypeVar("T")

_EXPECTED: dict[str, tuple[Text, Text]] = {
    "string_type": (
        Text("text is expected here", "此处应为文字"),
        Text("put the value in quotes", "请给该值加引号"),
    ),
    "int_type": (
        Text("a whole number is expected here", "此处应为整数"),
        Text("write digits alone, or 0x and hexadecimal digits", "请只写数字，或 0x 加十六进制数字"),
    ),
    "float_type": (
        Text("a number is expected here", "此处应为数值"),
        Text("write it like `0.1`, without a unit", "请写成 `0.1` 的形式，不带单位"),
    ),
    "finite_number": (
        Text("a finite number is expected here", "此处应为有限数值"),
        Text("write digits", "请写数字"),
    ),
    "bool_type": (
        Text("yes or no is expected here", "此处应为是或否"),
        Text("write `true` or `false`", "请写 `true` 或 `false`"),
    ),
    "model_type": (
        Text("keys and values are expected here", "此处应为键值对"),
        Text(
            "write `{ key: value, ... }`, or one `key: value` a line, indented",
            "请写 `{ 键: 值, ... }`，或缩进后每行一个 `键: 值`",
        ),
    ),
    "tuple_type": (
        Text("a list is expected here", "此处应为列表"),
        Text("write `[a, b]`, or one `- a` a line", "请写 `[a, b]`，或每行一个 `- a`"),
    ),
}
_SAME = {
    "int_from_float": "int_type",
    "int_parsing": "int_type",
    "int_parsing_size": "int_type",
    "float_parsing": "float_type",
    "bool_parsing": "bool_type",
    "string_sub_type": "string_type",
    "string_unicode": "string_type",
    "model_attributes_type": "model_type",
    "dict_type": "model_type",
    "mapping_type": "model_type",
    "dataclass_type": "model_type",
    "list_type": "tuple_type",
    "frozen_set_type": "tuple_type",
    "set_type": "tuple_type",
    "iterable_type": "tuple_type",
    "too_short": "tuple_type",
    "too_long": "tuple_type",
}


def read(cls: type[T], value: Value, spot: Spot, around: Surroundings, findings: Findings) -> T | None:
    """Return the `cls` that `value` says, or None after noting every fault in it."""
    try:
        made: object = shape.adapter(cls).validate_python(value, context=around)
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=True):
            note(details, cls, spot, findings)
        return None
    assert isinstance(made, cls)  # noqa: S101  # the adapter is the class's own
    return made


def note(details: ErrorDetails, cls: type, spot: Spot, findings: Findings) -> None:
    """Note one of pydantic's errors about the value at `spot`, which should have been a `cls`."""
    steps = [step for step in details["loc"] if step != "[key]"]
    at = spot.below(*steps)
    kind, cause = details["type"], details.get("ctx", {}).get("error")
    match kind:
        case "extra_forbidden" | "invalid_key":
            known = _keys(cls, steps[:-1])
            findings.fault(at.key_place, *unknown_key(str(steps[-1]), known))
        case "missing" if isinstance(steps[-1], int):
            findings.fault(
                spot.below(*steps[:-1]),
                Text(f"a value is missing after the first {steps[-1]}", f"仅有前 {steps[-1]} 个值，缺少后面的值"),
                Text("write all values of the list: `[a, b]`", "请写全列表中的值：`[a, b]`"),
            )
        case "missing":
            findings.fault(
                spot.below(*steps[:-1]).place,
                Text(f"`{steps[-1]}` is missing", f"缺少 `{steps[-1]}`"),
                Text(f"add `{steps[-1]}: ...`", f"请添加 `{steps[-1]}: ...`"),
            )
        case "enum" | "literal_error":
            findings.fault(at, *not_a_choice(details["input"], shape.choices(shape.inner_kind(cls, steps))))
        case _ if isinstance(cause, Invalid):
            findings.wrong(at, cause)
        case _:
            findings.fault(at, *_expected(kind, details))


def _keys(cls: type, steps: Sequence[Step]) -> Iterable[str]:
    kind = shape.inner_kind(cls, steps)
    if kind is Text:
        return ("en", "zh-CN")
    return (
        shape.keys(kind)
        if isinstance(kind, type) and kind is not object and hasattr(kind, "__dataclass_fields__")
        else ()
    )


def _expected(kind: str, details: ErrorDetails) -> tuple[Text, Text]:
    known = _EXPECTED.get(_SAME.get(kind, kind))
    if known is None:
        said = details["msg"]
        return Text(said, f"此值无效（{said}）"), Text("read docs/configuration.md", "参见 docs/configuration.md")
    problem, remedy = known
    found = shown(details["input"])
    return Text(f"{problem.en}, not `{found}`", f"{problem.zh_cn}，而不是 `{found}`"), remedy
