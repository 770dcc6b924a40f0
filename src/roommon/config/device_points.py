"""The points of one device: its profile's, those that it changes, and its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from roommon.config import labels
from roommon.config.findings import Findings, Spot
from roommon.config.library import Opened
from roommon.config.points import point
from roommon.config.room import Ghost
from roommon.config.rows import rows_of
from roommon.config.secret import Surroundings
from roommon.config.sheet import Entry, laid_over
from roommon.config.tree import Step, Value
from roommon.config.units import NotAValue
from roommon.config.wording import meant
from roommon.config.written import DeviceSpec
from roommon.config.written_points import Written, written
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.point import Point
from roommon.profiles.profile import PointKey, PointSpec


@dataclass(frozen=True, slots=True)
class Made:
    """A point with what it was made from."""

    spec: PointSpec
    point: Point
    spot: Spot

    @property
    def references(self) -> set[PointKey]:
        """The other points that this one cannot do without."""
        gates = {PointKey(gate.point) for gate in self.point.good_when}
        substitutes = {PointKey(self.point.fallback)} if self.point.fallback is not None else set()
        selectors = {PointKey(selector.point) for selector in self.point.selectors}
        return (gates | selectors | substitutes) - {self.spec.id}


class DevicePoints:
    """Makes the points and sensors of one device, noting every fault."""

    def __init__(
        self, spec: DeviceSpec, profile: Opened | None, spot: Spot, around: Surroundings, findings: Findings
    ) -> None:
        """`spot` is the device's."""
        self._spec = spec
        self._profile = profile
        self._spot = spot
        self._around = around
        self._findings = findings
        self._base = spec.address_base
        if self._base is None:
            self._base = 0 if profile is None else profile.profile.address_base
        self._rows = rows_of(spec, profile, spot, around, findings)
        self._written: Mapping[PointKey, Written] = {
            **({} if profile is None else profile.points),
            **self._rows.points,
        }
        """What the profile brings: its points, and those of the rows that the device has."""
        self._is_blind = spec.profile is not None and profile is None
        """The profile cannot be read: what depends on it is not blamed."""
        self.ghosts: list[Ghost] = []
        """The sensors that could not be made."""

    def made(self) -> list[tuple[Point, Sensor | None]]:
        """Return every point that is read, with its sensor if it is one."""
        changes = self._changes()
        made: dict[PointKey, Made] = {}
        for key in self._kept():
            if key not in changes and (one := self._from_profile(key)) is not None:
                made[key] = one
        for key, (raw, at) in changes.items():
            made.update({one.spec.id: one for one in self._own(key, raw, at)})
        return self._needed(self._joined(made))

    def _kept(self) -> list[PointKey]:
        """Return the profile's points without those that the device drops."""
        points = self._written
        for index, key in enumerate(self._spec.drop):
            if key not in points and not self._is_blind:
                self._findings.fault(
                    self._spot.below("drop", index),
                    Text(f"there is no point `{key}` to drop", f"没有可删除的点位 `{key}`"),
                    meant(key, points) or Text("remove it", "请删除"),
                )
        return [key for key in points if key not in self._spec.drop]

    def _from_profile(self, key: PointKey) -> Made | None:
        assert self._profile is not None  # noqa: S101  # only a profile has keys
        each = self._written[key]
        if key in self._rows.points:
            return self._made(each)
        found = self._profile.point(key, self._base or 0, self._findings)
        return None if found is None else Made(each.spec, found, each.spot)

    def _changes(self) -> dict[PointKey, tuple[Value, Spot]]:
        """Return what the device writes itself, by id; what changes a point of the profile is laid over it."""
        changes: dict[PointKey, tuple[Value, Spot]] = {}
        for index, raw in enumerate(self._spec.sensors):
            at = self._spot.below("sensors", index)
            key = PointKey(str(raw.get("id", f"#{index}")) if isinstance(raw, dict) else f"#{index}")
            if key in changes:
                self._twice(key, at, changes[key][1])
            elif isinstance(raw, dict):
                changes[key] = (laid_over(self._raw(key), raw), at)
            else:
                changes[key] = (raw, at)
        return changes

    def _raw(self, key: PointKey) -> Mapping[Step, Value]:
        raw = self._written[key].raw if key in self._written else {}
        return raw if isinstance(raw, dict) else {}

    def _twice(self, key: PointKey, at: Spot, first: Spot) -> None:
        device = self._spec.id
        self._findings.fault(
            at.below("id"),
            Text(
                f"`{device}` already has a sensor `{key}` at {first.place}",
                f"`{device}` 在 {first.place} 已有传感器 `{key}`",
            ),
            Text("give each its own id", "请使用不同的标识"),
        )

    def _own(self, key: PointKey, raw: Value, at: Spot) -> list[Made]:
        if self._is_blind and isinstance(raw, dict) and "read" not in raw:
            self.ghosts.append(self._ghost(key, raw))
            return []
        made = [self._made(each) for each in written(Entry(raw, at), self._around, self._findings)]
        if made and made[0] is not None:
            return [one for one in made if one is not None]
        self.ghosts.append(self._ghost(key, raw if isinstance(raw, dict) else {}))
        return []

    def _made(self, each: Written) -> Made | None:
        """Return the point that `each` means: a cell of a row where it belongs to one."""

        def note(where: str, error: NotAValue) -> None:
            self._findings.wrong(each.spot.below(where), error)

        found = point(each.spec, self._base or 0, note, self._rows.of(each.spec.id))
        return None if found is None else Made(each.spec, found, each.spot)

    def _ghost(self, key: PointKey, raw: Mapping[Step, Value]) -> Ghost:
        """Return what can be known of a sensor that cannot be made."""
        quantity, said = raw.get("quantity"), raw.get("labels", {})
        known = Quantity(quantity) if isinstance(quantity, str) and quantity in list(Quantity) else None
        told = {**self._spec.labels, **said} if isinstance(said, dict) else None
        return Ghost(self._spec.id, key, known, told)

    def _joined(self, made: Mapping[PointKey, Made]) -> dict[PointKey, Made]:
        """Return the points whose references all exist; note the others."""
        whole = {}
        for key, one in made.items():
            missing = sorted(one.references - made.keys())
            if not missing:
                whole[key] = one
            elif one.point.fallback not in missing and not any(ghost.key in missing for ghost in self.ghosts):
                self._dangling(one, missing[0], made)
        return whole

    def _dangling(self, one: Made, missing: PointKey, made: Mapping[PointKey, Made]) -> None:
        dropped = missing in self._spec.drop
        remedy = meant(missing, made) or Text("add that point", "请添加该点位")
        self._findings.fault(
            self._spot.below("drop") if dropped else one.spot,
            Text(
                f"`{one.spec.id}` depends on the point `{missing}`, which is not there",
                f"`{one.spec.id}` 依赖的点位 `{missing}` 不存在",
            ),
            Text(f"drop `{one.spec.id}` too", f"请一并删除 `{one.spec.id}`") if dropped else remedy,
        )

    def _needed(self, made: Mapping[PointKey, Made]) -> list[tuple[Point, Sensor | None]]:
        """Return the sensors and the points that they need; what serves nobody is not read."""
        wanted = _referred(made)
        kept: list[tuple[Point, Sensor | None]] = []
        for key, one in made.items():
            if one.point.is_sensor:
                kept.append((one.point, self._sensor(one.spec, one.spot)))
            elif key in wanted:
                kept.append((one.point, None))
            elif one.spot.source is self._spot.source:
                self._findings.fault(
                    one.spot,
                    Text(
                        f"`{key}` has no quantity, and no other point uses it",
                        f"`{key}` 没有 `quantity`，也没有被其他点位使用",
                    ),
                    Text("add `quantity: ...`", "请添加 `quantity: ...`"),
                )
        return kept

    def _sensor(self, spec: PointSpec, spot: Spot) -> Sensor:
        labels.protection(spec.labels, spot.below("labels"), self._findings)
        assert spec.quantity is not None  # noqa: S101  # that is what makes it a sensor
        told = {**self._spec.labels, **spec.labels}
        return Sensor(self._spec.id, spec.id, spec.quantity, spec.name or Text.same(spec.id), told, spec.states)


def _referred(made: Mapping[PointKey, Made]) -> set[PointKey]:
    """Return the points that sensors need, and those that such points need in turn."""
    found: set[PointKey] = set()
    new = {name for one in made.values() if one.point.is_sensor for name in one.references}
    while new:
        found |= new
        new = {name for key in new & made.keys() for name in made[key].references} - found
    return found
