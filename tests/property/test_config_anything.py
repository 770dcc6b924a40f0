"""Whatever stands in a file, `check` answers with faults: it never raises, and every fault has a place in a file."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.config import files
from roommon.config.load import examine
from roommon.model.text import Language

ROOM: dict[Any, Any] = files.read(Path(__file__).parent.parent.parent / "config" / "roommon.yaml").value

ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        ["", "~", "..", "1 °C", "0 s", "-1 s", "1e999 K", "input 99999999999999", "1.3", "4..", "²", "٣ s", "1/2", "/h"]
    ),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.one_of(st.text(max_size=5), st.integers()), st.integers(), max_size=2),
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value of the room."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: object) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def answered(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roommon.yaml"
        path.write_text(text, "utf-8")
        checked = examine(path, {}, tolerate_missing_secrets=True)
    lines = text.count("\n") + 1
    for fault in (*checked.faults, *checked.warnings):
        assert 1 <= fault.place.line <= lines
        assert "docs/configuration.md" not in fault.told(Language.ENGLISH), "pydantic's own words"
        assert fault.told(Language.CHINESE)
    assert (checked.site is None) is bool(checked.faults)


def test_no_beat_is_no_beat() -> None:
    for index, device in enumerate(ROOM["devices"]):
        assert isinstance(device, dict)
        answered(yaml.safe_dump(replaced(ROOM, ("devices", index), {**device, "every": "0 s"}), allow_unicode=True))


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(list(paths(ROOM))), odd=ODD)
def test_any_value_in_any_place_is_answered(path: tuple[Any, ...], odd: object) -> None:
    answered(yaml.safe_dump(replaced(ROOM, path, odd), allow_unicode=True))


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="ab:- \n\t{}[]'\"#&*!|>%@`?,0x1.~", max_size=60))
def test_any_text_is_answered(text: str) -> None:
    answered(text)
