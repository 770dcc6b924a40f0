"""What hands slip on in YAML, a Chinese keyboard's above all: libyaml's words for these lead nowhere near them."""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from roommon.model.text import Text


class Slip(NamedTuple):
    """One slip; line and column count from 1."""

    line: int
    column: int
    problem: Text
    remedy: Text


_INDENT = re.compile(r"[ \t]*([\u00a0\u3000])")
_WIDE_COLON = re.compile(r"\s*(?:- +)?[\w-]+(：)")
_WIDE_MARK = re.compile(r"\{[^}\"']*?(，)|:\s*([｛［【])")
_DASH = re.compile(r"\s*(-)[A-Za-z_]+:(?:\s|$)")
_COLON = re.compile(r"\s*(?:- +)?[A-Za-z_]+(:)[^\s:]")
_ASCII = {"，": ",", "｛": "{", "［": "[", "【": "["}


def slip(text: str, line: int) -> Slip | None:
    """Return the slip behind what libyaml found in `line` of `text`: there, or in the line above that it hangs on."""
    lines = text.split("\n")[:line]
    above = next((number for number in range(line - 1, 0, -1) if lines[number - 1].strip()), line)
    found = (look(number, lines[number - 1]) for number, look in _looks(line, above))
    return next((each for each in found if each is not None), None)


def _looks(line: int, above: int) -> "Sequence[tuple[int, Callable[[int, str], Slip | None]]]":
    """Return where to look for what; a wide comma above may stand in a text that is right."""
    both = [(number, look) for number in (above, line) for look in (_indent, _wide_colon, _dash, _colon)]
    return [(line, _tab), *both, (line, _wide_mark)]


def _tab(number: int, line: str) -> Slip | None:
    if "\t" not in line:
        return None
    problem, remedy = Text("a tab", "此处有制表符（Tab）"), Text("indent with spaces", "请用空格缩进")
    return Slip(number, line.index("\t") + 1, problem, remedy)


def _indent(number: int, line: str) -> Slip | None:
    return _at(
        _INDENT.match(line),
        number,
        Text("a space that is not the usual one", "此处不是普通空格（全角空格或不间断空格）"),
        Text("indent with the space of the English keyboard", "请用半角空格缩进"),
    )


def _wide_colon(number: int, line: str) -> Slip | None:
    return _at(
        _WIDE_COLON.match(line),
        number,
        Text("a fullwidth colon `：`", "此处为全角冒号 `：`"),
        Text("write `: `, the English colon and a space", "请写半角冒号加空格 `: `"),
    )


def _wide_mark(number: int, line: str) -> Slip | None:
    found = _WIDE_MARK.search(line)
    if found is None:
        return None
    wide = found.group(1) or found.group(2)
    return _at(
        found,
        number,
        Text(f"a fullwidth `{wide}`", f"此处为全角符号 `{wide}`"),
        Text(f"write the English `{_ASCII[wide]}`", f"请写半角 `{_ASCII[wide]}`"),
    )


def _dash(number: int, line: str) -> Slip | None:
    return _at(
        _DASH.match(line),
        number,
        Text("no space after `-`", "`-` 后缺少空格"),
        Text("write `- ` and then the key", "请写 `- ` 再写键"),
    )


def _colon(number: int, line: str) -> Slip | None:
    return _at(
        _COLON.match(line),
        number,
        Text("no space after `:`", "`:` 后缺少空格"),
        Text("write `key: value`", "请写 `键: 值`，冒号后加空格"),
    )


def _at(found: "re.Match[str] | None", number: int, problem: Text, remedy: Text) -> Slip | None:
    return None if found is None else Slip(number, found.start(found.lastindex or 0) + 1, problem, remedy)
