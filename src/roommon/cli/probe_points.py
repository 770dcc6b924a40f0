"""What the profile, or the configuration, makes of a device's answers: one line per point."""

from collections.abc import Mapping, Sequence
from math import isfinite

from roommon.cli.history_rows import value_of
from roommon.cli.probe_found import Found, Section
from roommon.cli.probe_place import Place
from roommon.cli.spoken import say
from roommon.cli.words import QUALITIES, REASONS, word
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS
from roommon.model.reading import Reading, SensorId
from roommon.poll.driver import Fault, Raw
from roommon.poll.shown import number, place
from roommon.profiles.point import Point


def points_found(
    where: Place, points: Sequence[Point], raws: Sequence[Raw | Fault], readings: Sequence[Reading]
) -> Found:
    """Return the view of `points`; `raws` are those of all points of the device, `readings` those of all sensors."""
    raw_of = {point.key: raw for point, raw in zip(where.polled.points, raws, strict=True)}
    sensors = {sensor.key: sensor for sensor in where.polled.device.sensors}
    by_id = {reading.sensor: reading for reading in readings}
    rows, documents = [], []
    for point in points:
        sensor = sensors.get(point.key)
        reading = None if sensor is None else by_id.get(sensor.id)
        rows.append(_row(point, raw_of[point.key], sensor, reading))
        documents.append(_document(point, raw_of[point.key], sensor, reading))
    well = not any(_is_lacking(raw_of[point.key], sensors.get(point.key), by_id) for point in points)
    return Found((Section(_title(where), _headings(), rows),), {"points": documents}, well)


def _is_lacking(raw: Raw | Fault, sensor: Sensor | None, readings: Mapping[SensorId, Reading]) -> bool:
    """Return whether a sensor has no value for want of an answer; what is read for others alone may be missing."""
    return isinstance(raw, Fault) and sensor is not None and readings[sensor.id].value is None


def _title(where: Place) -> str:
    name = where.polled.profile or where.polled.device.id
    return say(f"as {name} reads it", f"按 {name} 的解释")


def _headings() -> tuple[str, ...]:
    return (
        say("point", "点位"),
        say("read", "地址"),
        say("raw", "原始值"),
        say("value", "数值"),
        say("quality", "质量"),
        say("why", "原因"),
    )


def _row(point: Point, raw: Raw | Fault, sensor: Sensor | None, reading: Reading | None) -> tuple[str, ...]:
    came = "" if isinstance(raw, Fault) else number(point, raw)
    if reading is None:
        return point.key, place(point), came, "", "", word(raw.detail) if isinstance(raw, Fault) else ""
    why = "" if reading.reason is None else word(REASONS[reading.reason])
    if isinstance(raw, Fault):
        why = f"{why}{say(': ', '：')}{word(raw.detail)}" if why else _stood_in(raw)
    return point.key, place(point), came, value_of(reading, sensor), word(QUALITIES[reading.quality]), why


def _stood_in(raw: Fault) -> str:
    """Return why a good value is not that of the point's own object."""
    return say("by its `else`: ", "取自其 `else`：") + word(raw.detail)


def _document(point: Point, raw: Raw | Fault, sensor: Sensor | None, reading: Reading | None) -> dict[str, object]:
    return {
        "id": point.key,
        "read": place(point),
        "raw": _plain(raw),
        "value": None if reading is None else reading.value,
        "unit": None if sensor is None else UNITS[sensor.quantity].ucum,
        "quality": None if reading is None else reading.quality,
        "reason": None if reading is None else reading.reason,
        "detail": word(raw.detail) if isinstance(raw, Fault) else None,
    }


def _plain(raw: Raw | Fault) -> object:
    """Return `raw` as JSON has it: bytes in hexadecimal, what is no finite number as its name."""
    match raw:
        case Fault():
            return None
        case bytes():
            return raw.hex()
        case float() if not isfinite(raw):
            return str(raw)
        case _:
            return raw
