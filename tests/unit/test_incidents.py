"""Which alarms are one incident: golden cases, and what holds of the result."""

from dataclasses import replace
from pathlib import Path

import pytest

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.quantity import Amount
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from roommon.record.gathering import incidents
from roommon.record.incidents import Link
from roommon.record.lives import lives
from roommon.record.measured import measured
from roommon.rules.causes import graph
from roommon.rules.engine import Engine
from roommon.rules.kinds import limit, off_normal
from roommon.rules.rule import Cause
from tests.golden.incidents import case
from tests.peers.room import INLET as ROOM_INLET
from tests.peers.room import LEAK, ROOM, after, rule
from tests.peers.story import MINUTE, Story

CAUSES = {AlarmId("hot.rack-a.inlet"): (AlarmId("stopped.crac-1.fan"),)}
INLET = SensorId("rack-a.inlet")


@pytest.mark.parametrize("folder", case.CASES, ids=lambda path: path.name)
def test_a_golden_case_gives_what_is_expected(folder: Path) -> None:
    assert case.expected(folder) == (folder / "incidents.expected").read_text("utf-8")


def test_a_cause_explains_however_long_it_stood() -> None:
    story = Story()
    story.raised(0, "stopped.crac-1.fan", Priority.HIGH)
    story.raised(90 * MINUTE, "hot.rack-a.inlet")
    (incident,) = incidents(story.events, CAUSES)
    assert [member.link for member in incident.members] == [Link.FIRST, Link.EXPLAINED]
    assert incident.priority is Priority.HIGH
    assert incident.ended is None


def test_a_cause_that_is_over_explains_nothing() -> None:
    story = Story()
    story.stood(0, MINUTE, "stopped.crac-1.fan")
    story.raised(2 * MINUTE, "hot.rack-a.inlet")
    assert len(incidents(story.events, CAUSES)) == 2


def test_an_alarm_that_came_again_belongs_where_it_was() -> None:
    story = Story()
    story.raised(0, "a.b.c")
    story.raised(MINUTE, "d.e.f")
    story.returned(2 * MINUTE, "a.b.c")
    story.raised(3 * MINUTE, "g.h.i")
    (first, second) = incidents(story.events, {})
    assert [member.life.alarm for member in first.members] == ["a.b.c", "d.e.f"]
    assert second.first.alarm == "g.h.i", "the first alarm is over, so nothing joins by time"


def test_what_is_out_of_service_is_no_alarm() -> None:
    story = Story()
    story.happens(0, "out-of-service.device.ups-1", Trigger.OUT_OF_SERVICE, state=State.ACKNOWLEDGED)
    assert lives(story.events) == []
    assert incidents(story.events, {}) == []


def test_a_record_that_begins_later_than_an_alarm_still_has_it() -> None:
    story = Story()
    story.raised(0, "a.b.c")
    story.happens(MINUTE, "a.b.c", Trigger.ACKNOWLEDGED, by="Wang")
    story.returned(2 * MINUTE, "a.b.c")
    (life,) = lives(story.events[1:])
    assert (life.number, life.ended) == (2, 2 * MINUTE)
    assert lives(story.events[2:]) == [], "what ended is over before the record begins"


def fold(events: list[NumberedEvent], engine: Engine, at: float, **values: float) -> None:
    readings = [good(SensorId(f"rack-a.{key}"), after(at), value) for key, value in values.items()]
    events += [NumberedEvent(len(events) + number, event) for number, event in enumerate(engine.fold(readings), 1)]


@pytest.mark.parametrize("configured", [True, False])
def test_what_the_rules_suppressed_by_design_is_explained(configured: bool) -> None:
    """The mains fail; a quarter of an hour later it is hot, which another rule explains: by the graph or the event."""
    lost = rule("mains-lost", off_normal.Config(abnormal=frozenset({1}), priority=Priority.HIGH), LEAK)
    above = limit.Config(above=Amount(27.0, "Cel"), priority=Priority.MEDIUM)
    hot = replace(rule("hot", above, ROOM_INLET), suppressed_by=(Cause(rule=RuleId("mains-lost")),))
    engine, events = Engine([lost, hot], [ROOM]), list[NumberedEvent]()
    fold(events, engine, 0, inlet=22.0, leak=0.0)
    fold(events, engine, 10, leak=1.0)
    fold(events, engine, 900, inlet=31.0)
    places = {
        AlarmId("mains-lost.rack-a.leak"): (lost, ROOM, LEAK),
        AlarmId("hot.rack-a.inlet"): (hot, ROOM, ROOM_INLET),
    }
    (incident,) = incidents(events, graph(places) if configured else {})
    first, second = incident.members
    assert (first.life.alarm, first.link) == ("mains-lost.rack-a.leak", Link.FIRST)
    assert (second.link, second.of) == (Link.EXPLAINED, "mains-lost.rack-a.leak")


def test_measured_finds_the_extremes_and_the_crossing() -> None:
    story = Story()
    story.raised(0, "hot.rack-a.inlet")
    values = (26.5, 27.5, 31.0, 22.0)
    readings: list[Reading] = [good(INLET, Instant(index), value) for index, value in enumerate(values)]
    readings.append(bad(INLET, Instant(9), Reason.NO_COMMUNICATION))
    found = measured(readings, story.events[0].event)
    assert found is not None
    assert (found.lowest.value, found.highest.value, found.without_value) == (22.0, 31.0, 1)
    assert found.crossed == readings[1]
    assert measured(readings[-1:], story.events[0].event) is None
