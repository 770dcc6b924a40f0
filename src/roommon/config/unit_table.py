"""Spellings of units and what they mean, exact."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple


class Unit(NamedTuple):
    """A spelling's meaning: canonical = written * scale + offset, in UCUM unit `ucum`."""

    ucum: str
    scale: Fraction
    offset: Fraction = Fraction(0)


_TABLE: tuple[tuple[str, ...], ...] = (
    ("Cel", "1", "°C degC Cel C 摄氏度"),
    ("Cel", "5/9", "°F degF [degF] F 华氏度", "-160/9"),
    ("K", "1", "K"),
    ("%", "1", "% %RH"),
    ("V", "1", "V VAC VDC 伏"),
    ("V", "1/1000", "mV"),
    ("V", "1000", "kV"),
    ("A", "1", "A 安"),
    ("A", "1/1000000", "uA μA"),
    ("A", "1000", "kA"),
    ("mA", "1", "mA"),
    ("W", "1", "W 瓦"),
    ("W", "1000", "kW 千瓦"),
    ("W", "1000000", "MW"),
    ("var", "1", "var"),
    ("var", "1000", "kvar"),
    ("VA", "1", "VA"),
    ("VA", "1000", "kVA"),
    ("kW.h", "1", "kWh kW.h 度"),
    ("kW.h", "1/1000", "Wh"),
    ("kW.h", "1000", "MWh"),
    ("kvar.h", "1", "kvarh kvar.h"),
    ("kvar.h", "1/1000", "varh"),
    ("A.h", "1", "Ah A.h"),
    ("A.h", "1/1000", "mAh"),
    ("Hz", "1", "Hz 赫兹"),
    ("Hz", "1000", "kHz"),
    ("Ohm", "1", "Ohm ohm Ω 欧"),
    ("Ohm", "1000", "kOhm kohm kΩ"),
    ("Ohm", "1000000", "MOhm MΩ"),
    ("s", "1", "s sec second seconds 秒"),
    ("s", "1/1000", "ms 毫秒"),
    ("s", "60", "min minute minutes 分 分钟"),
    ("s", "3600", "h hour hours 小时"),
    ("s", "86400", "d day days 天 日"),
    ("m", "1", "m 米"),
    ("m", "1/10", "dm 分米"),
    ("m", "1/100", "cm 厘米"),
    ("m", "1000", "km"),
    ("m", "381/1250", "ft feet 英尺"),
    ("m", "127/5000", "in 英寸"),
    ("um", "1", "um μm 微米"),
    ("um", "1000", "mm 毫米"),
    ("deg", "1", "° deg 度角"),
    ("mm/s", "1", "mm/s"),
    ("m/s", "1", "m/s 米/秒"),
    ("m/s", "381/1250", "fps"),
    ("m/s", "127/25000", "fpm"),
    ("mm/s", "10", "cm/s"),
    ("mm/s", "127/5", "in/s"),
    ("m/s2", "1", "m/s2"),
    ("m/s2", "1/1000", "mm/s2"),
    ("m/s2", "1/100", "cm/s2 Gal gal"),
    ("m/s2", "980665/100000", "g"),
    ("/min", "1", "rpm r/min 转/分"),
    ("/min", "60", "rps"),
    ("m3/h", "1", "m3/h 立方米/时"),
    ("m3/h", "60", "m3/min cmm"),
    ("m3/h", "3600", "m3/s"),
    ("m3/h", "18/5", "l/s L/s"),
    ("m3/h", "3/50", "l/min L/min"),
    ("m3/h", "165919023/97656250", "cfm CFM"),
    ("Pa", "1", "Pa 帕"),
    ("Pa", "100", "hPa mbar"),
    ("Pa", "1000", "kPa 千帕"),
    ("Pa", "100000", "bar"),
    ("Pa", "1000000", "MPa 兆帕"),
    ("Pa", "8896443230521/1290320000", "psi PSI"),
    ("Pa", "980665/100000", "mmH2O"),
    ("Pa", "24908891/100000", "inH2O inWC"),
    ("g/m3", "1", "g/m3"),
    ("lx", "1", "lx lux 勒克斯"),
    ("1", "1", "1"),
)
"""UCUM unit, scale, spellings, and an offset where there is one."""

SPELLINGS: Mapping[str, Unit] = {
    spelling: Unit(ucum, Fraction(scale), Fraction(*offset))
    for ucum, scale, spellings, *offset in _TABLE
    for spelling in spellings.split()
}

ALSO: Mapping[tuple[str, str], Unit] = {
    ("K", "Cel"): Unit("Cel", Fraction(1), Fraction("-273.15")),
    ("mA", "A"): Unit("A", Fraction(1, 1000)),
    ("A", "mA"): Unit("mA", Fraction(1000)),
    ("m/s", "mm/s"): Unit("mm/s", Fraction(1000)),
    ("mm/s", "m/s"): Unit("m/s", Fraction(1, 1000)),
    ("1", "%"): Unit("%", Fraction(100)),
    ("um", "m"): Unit("m", Fraction(1, 1_000_000)),
    ("m", "um"): Unit("um", Fraction(1_000_000)),
}
"""One unit's values carried in another, where a quantity asks for it: (from, to)."""

USUAL: tuple[str, ...] = tuple(row[2].split()[0] for row in _TABLE)
"""The spelling of each unit that is proposed to people."""
