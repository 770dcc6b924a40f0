"""Values with units as people write them: `27 °C`, `2 min`, `2 GiB`, `-40 °C .. 80 °C`.

Chinese keyboards give ℃, ％ and fullwidth digits; Unicode's compatibility form (NFKC) makes one spelling of them all.
Numbers are exact fractions until the last step, so 80.6 °F is 27 °C and not 26.999999999999996.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from roommon.model.clock import Duration
from roommon.model.quantity import UNITS, Amount, ByteSize, Quantity
from roommon.model.text import Text


class NotAValue(ValueError):
    """A value that cannot be read; says what is wrong and what would be right."""

    def __init__(self, problem: Text, remedy: Text) -> None:
        """Keep both sentences for the fault."""
        super().__init__(f"{problem.en}; {remedy.en}")
        self.problem = problem
        self.remedy = remedy


class Unit(NamedTuple):
    """A spelling's meaning: canonical = written * scale + offset, in UCUM unit `ucum`."""

    ucum: str
    scale: Fraction
    offset: Fraction = Fraction(0)


def _table() -> Mapping[str, Unit]:
    table: dict[str, Unit] = {}

    def add(ucum: str, scale: str, spellings: str, offset: str = "0") -> None:
        for spelling in spellings.split():
            table[spelling] = Unit(ucum, Fraction(scale), Fraction(offset))

    add("Cel", "1", "°C degC Cel C 摄氏度")
    add("Cel", "5/9", "°F degF [degF] F 华氏度", "-160/9")
    add("K", "1", "K")
    add("%", "1", "% %RH")
    add("V", "1", "V VAC VDC 伏"), add("V", "1/1000", "mV"), add("V", "1000", "kV")
    add("A", "1", "A 安"), add("A", "1/1000000", "uA μA"), add("A", "1000", "kA")
    add("mA", "1", "mA")
    add("W", "1", "W 瓦"), add("W", "1000", "kW 千瓦"), add("W", "1000000", "MW")
    add("var", "1", "var"), add("var", "1000", "kvar")
    add("VA", "1", "VA"), add("VA", "1000", "kVA")
    add("kW.h", "1", "kWh kW.h 度"), add("kW.h", "1/1000", "Wh"), add("kW.h", "1000", "MWh")
    add("kvar.h", "1", "kvarh kvar.h"), add("kvar.h", "1/1000", "varh")
    add("A.h", "1", "Ah A.h"), add("A.h", "1/1000", "mAh")
    add("Hz", "1", "Hz 赫兹"), add("Hz", "1000", "kHz")
    add("Ohm", "1", "Ohm ohm Ω 欧"), add("Ohm", "1000", "kOhm kohm kΩ"), add("Ohm", "1000000", "MOhm MΩ")
    add("s", "1", "s sec second seconds 秒"), add("s", "1/1000", "ms 毫秒"), add("s", "60", "min minute minutes 分 分钟")
    add("s", "3600", "h hour hours 小时"), add("s", "86400", "d day days 天 日")
    add("m", "1", "m 米"), add("m", "1/10", "dm 分米"), add("m", "1/100", "cm 厘米"), add("m", "1000", "km")
    add("m", "381/1250", "ft feet 英尺"), add("m", "127/5000", "in 英寸")
    add("um", "1", "um μm 微米"), add("um", "1000", "mm 毫米")
    add("deg", "1", "° deg 度角")
    add("mm/s", "1", "mm/s"), add("mm/s", "1000", "m/s"), add("mm/s", "10", "cm/s"), add("mm/s", "127/5", "in/s")
    add("m/s2", "1", "m/s2"), add("m/s2", "1/1000", "mm/s2"), add("m/s2", "1/100", "cm/s2 Gal gal")
    add("m/s2", "980665/100000", "g")
    add("1", "1", "1")
    return table


SPELLINGS = _table()

_ALSO: Mapping[tuple[str, str], Unit] = {
    ("K", "Cel"): Unit("Cel", Fraction(1), Fraction("-273.15")),
    ("mA", "A"): Unit("A", Fraction(1, 1000)),
    ("A", "mA"): Unit("mA", Fraction(1000)),
    ("1", "%"): Unit("%", Fraction(100)),
    ("um", "m"): Unit("m", Fraction(1, 1_000_000)),
    ("m", "um"): Unit("um", Fraction(1_000_000)),
}
"""One unit's values carried in another, where a quantity asks for it: (from, to)."""

_SIZES: Mapping[str, int] = {
    **{spelling: 1 for spelling in ("B", "byte", "bytes", "字节")},
    **{f"{letter}B": 1000**power for power, letter in enumerate("kMGT", 1)},
    **{f"{letter}iB": 1024**power for power, letter in enumerate("KMGT", 1)},
}
_MILLISECONDS: Mapping[str, int] = {
    **{name: int(unit.scale * 1000) for name, unit in SPELLINGS.items() if unit.ucum == "s"},
    **{spelling: 604_800_000 for spelling in ("w", "week", "weeks", "周")},
}
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_VALUE = re.compile(rf"({_NUMBER})\s*(.*)")
_PART = re.compile(rf"({_NUMBER})\s*([^\s\d.+-]+)\s*")


def unit(spelling: str, canonical: str | None = None) -> Unit:
    """Return the unit written `spelling`, carried in the UCUM unit `canonical` if that is given.

    Raises:
        NotAValue: there is no such unit, or it does not measure what `canonical` measures.
    """
    name = plain(spelling)
    found = SPELLINGS.get(name)
    if found is None:
        raise NotAValue(
            Text(f"`{spelling}` is not a unit", f"`{spelling}` 不是单位"),
            _one_of(name, SPELLINGS if canonical is None else spellings_of(canonical)),
        )
    if canonical in (None, found.ucum):
        return found
    return _carried(spelling, found, canonical)


def _carried(spelling: str, found: Unit, canonical: str) -> Unit:
    step = _ALSO.get((found.ucum, canonical))
    if step is None:
        raise NotAValue(
            Text(f"`{spelling}` does not measure this quantity", f"`{spelling}` 不是该量的单位"),
            _one_of("", spellings_of(canonical)),
        )
    return Unit(canonical, found.scale * step.scale, found.offset * step.scale + step.offset)


def spellings_of(canonical: str) -> list[str]:
    """Return the units in which a value of the UCUM unit `canonical` may be written."""
    reachable = {canonical} | {origin for origin, target in _ALSO if target == canonical}
    return [name for name, meaning in SPELLINGS.items() if meaning.ucum in reachable and name.isascii() or name == "°C"]


def plain(text: str) -> str:
    """Return `text` with one spelling for every character that looks the same (NFKC)."""
    return unicodedata.normalize("NFKC", text).strip()


def amount(text: str) -> Amount:
    """Return the number and canonical unit of `27 °C`."""
    number, spelling = _split(text, Text("27 °C", "27 °C"))
    if not spelling:
        return Amount(float(number), "1")
    meaning = unit(spelling)
    return Amount(float(number * meaning.scale + meaning.offset), meaning.ucum)


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


def duration(text: str) -> Duration:
    """Return the milliseconds of `2 min` or `1 h 30 min`."""
    example = Text("write it with its unit: `500 ms`, `10 s`, `2 min`, `720 h`", "请带单位书写：`500 ms`、`10 s`、`2 min`、`720 h`")
    return Duration(_summed(text, _MILLISECONDS, Text("a length of time", "时间长度"), example))


def byte_size(text: str) -> ByteSize:
    """Return the bytes of `2 GiB`."""
    example = Text("write it with its unit: `500 MiB`, `2 GiB`", "请带单位书写：`500 MiB`、`2 GiB`")
    return ByteSize(_summed(text, _SIZES, Text("a size", "大小"), example))


def _summed(text: str, table: Mapping[str, int], what: Text, example: Text) -> int:
    clean = plain(text)
    parts = list(_PART.finditer(clean))
    if not parts or "".join(part.group() for part in parts) != clean:
        raise NotAValue(Text(f"`{text}` is not {what.en}", f"`{text}` 不是{what.zh_cn}"), example)
    total = Fraction(0)
    for part in parts:
        number, name = part.groups()
        if name not in table:
            raise NotAValue(Text(f"`{name}` in `{text}` is not a unit of {what.en}", f"`{text}` 中的 `{name}` 不是{what.zh_cn}的单位"), _one_of(name, table))
        total += Fraction(number) * table[name]
    if total < 0 or total.denominator != 1:
        raise NotAValue(Text(f"`{text}` is below zero or too fine", f"`{text}` 为负或过细"), example)
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


def _one_of(name: str, known: Iterable[str]) -> Text:
    choices = [spelling for spelling in known if spelling.isascii() or spelling == "°C"]
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.5) or [
        choice for choice in choices if choice.lower() == name.lower()
    ]
    if near:
        return Text(f"did you mean `{near[0]}`?", f"是否应为 `{near[0]}`？")
    listed = ", ".join(f"`{choice}`" for choice in choices[:12])
    return Text(f"write one of {listed}", f"可写 {listed}")


def canonical(quantity: Quantity) -> str:
    """Return the UCUM code in which `quantity` is carried."""
    return UNITS[quantity].ucum
