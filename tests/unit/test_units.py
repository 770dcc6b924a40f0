import math
from collections.abc import Callable
from fractions import Fraction

import pytest

from roommon.config import units
from roommon.config.unit_table import Unit
from roommon.config.units import NotAValue
from roommon.model.quantity import UNITS, Amount


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("27 °C", 27.0, "Cel"),
        ("27°C", 27.0, "Cel"),
        ("27 ℃", 27.0, "Cel"),
        ("２７ ℃", 27.0, "Cel"),
        ("80.6 °F", 27.0, "Cel"),
        ("1 K", 1.0, "K"),
        ("500 mm/s", 500.0, "mm/s"),
        ("500 mm/s2", 0.5, "m/s2"),
        ("500 mm/s²", 0.5, "m/s2"),
        ("3 kW", 3000.0, "W"),
        ("10 min", 600.0, "s"),
        ("80 %", 80.0, "%"),
        ("80 ％", 80.0, "%"),
        ("30 mA", 30.0, "mA"),
        ("12 ft", 3.6576, "m"),
        ("5 K/h", 5.0, "K/h"),
        ("9 °F/h", 5.0, "K/h"),
        ("-1.5e2 V", -150.0, "V"),
        ("5", 5.0, "1"),
        ("1200 rpm", 1200.0, "/min"),
        ("20 rps", 1200.0, "/min"),
        ("2.5 m/s", 2.5, "m/s"),
        ("500 fpm", 2.54, "m/s"),
        ("12.5 m3/min", 750.0, "m3/h"),
        ("12.5 m³/min", 750.0, "m3/h"),
        ("1000 cfm", 1699.01079552, "m3/h"),
        ("100 l/s", 360.0, "m3/h"),
        ("1 mbar", 100.0, "Pa"),
        ("1 inH2O", 249.08891, "Pa"),
        ("9.5 g/m³", 9.5, "g/m3"),
        ("500 lux", 500.0, "lx"),
        ("3 ft/min", 0.9144, "m/min"),
    ],
)
def test_an_amount_is_carried_in_the_canonical_unit_exactly(written: str, value: float, unit: str) -> None:
    assert units.amount(written) == Amount(value, unit)


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("2 min", 120_000),
        ("500 ms", 500),
        ("720 h", 2_592_000_000),
        ("1 h 30 min", 5_400_000),
        ("0.5 s", 500),
        ("３０ 秒", 30_000),
    ],
)
def test_a_duration_is_whole_milliseconds(written: str, milliseconds: int) -> None:
    assert units.duration(written) == milliseconds


@pytest.mark.parametrize(("written", "size"), [("2 GiB", 2 << 30), ("500 MB", 500_000_000), ("64 KiB", 65_536)])
def test_a_size_is_bytes(written: str, size: int) -> None:
    assert units.byte_size(written) == size


@pytest.mark.parametrize(
    ("parse", "written", "remedy"),
    [
        (units.duration, "2 m", "did you mean `min`?"),
        (units.duration, "2 mins", "did you mean `min`?"),
        (units.duration, "1:30", "write it with its unit"),
        (units.duration, "-1 s", "write it with its unit"),
        (units.duration, "0.0001 s", "write it with its unit"),
        (units.byte_size, "2 G", "did you mean `GiB`?"),
        (units.amount, "27,5 °C", "with a decimal point"),
        (units.amount, "27 celsius", "did you mean `°C`?"),
        (units.amount, "warm", "write it like `27 °C`"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(
    parse: Callable[[str], object], written: str, remedy: str
) -> None:
    with pytest.raises(NotAValue) as caught:
        parse(written)
    assert remedy in caught.value.remedy.en
    assert caught.value.remedy.zh_cn != ""


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("-40 °C .. 80 °C", (-40.0, 80.0)),
        ("-40 .. 80 °C", (-40.0, 80.0)),
        ("－40℃..80℃", (-40.0, 80.0)),
        ("-40 °F ... 176 °F", (-40.0, 80.0)),
        (".. 80 °C", (None, 80.0)),
        ("-40 °C ..", (-40.0, None)),
    ],
)
def test_a_range_has_two_ends_or_one(written: str, ends: tuple[float | None, float | None]) -> None:
    low, high = units.span(written)
    assert (low and low.value, high and high.value) == ends


def test_every_quantity_can_be_written_in_its_own_unit() -> None:
    for unit in UNITS.values():
        meaning = units.unit(unit.symbol or "1", unit.ucum)
        assert meaning == Unit(unit.ucum, Fraction(1))


def test_a_unit_of_another_quantity_is_refused() -> None:
    with pytest.raises(NotAValue, match="does not measure"):
        units.unit("V", "Cel")


@pytest.mark.parametrize(
    ("spelling", "canonical", "raw", "value"),
    [
        ("K", "Cel", 300.0, 26.85),
        ("1", "%", 0.98, 98.0),
        ("mA", "A", 20.0, 0.02),
        ("g", "m/s2", 1.0, 9.80665),
        ("in/s", "mm/s", 1.0, 25.4),
    ],
)
def test_a_device_may_count_in_another_unit(spelling: str, canonical: str, raw: float, value: float) -> None:
    meaning = units.unit(spelling, canonical)
    assert math.isclose(raw * float(meaning.scale) + float(meaning.offset), value, abs_tol=1e-9)
