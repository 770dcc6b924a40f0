"""Which sensors are meant: what a rule says under `sensors`, and a derivation under `of`."""

from dataclasses import dataclass

from roommon.config.findings import Findings, Spot
from roommon.config.reading import read
from roommon.config.room import Ghost, Room
from roommon.config.secret import Surroundings
from roommon.config.tree import Value
from roommon.config.wording import meant, no_such, not_a_choice, shown
from roommon.config.written import SelectionSpec
from roommon.model.device import Device, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules.rule import Selection

_CHECK = Text("check the id", "请检查标识")


@dataclass(frozen=True, slots=True)
class Selections:
    """Makes selections of what YAML gave, noting every fault."""

    room: Room
    around: Surroundings
    findings: Findings

    def selected(self, selection: Selection) -> list[tuple[Device, Sensor]]:
        """Return whom `selection` means."""
        return [(device, sensor) for device, sensor in self.room.sensors() if selection.selects(device, sensor)]

    def may_mean_a_ghost(self, selection: Selection, *, measured: bool = False) -> bool:
        """Return whether `selection` might mean a sensor that could not be made; with `measured`, no derived one."""
        derived = self.room.derived_devices.keys() if measured else ()
        return any(_may_mean(selection, ghost) for ghost in self.room.ghosts if ghost.device not in derived)

    def selection(self, raw: Value, spot: Spot) -> Selection | None:
        """Return whom `raw` means: `{ quantity: ..., location: ... }`, or ids alone."""
        if isinstance(raw, str | list):
            raw = {"id": raw}
        if not isinstance(raw, dict) or not raw:
            self.findings.fault(
                spot,
                Text("which sensors the rule means, is missing", "缺少规则适用的传感器"),
                Text(
                    "add `sensors: { quantity: temperature }`, or ids",
                    "请添加 `sensors: { quantity: temperature }` 或传感器标识",
                ),
            )
            return None
        words = {key: value for key, value in raw.items() if key in ("id", "quantity", "device", "room")}
        spec = read(SelectionSpec, words, spot, self.around, self.findings)
        labels = {str(key): value for key, value in raw.items() if key not in words}
        wrong = [key for key, value in labels.items() if not isinstance(value, str)]
        for key in wrong:
            self.findings.fault(
                spot.below(key),
                Text(
                    f"text is expected here, not `{shown(labels[key])}`", f"此处应为文字，而不是 `{shown(labels[key])}`"
                ),
                Text("put the label's value in quotes", "请给标签的值加引号"),
            )
        quantity = self._quantity(spec.quantity, spot) if spec is not None and spec.quantity is not None else None
        if spec is None or wrong or (spec.quantity is not None and quantity is None):
            return None
        ids = frozenset(SensorId(each) for each in spec.id)
        if self._unknown(spec, ids, spot):
            return None
        return Selection(ids, quantity, spec.device, spec.room, labels)

    def _quantity(self, name: str, spot: Spot) -> Quantity | None:
        if name in list(Quantity):
            return Quantity(name)
        self.findings.fault(spot.below("quantity"), *not_a_choice(name, list(Quantity)))
        return None

    def _unknown(self, spec: SelectionSpec, ids: frozenset[SensorId], spot: Spot) -> bool:
        """Note ids of sensors and devices that do not exist; those of broken devices are not blamed."""
        known = {sensor.id for _, sensor in self.room.sensors()}
        missing = [each for each in sorted(ids - known) if not self.is_ghost(each)]
        for each in missing:
            self.findings.fault(spot.below("id"), *no_such(Text("sensor", "传感器"), each, known, _CHECK))
        devices = {device.id for device in self.room.sensed()}
        ghosts = {ghost.device for ghost in self.room.ghosts}
        gone = spec.device is not None and spec.device not in devices and spec.device not in ghosts
        if gone and spec.device is not None:
            self.findings.fault(spot.below("device"), *no_such(Text("device", "设备"), spec.device, devices, _CHECK))
        return bool(missing) or gone

    def is_ghost(self, name: SensorId) -> bool:
        """Return whether `name` may be a sensor that could not be made."""
        device, _, key = name.partition(".")
        return any(ghost.device in (None, device) and ghost.key in (None, key) for ghost in self.room.ghosts)

    def selects_nothing(self, selection: Selection, spot: Spot) -> None:
        """Note that the rule at `spot` means nobody, and which label it may have meant."""
        labels = {label for _, sensor in self.room.sensors() for label in sensor.labels}
        for label in selection.labels:
            near = meant(label, [*labels, "id", "quantity", "device", "room"])
            if label not in labels and near is not None:
                at = spot.below("sensors", label).key_place
                self.findings.fault(
                    at,
                    Text(
                        f"no sensor has a label `{label}`, so the rule selects none",
                        f"没有传感器带标签 `{label}`，规则未选中任何传感器",
                    ),
                    near,
                )
                return
        self.findings.fault(
            spot.below("sensors"),
            Text("the rule selects no sensor", "规则未选中任何传感器"),
            Text("loosen the selection, or remove the rule", "请放宽选择条件，或删除该规则"),
        )


def _may_mean(selection: Selection, ghost: Ghost) -> bool:
    """Return whether a rule might mean a sensor of which this is all that is known."""
    name = f"{ghost.device}.{ghost.key}"
    ids = {each for each in selection.ids if ghost.key is not None or each.startswith(f"{ghost.device}.")}
    return (
        (not selection.ids or name in selection.ids or (ghost.key is None and bool(ids)))
        and (selection.quantity is None or ghost.quantity in (None, selection.quantity))
        and (selection.device is None or ghost.device in (None, selection.device))
        and (ghost.labels is None or selection.labels.items() <= ghost.labels.items())
    )
