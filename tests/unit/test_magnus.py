"""Dew points against a table that was printed by others, and at the ends of what the formula holds for."""

import pytest

from roommon.derive.magnus import dew_point
from roommon.model.reading import Reason

TABLE = {
    30: {30: 10.5, 40: 14.9, 50: 18.4, 60: 21.4, 70: 23.9, 80: 26.2, 90: 28.2},
    25: {30: 6.2, 40: 10.5, 50: 13.9, 60: 16.7, 70: 19.1, 80: 21.3, 90: 23.2},
    20: {30: 1.9, 40: 6.0, 50: 9.3, 60: 12.0, 70: 14.4, 80: 16.4, 90: 18.3},
    15: {40: 1.5, 50: 4.7, 60: 7.3, 70: 9.6, 80: 11.6, 90: 13.4},
    10: {50: 0.1, 60: 2.6, 70: 4.8, 80: 6.7, 90: 8.4},
}
"""DIN 4108-5:1981, table 1: dew point by temperature (°C) and relative humidity (%), as far as it is above 0 °C."""


@pytest.mark.parametrize(
    ("temperature", "humidity", "printed"), [(t, rh, td) for t, row in TABLE.items() for rh, td in row.items()]
)
def test_a_dew_point_is_the_printed_one(temperature: int, humidity: int, printed: float) -> None:
    found = dew_point(temperature, humidity)
    assert isinstance(found, float)
    assert found == pytest.approx(printed, abs=0.1)


@pytest.mark.parametrize("temperature", [-45.0, -20.0, 0.0, 24.5, 60.0])
def test_saturated_air_is_at_its_dew_point(temperature: float) -> None:
    assert dew_point(temperature, 100) == pytest.approx(temperature, abs=1e-9)


@pytest.mark.parametrize(
    ("temperature", "humidity"),
    [(60.1, 20), (-45.1, 80), (22, 0), (22, -1), (22, 100.1), (20, 0.1), (float("nan"), 50), (22, float("inf"))],
)
def test_what_the_formula_does_not_hold_for_has_no_dew_point(temperature: float, humidity: float) -> None:
    assert dew_point(temperature, humidity) is Reason.OUT_OF_RANGE
