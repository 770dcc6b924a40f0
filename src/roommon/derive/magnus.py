"""Dew points by the Magnus formula, with the WMO's constants.

Over water e_w(t) = 6.112 hPa exp(17.62 t / (243.12 + t)), for t of -45 to 60 °C: WMO-No. 8, Guide to Instruments and
Methods of Observation, volume I, chapter 4, annex 4.B.

A relative humidity is that over water at any temperature, as the WMO has it and as probes are made. What pressure adds
(less than 0.5 % of e_w, some hundredths of a kelvin) is left out.
"""

from math import log

from roommon.model.reading import Reason

_A, _B = 17.62, 243.12
_COLDEST, _HOTTEST = -45.0, 60.0
"""°C between which the formula holds."""


def dew_point(temperature: float, humidity: float) -> float | Reason:
    """Return the dew point in °C of air of `temperature` °C and `humidity` %, or OUT_OF_RANGE.

    Air without any water has none, and air above 100 % is a probe that is wet or wrong: nothing is clamped.
    """
    share = humidity / 100
    if not (_COLDEST <= temperature <= _HOTTEST and 0 < share <= 1):
        return Reason.OUT_OF_RANGE
    exponent = log(share) + _A * temperature / (_B + temperature)
    found = min(_B * exponent / (_A - exponent), temperature)  # rounding must not lift it above the air's temperature
    return found if found >= _COLDEST else Reason.OUT_OF_RANGE
