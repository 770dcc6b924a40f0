"""Drills at their edges, as the rules take them: whom a drill concerns, and what a twin knows when another one ends."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, EndDrill, Resumed, StartDrill
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, SensorId, good
from roommon.model.text import Text
from roommon.rules.answer import Answer
from roommon.rules.engine import Engine
from roommon.rules.kinds import deviation, duration, flatline, limit, off_normal, rate_of_change, vote
from roommon.rules.rule import KindConfig, Rule, Selection
from tests.peers.room import INLET, LEAK, ROOM, after, rule, seconds

LOW = Priority.LOW
FIRE = DeviceId("fire")
GROUPS = tuple(Sensor(FIRE, key, Quantity.CONTACT, Text.same(key)) for key in ("g1", "g2", "g3"))
PANEL = Device(FIRE, Text.same("panel"), "room", GROUPS)
ROW = DeviceId("row")
PROBES = tuple(Sensor(ROW, key, Quantity.TEMPERATURE, Text.same(key)) for key in "abcd")
HUMID = Sensor(ROW, "rh", Quantity.RELATIVE_HUMIDITY, Text.same("rh"))
RACKS = Device(ROW, Text.same("row"), "room", (*PROBES, HUMID))
WINDOW = seconds(100)


def of(name: str, config: KindConfig, device: Device, *keys: str) -> Rule:
    ids = frozenset(SensorId(f"{device.id}.{key}") for key in keys)
    return Rule(RuleId(name), config, Selection(ids=ids) if ids else Selection(device=device.id), unstable=None)


def votes(at_least: int) -> vote.Config:
    return vote.Config(at_least=at_least, priority=Priority.CRITICAL)


def drill(engine: Engine, at_s: float, sensor: str, value: float = 1.0, for_s: float = 3600) -> Answer:
    until = after(at_s + for_s)
    return engine.command(StartDrill(at=after(at_s), by="li", sensor=SensorId(sensor), value=value, until=until))


def end(engine: Engine, at_s: float, sensor: str) -> list[AlarmEvent]:
    return list(engine.command(EndDrill(at=after(at_s), by="li", sensor=SensorId(sensor))).events)


def beat(engine: Engine, at_s: float, **values: float) -> list[AlarmEvent]:
    """What is told when sensors, named by `device_key`, say their values."""
    readings = [good(SensorId(name.replace("_", ".")), after(at_s), value) for name, value in values.items()]
    return engine.fold(engine.overlaid(readings))


def moves(events: Sequence[AlarmEvent]) -> list[tuple[str, str]]:
    return [(event.alarm, event.trigger) for event in events]


def twins(engine: Engine) -> set[str]:
    return {id_.replace(".drill.", " ") for id_ in engine._board.alarms if ".drill." in id_}


APART = deviation.Config(more_than=Amount(4, "K"), priority=LOW)
GAP = deviation.Config(more_than=Amount(6, "K"), reference="row.d", priority=LOW)
STUCK = flatline.Config(moved=Amount(0.1, "K"), window=WINDOW, priority=LOW)
CALM = replace(STUCK, neighbours_moved=Amount(0.5, "K"))
HOT = limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH)


@pytest.mark.parametrize(
    ("config", "keys", "sensor", "moved"),
    [
        (votes(2), ("g1", "g2"), "fire.g2", {"x fire.g1"}),
        (APART, (), "row.b", {"x row.a", "x row.b", "x row.c", "x row.d"}),
        (GAP, ("a", "b"), "row.d", {"x row.a", "x row.b"}),
        (GAP, ("a", "b"), "row.a", {"x row.a"}),
        (GAP, ("a", "d"), "row.d", {"x row.a", "x row.d"}),
        (STUCK, ("a", "b"), "row.a", {"x row.a"}),
        (CALM, ("a", "b", "rh"), "row.a", {"x row.a", "x row.b"}),
        (HOT, ("a", "b"), "row.a", {"x row.a"}),
    ],
)
def test_a_drill_makes_twins_of_the_alarms_that_it_may_move(
    config: KindConfig, keys: Sequence[str], sensor: str, moved: set[str]
) -> None:
    device = PANEL if sensor.startswith("fire") else RACKS
    engine = Engine([of("x", config, device, *keys)], [device])
    assert drill(engine, 0, sensor).done
    assert twins(engine) == moved
    end(engine, 1, sensor)
    beat(engine, 2, row_a=20.0)
    assert twins(engine) == set()
    assert not [name for name in engine._board.watchers_of if name.startswith("drill.")]


def test_a_humidity_moves_no_temperature() -> None:
    engine = Engine([of("x", APART, RACKS)], [RACKS])
    drill(engine, 0, "row.rh", 90)
    assert twins(engine) == {"x row.rh"}


@pytest.mark.parametrize("sensor", ["fire.g3", "row.d"])
def test_a_sensor_that_no_rule_looks_at_is_not_drilled(sensor: str) -> None:
    engine = Engine([of("x", votes(2), PANEL, "g1", "g2"), of("y", GAP, RACKS, "a")], [PANEL, RACKS])
    answer = drill(engine, 0, sensor)
    assert answer.done is (sensor == "row.d")
    assert answer.done or "No rule watches fire.g3" in answer.words.en


def test_both_groups_drilled_are_a_fire_and_the_rule_was_drilled() -> None:
    fire = replace(of("fire", votes(2), PANEL, "g1", "g2"), drill_every=seconds(86_400))
    engine = Engine([fire], [PANEL])
    engine.settle(after(0))
    drill(engine, 1, "fire.g2")
    assert beat(engine, 10, fire_g1=0, fire_g2=0) == []
    assert engine.drilled() == {"fire": after(0)}
    drill(engine, 15, "fire.g1")
    assert moves(beat(engine, 20, fire_g1=0, fire_g2=0)) == [("fire.drill.fire.g1", Trigger.RAISED)]
    assert engine.drilled() == {"fire": after(20)}
    assert engine.standing == {"fire.drill.fire.g1": State.UNACKNOWLEDGED}


def test_a_twin_goes_on_with_the_true_reading_at_once() -> None:
    engine = Engine([of("fire", votes(2), PANEL, "g1", "g2")], [PANEL])
    beat(engine, 0, fire_g1=0, fire_g2=0)
    drill(engine, 1, "fire.g1")
    drill(engine, 2, "fire.g2")
    [raised] = beat(engine, 10, fire_g1=0, fire_g2=0)
    assert raised.drilled == ("fire.g1", "fire.g2")
    end(engine, 11, "fire.g1")
    [seen] = engine.command(Acknowledge(at=after(12), alarm=AlarmId("fire.drill.fire.g1"), by="li")).events
    assert seen.drilled == ("fire.g2",)
    [returned] = beat(engine, 20, fire_g2=0)  # g1 has not been read since
    assert (returned.trigger, returned.drilled) == (Trigger.RETURNED, ("fire.g2",))


def test_a_drill_that_begins_leaves_alone_what_another_has_told_a_window() -> None:
    engine = Engine([of("x", STUCK, RACKS, "a", "b")], [RACKS])
    moving = [20.0, 21.0]
    drill(engine, 1, "row.a", 25.0)
    told: list[AlarmEvent] = []
    for number in range(1, 14):
        told += beat(engine, 10 * number, row_a=moving[number % 2], row_b=moving[number % 2])
        if number == 5:
            drill(engine, 51, "row.b", 30.0)
    assert moves(told) == [("x.drill.row.a", Trigger.RAISED)]
    assert told[0].at == after(110)


def test_a_window_goes_on_with_all_the_true_readings_when_its_drill_ends() -> None:
    engine = Engine([of("x", CALM, RACKS, "a", "b")], [RACKS])
    for number in range(12):
        beat(engine, 10 * number, row_a=20.0, row_b=20.0)
    drill(engine, 111, "row.a", 25.0)
    drill(engine, 112, "row.b", 24.0)
    assert beat(engine, 120, row_a=20.0, row_b=20.0) == []  # both moved
    end(engine, 121, "row.a")
    told = beat(engine, 130, row_a=20.0, row_b=20.0)
    assert moves(told) == [("x.drill.row.a", Trigger.RAISED)]  # for a never moved, and b did


def test_a_true_alarm_of_one_group_ends_every_drill_behind_its_twin() -> None:
    engine = Engine([of("smoke", votes(1), PANEL), of("fire", votes(2), PANEL)], [PANEL])
    drill(engine, 1, "fire.g1")
    assert moves(beat(engine, 10, fire_g1=0, fire_g2=0, fire_g3=0)) == [("smoke.drill.fire.g1", Trigger.RAISED)]
    told = beat(engine, 20, fire_g1=0, fire_g2=1, fire_g3=0)
    assert moves(told) == [
        ("smoke.fire.g1", Trigger.RAISED),
        ("smoke.drill.fire.g1", Trigger.DRILL_ENDED),
        ("drill.fire.g1", Trigger.DRILL_ENDED),
    ]  # and nobody hears of two groups in a drill, though g1 was drilled when g2 smoked
    assert told[-1].note == "smoke.fire.g1"
    assert beat(engine, 30, fire_g1=0, fire_g2=1) == []


def test_smoke_that_is_true_is_not_told_as_a_drill() -> None:
    engine = Engine([of("smoke", votes(1), PANEL), of("fire", votes(3), PANEL)], [PANEL])
    assert moves(beat(engine, 0, fire_g1=1, fire_g2=0, fire_g3=0)) == [("smoke.fire.g1", Trigger.RAISED)]
    drill(engine, 1, "fire.g2")
    drill(engine, 2, "fire.g3")
    told = beat(engine, 10, fire_g1=1, fire_g2=0, fire_g3=0)
    assert moves(told) == [("fire.drill.fire.g1", Trigger.RAISED)]
    assert moves(beat(engine, 20, fire_g1=0, fire_g2=0, fire_g3=0)) == [
        ("smoke.fire.g1", Trigger.RETURNED),
        ("smoke.drill.fire.g1", Trigger.RAISED),
        ("fire.drill.fire.g1", Trigger.RETURNED),
    ]


def test_a_sensor_that_is_hot_already_can_be_drilled() -> None:
    engine = Engine([rule("hot", HOT, INLET)], [ROOM])
    beat(engine, 0, **{"rack-a_inlet": 30.0})
    drill(engine, 1, INLET.id, 35.0)
    assert moves(beat(engine, 10, **{"rack-a_inlet": 30.0})) == [(f"hot.drill.{INLET.id}", Trigger.RAISED)]


def test_what_was_read_before_a_drill_is_no_reading_of_it() -> None:
    engine = Engine([rule("wet", off_normal.Config(priority=LOW), LEAK)], [ROOM])
    drill(engine, 10, LEAK.id)
    late, now = good(LEAK.id, after(9), 0.0), good(LEAK.id, after(10), 0.0)
    assert [each.sensor for each in engine.overlaid([late, now])] == [LEAK.id, LEAK.id, f"drill.{LEAK.id}"]


def test_time_that_ran_backwards_empties_the_windows_of_twins() -> None:
    def told(*, backwards: bool) -> list[AlarmEvent]:
        engine = Engine([of("x", STUCK, RACKS, "a")], [RACKS])
        drill(engine, 1, "row.a", 25.0)
        for number in range(1, 10):
            beat(engine, 10 * number, row_a=20.0 + number)
        if backwards:
            engine.fold(Resumed(after(91), Duration(-1)))
        return [*beat(engine, 100, row_a=20.0), *beat(engine, 110, row_a=21.0)]

    assert moves(told(backwards=False)) == [("x.drill.row.a", Trigger.RAISED)]
    assert told(backwards=True) == []


@pytest.mark.parametrize("steps", [(), (Resumed(after(91), Duration(-1)),)])
def test_a_restart_recalls_what_was_before_time_ran_backwards_as_little(steps: Sequence[Resumed]) -> None:
    rules = [of("x", STUCK, RACKS, "a")]
    engine = Engine(rules, [RACKS])
    drill(engine, 1, "row.a", 25.0)
    past: list[Reading | Resumed] = []
    for number in range(1, 10):
        past += engine.overlaid([good(SensorId("row.a"), after(10 * number), 20.0 + number)])
    for entry in (*past, *steps):
        engine.fold(entry if isinstance(entry, Resumed) else (entry,))
    states = {id_: state for id_, state in engine.take_changed().items() if state is not None}
    again = Engine(rules, [RACKS], states)
    again.remember([*past, *steps])
    told = [[*beat(each, 100, row_a=20.0), *beat(each, 110, row_a=21.0)] for each in (engine, again)]
    assert told[0] == told[1]
    assert bool(told[0]) is not bool(steps)


def test_a_rate_is_moved_by_the_jump_to_the_drills_value() -> None:
    config = rate_of_change.Config(above=Amount(100, "K/h"), window=WINDOW, priority=LOW)
    engine = Engine([rule("rising", config, INLET)], [ROOM])
    for number in range(12):
        beat(engine, 10 * number, **{"rack-a_inlet": 20.0})
    drill(engine, 111, INLET.id, 35.0)
    [raised] = beat(engine, 120, **{"rack-a_inlet": 20.0})
    assert (raised.alarm, raised.drill) == (f"rising.drill.{INLET.id}", True)


def test_two_drills_end_in_the_order_in_which_they_began_whatever_the_journal_gives_first() -> None:
    rules = [of("smoke", votes(1), PANEL)]
    engine = Engine(rules, [PANEL])
    drill(engine, 1, "fire.g2", for_s=100)
    drill(engine, 2, "fire.g1", for_s=99)
    kept = sorted((id_, state) for id_, state in engine.take_changed().items() if state is not None)
    for each in (engine, Engine(rules, [PANEL], dict(kept)), Engine(rules, [PANEL], dict(reversed(kept)))):
        over = [event.alarm for event in beat(each, 4000, fire_g1=0)]
        assert over == ["drill.fire.g2", "drill.fire.g1"]


def test_a_rule_that_goes_takes_its_twin_with_it_marked_as_a_drill() -> None:
    smoke, fire = of("smoke", votes(1), PANEL), of("fire", votes(2), PANEL)
    engine = Engine([smoke, fire], [PANEL])
    drill(engine, 1, "fire.g1")
    beat(engine, 10, fire_g1=0)
    [gone] = engine.reconfigure([fire], [PANEL], Instant(after(11)))
    assert (gone.trigger, gone.drill, gone.sensor, gone.drilled) == (Trigger.REMOVED, True, "fire.g1", ("fire.g1",))


def test_a_sensor_that_goes_ends_its_drill_and_the_twin_goes_on_without() -> None:
    engine = Engine([of("smoke", votes(1), PANEL), of("fire", votes(2), PANEL)], [PANEL])
    drill(engine, 1, "fire.g2")
    drill(engine, 2, "fire.g3")
    assert moves(beat(engine, 10, fire_g1=0, fire_g2=0, fire_g3=0)) == [
        ("smoke.drill.fire.g1", Trigger.RAISED),
        ("fire.drill.fire.g1", Trigger.RAISED),
    ]
    smaller = replace(PANEL, sensors=GROUPS[:2])
    gone = engine.reconfigure([of("smoke", votes(1), smaller), of("fire", votes(2), smaller)], [smaller], after(11))
    assert moves(gone) == [("drill.fire.g3", Trigger.DRILL_ENDED)]
    assert moves(beat(engine, 20, fire_g1=0, fire_g2=0)) == [("fire.drill.fire.g1", Trigger.RETURNED)]


@pytest.mark.parametrize("restarts", [False, True])
def test_a_twin_goes_on_from_the_days_of_the_month_that_are_over(restarts: bool) -> None:
    config = duration.Config(
        above=Amount(27.0, "Cel"),
        more_than=seconds(4 * 3600),
        per=duration.Period.MONTH,
        zone=ZoneInfo("UTC"),
        priority=LOW,
    )
    rules = [rule("long", config, INLET)]
    engine = Engine(rules, [ROOM])
    past: list[Reading] = []
    hour = 3600
    for number in range(3 * 24 * 12):  # every five minutes; an hour of each of three days is hot
        at_s = 300 * number
        readings = [good(INLET.id, after(at_s), 30.0 if at_s % (24 * hour) < hour else 20.0)]
        past += readings
        assert engine.fold(readings) == []
    now = 3 * 24 * hour
    drill(engine, now, INLET.id, 35.0, for_s=2 * hour)
    if restarts:
        states = {id_: state for id_, state in engine.take_changed().items() if state is not None}
        engine = Engine(rules, [ROOM], states)
        history = engine.windows()[INLET.id]
        engine.remember(each for each in past if each.taken_at >= after(now) - history)
    told = [event for number in range(24) for event in beat(engine, now + 300 * number, **{"rack-a_inlet": 20.0})]
    assert moves(told) == [(f"long.drill.{INLET.id}", Trigger.RAISED)]
    assert after(now + hour) <= told[0].at <= after(now + hour + 600)
