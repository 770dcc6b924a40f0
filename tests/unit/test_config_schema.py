import json
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

import jsonschema
import pytest
from pydantic import ValidationError

from roommon.config import files, kinds, schema, shape
from roommon.config.kinds import Family
from roommon.config.leaves import LEAVES
from roommon.config.secret import surroundings
from roommon.config.written import BusSpec, DeviceRowSpec, DeviceSpec, RuleSpec, SelectionSpec, SinkSpec, Top
from roommon.journal.journal import Config as JournalConfig
from roommon.model.clock import Duration
from roommon.model.quantity import Amount, ByteSize
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.notify.settings import Top as NotifyTop
from roommon.profiles.profile import PointSpec, Profile, Table

CONFIG = Path(__file__).parent.parent.parent / "config"
WRITTEN = [
    Top,
    NotifyTop,
    BusSpec,
    DeviceSpec,
    DeviceRowSpec,
    RuleSpec,
    SinkSpec,
    SelectionSpec,
    PointSpec,
    Table,
    Profile,
    JournalConfig,
]
KINDS = [kind.config for family in Family for kind in kinds.all_of(family).values()]


def classes_below(cls: type) -> set[type]:
    """`cls` and every dataclass that can stand in it."""
    found = {cls}
    hints = get_type_hints(cls)
    for each in fields(cls):
        stack = [hints[each.name]]
        while stack:
            kind = stack.pop()
            stack.extend(get_args(kind))
            if isinstance(kind, type) and is_dataclass(kind) and kind not in LEAVES:
                found |= classes_below(kind)
    return found


EVERY_LEVEL = sorted(
    {each for cls in (*WRITTEN, *KINDS) for each in classes_below(cls)},
    key=lambda cls: (cls.__module__, cls.__qualname__),
)


@pytest.mark.parametrize("cls", EVERY_LEVEL, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_an_unknown_key_is_an_error_at_every_level(cls: type) -> None:
    with pytest.raises(ValidationError) as caught:
        shape.adapter(cls).validate_python({"surely_unknown": 1}, context=surroundings(Path(), {}))
    assert "extra_forbidden" in {error["type"] for error in caught.value.errors()}


@pytest.mark.parametrize(
    ("name", "made"), [("roommon.schema.json", schema.schema), ("notify.schema.json", schema.notify_schema)]
)
def test_the_schema_in_the_repository_is_that_of_the_code(name: str, made: Callable[[], dict[str, Any]]) -> None:
    assert (CONFIG / name).read_text("utf-8") == schema.text(made()), "run `make schema`"


def validator_of(name: str) -> jsonschema.Draft202012Validator:
    loaded = json.loads((CONFIG / name).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(loaded)
    return jsonschema.Draft202012Validator(loaded)


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    return validator_of("roommon.schema.json")


@pytest.mark.parametrize("name", ["roommon.yaml", "examples/demo.yaml"])
def test_what_roommon_takes_the_editor_takes(validator: jsonschema.Draft202012Validator, name: str) -> None:
    assert list(validator.iter_errors(files.read(CONFIG / name).value)) == []


@pytest.mark.parametrize("name", ["notify.yaml", "examples/notify/groups.yaml"])
def test_what_notify_takes_the_editor_takes(name: str) -> None:
    assert list(validator_of("notify.schema.json").iter_errors(files.read(CONFIG / name).value)) == []


@pytest.mark.parametrize("case", ["unknown-keys", "ten-faults"])
def test_the_editor_marks_unknown_keys_too(validator: jsonschema.Draft202012Validator, case: str) -> None:
    path = Path(__file__).parent.parent / "golden" / "config" / case / "roommon.yaml"
    assert list(validator.iter_errors(files.read(path).value)) != []


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Inner:
    size: int = 1


@dataclass(frozen=True, slots=True)
class Sample:
    words: str
    colour: Colour = Colour.RED
    wait: Duration = Duration(0)
    room: ByteSize = ByteSize(0)
    limit: Amount | None = None
    name: Text | None = None
    token: Secret | None = None
    inner: Inner | None = None
    several: tuple[Inner, ...] = ()
    numbers: frozenset[int] = frozenset()
    mixed: frozenset[int | str] = frozenset()
    form: Literal[1, "two"] = 1


def read(**values: object) -> Any:
    return shape.adapter(Sample).validate_python({"words": "w", **values}, context=surroundings(Path(), {}))


def test_every_type_of_value_becomes_what_the_class_says() -> None:
    made = read(
        wait="2 min",
        room="1 KiB",
        limit="27 °C",
        name={"en": "a", "zh-CN": "甲"},
        inner={"size": 3},
        several=[{"size": 4}],
        numbers=[1, 2],
        mixed=[1, "b"],
        form="two",
    )
    assert made == Sample(
        "w",
        Colour.RED,
        Duration(120_000),
        ByteSize(1024),
        Amount(27.0, "Cel"),
        Text("a", "甲"),
        None,
        Inner(3),
        (Inner(4),),
        frozenset({1, 2}),
        frozenset({1, "b"}),
        "two",
    )


def test_one_value_may_stand_for_a_list_of_one() -> None:
    assert read(several={"size": 4}, numbers=7, mixed="b") == Sample(
        "w", several=(Inner(4),), numbers=frozenset({7}), mixed=frozenset({"b"})
    )


def test_one_text_serves_both_languages() -> None:
    assert read(name="UPS 1").name == Text.same("UPS 1")
    assert read(name={"zh-CN": "甲"}).name == Text.same("甲")


@pytest.mark.parametrize(
    "values",
    [
        {"words": 5},
        {"words": True},
        {"wait": 5},
        {"wait": True},
        {"limit": True},
        {"inner": {"size": "1"}},
        {"inner": {"size": 1.5}},
        {"inner": {"size": True}},
        {"inner": 1},
        {"numbers": ["1"]},
        {"mixed": [1.5]},
        {"colour": "green"},
        {"form": 2},
        {"name": {}},
        {"name": 5},
    ],
)
def test_nothing_is_guessed_from_a_value_of_another_type(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read(**values)
