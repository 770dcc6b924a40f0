"""What goes into a line comes out of it: by a parser written from InfluxDB's rules, and by InfluxDB itself."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from roommon.model.text import Language, Text
from roommon.store.line_protocol import RESERVED, body, event_line, reading_lines, series_of
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.store_site import event

NASTY = st.text(alphabet=' ,=\\"\n\t#xé机🔥', max_size=8)
LABELS = st.dictionaries(NASTY | st.text(max_size=8), NASTY | st.text(max_size=12), max_size=4)
VALUES = st.floats(allow_nan=False, allow_infinity=False)
INSTANTS = st.integers(0, 4_000_000_000_000).map(Instant)
SENSOR = SensorId("rack-a.inlet")


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    match draw(st.sampled_from(Quality)):
        case Quality.GOOD:
            return good(SENSOR, draw(INSTANTS), draw(VALUES))
        case Quality.BAD:
            return bad(SENSOR, draw(INSTANTS), draw(st.sampled_from(Reason)))
        case quality:
            return Reading(SENSOR, draw(INSTANTS), draw(VALUES), quality, draw(st.sampled_from(Reason)))


class Parsed(NamedTuple):
    measurement: str
    tags: dict[str, str]
    fields: dict[str, float | str]
    at: int


def parsed(line: str) -> Parsed:
    """Read `line` as InfluxDB 1.8 does (models/points.go): what stands behind a backslash separates nothing."""
    series, *_ = _cut(line, " ")
    fields, _, at = line.removeprefix(f"{series} ").rpartition(" ")
    measurement, *tags = _cut(series, ",")
    pairs = [_cut(tag, "=") for tag in tags]
    assert all(len(pair) == 2 and all(pair) for pair in pairs), tags
    keys = [_unescaped(key) for key, _ in pairs]
    assert len(set(keys)) == len(keys), f"a tag twice: {keys}"
    return Parsed(
        measurement, dict(zip(keys, (_unescaped(value) for _, value in pairs), strict=True)), _fields(fields), int(at)
    )


def _cut(text: str, at: str) -> list[str]:
    """Cut `text` at every `at` that no backslash precedes."""
    return re.split(rf"(?<!\\){at}", text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([,= ])", r"\1", text)


def _fields(text: str) -> dict[str, float | str]:
    pairs = [part.partition("=") for part in _cut(text, ",")]
    return {key: _value(value) for key, _, value in pairs}


def _value(written: str) -> float | str:
    if written in ("true", "false"):
        return float(written == "true")
    return written.strip('"') if written.startswith('"') else float(written.rstrip("i"))


def carried(words: str) -> str:
    """What of a label a tag can carry: one line, no backslash at its end, and what UTF-8 knows."""
    return re.sub(r"[\x00-\x1f\x7f]", " ", words.encode(errors="replace").decode()).rstrip("\\")


def device_with(labels: Mapping[str, str]) -> Device:
    sensor = Sensor(DeviceId("rack-a"), "inlet", Quantity.TEMPERATURE, Text.same("Inlet"), labels)
    return Device(DeviceId("rack-a"), Text.same("Rack A"), "server room", (sensor,))


def expected_tags(labels: Mapping[str, str]) -> dict[str, str]:
    own = {"site": "hospital-a", "room": "server room", "device": "rack-a", "sensor": SENSOR}
    possible = {carried(key): carried(value) for key, value in labels.items()}
    mine = {key: value for key, value in possible.items() if key not in RESERVED and not key.startswith("_")}
    return {key: value for key, value in mine.items() if key and value} | own


@given(readings(), LABELS)
def test_a_reading_comes_out_of_its_line_as_it_went_in(reading: Reading, labels: Mapping[str, str]) -> None:
    (line,) = reading_lines([reading], series_of(SiteId("hospital-a"), [device_with(labels)]))
    assert "\n" not in line
    assert body([line]).decode() == line
    found = parsed(line)
    assert found.measurement == "temperature"
    assert found.tags == expected_tags(labels)
    assert found.at == reading.taken_at
    value = {} if reading.value is None else {"value": reading.value}
    reason = {} if reading.reason is None else {"reason": str(reading.reason)}
    assert found.fields == value | {"quality": str(reading.quality)} | reason


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influxd]:
    with an_influxd(tmp_path_factory.mktemp("influxd")) as server:
        yield server


SITES = (SiteId(f"hospital-{number}") for number in itertools.count())


@pytest.mark.integration
@given(readings(), LABELS)
@settings(max_examples=150, deadline=None)
def test_influxdb_reads_a_line_as_it_was_meant(server: Influxd, reading: Reading, labels: Mapping[str, str]) -> None:
    site = next(SITES)
    server.write(body(reading_lines([reading], series_of(site, [device_with(labels)]))))
    (row,) = server.ask(f"SELECT * FROM temperature WHERE site = '{site}' GROUP BY *")
    fields = {"time": reading.taken_at, "value": reading.value, "quality": reading.quality, "reason": reading.reason}
    expected = fields | expected_tags(labels) | {"site": site}
    found = {key: float(value) if isinstance(value, int | float) else value for key, value in row.items()}
    assert {key: value for key, value in found.items() if value not in {None, ""}} == (
        {key: value for key, value in expected.items() if value is not None}
    )


@given(st.integers(1, 10**15), st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["a.x", "b.y"])), max_size=30))
def test_no_two_events_of_one_alarm_share_a_point_and_one_event_always_has_the_same(
    first: int, happened: list[tuple[int, str]]
) -> None:
    """The clock may have been set back between two, and the numbers may pass a million."""
    numbered = [(number, event_at(at, alarm)) for number, (at, alarm) in enumerate(happened, first)]
    points = [_point(event_line(number, event, SiteId("s"), Language.ENGLISH)) for number, event in numbered]
    assert len(set(points)) == len(points)
    assert [_point(event_line(number, event, SiteId("s"), Language.CHINESE)) for number, event in numbered] == points
    assert [at // 10**6 for _, at in points] == [event.at for _, event in numbered]


def _point(line: str) -> tuple[str, int]:
    """What InfluxDB tells one point from another by: series and time."""
    return _cut(line, " ")[0], parsed(line).at


def event_at(at: int, alarm: str) -> AlarmEvent:
    return replace(event(0, SENSOR), at=Instant(at), alarm=AlarmId(alarm))
