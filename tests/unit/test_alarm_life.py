"""The table of an alarm's life, and the page that is printed from it."""

import itertools

from roommon.model.alarm import LATCHES, TRANSITIONS, Acknowledgement, State, Trigger, transition
from tests.golden import alarm_life


def test_the_page_is_the_table() -> None:
    assert alarm_life.PAGE.read_text(encoding="utf-8") == alarm_life.page(), "run make golden"


def test_what_the_table_does_not_list_moves_nothing() -> None:
    for state, trigger, who, latches in itertools.product(State, Trigger, Acknowledgement, (False, True)):
        nothing = transition(state, trigger, who, latches=latches) is None
        assert nothing is ((state, trigger) not in TRANSITIONS)


def test_automatic_skips_the_wait_for_a_person_and_nothing_else() -> None:
    for (state, trigger), after in TRANSITIONS.items():
        assert transition(state, trigger, Acknowledgement.PERSON, latches=False) is after
        skipped = State.NORMAL if after is State.RETURNED else after
        assert transition(state, trigger, Acknowledgement.AUTOMATIC, latches=False) is skipped


def test_what_latches_waits_for_a_reset_and_for_nothing_else() -> None:
    for (state, trigger), after in TRANSITIONS.items():
        latched = LATCHES.get((state, trigger), after)
        assert transition(state, trigger, Acknowledgement.PERSON, latches=True) is latched
    for state in (State.UNACKNOWLEDGED, State.ACKNOWLEDGED):
        left = transition(state, Trigger.RETURNED, Acknowledgement.AUTOMATIC, latches=True)
        assert left is State.LATCHED_ACKNOWLEDGED
    assert transition(State.LATCHED, Trigger.RESET, Acknowledgement.PERSON, latches=True) is State.RETURNED
    assert transition(State.LATCHED, Trigger.RESET, Acknowledgement.AUTOMATIC, latches=True) is State.NORMAL


def test_every_state_can_be_left_and_reached() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert set(TRANSITIONS.values()) | set(LATCHES.values()) == set(State)
