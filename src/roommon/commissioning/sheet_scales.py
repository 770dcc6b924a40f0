"""Factors as makers write them: `0.1`, `×0.1`, `/10`, `0.1℃`, `扩大10倍`, `value = raw / 10`. Pure."""

import re
from dataclasses import dataclass

from roommon.config.units import plain
from roommon.model.text import Text

_NUMBER = r"(\d{1,9}(?:\.\d{1,9})?|\.\d{1,9})"
_NOTHING = ("", "-", "/", "--", "无", "n/a", "none", "null", "1:1")
_TIMES = re.compile(rf"[x×*]?\s*{_NUMBER}\s*(.*)")
_OVER = re.compile(rf"(?:(?:1|raw|value|x|值)\s*)?[/÷]\s*{_NUMBER}")
_POWER = re.compile(r"(?:1\s*[x×*]\s*)?10\s*\^?\s*\(?-(\d)\)?|1(?:\.0)?e-0?(\d)")
_REMARKS: tuple[tuple[str, bool], ...] = (
    (rf"(?:扩大|放大|乘以?|乘)\s*了?\s*{_NUMBER}\s*倍?(?:后)?(?:上传|传输|发送|存储|$|[,;。])", True),
    (rf"(?:扩大|放大)\s*了?\s*{_NUMBER}\s*倍?", True),
    (rf"(?:actual|real|true|实际|真实)[^,;=]{{0,12}}[×x*]\s*{_NUMBER}", True),
    (rf"(?:值|数据|读数|raw|value|register|reading|val|/)\s*(?:[/÷]|divided by|除以?)\s*{_NUMBER}", True),
    (rf"(?:除以?|divide(?:d)? by|÷)\s*{_NUMBER}", True),
    (rf"(?:值|数据|读数|raw|value|register|reading|val)\s*[×x*]\s*{_NUMBER}", False),
    (r"(?:单位|精度|分辨率|unit|resolution|multiply by|lsb)\s*(?:is|为|of)?\s*[:=]?\s*(0\.\d+)", False),
    (r"[×x*]\s*(0\.\d+)", False),
)
"""What a remark says of the factor, and whether it divides."""


@dataclass(frozen=True, slots=True)
class Factor:
    """value = raw * scale, and what stood behind the number."""

    scale: float
    rest: str = ""
    is_unclear: bool = False
    """A whole number beyond 1: makers write it for either direction."""


def factor(words: str, *, divides: bool) -> Factor | None:
    """Return the factor of a cell, None if it cannot be read; an empty cell is 1.

    `divides`: a whole number says by what the device multiplies before it sends, as under 倍率 or gain.
    """
    text = re.sub(r"(\d),(\d)", r"\1.\2", plain(words).casefold())
    if text in _NOTHING:
        return Factor(1)
    if found := _OVER.fullmatch(text):
        return _inverse(float(found[1]))
    if found := _POWER.fullmatch(text):
        return Factor(_short(10.0 ** -int(found[1] or found[2])))
    if found := _TIMES.fullmatch(text):
        return _product(float(found[1]), found[2], divides=divides)
    return in_remark(words)


def _product(number: float, rest: str, *, divides: bool) -> Factor | None:
    if number == 0 or (rest and rest[0] in "/÷~-<>=:"):
        return None
    if number > 1 and number == int(number):
        return Factor(_short(1 / number) if divides else number, rest, is_unclear=True)
    return Factor(number, rest)


def _inverse(number: float) -> Factor | None:
    return Factor(_short(1 / number)) if number else None


def in_remark(words: str) -> Factor | None:
    """Return the factor that a remark or a type tells in words, None if it tells none."""
    text = plain(words).casefold()
    for pattern, divides in _REMARKS:
        found = re.search(pattern, text)
        if found and float(found[1]):
            number = float(found[1])
            return Factor(_short(1 / number) if divides and number > 1 else number)
    return None


def _short(number: float) -> float:
    return float(f"{number:.12g}")


UNCLEAR = Text("a factor above 1: check whether it multiplies or divides", "系数大于 1，请核对是乘还是除")
