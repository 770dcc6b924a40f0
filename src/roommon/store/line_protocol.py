"""Readings and alarm events as lines of InfluxDB's line protocol (docs/influxdb.md).

Timestamps of readings are in milliseconds. Those of alarm events are in nanoseconds: the millisecond, and in what is
below it the event's number, so that two transitions of one alarm in one millisecond are two points.

Everything of a line that does not change is made once per sensor (`series_of`), so that a line costs a third of a
microsecond. What line protocol cannot carry is told here and not by the server: a line never holds a newline, a tag is
never empty, and a tag does not end in a backslash, which would swallow the character behind it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from roommon.model.alarm import AlarmEvent
from roommon.model.device import Device, Sensor, SiteId
from roommon.model.reading import Quality, Reading, SensorId
from roommon.model.text import Language

ALARM_EVENT = "alarm_event"
"""The measurement of alarm events; every other measurement is a quantity."""

RESERVED = frozenset({"site", "room", "device", "sensor", "alarm", "priority", "value", "quality", "reason", "time"})
"""Names that a sensor's own label cannot have: our tags and fields, and what InfluxDB keeps for itself.

InfluxDB refuses a tag `time`, and InfluxDB 3 a tag with the name of a field. A name that begins with `_` is InfluxDB's
too. The configuration refuses such labels; one that gets here all the same is left out.
"""

Precision = Literal["ms", "ns"]
"""What the timestamps of lines count."""
OF_READINGS: Final = "ms"
OF_EVENTS: Final = "ns"
_BELOW_A_MILLISECOND = 1_000_000

Series = Mapping[SensorId, str]
"""How every line of a sensor begins: measurement, tags and a space."""
DRILL = "drill"
"""The measurement of what a drill said in the place of a sensor: no query of a quantity ever meets it."""
_DRILL_PREFIX = "drill."

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SPECIAL_IN_TAG = re.compile(r"([,= ])")
_SPECIAL_IN_STRING = re.compile(r'(["\\])')


def series_of(site: SiteId, devices: Iterable[Device]) -> Series:
    """Return the series of every sensor of `devices`."""
    known = {sensor.id: (device, sensor) for device in devices for sensor in device.sensors}
    return _AllSeries(site, known)


class _AllSeries(dict[SensorId, str]):
    """The series of every sensor; those of drills are made when they are first needed."""

    def __init__(self, site: SiteId, known: Mapping[SensorId, tuple[Device, Sensor]]) -> None:
        super().__init__({id_: _series(site, device, sensor) for id_, (device, sensor) in known.items()})
        self._site = site
        self._known = known

    def __missing__(self, id_: SensorId) -> str:
        if id_ not in self:
            raise KeyError(id_)
        device, sensor = self._known[SensorId(id_.removeprefix(_DRILL_PREFIX))]
        tags = {"site": self._site, "room": device.room, "device": device.id, "sensor": sensor.id}
        made = self[id_] = f"{DRILL}{_tags(tags | {'quantity': sensor.quantity})} "
        return made

    def __contains__(self, id_: object) -> bool:
        return super().__contains__(id_) or (
            isinstance(id_, str) and id_.startswith(_DRILL_PREFIX) and id_.removeprefix(_DRILL_PREFIX) in self._known
        )


def reading_lines(readings: Iterable[Reading], series: Series) -> list[str]:
    """Return one line per reading, in order; raise KeyError for a sensor that `series` does not have."""
    return [
        f'{series[sensor]}value={value!r},quality="good" {taken_at}'
        if reason is None
        else _doubtful(series[sensor], taken_at, value, quality, reason)
        for sensor, taken_at, value, quality, reason in readings
    ]


def event_line(number: int, event: AlarmEvent, site: SiteId, language: Language) -> str:
    """Return the line of the alarm event with that number, its text in `language`."""
    tags = {
        "alarm": event.alarm,
        "device": event.device,
        "priority": event.priority.name.lower(),
        "room": event.room,
        "sensor": event.sensor,
        "site": site,
    }
    strings = {
        "was": event.was,
        "state": event.state,
        "trigger": event.trigger,
        "text": event.text.in_language(language),
    }
    marks = [f"tell={str(event.tell).lower()}", f"drill={str(event.drill).lower()}"]
    fields = [f"number={number}i", *marks, *(f"{name}={_string(words)}" for name, words in strings.items())]
    if event.value is not None:
        fields.insert(0, f"value={event.value!r}")
    at = event.at * _BELOW_A_MILLISECOND + number % _BELOW_A_MILLISECOND
    return f"{ALARM_EVENT}{_tags(tags)} {','.join(fields)} {at}"


def body(lines: Sequence[str]) -> bytes:
    """Return `lines` as they are written."""
    return "\n".join(lines).encode()


def _doubtful(series: str, taken_at: int, value: float | None, quality: Quality, reason: str) -> str:
    known = "" if value is None else f"value={value!r},"
    return f'{series}{known}quality="{quality}",reason="{reason}" {taken_at}'


def _series(site: SiteId, device: Device, sensor: Sensor) -> str:
    labels = {_carried(key): value for key, value in sensor.labels.items()}
    usable = {key: value for key, value in labels.items() if key not in RESERVED and not key.startswith("_")}
    own = {"site": site, "room": device.room, "device": device.id, "sensor": sensor.id}
    return f"{sensor.quantity}{_tags(usable | own)} "


def _tags(tags: Mapping[str, str]) -> str:
    pairs = sorted((key, _carried(value)) for key, value in tags.items())
    return "".join(f",{_escaped(key)}={_escaped(value)}" for key, value in pairs if key and value)


def _carried(words: str) -> str:
    """Return what of `words` the name or the value of a tag can carry."""
    return _plain(words).rstrip("\\")


def _escaped(words: str) -> str:
    return _SPECIAL_IN_TAG.sub(r"\\\1", words)


def _string(words: str) -> str:
    escaped = _SPECIAL_IN_STRING.sub(r"\\\1", _plain(words))
    return f'"{escaped}"'


def _plain(words: str) -> str:
    """Return `words` on one line, as UTF-8 can carry them."""
    return _CONTROL.sub(" ", words.encode(errors="replace").decode())
