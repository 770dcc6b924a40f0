"""Readings as columns of bytes, each compressed: how a batch lies on the disk.

A batch of the same sensors compresses to a few bytes per reading, because each column repeats itself: sensor numbers as
differences (neighbours are polled together), times as milliseconds since the first, values as float64, and one byte of
quality. All little endian. zlib's check sum tells a damaged column from a sound one.
"""

import sys
import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import accumulate, repeat
from operator import sub
from typing import Literal, overload

from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason, SensorId

CODE_OF: dict[Reason, int] = {
    Reason.NO_COMMUNICATION: 1,
    Reason.DEVICE_FAILURE: 2,
    Reason.CONFIGURATION_ERROR: 3,
    Reason.NOT_CONNECTED: 4,
    Reason.SENSOR_FAILURE: 5,
    Reason.OUT_OF_RANGE: 6,
    Reason.OVERDUE: 7,
    Reason.BAD_INPUT: 8,
    Reason.WAITING_FOR_INITIAL_DATA: 9,
}
"""Numbers of reasons on the disk: a new reason takes a new number, and none is ever used again."""

UNCERTAIN = 0x80
"""Added to the reason's number when the quality is uncertain instead of bad. A good reading is 0."""

_MEANING: dict[int, tuple[Quality, Reason | None]] = {
    0: (Quality.GOOD, None),
    **{code: (Quality.BAD, reason) for reason, code in CODE_OF.items()},
    **{code | UNCERTAIN: (Quality.UNCERTAIN, reason) for reason, code in CODE_OF.items()},
}
_QUALITIES = [_MEANING.get(code, _MEANING[1])[0] for code in range(256)]
_REASONS = [_MEANING.get(code, _MEANING[1])[1] for code in range(256)]
_LEVEL = 1
_MISSING = float("nan")
_made: Callable[[Iterable[object]], Reading] = partial(tuple.__new__, Reading)
"""`Reading` of its fields at a third of the cost: its own constructor is a function in Python."""


class IllegibleBatch(Exception):
    """The columns of a batch are damaged or were never a batch."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One batch as it lies on the disk."""

    readings: int
    first_at: Instant
    """The earliest instant of a reading (not the first one's: the clock may have been set between two)."""
    last_at: Instant
    sensors: bytes
    taken_at: bytes
    values: bytes
    codes: bytes

    @property
    def size(self) -> int:
        """Bytes of all columns."""
        return len(self.sensors) + len(self.taken_at) + len(self.values) + len(self.codes)


def pack(readings: Sequence[Reading], number_of: Callable[[SensorId], int]) -> Columns:
    """Return the columns of `readings` (at least one)."""
    sensors, taken_at, values, _, reasons = zip(*readings, strict=True)
    first_at, last_at = min(taken_at), max(taken_at)
    numbers = list(map(number_of, sensors))
    return Columns(
        readings=len(readings),
        first_at=first_at,
        last_at=last_at,
        sensors=_squeezed(array("i", [numbers[0], *map(sub, numbers[1:], numbers)])),
        taken_at=_squeezed(array("q", [at - first_at for at in taken_at])),
        values=_squeezed(array("d", _filled(values))),
        codes=_squeezed(array("B", _codes(readings, reasons))),
    )


def _filled(values: Sequence[float | None]) -> list[float]:
    return [_MISSING if value is None else value for value in values]


def _codes(readings: Sequence[Reading], reasons: Sequence[Reason | None]) -> bytes:
    if reasons.count(None) == len(reasons):
        return bytes(len(reasons))
    return bytes(map(_code, readings))


def _code(reading: Reading) -> int:
    if reading.reason is None:
        return 0
    return CODE_OF[reading.reason] | (0 if reading.value is None else UNCERTAIN)


def _squeezed(column: "array[int] | array[float]") -> bytes:
    if sys.byteorder == "big":
        column.byteswap()
    return zlib.compress(column, _LEVEL)


def unpack(columns: Columns, sensor_of: Sequence[SensorId]) -> list[Reading]:
    """Return the readings of `columns`, in the order in which they were packed.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    try:
        return list(_readings(columns, sensor_of))
    except (zlib.error, ValueError, IndexError) as error:
        msg = f"{columns.readings} readings from {columns.first_at} to {columns.last_at}: {error}"
        raise IllegibleBatch(msg) from error


def _readings(columns: Columns, sensor_of: Sequence[SensorId]) -> Iterator[Reading]:
    count = columns.readings
    sensors = map(sensor_of.__getitem__, sensor_numbers(columns.sensors, count))
    taken_at = map(columns.first_at.__add__, _column("q", columns.taken_at, count))
    values, codes = _column("d", columns.values, count), _column("B", columns.codes, count).tobytes()
    if not any(codes):
        return map(_made, zip(sensors, taken_at, values, repeat(Quality.GOOD), repeat(None)))  # two have no end
    qualities = [_QUALITIES[code] for code in codes]
    known = [None if quality is Quality.BAD else value for quality, value in zip(qualities, values, strict=True)]
    return map(_made, zip(sensors, taken_at, known, qualities, [_REASONS[code] for code in codes], strict=True))


def sensor_numbers(column: bytes, count: int) -> list[int]:
    """Return the sensors' numbers in a batch of `count` readings."""
    return list(accumulate(_column("i", column, count)))


@overload
def _column(code: Literal["d"], squeezed: bytes, count: int) -> "array[float]": ...
@overload
def _column(code: Literal["i", "q", "B"], squeezed: bytes, count: int) -> "array[int]": ...
def _column(code: Literal["i", "q", "B", "d"], squeezed: bytes, count: int) -> "array[int] | array[float]":
    column = array(code, zlib.decompress(squeezed))
    if len(column) != count:
        raise ValueError(f"{len(column)} entries in a column of {count}")
    if sys.byteorder == "big":
        column.byteswap()
    return column


def marks(columns: Columns) -> tuple[list[int], Iterator[int], "array[float]", bytes]:
    """Return sensors' numbers, instants, values and codes of the readings, without making these; 0 is good.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    count = columns.readings
    try:
        codes = _column("B", columns.codes, count).tobytes()
        taken_at = map(columns.first_at.__add__, _column("q", columns.taken_at, count))
        return sensor_numbers(columns.sensors, count), taken_at, _column("d", columns.values, count), codes
    except (zlib.error, ValueError) as error:
        raise IllegibleBatch(str(error)) from error


def marks_of(columns: Columns, number: int) -> list[tuple[Instant, tuple[float, ...]]]:
    """Return the instant and the good value, or no value, of each reading of the sensor `number`.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    count = columns.readings
    found = places(columns.sensors, count, number)
    if not found:
        return []
    try:
        after, values = _column("q", columns.taken_at, count), _column("d", columns.values, count)
        codes = _column("B", columns.codes, count)
    except (zlib.error, ValueError) as error:
        raise IllegibleBatch(str(error)) from error
    return [(Instant(columns.first_at + after[at]), () if codes[at] else (values[at],)) for at in found]


def numbers_in(column: bytes, count: int) -> list[int]:
    """Return the sensors' numbers in a batch of `count` readings.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    try:
        return sensor_numbers(column, count)
    except (zlib.error, ValueError) as error:
        raise IllegibleBatch(str(error)) from error


@lru_cache(maxsize=512)
def places(column: bytes, count: int, number: int) -> tuple[int, ...]:
    """Return where in a batch of `count` readings the sensor `number` stands.

    Batches of one polling plan often have the same column, so what was found is remembered.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    numbers = numbers_in(column, count)
    return tuple(place for place, found in enumerate(numbers) if found == number) if number in numbers else ()


@lru_cache(maxsize=512)
def _places_of(column: bytes, count: int, numbers: frozenset[int]) -> tuple[tuple[int, int], ...]:
    return tuple((place, found) for place, found in enumerate(sensor_numbers(column, count)) if found in numbers)


def chosen(columns: Columns, sensors: Mapping[int, SensorId]) -> tuple[list[int], list[Reading]]:
    """Return where in the batch `sensors` (by number) stand, and their readings, without making the others.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    try:
        places = _places_of(columns.sensors, columns.readings, frozenset(sensors))
        return [place for place, _ in places], list(_chosen(columns, places, sensors)) if places else []
    except (zlib.error, ValueError, IndexError) as error:
        raise IllegibleBatch(str(error)) from error


def _chosen(columns: Columns, places: Iterable[tuple[int, int]], sensors: Mapping[int, SensorId]) -> Iterator[Reading]:
    count = columns.readings
    taken_at, values = _column("q", columns.taken_at, count), _column("d", columns.values, count)
    codes = _column("B", columns.codes, count)
    for place, number in places:
        quality, reason = _QUALITIES[codes[place]], _REASONS[codes[place]]
        value = None if quality is Quality.BAD else values[place]
        yield Reading(sensors[number], Instant(columns.first_at + taken_at[place]), value, quality, reason)


def pick(columns: Columns, index: int, sensor: SensorId) -> Reading:
    """Return the reading at `index`, which is `sensor`'s, without making the others.

    Raises:
        IllegibleBatch: the bytes are damaged.
    """
    try:
        return _pick(columns, index, sensor)
    except (zlib.error, ValueError, IndexError) as error:
        raise IllegibleBatch(str(error)) from error


def _pick(columns: Columns, index: int, sensor: SensorId) -> Reading:
    code = _column("B", columns.codes, columns.readings)[index]
    taken_at = columns.first_at + _column("q", columns.taken_at, columns.readings)[index]
    value = None if _QUALITIES[code] is Quality.BAD else _column("d", columns.values, columns.readings)[index]
    return Reading(sensor, Instant(taken_at), value, _QUALITIES[code], _REASONS[code])
