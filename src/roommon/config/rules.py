"""Rules: what they judge, which sensors they mean, and whether the two fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from roommon.config import kinds, tiers
from roommon.config.causes import Asked, Causes
from roommon.config.choice import split
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family, Kind
from roommon.config.reading import read
from roommon.config.room import Ghost, Room
from roommon.config.secret import Surroundings
from roommon.config.tree import Value
from roommon.config.wording import meant, no_such, not_a_choice, shown
from roommon.config.written import RuleSpec, SelectionSpec
from roommon.model.alarm import RuleId
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules import chatter
from roommon.rules import text as texts
from roommon.rules.rule import KindConfig, Misfit, Rule, Selection

_CHECK = Text("check the id", "请检查标识")


@dataclass(slots=True)
class Rules:
    """Makes rules of what YAML gave, noting every fault."""

    room: Room
    around: Surroundings
    findings: Findings
    rules: dict[RuleId, Rule] = field(default_factory=dict)
    judged: dict[str, set[SensorId]] = field(default_factory=dict)
    """The sensors that have a rule, by the rule's kind."""
    spots: dict[RuleId, Spot] = field(default_factory=dict)
    """Where the rules are written, and under the ids that are written there too."""
    caused: dict[RuleId, Asked] = field(default_factory=dict)
    """What rules say of their causes, which may be rules that come later."""

    def add(self, raw: Value, spot: Spot, of: DeviceId | None = None) -> None:
        """Add one rule, or the tiers of one; one that a profile recommends is called after the device it is `of`."""
        parts = split(raw, RuleSpec, Family.RULE, spot, self.findings)
        if parts is None:
            return
        spec = read(RuleSpec, parts.rest, spot, self.around, self.findings)
        kind = parts.kind
        config = (
            None if kind is None else read(kind.config, parts.config, spot.below(kind.key), self.around, self.findings)
        )
        selection = None if spec is None else self._selection(spec.sensors, spot.below("sensors"))
        if spec is None or kind is None or selection is None:
            return
        name = spec.id if of is None else RuleId(f"{of}.{spec.id}")
        if self._twice(name, spot):
            return
        meant = [(device, sensor) for device, sensor in self._sensors() if selection.selects(device, sensor)]
        if not meant and not any(_may_mean(selection, ghost) for ghost in self.room.ghosts):
            self._selects_nothing(selection, spot)
        if config is None:
            return
        unstable = self._unstable(spec.unstable, spot.below("unstable"))
        made = {
            each: Rule(
                *(each, tier.config, selection, spec.text, spec.response),
                suppressed_by=tier.causes,
                settle=spec.settle,
                latches=spec.reset == "person",
                active=spec.active,
                drill_every=spec.drill_every,
                unstable=unstable,
            )
            for each, tier in tiers.of(name, config).items()
        }
        self.rules |= made
        self.spots |= dict.fromkeys(made, spot)
        if spec.suppressed_by:
            self.caused |= dict.fromkeys(made, Asked(spec.suppressed_by, spot.below("suppressed_by"), of))
        self.judged.setdefault(kind.key, set()).update(sensor.id for _, sensor in meant)
        self._check(kind, config, [sensor for _, sensor in meant], spot)
        for misfit in (misfit for rule in made.values() for misfit in texts.faults(rule)):
            self._misfit(misfit, spot)

    def explain(self) -> None:
        """Give the rules their causes, once all are there."""
        causes = Causes(self.rules, self.room, self.around, self.findings)
        for name, asked in self.caused.items():
            rule = self.rules[name]
            self.rules[name] = replace(rule, suppressed_by=(*rule.suppressed_by, *causes.of(asked)))
        causes.find_cycle(self.rules, self.caused)

    def _unstable(self, raw: Value, spot: Spot) -> chatter.Config | None:
        if isinstance(raw, bool):
            return chatter.Config() if raw else None
        return read(chatter.Config, raw, spot, self.around, self.findings)

    def _sensors(self) -> Iterable[tuple[Device, Sensor]]:
        return ((polled.device, sensor) for polled in self.room.devices.values() for sensor in polled.device.sensors)

    def _twice(self, name: RuleId, spot: Spot) -> bool:
        first = self.spots.setdefault(name, spot)
        if first is spot:
            return False
        self.findings.fault(
            spot.below("id"),
            Text(
                f"`{name}` is already the id of the rule at {first.place}", f"`{name}` 已是 {first.place} 处规则的标识"
            ),
            Text("give each rule its own id", "每条规则须有不同的标识"),
        )
        return True

    def _check(self, kind: Kind, config: KindConfig, sensors: Sequence[Sensor], spot: Spot) -> None:
        beats = {self.room.devices[sensor.device].every for sensor in sensors}
        misfits = [misfit for sensor in sensors for misfit in kinds.misfits(kind, config, sensor)]
        misfits += [misfit for every in sorted(beats) for misfit in kinds.beat_misfits(kind, config, every)]
        if not self.room.ghosts:
            site = {sensor.id: sensor for _, sensor in self._sensors()}
            misfits += kinds.group_misfits(kind, config, sensors, site)
        for misfit in {(misfit.field, misfit.remedy): misfit for misfit in reversed(misfits)}.values():
            self._misfit(misfit, spot.below(kind.key))

    def _misfit(self, misfit: Misfit, spot: Spot) -> None:
        at = spot.below(misfit.field) if misfit.field else spot.key_place
        self.findings.fault(at, misfit.problem, misfit.remedy)

    def _selection(self, raw: Value, spot: Spot) -> Selection | None:
        """Return whom the rule means: `{ quantity: ..., location: ... }`, or ids alone."""
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
        known = {sensor.id for _, sensor in self._sensors()}
        missing = [each for each in sorted(ids - known) if not self._is_ghost(each)]
        for each in missing:
            self.findings.fault(spot.below("id"), *no_such(Text("sensor", "传感器"), each, known, _CHECK))
        devices = self.room.devices
        ghosts = {ghost.device for ghost in self.room.ghosts}
        gone = spec.device is not None and spec.device not in devices and spec.device not in ghosts
        if gone and spec.device is not None:
            self.findings.fault(spot.below("device"), *no_such(Text("device", "设备"), spec.device, devices, _CHECK))
        return bool(missing) or gone

    def _is_ghost(self, name: SensorId) -> bool:
        device, _, key = name.partition(".")
        return any(ghost.device in (None, device) and ghost.key in (None, key) for ghost in self.room.ghosts)

    def _selects_nothing(self, selection: Selection, spot: Spot) -> None:
        labels = {label for _, sensor in self._sensors() for label in sensor.labels}
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
