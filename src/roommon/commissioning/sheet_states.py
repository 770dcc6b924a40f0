"""Values and bits that a sheet gives names: `0:正常 1:告警`, `0=off, 1=on`, `Bit0: 过压; Bit1: 欠压`. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from roommon.config.units import plain

_VALUE = re.compile(
    r"(?<![\w.%~-])(0x[0-9a-f]{1,4}|\d{1,5})\s*(?:[:=]+>?|-+>?|—+|、|表示|代表|为|是)\s*(?![\d.]+\s*(?:[,;/\n]|$))([^\s,;/|\n、。][^,;/|\n、。]*?)"
    r"(?=\s*(?:[,;/|\n、。]|$)|\s+(?:0x[0-9a-f]{1,4}|\d{1,5})\s*(?:[:=-]|—|表示|代表|为|是))",
    re.IGNORECASE,
)
_BIT = re.compile(
    r"\b(?:bit|b|d)\s*(\d{1,2})\s*(?:[:=]|-+>?|—+|、|表示|为)\s*([^\s,;|\n。][^,;|\n。]*?)(?=\s*(?:[,;|\n。]|$)|\s+(?:bit|b|d)\s*\d)",
    re.IGNORECASE,
)
_NONE = (
    r"无效|断线|未接|未连接|故障值|传感器故障|探头故障|开路|短路|invalid|not connected|disconnected|no sensor"
    r"|sensor (?:fault|error)|not available|open circuit"
)
_SENTINEL = re.compile(
    r"(?<![\w.])(0x[0-9a-f]{1,4}|[0-9a-f]{4}h|-?\d{2,6})"
    rf"\s*(?:[:=]|表示|为|是|means|is|when)?\s*(?:the )?(?:{_NONE})"
    rf"|(?:{_NONE})(?:时|值|为|:|=|\s|is|shows|reads|\(){{0,6}}(0x[0-9a-f]{{1,4}}|-?\d{{3,6}})\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"正常|无(告警|报警|故障|漏)|未(告警|报警|动作)|normal|^ok$|no (alarm|fault|leak|water)|^dry$|healthy|无水"
    r"|^无$|^no$|good"
)
_ABNORMAL = re.compile(
    r"告警|报警|故障|异常|漏水|断线|断开|动作|失效|劣化|^有|alarm|fault|fail|leak|wet|trip|warning|error|broken|abnormal|active|^yes$|过|欠|缺相"
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Which of two values is the normal one."""

    normal: int
    abnormal: int


def states(words: str) -> dict[int, str]:
    """Return the names of values, two at least; empty when the words name none."""
    text = plain(words)
    if _BIT.search(text):
        return {}
    found: dict[int, str] = {}
    for number, name in _VALUE.findall(text):
        found.setdefault(int(number, 0) if number[:2] in ("0x", "0X") else int(number), name.strip(" .()"))
    return found if len(found) > 1 and all(found.values()) else {}


def bits(words: str) -> dict[int, str]:
    """Return the names of bits."""
    found: dict[int, str] = {}
    for number, name in _BIT.findall(plain(words)):
        if int(number) < 16:
            found.setdefault(int(number), name.strip())
    return found


def contact(named: Mapping[int, str]) -> Contact | None:
    """Return which of two values is normal and which is not, None where the names do not say."""
    if len(named) != 2:
        return None
    normal = [value for value, name in named.items() if _says_normal(name)]
    abnormal = [value for value, name in named.items() if not _says_normal(name) and _ABNORMAL.search(name.casefold())]
    return Contact(normal[0], abnormal[0]) if len(normal) == 1 and len(abnormal) == 1 else None


def _says_normal(name: str) -> bool:
    text = name.casefold()
    return _NORMAL.search(text) is not None and not re.search(r"不正常|异常|abnormal|not (ok|normal)", text)


def invalid(words: str) -> list[int]:
    """Return the raw values that the words declare to be none."""
    found = []
    for before, after in _SENTINEL.findall(plain(words)):
        text = (before or after).casefold()
        found.append(int(text[:-1], 16) if text.endswith("h") else int(text, 16 if text[:2] == "0x" else 10))
    return found
