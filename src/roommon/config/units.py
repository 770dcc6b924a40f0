"""Values with units as people write them: `27 °C`, `2 min`, `2 GiB`, `-40 °C .. 80 °C`.

Chinese keyboards give ℃, ％ and fullwidth digits; Unicode's compatibility form (NFKC) makes one spelling of them all.
Numbers are exact fractions until the last step, so 80.6 °F is 27 °C and not 26.999999999999996.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache

from roommon.config.unit_table import ALSO, SPELLINGS, USUAL, Unit
from roommon.config.wording import listed, meant
from roommon.model.clock import Duration
from roommon.model.quantity import Amount, ByteSize, Length
from roommon.model.text import Text
from roommon.model.worded import Invalid


class NotAValue(Invalid):
    """A value that cannot be read."""


_SIZES: Mapping[str, int] = {
    **dict.fromkeys(("B", "byte", "bytes", "字节"), 1),
    **{f"{letter}B": 1000**power for power, letter in enumerate("kMGT", 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
_MILLISECONDS: Mapping[str, int] = {
    **{name: int(unit.scale * 1000) for name, unit in SPELLINGS.items() if unit.ucum == "s"},
    **dict.fromkeys(("w", "week", "weeks", "周"), 604800000),
}
_NUMBER = r"[-+]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][-+]?\d{1,2})?"
"""No longer than a value in this world is: what is longer is a slip, and would not fit a float."""
_LARGEST = 1 << 53
_VALUE = re.compile(rf"({_NUMBER})\s*(.*)")
_PART = re.compile(rf"({_NUMBER})\s*([^\s\d.+-]+)\s*")


@lru_cache(1000)
def unit(spelling: str, canonical: str | None = None) -> Unit:
    """Return the unit written `spelling`, carried in the UCUM unit `canonical` if that is given.

    Raises:
        NotAValue: there is no such unit, or it does not measure what `canonical` measures.
    """
    name = plain(spelling)
    found = SPELLINGS.get(name) or _rate(name)
    if found is None:
        raise NotAValue(
            Text(f"`{spelling}` is not a unit", f"`{spelling}` 不是单位"),
            _one_of(name, USUAL if canonical is None else spellings_of(canonical)),
        )
    if canonical in (None, found.ucum):
        return found
    return _carried(spelling, found, canonical)


_PER = {
    "s": "s",
    "秒": "s",
    "min": "min",
    "分钟": "min",
    "h": "h",
    "hour": "h",
    "小时": "h",
    "d": "d",
    "day": "d",
    "天": "d",
}


def _rate(name: str) -> Unit | None:
    """Return the meaning of a difference per time, such as `K/h`; a degree of a difference is a kelvin."""
    measure, _, time = name.rpartition("/")
    found, per = SPELLINGS.get(measure.strip()), _PER.get(time.strip())
    if found is None or per is None:
        return None
    return Unit(f"{'K' if found.ucum == 'Cel' else found.ucum}/{per}", found.scale)


def _carried(spelling: str, found: Unit, canonical: str) -> Unit:
    step = ALSO.get((found.ucum, canonical))
    if step is None:
        raise NotAValue(
            Text(f"`{spelling}` does not measure this quantity", f"`{spelling}` 不是该量的单位"),
            _one_of("", spellings_of(canonical)),
        )
    return Unit(canonical, found.scale * step.scale, found.offset * step.scale + step.offset)


@lru_cache(1000)
def spellings_of(canonical: str) -> tuple[str, ...]:
    """Return the units in which a value of the UCUM unit `canonical` may be written."""
    reachable = {canonical} | {origin for origin, target in ALSO if target == canonical}
    return tuple(name for name in USUAL if SPELLINGS[name].ucum in reachable)


def plain(text: str) -> str:
    """Return `text` with one spelling for every character that looks the same (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


@lru_cache(1000)
def amount(text: str) -> Amount:
    """Return the number and canonical unit of `27 °C`."""
    number, spelling = _split(text, Text("27 °C", "27 °C"))
    if not spelling:
        return Amount(float(number), "1")
    meaning = unit(spelling)
    return Amount(float(number * meaning.scale + meaning.offset), meaning.ucum)


@lru_cache(1000)
def span(text: str) -> tuple[Amount | None, Amount | None]:
    """Return both ends of `-40 °C .. 80 °C`; an end left out is None, a unit left out is the other end's."""
    low, dots, high = plain(text).replace("...", "..").replace("…", "..").partition("..")
    low, high = low.strip(), high.strip()
    if not dots or not (low or high):
        raise NotAValue(
            Text(f"`{text}` is not a range", f"`{text}` 不是范围"),
            Text("write both ends: `-40 °C .. 80 °C`", "请写出两端：`-40 °C .. 80 °C`"),
        )
    if low and high and re.fullmatch(_NUMBER, low):
        low += plain(high)[len(_matched(high)) :]
    return (amount(low) if low else None, amount(high) if high else None)


def _matched(text: str) -> str:
    found = re.match(_NUMBER, text)
    return found.group() if found else ""


@lru_cache(1000)
def duration(text: str) -> Duration:
    """Return the milliseconds of `2 min` or `1 h 30 min`."""
    example = Text(
        "write it with its unit: `500 ms`, `10 s`, `2 min`, `720 h`", "请带单位书写：`500 ms`、`10 s`、`2 min`、`720 h`"
    )
    return Duration(_summed(text, _MILLISECONDS, Text("a length of time", "时间长度"), example))


@lru_cache(1000)
def byte_size(text: str) -> ByteSize:
    """Return the bytes of `2 GiB`."""
    example = Text("write it with its unit: `500 MiB`, `2 GiB`", "请带单位书写：`500 MiB`、`2 GiB`")
    return ByteSize(_summed(text, _SIZES, Text("a size", "大小"), example))


@lru_cache(1000)
def length(text: str) -> Length:
    """Return the metres of `2.5 m` or `600 mm`."""
    number, spelling = _split(text, Text("2.5 m", "2.5 m"))
    if not spelling:
        raise NotAValue(
            Text(f"`{text}` has no unit", f"`{text}` 没有单位"),
            Text("write it with its unit, like `2.5 m`", "请带单位书写，例如 `2.5 m`"),
        )
    meaning = unit(spelling, "m")
    return Length(float(number * meaning.scale + meaning.offset))


def _summed(text: str, table: Mapping[str, int], what: Text, example: Text) -> int:
    clean = plain(text)
    parts = list(_PART.finditer(clean))
    if not parts or "".join(part.group() for part in parts) != clean:
        raise NotAValue(Text(f"`{text}` is not {what.en}", f"`{text}` 不是{what.zh_cn}"), example)
    total = Fraction(0)
    for part in parts:
        number, name = part.groups()
        if name not in table:
            raise NotAValue(
                Text(
                    f"`{name}` in `{text}` is not a unit of {what.en}", f"`{text}` 中的 `{name}` 不是{what.zh_cn}的单位"
                ),
                _one_of(name, table),
            )
        total += Fraction(number) * table[name]
    if total.denominator != 1 or not 0 <= total <= _LARGEST:
        raise NotAValue(Text(f"`{text}` is below zero, too fine or too large", f"`{text}` 为负、过细或过大"), example)
    return int(total)


def _split(text: str, example: Text) -> tuple[Fraction, str]:
    clean = plain(text)
    found = _VALUE.fullmatch(clean)
    if not found or "," in clean:
        decimal = Text(" with a decimal point", "，小数点用“.”") if "," in clean else Text("", "")
        raise NotAValue(
            Text(f"`{text}` is not a number with a unit", f"`{text}` 不是带单位的数值"),
            Text(f"write it like `{example.en}`{decimal.en}", f"请写成 `{example.zh_cn}` 的形式{decimal.zh_cn}"),
        )
    return Fraction(found.group(1)), found.group(2)


_USUAL = {
    "m": "min",
    "mins": "min",
    "hr": "h",
    "hrs": "h",
    "secs": "s",
    "msec": "ms",
    "分": "min",
    "K": "KiB",
    "M": "MiB",
    "G": "GiB",
    "T": "TiB",
    "KB": "kB",
    "celsius": "°C",
    "centigrade": "°C",
    "c": "°C",
    "fahrenheit": "°F",
    "f": "°F",
    "percent": "%",
    "volt": "V",
}
"""What people write for units, where the nearest spelling is not what they mean."""


def _one_of(name: str, known: Iterable[str]) -> Text:
    choices = list(known)
    usual = _USUAL.get(name, _USUAL.get(name.lower(), ""))
    near = Text(f"did you mean `{usual}`?", f"是否应为 `{usual}`？") if usual in choices else meant(name, choices)
    words = listed([choice for choice in choices if _typeable(choice)])
    return near or Text(f"write one of {words}", f"可写 {words}")


def _typeable(spelling: str) -> bool:
    """Return whether to propose `spelling`: what every keyboard has, and degrees as everybody writes them."""
    return spelling.isascii() or spelling in ("°C", "°F")
