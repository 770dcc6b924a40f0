"""What everything on one plan is held against: how large the floor is, and which sensors there are."""

from dataclasses import dataclass, field

from roommon.config.findings import Findings, Spot
from roommon.config.room import Room
from roommon.config.selections import Selections
from roommon.config.wording import no_such
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import UNITS, Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text

CHECK = Text("check the id", "请检查标识")
_ROUNDING_M = 1e-6
"""A rack that ends at the wall ends there, whatever its widths add up to."""


@dataclass(slots=True)
class Ground:
    """The floor of one room, and the house around it."""

    room: Room
    name: str
    """Of the room."""
    width: float
    """Metres."""
    depth: float
    selections: Selections
    findings: Findings
    sensors: dict[SensorId, tuple[Device, Sensor]] = field(init=False)
    devices: dict[DeviceId, Device] = field(init=False)

    def __post_init__(self) -> None:
        self.sensors = {sensor.id: (device, sensor) for device, sensor in self.room.sensors()}
        self.devices = {device.id: device for device in self.room.sensed()}

    def check(self, at: tuple[float, float], spot: Spot) -> None:
        """Note a place that is not on the floor."""
        if self.is_outside(*at):
            self.findings.fault(spot, Text("this place is outside the floor", "该位置超出平面图范围"), self.measure())

    def is_outside(self, x: float, y: float) -> bool:
        """Return whether a place is not on the floor."""
        beside = not -_ROUNDING_M <= x <= self.width + _ROUNDING_M
        return beside or not -_ROUNDING_M <= y <= self.depth + _ROUNDING_M

    def measure(self) -> Text:
        """Return how places are measured."""
        return Text(
            f"the floor is {self.width:g} m by {self.depth:g} m; measure from its upper left corner",
            f"平面图为 {self.width:g} m × {self.depth:g} m，请从左上角量起",
        )

    def sensor(self, name: str, spot: Spot) -> Sensor | None:
        """Return the sensor called `name`, or None after noting that there is none."""
        device, sensor = self.sensors.get(SensorId(name), (None, None))
        if sensor is None and not self.selections.is_ghost(SensorId(name)):
            self.findings.fault(spot, *no_such(Text("sensor", "传感器"), name, self.sensors, CHECK))
        if device is not None and device.room != self.name:
            self.findings.warn(
                spot,
                Text(
                    f"`{name}` is in the room `{device.room}`, and this plan is of `{self.name}`",
                    f"`{name}` 位于 `{device.room}`，而该平面图属于 `{self.name}`",
                ),
                Text("put it on the plan of its own room", "请放到其所在机房的平面图上"),
            )
        return sensor

    def sensor_of(self, quantity: Quantity, name: str, spot: Spot) -> Sensor | None:
        """Return the sensor called `name`, or None after noting that there is none, or that it measures another."""
        sensor = self.sensor(name, spot)
        if sensor is None or sensor.quantity is quantity:
            return sensor
        wanted, own = UNITS[quantity].name, UNITS[sensor.quantity].name
        self.findings.fault(
            spot,
            Text(f"`{name}` is no {wanted.en} but a {own.en}", f"`{name}` 不是{wanted.zh_cn}，而是{own.zh_cn}"),
            Text(f"name a sensor of `quantity: {quantity}`", f"请写 `quantity: {quantity}` 的传感器"),
        )
        return None
