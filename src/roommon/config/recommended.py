"""The rules that a profile recommends, taken by the devices that ask for them: `recommended: true`.

A rule of a device is called `<device>.<rule>` and means that device's sensors alone, so one that is changed for one
device changes no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from roommon.config.fault import Place
from roommon.config.findings import Findings, Spot
from roommon.config.library import Opened
from roommon.config.reading import read
from roommon.config.room import Asked, Room
from roommon.config.rules import Rules
from roommon.config.secret import Surroundings
from roommon.config.shape import keys
from roommon.config.sheet import Entry, laid_over
from roommon.config.site import Polled
from roommon.config.tree import Step, Value
from roommon.config.wording import meant, shown
from roommon.config.written import RecommendedSpec, RuleSpec
from roommon.model.alarm import RuleId
from roommon.model.device import DeviceId
from roommon.model.text import Text
from roommon.profiles.point import Point


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule comes from."""

    place: Place
    profile: str | None = None
    """The profile that recommends it; None for the user's own."""
    changed: bool = False
    """Whether the device changes it."""


class Why(StrEnum):
    """Why a recommended rule is not in force."""

    DROPPED = "dropped"
    """The device leaves it out by name."""
    NO_SENSORS = "no_sensors"
    """The device has none of the sensors that the rule is about."""
    NOT_ASKED = "not_asked"
    """The device takes none: there is no `recommended: true`."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A rule that a device's profile recommends, and that is not in force."""

    device: DeviceId
    rule: RuleId
    """As the profile calls it."""
    profile: str
    why: Why
    place: Place
    """Where the device says so, or would."""
    sensors: tuple[str, ...]
    """The points that it is about, as the profile calls them; all of them when empty."""


@dataclass(slots=True)
class Taken:
    """Where every rule comes from, and which recommended ones are not in force."""

    origins: dict[RuleId, Origin] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)


def take(room: Room, rules: Rules, around: Surroundings, findings: Findings) -> Taken:
    """Add to `rules` what each device of `room` takes of its profile's."""
    taken = Taken({name: Origin(spot.key_place) for name, spot in rules.spots.items()})
    for device, asked in room.recommended.items():
        spec = _spec(asked, around, findings)
        polled, profile = room.devices.get(device), room.profiles.get(device)
        if polled is None:
            continue
        if spec is None and profile is not None:
            for key in profile.rules:
                _leave(key, profile, device, Why.NOT_ASKED, asked.spot, taken)
        elif spec is None:
            continue
        elif profile is None or not profile.rules:
            _nothing_to_take(asked.spot, findings)
        else:
            _check_names(spec, profile, asked.spot, findings)
            _take_those(polled, profile, spec, asked.spot, rules, taken)
    return taken


def _take_those(polled: Polled, profile: Opened, spec: RecommendedSpec, spot: Spot, rules: Rules, taken: Taken) -> None:
    device = polled.device.id
    for key, entry in profile.rules.items():
        if key in spec.drop:
            at = spot.below("drop", spec.drop.index(RuleId(key)))
            _leave(key, profile, device, Why.DROPPED, at, taken)
            continue
        origin = _take(polled, profile, RuleId(key), entry, spec, spot, rules)
        taken.origins |= origin
        if not origin:
            _leave(key, profile, device, Why.NO_SENSORS, spot, taken)


def _leave(key: str, profile: Opened, device: DeviceId, why: Why, at: Spot, taken: Taken) -> None:
    """Note that the rule `key` of `profile` is not in force."""
    raw = profile.rules[key].raw
    named = raw.get("sensors") if isinstance(raw, dict) else None
    sensors = () if isinstance(named, dict) else tuple(map(str, named if isinstance(named, list) else [named]))
    taken.left_out.append(LeftOut(device, RuleId(key), profile.profile.id, why, at.place, sensors))


def _spec(asked: Asked, around: Surroundings, findings: Findings) -> RecommendedSpec | None:
    if isinstance(asked.raw, bool | None):
        return RecommendedSpec() if asked.raw else None
    if isinstance(asked.raw, dict):
        return read(RecommendedSpec, asked.raw, asked.spot, around, findings)
    findings.fault(
        asked.spot,
        Text(f"`{shown(asked.raw)}` is not possible here", f"此处不能写 `{shown(asked.raw)}`"),
        Text("write `true`, or `{ drop: [...], change: {...} }`", "请写 `true`，或 `{ drop: [...], change: {...} }`"),
    )
    return None


def _nothing_to_take(spot: Spot, findings: Findings) -> None:
    findings.fault(
        spot,
        Text("there is no profile that recommends rules", "没有推荐规则的设备模板"),
        Text("remove it, or write rules under `rules:`", "请删除，或在 `rules:` 中自行编写规则"),
    )


def _check_names(spec: RecommendedSpec, profile: Opened, spot: Spot, findings: Findings) -> None:
    places = {str(name): spot.below("change", name).key_place for name in spec.change}
    places |= {str(name): spot.below("drop", index).place for index, name in enumerate(spec.drop)}
    for name, at in places.items():
        if name not in profile.rules:
            problem = Text(f"the profile recommends no rule `{name}`", f"模板没有推荐规则 `{name}`")
            findings.fault(at, problem, meant(name, profile.rules) or Text("remove it", "请删除"))


def _take(
    polled: Polled, profile: Opened, name: RuleId, entry: Entry, spec: RecommendedSpec, spot: Spot, rules: Rules
) -> dict[RuleId, Origin]:
    """Add one rule, unless the device has none of the sensors that it is about."""
    if not isinstance(entry.raw, dict):
        rules.add(entry.raw, entry.spot)
        return {}
    own = RuleId(f"{polled.device.id}.{name}")
    change = spec.change.get(name)
    at = entry.spot if change is None else spot.below("change", name)
    raw = entry.raw if not isinstance(change, dict) else _changed(entry.raw, change)
    sensors = _sensors(raw.get("sensors"), polled)
    if not sensors:
        return {}
    known = set(rules.rules)
    rules.add({**raw, "id": name, "sensors": sensors}, at, polled.device.id)
    origin = Origin(at.key_place, profile.profile.id, change is not None)
    return dict.fromkeys((own, *rules.rules.keys() - known), origin)


def _changed(raw: Mapping[Step, Value], change: Mapping[Step, Value]) -> dict[Step, Value]:
    """Return the rule with a device's own settings: those of its kind, its text and its response."""
    common = keys(RuleSpec)
    kind = next((key for key in raw if key not in common), None)
    top = {key: value for key, value in change.items() if key in common}
    settings = {key: value for key, value in change.items() if key not in common}
    below = raw.get(kind)
    return {**raw, **top, kind: laid_over(below if isinstance(below, dict) else {}, settings)}


def _sensors(named: Value, polled: Polled) -> Value:
    """Return the device's sensors that a recommended rule means: points, `table.point`, or a selection among them."""
    if isinstance(named, dict):
        return {**named, "device": polled.device.id} if polled.device.sensors else None
    wanted = {str(each) for each in (named if isinstance(named, list) else [named])}
    return [f"{polled.device.id}.{point.key}" for point in polled.points if point.is_sensor and _names(point) & wanted]


def _names(point: Point) -> set[str]:
    """Return how a rule may name the point; that of a row, `input-1.voltage`, also for all rows: `input.voltage`."""
    if not point.of_table:
        return {point.key}
    return {point.key, f"{point.of_table}.{point.key.partition('.')[2]}"}
