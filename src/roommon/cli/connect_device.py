"""What one device answered, as `check --connect` shows it: what gave no value and why, values, rows that it offers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from roommon.cli.history_rows import value_of
from roommon.cli.spoken import say
from roommon.cli.words import REASONS, word
from roommon.config.site import Polled
from roommon.model.clock import Clock
from roommon.model.reading import Reading
from roommon.poll.decode import Decoder
from roommon.poll.driver import About, Fault, FoundRow, Raw


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one beat."""

    points: int
    """How many points should answer."""
    well: int
    details: tuple[str, ...]


def device_heard(polled: Polled, raws: Sequence[Raw | Fault], clock: Clock) -> Heard:
    """Return what the device answered; what it may lack without harm is not counted."""
    readings = Decoder(polled.device.id, polled.points).readings(raws, clock.instant(clock.monotonic()))
    well = {reading.sensor.partition(".")[2] for reading in readings if reading.value is not None}
    spare = _spare(polled) | well
    faults = {
        point.key: raw
        for point, raw in zip(polled.points, raws, strict=True)
        if isinstance(raw, Fault) and point.key not in spare
    }
    counted = sum(point.key not in spare or point.key in well for point in polled.points)
    complaints = [line(key, word(REASONS[fault.reason]), word(fault.detail)) for key, fault in faults.items()]
    return Heard(counted, counted - len(faults), (*complaints, *_values(polled, readings)))


def _spare(polled: Polled) -> set[str]:
    """Return the points that a device may lack without a word: what stands in, and what is told only by some."""
    told = {each.point for point in polled.points for each in point.selectors if each.otherwise is not None}
    needed = {each.point for point in polled.points for each in point.selectors if each.otherwise is None}
    gates = {gate.point for point in polled.points for gate in point.good_when}
    stand_ins = {point.fallback for point in polled.points if point.fallback is not None}
    return stand_ins | (told - needed - gates)


def _values(polled: Polled, readings: Sequence[Reading]) -> Iterator[str]:
    sensors = {sensor.id: sensor for sensor in polled.device.sensors}
    for reading in readings:
        sensor = sensors[reading.sensor]
        if reading.value is not None:
            yield line(sensor.key, value_of(reading, sensor))
        elif reading.reason is not None:
            yield line(sensor.key, word(REASONS[reading.reason]))


def offered(about: About | None) -> Iterator[str]:
    """Yield the rows that the device has and the configuration does not list, as they would be written there."""
    unlisted = () if about is None else about.unlisted
    named = Counter((row.table, _name(row)) for row in unlisted)
    for row in unlisted:
        known_by = _name(row)
        if row.part and named[row.table, known_by] > 1:
            known_by += f", part: {row.part}"
        entry = f"{{ table: {row.table}, id: ..., {known_by} }}"
        yield say(f"not in the configuration: {entry}", f"未列入配置：{entry}")


def _name(row: FoundRow) -> str:
    if row.label:
        return f"label: {row.label!r}"
    return f"serial: {row.serial!r}" if row.serial else f"index: {row.index}"


def line(*parts: object) -> str:
    """Return who, where and what in one line."""
    return say(": ", "：").join(map(str, parts))
