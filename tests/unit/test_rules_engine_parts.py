"""The engine at its edges: starts, restarts, commands that mean nothing, and what it tells the journal."""

import pytest

from roommon.model.alarm import Acknowledgement, AlarmEvent, AlarmId, Priority, State, Trigger
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.device import Device, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Quality, Reason, bad, good
from roommon.model.text import Text
from roommon.rules.engine import Engine
from roommon.rules.kinds import limit, off_normal, rate_of_change
from roommon.rules.rule import Rule
from roommon.rules.state import AlarmState, Condition, Kept, StateId
from tests.peers.room import INLET, LEAK, RACK, ROOM, after, rule, seconds

HOT = AlarmId("hot.rack-a.inlet")


def hot(on_s: float = 0, off_s: float = 0, acknowledge: Acknowledgement = Acknowledgement.PERSON) -> Rule:
    config = limit.Config(
        above=Amount(27.0, "Cel"),
        priority=Priority.HIGH,
        on_delay=seconds(on_s),
        off_delay=seconds(off_s),
        acknowledge=acknowledge,
    )
    return rule("hot", config, INLET)


def inlet(engine: Engine, at_s: float, value: float | None) -> list[AlarmEvent]:
    at = after(at_s)
    return engine.fold([bad(INLET.id, at, Reason.OVERDUE) if value is None else good(INLET.id, at, value)])


def standing(at_s: float = 0) -> tuple[AlarmState, AlarmEvent]:
    """An alarm that was raised before the daemon stopped."""
    engine = Engine([hot()], [ROOM])
    [raised] = inlet(engine, at_s, 30.0)
    state = engine.take_changed()[HOT]
    assert isinstance(state, AlarmState)
    return state, raised


def test_the_first_reading_after_a_first_start_may_raise() -> None:
    [event] = inlet(Engine([hot()], [ROOM]), 0, 30.0)
    assert (event.was, event.state, event.trigger) == (State.NORMAL, State.UNACKNOWLEDGED, Trigger.RAISED)


def test_the_first_reading_after_a_first_start_starts_the_on_delay() -> None:
    engine = Engine([hot(on_s=10)], [ROOM])
    assert inlet(engine, 0, 30.0) == []
    assert inlet(engine, 9.999, 30.0) == []
    assert len(inlet(engine, 10, 30.0)) == 1


def test_an_alarm_that_stood_stands_without_another_event() -> None:
    state, raised = standing()
    engine = Engine([hot()], [ROOM], {HOT: state}, [raised])
    assert engine.settle(after(5)) == []
    assert inlet(engine, 10, 30.0) == []
    assert engine.standing == {HOT: State.UNACKNOWLEDGED}
    assert engine.take_changed() == {}


def test_an_alarm_that_stood_returns_when_its_condition_is_gone() -> None:
    state, raised = standing()
    engine = Engine([hot()], [ROOM], {HOT: state}, [raised])
    [event] = inlet(engine, 10, 20.0)
    assert (event.was, event.state) == (State.UNACKNOWLEDGED, State.RETURNED)


def test_what_is_told_to_the_journal_is_enough_and_told_once() -> None:
    engine = Engine([hot(on_s=10)], [ROOM])
    inlet(engine, 0, 20.0)
    assert engine.take_changed() == {}, "quiet readings change nothing"
    inlet(engine, 1, 30.0)
    assert engine.take_changed() == {HOT: AlarmState(condition=Condition.PRESENT, since=after(1))}
    inlet(engine, 5, 30.0)
    assert engine.take_changed() == {}, "a delay that runs on is no change"
    inlet(engine, 7, None)
    assert engine.take_changed() == {HOT: AlarmState(condition=Condition.PRESENT, held=seconds(6))}
    inlet(engine, 20, 20.0)
    assert engine.take_changed() == {HOT: None}


def test_a_delay_that_had_run_90_s_goes_on_from_there() -> None:
    stored = AlarmState(condition=Condition.PRESENT, since=after(0))
    engine = Engine([hot(on_s=120)], [ROOM], {HOT: stored})
    engine.fold(Resumed(after(1_090), seconds(1_000)))
    assert inlet(engine, 1_119, 30.0) == []
    assert len(inlet(engine, 1_120, 30.0)) == 1


def test_a_step_of_the_clock_does_not_touch_a_delay_that_is_stopped() -> None:
    engine = Engine([hot(on_s=10)], [ROOM])
    inlet(engine, 0, 30.0)
    inlet(engine, 5, None)
    engine.fold(ClockStep(after(3_606), seconds(3_600)))
    inlet(engine, 3_610, 30.0)
    assert inlet(engine, 3_614.999, 30.0) == []
    assert len(inlet(engine, 3_615, 30.0)) == 1


@pytest.mark.parametrize("state", [State.NORMAL, State.ACKNOWLEDGED])
def test_acknowledging_what_is_not_unacknowledged_changes_nothing(state: State) -> None:
    _, raised = standing()
    stored: dict[StateId, Kept] = {} if state is State.NORMAL else {HOT: AlarmState(state, Condition.PRESENT)}
    engine = Engine([hot()], [ROOM], stored, [raised] if stored else [])
    assert engine.fold(Acknowledge(at=after(1), alarm=HOT, by="li")) == []
    assert engine.fold(Acknowledge(at=after(1), alarm=AlarmId("no.such.alarm"), by="li")) == []
    assert engine.take_changed() == {}


def test_an_acknowledgement_says_who_and_what() -> None:
    state, raised = standing()
    engine = Engine([hot()], [ROOM], {HOT: state}, [raised])
    [event] = engine.fold(Acknowledge(at=after(7), alarm=HOT, by="Li"))
    assert (event.at, event.by, event.value, event.setpoint) == (after(7), "Li", 30.0, 27.0)
    assert event.text == Text(
        "Acknowledged by Li: Rack A inlet: 30.0 °C (limit 27.0 °C)",
        "Li 已确认：A 列机柜 进风：30.0 °C（限值 27.0 °C）",
    )


def test_an_acknowledgement_works_even_if_the_newest_event_is_not_at_hand() -> None:
    engine = Engine([hot()], [ROOM], {HOT: AlarmState(State.UNACKNOWLEDGED, Condition.PRESENT)})
    [event] = engine.fold(Acknowledge(at=after(7), alarm=HOT, by="Li"))
    assert (event.state, event.value, event.quality) == (State.ACKNOWLEDGED, None, Quality.BAD)
    assert event.text.en == "Acknowledged by Li: Rack A inlet (hot)"


def test_an_alarm_that_was_removed_while_the_daemon_was_stopped_ends_by_an_event() -> None:
    state, raised = standing()
    engine = Engine([], [ROOM], {HOT: state, AlarmId("gone.x.y"): AlarmState(since=after(0))}, [raised])
    [event] = engine.settle(after(50))
    assert (event.alarm, event.at, event.state, event.trigger) == (HOT, after(50), State.NORMAL, Trigger.REMOVED)
    assert event.text.en == "No longer configured: Rack A inlet: 30.0 °C (limit 27.0 °C)"
    assert engine.take_changed() == {HOT: None, "gone.x.y": None}
    assert engine.settle(after(51)) == []


def test_a_sensor_that_became_another_quantity_is_another_alarm() -> None:
    engine = Engine([hot()], [ROOM])
    inlet(engine, 0, 30.0)
    engine.take_changed()
    volts = Sensor(RACK, "inlet", Quantity.VOLTAGE, Text.same("inlet"))
    config = limit.Config(above=Amount(250.0, "V"), priority=Priority.HIGH)
    [event] = engine.reconfigure([rule("hot", config, volts)], [Device(RACK, Text.same("A"), "r", (volts,))], after(1))
    assert event.trigger is Trigger.REMOVED
    assert engine.take_changed() == {HOT: None}
    assert engine.standing == {}


def test_a_reload_keeps_a_window() -> None:
    def rate(above: float, window_s: float) -> Rule:
        config = rate_of_change.Config(above=Amount(above, "K/h"), window=seconds(window_s), priority=Priority.LOW)
        return rule("rate", config, INLET)

    engine = Engine([rate(100.0, 300)], [ROOM])
    for beat in range(60):
        assert inlet(engine, beat * 10, 20.0 + beat / 10) == []
    assert engine.reconfigure([rate(20.0, 240)], [ROOM], after(600)) == []
    assert len(inlet(engine, 600, 26.0)) == 1, "36 K/h were known before the reload"


def test_readings_of_unknown_sensors_are_let_pass() -> None:
    assert Engine([hot()], [ROOM]).fold([good(LEAK.id, after(0), 1.0)]) == []


def test_one_reading_may_move_several_alarms_in_the_order_of_the_rules() -> None:
    rules = [rule(name, off_normal.Config(priority=Priority.LOW), LEAK) for name in ("b", "a", "c")]
    events = Engine(rules, [ROOM]).fold([good(LEAK.id, after(0), 1.0)])
    assert [event.rule for event in events] == ["b", "a", "c"]


def test_a_reading_from_before_the_start_of_a_delay_moves_the_start() -> None:
    engine = Engine([hot(on_s=10)], [ROOM])
    inlet(engine, 5, 30.0)
    inlet(engine, 3, 30.0)
    assert len(inlet(engine, 13, 30.0)) == 1


def test_an_hour_back_without_a_word_delays_by_no_more_than_the_delay() -> None:
    engine = Engine([hot(on_s=10)], [ROOM])
    inlet(engine, 0, 30.0)
    assert inlet(engine, -3_600, 30.0) == []
    assert len(inlet(engine, -3_590, 30.0)) == 1


def test_whole_numbers_are_told_as_the_floats_that_the_journal_gives_back() -> None:
    config = limit.Config(above=Amount(27, "Cel"), priority=Priority.HIGH)
    [event] = Engine([rule("hot", config, INLET)], [ROOM]).fold([good(INLET.id, after(0), 30)])
    assert (repr(event.value), repr(event.setpoint)) == ("30.0", "27.0")
