"""The table of an alarm's life, and the page that is printed from it."""

import itertools

from roommon.model.alarm import TRANSITIONS, Acknowledgement, State, Trigger, transition
from tests.golden import alarm_life


def test_the_page_is_the_table() -> None:
    assert alarm_life.PAGE.read_text(encoding="utf-8") == alarm_life.page(), "run make golden"


def test_what_the_table_does_not_list_moves_nothing() -> None:
    for state, trigger, who in itertools.product(State, Trigger, Acknowledgement):
        assert (transition(state, trigger, who) is None) is ((state, trigger) not in TRANSITIONS)


def test_automatic_skips_the_wait_for_a_person_and_nothing_else() -> None:
    for (state, trigger), after in TRANSITIONS.items():
        assert transition(state, trigger, Acknowledgement.PERSON) is after
        skipped = State.NORMAL if after is State.RETURNED else after
        assert transition(state, trigger, Acknowledgement.AUTOMATIC) is skipped


def test_every_state_can_be_left_and_reached() -> None:
    assert {state for state, _ in TRANSITIONS} == set(State)
    assert set(TRANSITIONS.values()) == set(State)
