"""How a sensor went: what the chart and the file for a spreadsheet are made of."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roommon.journal.reader import JournalReader
from roommon.journal.trend import Point, Trend
from roommon.model.clock import Duration, Instant
from roommon.model.reading import SensorId
from roommon.model.text import Language, Text
from roommon.record.lives import Life, is_true, lives
from roommon.web import times
from roommon.web.facts import Setpoint, Watched
from roommon.web.tables import value_of_number

_HOUR = 3_600_000
SPANS: Mapping[str, tuple[Text, Duration]] = {
    "hour": (Text("1 hour", "1 小时"), Duration(_HOUR)),
    "6-hours": (Text("6 hours", "6 小时"), Duration(6 * _HOUR)),
    "day": (Text("1 day", "1 天"), Duration(24 * _HOUR)),
    "week": (Text("1 week", "1 周"), Duration(7 * 24 * _HOUR)),
    "month": (Text("30 days", "30 天"), Duration(30 * 24 * _HOUR)),
    "year": (Text("1 year", "1 年"), Duration(365 * 24 * _HOUR)),
}
USUAL = "day"
POINTS = 1200
"""As many as a screen has columns, or so."""
_GAP = 3
"""Steps without a point from which on the line is broken."""


@dataclass(frozen=True, slots=True)
class Course:
    """A sensor between two instants."""

    since: Instant
    until: Instant
    trend: Trend
    alarms: Sequence[Life]

    @property
    def known(self) -> list[Point]:
        """The points that have values."""
        return [point for point in self.trend.points if point.mean is not None]


def course(reader: JournalReader, sensor: SensorId, since: Instant, until: Instant) -> Course:
    """Return how `sensor` went, with the alarms that it had."""
    trend = reader.trend(sensor, since, until, POINTS)
    events = reader.events_of(sensor, since, until)
    return Course(since, until, trend, [life for life in lives(events) if is_true(life.first)])


def figures(found: Course, watched: Watched) -> list[tuple[Text, Text]]:
    """Return what it came to, in words: lowest, mean, highest, share of good readings."""
    known = found.known
    readings = sum(point.readings for point in found.trend.points)
    if not readings:
        return []
    good = sum(point.good * point.readings for point in found.trend.points)
    share = Text.same(f"{100 * good / readings:.2f} %")
    if not known:
        return [(Text("good readings", "有效读数"), share)]
    weight = sum(point.good * point.readings for point in known)
    mean = sum((point.mean or 0.0) * point.good * point.readings for point in known) / weight
    low = min(point.low for point in known if point.low is not None)
    high = max(point.high for point in known if point.high is not None)
    return [
        (Text("lowest", "最低"), value_of_number(low, watched)),
        (Text("mean", "平均"), value_of_number(mean, watched)),
        (Text("highest", "最高"), value_of_number(high, watched)),
        (Text("good readings", "有效读数"), share),
    ]


def chart(
    found: Course, watched: Watched, setpoints: Iterable[Setpoint], unit: str, language: Language
) -> Mapping[str, object]:
    """Return what the chart draws: seconds and values, None where the line is broken."""
    points = list(_with_gaps(found.trend, watched.every))
    return {
        "since": found.since / 1000,
        "until": found.until / 1000,
        "unit": unit,
        "at": [at / 1000 for at, _ in points],
        "low": [None if point is None else point.low for _, point in points],
        "mean": [None if point is None else point.mean for _, point in points],
        "high": [None if point is None else point.high for _, point in points],
        "is_raw": found.trend.step is None,
        "setpoints": [
            {"value": each.value, "rule": each.rule, "priority": each.priority.name.lower()} for each in setpoints
        ],
        "alarms": [_alarm(life, found.until, language) for life in found.alarms],
    }


def _alarm(life: Life, until: Instant, language: Language) -> Mapping[str, object]:
    return {
        "begin": life.begun / 1000,
        "end": (until if life.ended is None else life.ended) / 1000,
        "priority": life.priority.name.lower(),
        "text": (life.first.about or life.first.text).in_language(language),
    }


def _with_gaps(trend: Trend, every: Duration) -> Iterable[tuple[Instant, Point | None]]:
    """Yield the points with an empty one wherever some are missing: what happened there nobody saw."""
    longest, before = _GAP * (trend.step or every), None
    for point in trend.points:
        if before is not None and point.begin - before > longest:
            yield Instant(before + (trend.step or every)), None
        yield point.begin, point
        before = point.begin


def spreadsheet(found: Course, sensor: SensorId) -> str:
    """Return the points as CSV (RFC 4180), times in UTC."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("sensor", "begin", "low", "mean", "high", "good", "readings"))
    for point in found.trend.points:
        begin = times.iso_8601(point.begin)
        writer.writerow((sensor, begin, point.low, point.mean, point.high, f"{point.good:.4f}", point.readings))
    return written.getvalue()
