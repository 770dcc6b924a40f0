"""What holds of incidents whatever happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId, State, Trigger
from roommon.model.clock import Instant
from roommon.record import incident_pages
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident
from tests.peers.story import MINUTE, Story

NAMES = [f"{rule}.{device}.x" for rule in ("a", "b") for device in ("one", "two", "three")]
TRIGGERS = (Trigger.RAISED, Trigger.RETURNED, Trigger.ACKNOWLEDGED, Trigger.NOTED, Trigger.REMOVED)
STEPS = st.lists(
    st.tuples(st.integers(-2, 20), st.sampled_from(NAMES), st.sampled_from(TRIGGERS)), min_size=1, max_size=40
)
CAUSES = st.dictionaries(
    st.sampled_from([AlarmId(name) for name in NAMES]),
    st.lists(st.sampled_from([AlarmId(name) for name in NAMES]), max_size=2),
    max_size=4,
)


def told(steps: list[tuple[int, str, Trigger]]) -> list[NumberedEvent]:
    """A story in which only what the table of life allows happens; the clock may be set back."""
    story, at = Story(), 0
    for minutes, alarm, trigger in steps:
        at += minutes * MINUTE
        state = story.states.get(alarm, State.NORMAL)
        begins = trigger is Trigger.RAISED and state in (State.NORMAL, State.RETURNED)
        if begins or (state is not State.NORMAL and trigger is not Trigger.RAISED):
            story.happens(at, alarm, trigger)
    return story.events


@given(steps=STEPS, causes=CAUSES)
def test_every_alarm_that_was_raised_is_in_exactly_one_incident(
    steps: list[tuple[int, str, Trigger]], causes: Causes
) -> None:
    events = told(steps)
    found = [one.number for incident in incidents(events, causes) for one in incident.events()]
    assert sorted(found) == [one.number for one in events]


@given(steps=STEPS, causes=CAUSES)
def test_alarms_stand_in_the_order_in_which_they_were_raised(
    steps: list[tuple[int, str, Trigger]], causes: Causes
) -> None:
    found = incidents(told(steps), causes)
    assert [incident.id for incident in found] == sorted(incident.id for incident in found)
    for incident in found:
        numbers = [member.life.number for member in incident.members]
        assert numbers == sorted(numbers)


@given(steps=STEPS, causes=CAUSES, share=st.floats(0, 1))
def test_what_ended_is_told_the_same_whatever_comes_after(
    steps: list[tuple[int, str, Trigger]], causes: Causes, share: float
) -> None:
    events = told(steps)
    prefix = incidents(events[: round(share * len(events))], causes)
    whole = {incident.id: incident for incident in incidents(events, causes)}
    for incident in prefix:
        if incident.ended is not None:
            assert whole[incident.id] == incident


class Record:
    """A record in memory, read as the journal is."""

    def __init__(self, events: list[NumberedEvent]) -> None:
        self.events = events

    def calm(self) -> list[int]:
        standing, found = set[AlarmId](), list[int]()
        for one in self.events:
            standing.discard(one.event.alarm)
            if one.event.state is not State.NORMAL:
                standing.add(one.event.alarm)
            if not standing:
                found.append(one.number)
        return found

    def events_after(self, number: int, upto: int | None = None) -> list[NumberedEvent]:
        return [one for one in self.events if number < one.number and (upto is None or one.number <= upto)]


@given(steps=STEPS, causes=CAUSES, at_most=st.integers(1, 5), chunk=st.integers(1, 8))
def test_a_page_at_a_time_they_are_those_of_all_of_the_record(
    steps: list[tuple[int, str, Trigger]], causes: Causes, at_most: int, chunk: int
) -> None:
    record = Record(told(steps))
    every = incidents(record.events, causes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incident_pages, "_CHUNK", chunk)
        paged, before = list[Incident](), None
        while page := incident_pages.newest(record, causes, Instant(-1 << 60), before, at_most):
            paged += page
            before = page[-1].id
    assert paged == every[::-1]
    for each in every:
        assert incident_pages.numbered(record, causes, each.id) == each
    assert incident_pages.numbered(record, causes, 10_000) is None
