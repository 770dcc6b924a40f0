"""What `history --by` prints: the smallest, mean and largest value of each minute, hour or day of a sensor."""

from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby

from rich.text import Text as Styled

from roommon.cli.history_rows import Row, Rows
from roommon.cli.moments import local
from roommon.cli.spoken import say
from roommon.journal.reader import JournalReader
from roommon.journal.summary import HOUR, MINUTE, Summary, all_joined
from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, shown
from roommon.model.reading import SensorId
from roommon.record.members import iso_8601


class By(StrEnum):
    """What one row is about."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    """By the box's own time; of the hours that begin in it."""

    @property
    def step(self) -> Duration:
        """Return the step of the summaries that it is made of."""
        return MINUTE if self is By.MINUTE else HOUR


def of_summaries(
    reader: JournalReader, by: By, of: SensorId, since: Instant, until: Instant | None, sensor: Sensor | None
) -> Rows:
    """Return the rows from the one that `since` lies in; without `sensor` the values are bare numbers."""
    headings = (
        *(say("from", "起始"), say("min", "最小"), say("mean", "平均"), say("max", "最大")),
        *(say("good", "良好"), say("readings", "读数")),
    )
    fields = "at", "sensor", "min", "mean", "max", "unit", "good", "readings"
    found = reader.summaries(of, by.step, _begin(by, since), _end(reader, until))
    steps = _days(found) if by is By.DAY else found
    return Rows(headings, fields, (_row(at, summary, of, sensor) for at, summary in steps))


def _begin(by: By, since: Instant) -> Instant:
    """Return when the row begins that `since` lies in."""
    return _midnight(since) if by is By.DAY and since > 0 else Instant(since // by.step * by.step)


def _end(reader: JournalReader, until: Instant | None) -> Instant:
    if until is not None:
        return Instant(until + 1)
    now = Instant(round(datetime.now(UTC).timestamp() * 1000))
    return Instant(max(now, reader.last_instant() or now) + 1)


def _midnight(at: Instant) -> Instant:
    day = datetime.fromtimestamp(at / 1000, UTC).astimezone().date()
    return Instant(round(datetime(day.year, day.month, day.day).astimezone().timestamp() * 1000))


def _days(hours: Iterator[tuple[Instant, Summary]]) -> Iterator[tuple[Instant, Summary]]:
    for day, some in groupby(hours, key=lambda hour: _midnight(hour[0])):
        yield day, all_joined(summary for _, summary in some)


def _row(at: Instant, summary: Summary, of: SensorId, sensor: Sensor | None) -> Row:
    low, mean, high = (summary.low, summary.mean, summary.high) if summary.good else (None, None, None)
    share = summary.good / summary.readings
    styled = Styled(f"{share:.0%}" if share in (0, 1) else f"{share:.1%}", "" if share == 1 else "red")
    values = _value(low, sensor), _value(mean, sensor), _value(high, sensor)
    cells = local(at), *values, styled, str(summary.readings)
    facts: dict[str, object] = {
        "at": iso_8601(at),
        "sensor": of,
        "min": low,
        "mean": mean,
        "max": high,
        "unit": None if sensor is None else UNITS[sensor.quantity].ucum,
        "good": round(share, 6),
        "readings": summary.readings,
    }
    return Row(cells, facts)


def _value(figure: float | None, sensor: Sensor | None) -> str:
    if figure is None:
        return ""
    return f"{figure:.10g}" if sensor is None else shown(figure, sensor.quantity)
