"""What a row of a sheet measures, by its unit and its name; and which of its range is one of values. Pure."""

import re
from dataclasses import dataclass

from roommon.commissioning.sheet_scales import Factor
from roommon.commissioning.usual import ends
from roommon.config import units
from roommon.config.unit_table import SPELLINGS
from roommon.config.units import NotAValue, plain
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Text

_BY_UCUM = {
    "Cel": Quantity.TEMPERATURE, "K": Quantity.TEMPERATURE, "V": Quantity.VOLTAGE, "A": Quantity.CURRENT,
    "mA": Quantity.CURRENT, "W": Quantity.ACTIVE_POWER, "var": Quantity.REACTIVE_POWER, "VA": Quantity.APPARENT_POWER,
    "kW.h": Quantity.ENERGY, "kvar.h": Quantity.REACTIVE_ENERGY, "A.h": Quantity.ELECTRIC_CHARGE,
    "Hz": Quantity.FREQUENCY, "Ohm": Quantity.RESISTANCE, "s": Quantity.DURATION, "m": Quantity.DISTANCE,
    "um": Quantity.DISPLACEMENT, "deg": Quantity.ANGLE, "mm/s": Quantity.VELOCITY, "m/s2": Quantity.ACCELERATION,
    "%": Quantity.RATIO, "m/s": Quantity.AIR_SPEED, "/min": Quantity.ROTATION, "m3/h": Quantity.VOLUME_FLOW,
    "Pa": Quantity.PRESSURE, "g/m3": Quantity.ABSOLUTE_HUMIDITY, "lx": Quantity.ILLUMINANCE,
}  # fmt: skip
_ANY_CASE = ("kWh", "kW", "kV", "kVA", "kvar", "kvarh", "Hz", "V", "A", "VA", "W", "min", "s", "°C", "°F", "%RH")
_ALSO = {
    **{name.casefold(): name for name in _ANY_CASE},
    "deg c": "°C", "deg.c": "°C", "degc": "°C", "°": "deg", "celsius": "°C", "deg f": "°F", "fahrenheit": "°F",
    "rh": "%RH", "rh%": "%RH", "%rh": "%RH", "%r.h.": "%RH", "% rh": "%RH", "percent": "%", "伏特": "V", "安培": "A",
    "毫安": "mA", "千瓦时": "kWh", "kw·h": "kWh", "kw*h": "kWh", "kw.h": "kWh", "kw-h": "kWh", "kvar·h": "kvarh",
    "千伏": "kV", "千伏安": "kVA", "欧姆": "Ohm", "mm/s2": "mm/s2", "m/s²": "m/s2", "mins": "min", "secs": "s",
}  # fmt: skip
_COUNTS = ("次", "个", "台", "条", "times", "time", "pcs", "count", "counts", "ea", "")
_NO_UNIT = ("-", "/", "--", "无", "n/a", "none", "null", "\\", "—")
_NAMED: tuple[tuple[str, Quantity, str], ...] = (
    (r"功率因数|power factor|\bpf\b|cos", Quantity.RATIO, "1"),
    (r"露点|dew", Quantity.DEW_POINT, "°C"),
    (r"温度|temp", Quantity.TEMPERATURE, "°C"),
    (r"湿度|humid|\brh\b", Quantity.RELATIVE_HUMIDITY, "%"),
    (r"频率|freq", Quantity.FREQUENCY, "Hz"),
    (r"电压|volt", Quantity.VOLTAGE, "V"),
    (r"电流|current", Quantity.CURRENT, "A"),
)
_LEAKAGE = re.compile(r"漏电|剩余电流|leakage|residual")
_RANGE = re.compile(
    r"(-?\d+(?:\.\d+)?)\s*([^\d~.-]{0,6}?)\s*(?:~|～|\.\.+|…|至|到|\bto\b|—|–|-)\s*\+?(-?\d+(?:\.\d+)?)\s*(.{0,8})"
)
_WIDEST = {(0, 65535), (-32768, 32767), (0, 4294967295), (-2147483648, 2147483647), (0, 9999), (0, 99999)}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a row measures."""

    quantity: Quantity
    unit: str | None
    """As a profile writes it; None: the quantity's own."""
    scale: float = 1
    """Of `0.1℃` in the column of the unit."""
    doubts: tuple[Text, ...] = ()


def measure(words: str, name: str) -> Measure | None:
    """Return what a row with the unit `words` and this name measures, None where roommon has no quantity for it."""
    text = plain(words)
    found = re.fullmatch(r"[×x*]?\s*(\d*\.?\d+)\s*(.+)", text)
    scale, text = (float(found[1]), found[2].strip()) if found and float(found[1]) else (1.0, text)
    if text.casefold() in _COUNTS or text in _NO_UNIT:
        return _unnamed(name.casefold(), told=bool(text) and text not in _NO_UNIT)
    spelling = _spelling(text)
    if spelling is None:
        return None
    quantity = _quantity(SPELLINGS[spelling].ucum, text, name.casefold())
    return None if quantity is None else Measure(quantity, _needed(spelling, quantity), scale)


def _unnamed(name: str, *, told: bool) -> Measure:
    """Return what a row without a unit measures, by its name; `told`: the sheet says that it counts."""
    for pattern, quantity, unit in () if told else _NAMED:
        if re.search(pattern, name):
            doubt = Text(f"no unit in the sheet: taken for {unit}", f"点表未给出单位：按 {unit} 处理")
            return Measure(quantity, _needed(unit, quantity), 1, () if unit == "1" else (doubt,))
    doubt = Text("no unit in the sheet: taken for a count", "点表未给出单位：按计数处理")
    return Measure(Quantity.COUNT, None, 1, () if told else (doubt,))


def _spelling(text: str) -> str | None:
    if text in SPELLINGS:
        return text
    compact = "".join(text.split())
    return compact if compact in SPELLINGS else _ALSO.get(text.casefold(), _ALSO.get(compact.casefold()))


def _quantity(ucum: str, unit: str, name: str) -> Quantity | None:
    if ucum == "%":
        is_air = re.search(r"湿度|humid", name) or "rh" in unit.casefold()
        return Quantity.RELATIVE_HUMIDITY if is_air else Quantity.RATIO
    if ucum == "mA" and _LEAKAGE.search(name):
        return Quantity.LEAKAGE_CURRENT
    if ucum == "Cel" and re.search(r"露点|dew", name):
        return Quantity.DEW_POINT
    if ucum == "1":
        return Quantity.RATIO
    return _BY_UCUM.get(ucum)


def _needed(spelling: str, quantity: Quantity) -> str | None:
    """Return `spelling` if a profile must say it: a quantity's own unit goes without saying."""
    try:
        meaning = units.unit(spelling, UNITS[quantity].ucum)
    except NotAValue:
        return None
    return None if meaning.scale == 1 and not meaning.offset else spelling


@dataclass(frozen=True, slots=True)
class Ends:
    """A range as it is written: raw numbers, or values."""

    low: float
    high: float
    has_unit: bool


def span(words: str) -> Ends | None:
    """Return the range that `words` give; None when they give none, or just what the type can hold."""
    text = plain(words).replace(",", "")
    found = _RANGE.search(text)
    if not found:
        return None
    low, high = float(found[1]), float(found[3])
    if low >= high or (low, high) in _WIDEST:
        return None
    return Ends(low, high, has_unit=bool((found[2] or found[4]).strip(" []()")))


def limits(given: Ends, measured: Measure, factor: Factor) -> tuple[float, float] | None:
    """Return the range in the row's unit: as it stands if such values can be, or times the factor; else None.

    What can be is three times as wide as what is usual.
    """
    if factor.scale == 1 or given.has_unit:
        return given.low, given.high
    usual = ends(measured.quantity)
    if usual is None:
        return None
    span, per = usual[1] - usual[0], _per(measured)
    as_raw = given.low * factor.scale, given.high * factor.scale
    either = ((given.low, given.high), as_raw)
    return next((one for one in either if usual[0] - span <= one[0] * per and one[1] * per <= usual[1] + span), None)


def _per(measured: Measure) -> float:
    return 1.0 if measured.unit is None else float(SPELLINGS[measured.unit].scale)
