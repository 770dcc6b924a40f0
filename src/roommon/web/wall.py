"""The wall: the room in one word, six tiles, what stands and what to do, what is set aside. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roommon.journal.standing import StandingAlarm
from roommon.model.alarm import AlarmEvent
from roommon.model.alive import SetAside
from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import Reason
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Text
from roommon.record.aside import set_aside
from roommon.record.lives import is_true
from roommon.web import mood
from roommon.web.facts import Building, Present, Watched
from roommon.web.mood import Mood
from roommon.web.protection import NAMES, Protection

AT_MOST = 30
"""Alarms on the wall; the page of alarms has all."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One protection."""

    protection: Protection
    name: Text
    mood: Mood
    alarms: int
    seen: int
    watched: int
    value: Text
    """The one that tells most: `27.3 °C`."""
    says: Text
    """Whose it is: `Rack A inlet`."""


@dataclass(frozen=True, slots=True)
class Row:
    """An alarm that stands."""

    alarm: StandingAlarm
    reached_at: Instant | None
    now: str
    """What its sensor says now; empty where it says nothing."""
    cause: Text | None
    """Of an alarm that another one explains: what that one says."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """A sensor of which nobody knows how it is."""

    watched: Watched
    reason: Reason | None
    """None when it has said nothing at all for some beats."""


@dataclass(frozen=True, slots=True)
class Blind:
    """A device of whose sensors nobody knows how they are, for one and the same reason."""

    device: Device
    reason: Reason | None
    unseen: Sequence[Watched]

    @property
    def what(self) -> Text:
        """What a person calls it: the one sensor, or the device and how many of its sensors."""
        if len(self.unseen) == 1:
            return self.unseen[0].name
        unseen, all_, name = len(self.unseen), len(self.device.sensors), self.device.name
        if unseen == all_:
            return Text(f"{name.en}: all {all_} sensors", f"{name.zh_cn}：全部 {all_} 个测点")
        return Text(f"{name.en}: {unseen} of {all_} sensors", f"{name.zh_cn}：{all_} 个测点中的 {unseen} 个")


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything that the wall shows."""

    at: Instant
    mood: Mood
    unseen: Sequence[Unseen]
    watched: int
    tiles: Sequence[Tile]
    rows: Sequence[Row]
    more: int
    """Alarms that stand and have no row."""
    kept_back: Sequence[Row]
    """Alarms that stand and of which people are not told: shelved, explained, out of service."""
    aside: Sequence[SetAside]
    drills: Sequence[Row]

    @property
    def blind(self) -> Sequence[Blind]:
        """Return what is not seen, by device and reason, in the devices' order."""
        found: dict[tuple[DeviceId, Reason | None], list[Watched]] = {}
        for each in self.unseen:
            found.setdefault((each.watched.device.id, each.reason), []).append(each.watched)
        return [Blind(unseen[0].device, reason, unseen) for (_, reason), unseen in found.items()]


def wall(building: Building, present: Present) -> Wall:
    """Return the wall of `building` at `present`."""
    watched = [each for each in building.watched.values() if not _is_out(each, present)]
    true = [each for each in present.standing if is_true(each.event)]
    told = sorted((each for each in true if each.event.suppression is None), key=_urgency)
    kept_back = sorted((each for each in true if each.event.suppression is not None), key=_urgency)
    drills = [each for each in present.standing if each.event.drill]
    unseen = [
        Unseen(each, None if (reading := present.reading(each)) is None else reading.reason)
        for each in watched
        if not present.is_seen(each)
    ]
    return Wall(
        at=present.at,
        mood=mood.of([each.event for each in told], seen=len(watched) - len(unseen), watched=len(watched)),
        unseen=unseen,
        watched=len(watched),
        tiles=[_tile(each, watched, told, building, present) for each in Protection],
        rows=[row(each, building, present) for each in told[:AT_MOST]],
        more=max(0, len(told) - AT_MOST),
        kept_back=[row(each, building, present) for each in kept_back[:AT_MOST]],
        aside=set_aside(present.states),
        drills=[row(each, building, present) for each in drills],
    )


def _is_out(watched: Watched, present: Present) -> bool:
    """Return whether people took the sensor, its device or its room out of service."""
    names = {watched.sensor.id, watched.device.id, watched.device.room}
    return any(out.target in names for out in present.out_of_service())


def _urgency(alarm: StandingAlarm) -> tuple[int, bool, int]:
    """Return the order: by priority, then who has nobody, then the newest."""
    return alarm.event.priority, alarm.taken_by is not None, -alarm.since


def row(alarm: StandingAlarm, building: Building, present: Present) -> Row:
    """Return an alarm that stands as a row."""
    watched = building.watched.get(alarm.event.sensor)
    return Row(
        alarm=alarm,
        reached_at=present.reached_at.get(alarm.event.alarm),
        now="" if watched is None else says(watched, present),
        cause=_cause(alarm.event, present),
    )


def _cause(event: AlarmEvent, present: Present) -> Text | None:
    if event.suppression is None or event.suppression.kind is not SuppressedAs.BY_DESIGN:
        return None
    why = event.suppression.why
    return next((each.event.about or each.event.text for each in present.standing if each.event.alarm == why), None)


def says(watched: Watched, present: Present) -> str:
    """Return what a sensor says now, in figures; empty where it says nothing, or says it in words."""
    reading = present.reading(watched)
    if reading is None or reading.value is None or watched.sensor.quantity in (Quantity.CONTACT, Quantity.STATE):
        return ""
    return shown(reading.value, watched.sensor.quantity)


def _tile(
    protection: Protection,
    watched: Iterable[Watched],
    told: Iterable[StandingAlarm],
    building: Building,
    present: Present,
) -> Tile:
    own = [each for each in watched if each.protection is protection]
    alarms = [each.event for each in told if _protects(each.event, building) is protection]
    seen = sum(present.is_seen(each) for each in own)
    state = mood.of(alarms, seen=seen, watched=len(own))
    value, name = _telling(protection, state, own, present)
    if alarms and protection not in _TELLING:
        value, name = Text.same(""), min(alarms, key=lambda event: event.priority).text
    return Tile(
        protection=protection,
        name=NAMES[protection],
        mood=state,
        alarms=len(alarms),
        seen=seen,
        watched=len(own),
        value=value,
        says=name,
    )


def _protects(event: AlarmEvent, building: Building) -> Protection | None:
    """Return which protection an alarm belongs to: its sensor's, or that of most of its device's sensors."""
    watched = building.watched.get(event.sensor)
    if watched is not None:
        return watched.protection
    unit = building.units.get(event.device)
    kinds = [building.watched[each.id].protection for each in unit.device.sensors] if unit else []
    return max(kinds, key=kinds.count) if kinds else None


_TELLING: Mapping[Protection, Sequence[tuple[str | Quantity, bool]]] = {
    Protection.LIGHTNING: ((Quantity.LEAKAGE_CURRENT, True), (Quantity.COUNT, True)),
    Protection.ELECTRICITY: (("runtime_remaining", False), ("battery_charge", False), (Quantity.VOLTAGE, False)),
    Protection.QUAKE: ((Quantity.ACCELERATION, True), (Quantity.VELOCITY, True), (Quantity.DISPLACEMENT, True)),
    Protection.TEMPERATURE: ((Quantity.TEMPERATURE, True),),
}
"""By protection: which keys or quantities tell most, and whether the highest value of them does."""
_QUIET = {Protection.FIRE: Text("quiet", "无火警"), Protection.WATER: Text("dry", "无漏水")}
"""What is said of contacts alone, while all of them are normal."""


def _telling(protection: Protection, state: Mood, own: Sequence[Watched], present: Present) -> tuple[Text, Text]:
    """Return the value that tells most, and whose it is."""
    if not own:
        return Text.same("–"), Text.same("")
    for wanted, highest in _TELLING.get(protection, ()):
        values = [
            (reading.value, each)
            for each in own
            if wanted in (each.sensor.key, each.sensor.quantity)
            and (reading := present.reading(each)) is not None
            and reading.value is not None
        ]
        if values:
            value, each = (max if highest else min)(values, key=lambda found: found[0])
            return Text.same(shown(value, each.sensor.quantity)), each.name
    seen = sum(present.is_seen(each) for each in own)
    of_all = Text(f"{seen} of {len(own)} sensors read", f"{len(own)} 个测点中 {seen} 个可读")
    if state is Mood.NORMAL and protection in _QUIET:
        return _QUIET[protection], of_all
    return Text.same(f"{seen}/{len(own)}"), Text("sensors read", "测点可读")
