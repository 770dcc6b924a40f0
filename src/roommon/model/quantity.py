"""What is measured, and the one canonical unit in which roommon carries it.

Unit codes are UCUM (https://ucum.org, case sensitive); a value is converted once, where it enters, and never again.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from roommon.model.text import Text


class Quantity(StrEnum):
    """A kind of value; it fixes the unit."""

    TEMPERATURE = "temperature"
    ABSOLUTE_HUMIDITY = "absolute_humidity"
    RELATIVE_HUMIDITY = "relative_humidity"
    DEW_POINT = "dew_point"
    TEMPERATURE_DIFFERENCE = "temperature_difference"
    TEMPERATURE_RATE = "temperature_rate"
    VOLTAGE = "voltage"
    CURRENT = "current"
    ACTIVE_POWER = "active_power"
    REACTIVE_POWER = "reactive_power"
    APPARENT_POWER = "apparent_power"
    ENERGY = "energy"
    REACTIVE_ENERGY = "reactive_energy"
    ELECTRIC_CHARGE = "electric_charge"
    FREQUENCY = "frequency"
    RATIO = "ratio"
    RATIO_RATE = "ratio_rate"
    RESISTANCE = "resistance"
    DURATION = "duration"
    DISTANCE = "distance"
    DISPLACEMENT = "displacement"
    ANGLE = "angle"
    VELOCITY = "velocity"
    ACCELERATION = "acceleration"
    LEAKAGE_CURRENT = "leakage_current"
    ROTATION = "rotation"
    AIR_SPEED = "air_speed"
    VOLUME_FLOW = "volume_flow"
    PRESSURE = "pressure"
    ILLUMINANCE = "illuminance"
    COUNT = "count"
    CONTACT = "contact"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Unit:
    """The canonical unit of a quantity."""

    ucum: str
    symbol: str
    """As a person reads it behind a number."""
    difference: str
    """UCUM code of a difference of two values: K for temperatures, otherwise the unit itself."""
    decimals: int
    """Digits behind the point that a person is shown."""
    name: Text


def _unit(ucum: str, symbol: str, decimals: int, en: str, zh_cn: str, difference: str | None = None) -> Unit:
    return Unit(ucum, symbol, difference or ucum, decimals, Text(en, zh_cn))


UNITS: dict[Quantity, Unit] = {
    Quantity.TEMPERATURE: _unit("Cel", "°C", 1, "temperature", "温度", "K"),
    Quantity.ABSOLUTE_HUMIDITY: _unit("g/m3", "g/m³", 1, "absolute humidity", "绝对湿度"),
    Quantity.RELATIVE_HUMIDITY: _unit("%", "%", 1, "relative humidity", "相对湿度"),
    Quantity.DEW_POINT: _unit("Cel", "°C", 1, "dew point", "露点", "K"),
    Quantity.TEMPERATURE_DIFFERENCE: _unit("K", "K", 1, "temperature difference", "温差"),
    Quantity.TEMPERATURE_RATE: _unit("K/h", "K/h", 1, "rate of temperature", "温度变化率"),
    Quantity.VOLTAGE: _unit("V", "V", 1, "voltage", "电压"),
    Quantity.CURRENT: _unit("A", "A", 2, "current", "电流"),
    Quantity.ACTIVE_POWER: _unit("W", "W", 0, "active power", "有功功率"),
    Quantity.REACTIVE_POWER: _unit("var", "var", 0, "reactive power", "无功功率"),
    Quantity.APPARENT_POWER: _unit("VA", "VA", 0, "apparent power", "视在功率"),
    Quantity.ENERGY: _unit("kW.h", "kWh", 1, "energy", "电能"),
    Quantity.REACTIVE_ENERGY: _unit("kvar.h", "kvarh", 1, "reactive energy", "无功电能"),
    Quantity.ELECTRIC_CHARGE: _unit("A.h", "Ah", 1, "electric charge", "电量"),
    Quantity.FREQUENCY: _unit("Hz", "Hz", 2, "frequency", "频率"),
    Quantity.RATIO: _unit("%", "%", 1, "ratio", "比率"),
    Quantity.RATIO_RATE: _unit("%/h", "%/h", 1, "rate of a ratio", "比率变化率"),
    Quantity.RESISTANCE: _unit("Ohm", "Ω", 1, "resistance", "电阻"),
    Quantity.DURATION: _unit("s", "s", 0, "duration", "时长"),
    Quantity.DISTANCE: _unit("m", "m", 1, "distance", "距离"),
    Quantity.DISPLACEMENT: _unit("um", "µm", 0, "displacement", "位移"),
    Quantity.ANGLE: _unit("deg", "°", 1, "angle", "角度"),
    Quantity.VELOCITY: _unit("mm/s", "mm/s", 2, "vibration velocity", "振动速度"),
    Quantity.ACCELERATION: _unit("m/s2", "m/s²", 2, "acceleration", "加速度"),
    Quantity.LEAKAGE_CURRENT: _unit("mA", "mA", 2, "leakage current", "漏电流"),
    Quantity.ROTATION: _unit("/min", "rpm", 0, "speed of rotation", "转速"),
    Quantity.AIR_SPEED: _unit("m/s", "m/s", 1, "air speed", "风速"),
    Quantity.VOLUME_FLOW: _unit("m3/h", "m³/h", 0, "air flow", "风量"),
    Quantity.PRESSURE: _unit("Pa", "Pa", 0, "pressure", "压力"),
    Quantity.ILLUMINANCE: _unit("lx", "lx", 0, "illuminance", "照度"),
    Quantity.COUNT: _unit("1", "", 0, "count", "计数"),
    Quantity.CONTACT: _unit("1", "", 0, "contact", "触点"),
    Quantity.STATE: _unit("1", "", 0, "state", "状态"),
}


_TWO_MINUTES_S = 120
_TWO_HOURS_S = 7200


def shown(value: float, quantity: Quantity) -> str:
    """Return `value` as a person reads it: `27.3 °C`; durations from two minutes on in minutes or hours."""
    unit = UNITS[quantity]
    if quantity is Quantity.DURATION and abs(value) >= _TWO_HOURS_S:
        return f"{value / 3600:.1f} h"
    if quantity is Quantity.DURATION and abs(value) >= _TWO_MINUTES_S:
        return f"{value / 60:.0f} min"
    return f"{value:.{unit.decimals}f} {unit.symbol}".rstrip()


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its canonical unit (UCUM code), as a setpoint is written: 27 °C, 1 K, 500 mm/s."""

    value: float
    unit: str


ByteSize = NewType("ByteSize", int)
"""A size on disk in bytes, written `2 GiB`."""

Length = NewType("Length", float)
"""A length in metres, written `2.5 m` or `600 mm`."""
