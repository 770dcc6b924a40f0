"""The wall: the worst wins, what nobody sees is never normal, what is set aside is seen and not counted."""

import pytest

from roommon.model.alarm import Priority, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import Scope
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, SensorId, bad
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Text
from roommon.profiles.profile import Category
from roommon.rules.state import OutOfService
from roommon.web import mood, protection
from roommon.web.facts import Watched
from roommon.web.mood import Mood
from roommon.web.protection import Protection
from roommon.web.wall import AT_MOST, Blind, Wall, wall
from tests.peers.room import START
from tests.peers.shown import BUILDING, EVERY, NOW, RACK, present, raised, readings, sensor

INLET, LEAK = SensorId("rack-a.inlet"), SensorId("rope.leak")


def moods(shown: Wall) -> dict[str, Mood]:
    return {tile.protection.value: tile.mood for tile in shown.tiles if tile.mood is not Mood.EMPTY}


def test_all_is_normal_when_all_is_read_and_nothing_stands() -> None:
    shown = wall(BUILDING, present())
    assert (shown.mood, len(shown.unseen), shown.watched) == (Mood.NORMAL, 0, 4)
    assert moods(shown) == {"water": Mood.NORMAL, "electricity": Mood.NORMAL, "temperature": Mood.NORMAL}
    told = {tile.protection.value: (tile.value.en, tile.says.en) for tile in shown.tiles}
    assert told["temperature"] == ("24.0 °C", "Rack A inlet")
    assert told["electricity"] == ("25 min", "UPS 1 runtime_remaining")
    assert told["water"] == ("dry", "1 of 1 sensors read")
    assert told["fire"] == ("–", "")


def test_the_worst_alarm_is_the_mood_and_the_most_urgent_comes_first() -> None:
    low = raised("warm.rack-a.inlet", priority=Priority.LOW)
    critical = raised("water.rope.leak", priority=Priority.CRITICAL)
    shown = wall(BUILDING, present(standing=[low, critical]))
    assert shown.mood is Mood.CRITICAL
    assert [row.alarm.event.alarm for row in shown.rows] == [critical.alarm, low.alarm]
    assert moods(shown) == {"water": Mood.CRITICAL, "electricity": Mood.NORMAL, "temperature": Mood.LOW}


@pytest.mark.parametrize(
    ("reading", "reason"),
    [
        (bad(INLET, NOW, Reason.NO_COMMUNICATION), Reason.NO_COMMUNICATION),
        (readings()[INLET]._replace(taken_at=Instant(NOW - 3 * EVERY - 10_001)), None),
        (None, None),
    ],
)
def test_what_is_bad_old_or_missing_is_not_seen(reading: object, reason: Reason | None) -> None:
    newest = {id_: each for id_, each in (readings() | {INLET: reading}).items() if each is not None}
    shown = wall(BUILDING, present(newest))  # type: ignore[arg-type]  # a reading, or none
    assert shown.mood is Mood.BLIND
    assert [(one.watched.sensor.id, one.reason) for one in shown.unseen] == [(INLET, reason)]
    assert moods(shown)["temperature"] is Mood.BLIND


def test_what_is_not_seen_is_told_once_by_device_and_reason() -> None:
    gone = {id_: bad(id_, NOW, Reason.NO_COMMUNICATION) for id_ in readings()}
    shown = wall(BUILDING, present(readings() | gone | {INLET: bad(INLET, NOW, Reason.SENSOR_FAILURE)}))
    told = {one.what.en: (one.what.zh_cn, one.reason) for one in shown.blind}
    assert told == {
        "Rack A inlet": ("A 列机柜 inlet值", Reason.SENSOR_FAILURE),
        "Rope leak": ("感应线 leak值", Reason.NO_COMMUNICATION),
        "UPS 1: all 2 sensors": ("1 号 UPS：全部 2 个测点", Reason.NO_COMMUNICATION),
    }


def test_of_a_device_that_is_half_seen_the_sensors_are_counted() -> None:
    sensors = tuple(sensor("ups", key, Quantity.VOLTAGE) for key in ("in", "out", "battery"))
    ups = Device(DeviceId("ups"), Text.same("UPS"), "room", sensors)
    blind = Blind(ups, None, [Watched(ups, each, None, EVERY) for each in sensors[:2]])
    assert blind.what == Text("UPS: 2 of 3 sensors", "UPS：3 个测点中的 2 个")


def test_what_another_alarm_explains_says_in_words_by_what() -> None:
    cause = raised("water.rope.leak", priority=Priority.CRITICAL)
    by_design = Suppression(SuppressedAs.BY_DESIGN, START, None, "", str(cause.alarm))
    hidden = raised("warm.rack-a.inlet", priority=Priority.LOW, suppression=by_design)
    assert wall(BUILDING, present(standing=[cause, hidden])).kept_back[0].cause == cause.text
    gone = wall(BUILDING, present(standing=[hidden])).kept_back[0]
    assert gone.cause is None


def test_a_reading_counts_for_three_beats_and_what_has_just_begun_to_watch_is_waited_for() -> None:
    old = readings()[INLET]._replace(taken_at=Instant(NOW - 3 * EVERY - 10_000))
    assert wall(BUILDING, present(readings() | {INLET: old})).mood is Mood.NORMAL
    waits = bad(INLET, NOW, Reason.WAITING_FOR_INITIAL_DATA)
    assert wall(BUILDING, present(readings() | {INLET: waits})).mood is Mood.NORMAL


def test_what_people_are_not_told_of_stands_apart_and_does_not_colour_the_room() -> None:
    shelved = Suppression(SuppressedAs.SHELVED, START, None, "Wang", "known")
    hidden = raised("water.rope.leak", priority=Priority.CRITICAL, suppression=shelved)
    shown = wall(BUILDING, present(standing=[hidden]))
    assert (shown.mood, shown.rows) == (Mood.NORMAL, [])
    assert [row.alarm.event.alarm for row in shown.kept_back] == [hidden.alarm]


def test_a_drill_is_no_alarm_of_the_room() -> None:
    drill = raised("drill.rope.leak", priority=Priority.CRITICAL, drill=True)
    shown = wall(BUILDING, present(standing=[drill]))
    assert (shown.mood, shown.rows, len(shown.drills)) == (Mood.NORMAL, [], 1)


@pytest.mark.parametrize(("scope", "target"), [("device", "rack-a"), ("sensor", "rack-a.inlet"), ("room", "room")])
def test_what_is_out_of_service_need_not_be_read_and_is_listed(scope: str, target: str) -> None:
    out = OutOfService(Scope(scope), target, "Wang", "new probe", START, None)
    newest = readings() if scope == "room" else readings(rack_a__inlet=None)
    shown = wall(BUILDING, present(newest, states={f"service:{scope}:{target}": out}))
    assert shown.mood is (Mood.EMPTY if scope == "room" else Mood.NORMAL)
    assert [one.what for one in shown.aside] == [f"{scope} {target}"]


def test_that_something_is_out_of_service_is_no_alarm() -> None:
    said = raised("service.rack-a.inlet", trigger=Trigger.OUT_OF_SERVICE, priority=Priority.CRITICAL)
    assert wall(BUILDING, present(standing=[said])).mood is Mood.NORMAL


def test_more_alarms_than_a_wall_holds_are_counted() -> None:
    standing = [raised(f"rule-{number}.rack-a.inlet") for number in range(AT_MOST + 7)]
    shown = wall(BUILDING, present(standing=standing))
    assert (len(shown.rows), shown.more) == (AT_MOST, 7)


def test_blind_is_worse_than_low_and_better_than_medium() -> None:
    low, medium = raised("a.rack-a.inlet", priority=Priority.LOW), raised("b.rack-a.inlet", priority=Priority.MEDIUM)
    assert mood.of([low], seen=1, watched=2) is Mood.BLIND
    assert mood.of([low, medium], seen=1, watched=2) is Mood.MEDIUM
    assert mood.of([], seen=0, watched=0) is Mood.EMPTY


def test_a_sensor_serves_what_its_label_says_else_its_family_else_its_quantity() -> None:
    contact = Sensor(RACK.id, "di1", Quantity.CONTACT, Text.same("di1"))
    labelled = Sensor(RACK.id, "di1", Quantity.CONTACT, Text.same("di1"), {"protection": "fire"})
    mislabelled = Sensor(RACK.id, "t", Quantity.TEMPERATURE, Text.same("t"), {"protection": "burglars"})
    assert protection.of(labelled, Category.LEAK) is Protection.FIRE
    assert protection.of(contact, Category.LEAK) is Protection.WATER
    assert protection.of(contact, Category.CONTACTS) is None
    assert protection.of(mislabelled, None) is Protection.TEMPERATURE


def test_a_row_says_what_its_sensor_says_now_and_who_has_it() -> None:
    shown = wall(BUILDING, present(standing=[raised("warm.rack-a.inlet"), raised("water.rope.leak")]))
    assert {row.alarm.event.sensor: row.now for row in shown.rows} == {INLET: "24.0 °C", LEAK: ""}
    assert Duration(NOW - shown.rows[0].alarm.since) == 3_600_000
