"""The plan of the hospital's example: what is drawn of readings and alarms, and of none."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.config.site import Site
from roommon.daemon.showing import building_of
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from roommon.model.text import Language, Text
from roommon.web import amiss
from roommon.web.box import Box
from roommon.web.drawing import Drawing
from roommon.web.facts import Building, Present
from roommon.web.floor import At, Background, Floor, Placed, Thing, ThingKind
from roommon.web.mood import Mood
from roommon.web.pages import PAGES
from roommon.web.plan import LISTED, Plan, plan, telling
from roommon.web.sheet import Sheet
from roommon.web.tables import device_row, sensor_row
from roommon.web.things import swing
from tests.peers.shown import present, raised

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "hospital-room.yaml"
NOW = Instant(1_790_000_000_000)
ROOM = "machine-room"
UPS = DeviceId("ups-1")


Values = Mapping[str, float | Reason]


def hospital() -> Site:
    site = examine(EXAMPLE, {}, tolerate_missing_secrets=True).site
    assert site is not None
    return site


BUILDING = building_of(hospital())


def now(values: Values, alarms: Sequence[str] = ()) -> Present:
    """Everything reads a quiet value, but for `values`; critical alarms stand at the sensors `alarms`."""
    newest: dict[SensorId, Reading] = {}
    standing = present(standing=[raised(f"wrong.{each}", priority=Priority.CRITICAL) for each in alarms]).standing
    for id_, watched in BUILDING.watched.items():
        said = values.get(id_, 23.0 if watched.sensor.quantity == "temperature" else 0.0)
        newest[id_] = bad(id_, NOW, said) if isinstance(said, Reason) else good(id_, NOW, said)
    return Present(NOW, newest, standing, {}, {}, {}, {})


def shown(values: Values | None = None, building: Building = BUILDING, alarms: Sequence[str] = ()) -> Plan:
    found = plan(building, now(values or {}, alarms), "")
    assert found is not None
    return found


def sheet(values: Values | None = None, building: Building = BUILDING, alarms: Sequence[str] = ()) -> Sheet:
    found = shown(values, building, alarms).sheet
    assert found is not None
    return found


def drawn(
    part: str,
    values: Values | None = None,
    building: Building = BUILDING,
    alarms: Sequence[str] = (),
    language: Language = Language.ENGLISH,
) -> str:
    context = PAGES["plan"].context(building, now(values or {}, alarms), "")
    assert context is not None
    return Drawing().draw(f"_{part}.html", language, {**context, "present": now({}), "building": building})


FLOOR = BUILDING.floors[ROOM]


def on(floor: Floor) -> Building:
    """The hospital with another floor."""
    return replace(BUILDING, floors={ROOM: floor})


def test_a_dry_rope_shows_no_water() -> None:
    assert [laid.water for laid in sheet().ropes] == [None]
    assert "no water" in drawn("plan_state")
    assert "<circle" not in drawn("plan_water")


def test_water_lies_at_its_distance_along_the_rope() -> None:
    """The rope is 25 m and its line 24.5 m long: 12.3 m of it are 12.05 m of the line, around one corner."""
    found = sheet({"rope.leak": 1, "rope.leak_distance": 12.3})
    [laid] = found.ropes
    assert laid.water is not None
    assert laid.water.at == pytest.approx((1.5 * 120, (6.2 - (12.3 * 24.0 / 25 - 6.9)) * 120), abs=1)
    assert laid.water.metres == "12.3 m"
    assert "water at 12.3 m" in drawn("plan_water", {"rope.leak": 1, "rope.leak_distance": 12.3})


def test_water_beyond_the_end_is_drawn_at_the_end_and_said() -> None:
    [laid] = sheet({"rope.leak": 1, "rope.leak_distance": 40.0}).ropes
    assert laid.water is not None
    assert laid.water.at == pytest.approx(laid.points[-1])
    assert "beyond the rope" in drawn("plan_water", {"rope.leak": 1, "rope.leak_distance": 40.0})


def test_water_of_which_nobody_knows_the_place_is_said_of_the_whole_rope() -> None:
    values: Values = {"rope.leak": 1.0, "rope.leak_distance": Reason.SENSOR_FAILURE}
    [laid] = sheet(values).ropes
    assert laid.water is not None
    assert laid.water.at is None
    assert "place unknown" in drawn("plan_water", values)


def test_a_distance_without_water_is_none() -> None:
    [laid] = sheet({"rope.leak": 0, "rope.leak_distance": 12.3}).ropes
    assert laid.water is None


def test_where_the_contact_cannot_be_read_the_distance_counts() -> None:
    [laid] = sheet({"rope.leak": Reason.NO_COMMUNICATION, "rope.leak_distance": 3.0}).ropes
    assert laid.water is not None
    assert laid.water.at is not None


def test_a_rope_that_cannot_be_read_is_not_dry() -> None:
    values = {"rope.leak": Reason.NO_COMMUNICATION, "rope.leak_distance": Reason.NO_COMMUNICATION}
    [laid] = sheet(values).ropes
    assert not laid.is_seen
    assert "cannot be read" in drawn("plan_state", values)
    assert "no water" not in drawn("plan_state", values)


def test_at_one_place_the_warmest_inlet_counts_and_a_bad_one_does_not() -> None:
    values: Values = {
        "row-b-top.temperature": 33.1,
        "row-b-low.temperature": 20.0,
        "row-a-mid.temperature": Reason.OUT_OF_RANGE,
    }
    warmth = sheet(values).warmth
    assert warmth is not None
    assert (warmth.coldest, warmth.warmest, warmth.read) == ("20.0 °C", "33.1 °C", 5)
    assert len(warmth.circles) == 2
    assert max(step for step, _ in warmth.areas) == 10


def test_without_a_good_inlet_there_is_no_colour_at_all() -> None:
    inlets = {f"row-{row}-{height}.temperature": Reason.OVERDUE for row in "ab" for height in ("low", "mid", "top")}
    warmth = sheet(inlets).warmth
    assert warmth is not None
    assert (warmth.areas, warmth.circles, warmth.read) == ([], [], 0)
    assert "heat-" not in drawn("plan", inlets)


def test_the_last_value_of_a_bad_sensor_is_nowhere_and_it_is_hatched() -> None:
    html = drawn("plan", {"row-a-mid.temperature": Reason.SENSOR_FAILURE})
    assert "1.1 m · not read" in html
    assert html.count('<circle class="mark mood-blind is-unread"') == 1
    assert html.count('<text class="value is-unread"') == 1
    assert "is-unread" not in drawn("plan")


def test_sensors_that_stand_above_each_other_are_one_post_the_highest_first() -> None:
    [post] = [post for post in sheet().posts if post.lines[0].row.watched.device.id == "row-a-top"]
    assert [line.height for line in post.lines] == ["2.0 m", "1.1 m", "0.2 m"]


def test_labels_turn_away_from_walls() -> None:
    placed = (
        Placed(SensorId("row-a-top.temperature"), At(0.4, 3), None),
        Placed(SensorId("row-b-top.temperature"), At(9.6, 3), None),
    )
    left, right = sheet(building=on(replace(FLOOR, placed=placed, things=(), ropes=()))).posts
    assert left.label is not None
    assert right.label is not None
    assert (left.label.anchor, right.label.anchor) == ("start", "end")
    assert left.at.x < left.label.x < 80
    assert 1120 < right.label.x < right.at.x


TROUBLE: Values = {
    "rope.leak": 1,
    "rope.leak_distance": 12.3,
    "spots.di1": 1,
    "row-b-top.temperature": 33.1,
    "row-a-mid.temperature": Reason.SENSOR_FAILURE,
}


ALARMS = ("spots.di1", "row-b-top.temperature", "rope.leak")


@pytest.mark.parametrize(("values", "alarms"), [({}, ()), (TROUBLE, ALARMS)])
def test_on_the_example_nothing_lies_over_a_label(values: Values, alarms: Sequence[str]) -> None:
    found = sheet(values, alarms=alarms)
    written = [post.label for post in found.posts] + [laid.label for laid in found.ropes]
    boxes = [label.box for label in written if label is not None]
    assert len(boxes) == len(found.posts) + bool(values)
    stretches = [each for laid in found.ropes for each in pairwise(laid.points)]
    dots = [Box.around(post.at, 28, 28) for post in found.posts]
    assert [box for box in boxes if any(box.is_crossed(*each) for each in stretches)] == []
    assert [box for box in boxes if any(box.meets(dot) for dot in dots)] == []
    assert [box for box in boxes if any(box.meets(other) for other in boxes if other is not box)] == []


def lines_of(html: str) -> list[str]:
    """The lines of what is amiss, as they are read."""
    found = re.findall(r"<li class=.*?</li>", html.partition('<ul class="facts-list amiss">')[2], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def test_what_is_amiss_is_told_in_words_the_worst_first() -> None:
    html = drawn("plan_state", TROUBLE, alarms=ALARMS)
    assert lines_of(html) == [
        "Spot probes and drain under air conditioner 1: abnormal, critical",
        "Row B 2.0 m: 33.1 °C, critical",
        "Row A 1.1 m: not read (sensor failure)",
    ]
    assert "others normal" in html
    assert "water at 12.3 m of 25.0 m" in html
    assert lines_of(drawn("plan_state", TROUBLE, alarms=ALARMS, language=Language.CHINESE)) == [
        "点式漏水与排水 1 号空调下方：异常，紧急",
        "B 列 2.0 m：33.1 °C，紧急",
        "A 列 1.1 m：无读数（传感器故障）",
    ]


def test_a_device_of_which_much_cannot_be_read_is_one_line() -> None:
    values: Values = dict.fromkeys((sensor.id for sensor in BUILDING.units[UPS].device.sensors), Reason.OVERDUE)
    of_all = len(values)
    assert lines_of(drawn("plan_state", values)) == [f"UPS 1: {of_all} of {of_all} not read"]


def test_an_alarm_of_a_device_that_no_sensor_has_is_told_of_the_device() -> None:
    alarm = raised("old.ups-1.test", priority=Priority.HIGH, device=UPS, sensor=SensorId("ups-1.no-more"))
    context = {"plan": plan(BUILDING, replace(now({}), standing=present(standing=[alarm]).standing), "")}
    html = Drawing().draw("_plan_state.html", Language.ENGLISH, {**context, "present": now({}), "building": BUILDING})
    assert lines_of(html) == ["UPS 1: high"]


def test_of_much_that_is_amiss_the_worst_have_a_line_and_the_rest_a_number() -> None:
    devices = [device for id_ in BUILDING.units for device in [device_row(id_, BUILDING, now({}))] if device.sensors]
    blind = [replace(device, mood=Mood.HIGH) for device in devices]
    found = amiss.told(blind, ())
    assert len(found.amiss) == amiss.AT_MOST
    assert found.more == len(blind) - amiss.AT_MOST > 0
    assert found.fine == []


def test_when_all_is_well_it_is_said_and_devices_are_named_within() -> None:
    html = drawn("plan_state")
    assert lines_of(html) == []
    assert "devices, all normal" in html
    assert "台设备全部正常" in drawn("plan_state", language=Language.CHINESE)
    assert 'href="/devices/ups-1"' in html.partition("<details")[2]


def test_a_table_has_the_worst_of_many_sensors(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown().unlisted == 0
    assert len(shown().listed) < LISTED
    monkeypatch.setattr("roommon.web.plan.LISTED", 2)
    found = shown(TROUBLE, alarms=ALARMS)
    assert [line.row.mood for line in found.listed] == [Mood.CRITICAL, Mood.CRITICAL]
    assert f"{found.unlisted} more" in drawn("plan_facts", TROUBLE, alarms=ALARMS)


def test_a_post_of_many_writes_the_worst_of_them() -> None:
    at, ids = At(5, 3.4), [f"row-{row}-{height}.temperature" for row in "ab" for height in ("low", "mid", "top")]
    placed = tuple(Placed(SensorId(id_), at, None) for id_ in ids)
    [post] = sheet({"row-b-top.temperature": Reason.OVERDUE}, building=on(replace(FLOOR, placed=placed))).posts
    assert len(post.lines) == 6
    assert [line.row.watched.sensor.id for line in post.written][-1] == "row-b-top.temperature"
    assert post.unwritten == 3
    assert "3 more" in drawn("plan", {"row-b-top.temperature": Reason.OVERDUE}, on(replace(FLOOR, placed=placed)))


def test_a_name_that_does_not_fit_is_turned() -> None:
    things = (
        Thing(ThingKind.OTHER, At(1, 1), 0.5, 2, Text.same("a long name"), (), 1),
        Thing(ThingKind.OTHER, At(3, 1), 2, 2, Text.same("a long name"), (), 1),
    )
    assert [each.is_turned for each in sheet(building=on(replace(FLOOR, things=things))).things] == [True, False]


def test_a_thing_is_how_its_worst_device_is() -> None:
    values = {"mains.voltage_l1": Reason.NO_COMMUNICATION}
    [power] = [each for each in sheet(values).things if each.thing.name.en == "Power"]
    assert power.device is not None
    assert (power.device.device.id, power.device.mood) == ("mains", Mood.BLIND)


def test_a_thing_with_a_device_that_is_not_read_is_hatched() -> None:
    assert "unread-body" not in drawn("plan")
    assert drawn("plan", {"mains.voltage_l1": Reason.NO_COMMUNICATION}).count("unread-body") == 1


def test_devices_without_a_place_are_told_below_the_worst_first() -> None:
    found = shown({"load.active_power": Reason.BAD_INPUT})
    ids = [card.device.device.id for card in found.cards]
    assert ids[0] == "load"
    assert "air" in ids
    assert not {"rope", "ups-1", "row-a-top"} & set(ids)


def test_a_room_without_a_plan_is_shown_device_by_device() -> None:
    building = replace(BUILDING, floors={})
    found = shown({"ups-1.battery_charge": 97.0}, building)
    assert found.sheet is None
    assert {card.device.device.id for card in found.cards} == set(BUILDING.units)
    html = drawn("plan_facts", {"ups-1.battery_charge": 97.0, "row-a-top.temperature": 24.5}, building)
    assert "97.0 %" in html
    assert "24.5 °C" in html
    assert drawn("plan", building=building).strip() == ""


def test_what_is_amiss_tells_more_than_what_is_usual() -> None:
    present = now({"ups-1.battery_charge": 97.0})
    rows = [
        sensor_row(BUILDING.watched[SensorId(f"ups-1.{key}")], present)
        for key in ("runtime_remaining", "battery_charge")
    ]
    told = telling(rows)
    assert told is not None
    assert told.watched.sensor.key == "battery_charge"
    told = telling([replace(rows[0], mood=Mood.HIGH), rows[1]])
    assert told is not None
    assert told.watched.sensor.key == "runtime_remaining"
    assert telling([replace(rows[0], value=Text.same(""))]) is None


def test_the_sites_own_room_comes_first() -> None:
    floors = {"annex": replace(BUILDING.floors[ROOM], room="annex"), ROOM: BUILDING.floors[ROOM]}
    found = shown(building=replace(BUILDING, floors=floors))
    assert (found.room, found.rooms) == (ROOM, [ROOM, "annex"])


def test_there_is_no_plan_of_a_room_that_is_not() -> None:
    assert plan(BUILDING, now({}), "cellar") is None
    assert PAGES["plan"].context(BUILDING, now({}), "cellar") is None
    assert plan(BUILDING, now({}), ROOM) is not None


NASTY = "</text><script>alert(1)</script>\"'&{{777*777}}"


def test_a_name_stays_text_wherever_the_plan_writes_it() -> None:
    things = (Thing(ThingKind.RACK, At(1, 1), 1, 1, Text.same(NASTY), (), 2),)
    ropes = tuple(replace(rope, name=Text.same(NASTY)) for rope in BUILDING.floors[ROOM].ropes)
    building = on(replace(FLOOR, things=things, ropes=ropes))
    for part in PAGES["plan"].parts:
        html = drawn(part, {"rope.leak": 1, "rope.leak_distance": 3}, building)
        assert "<script" not in html, part
        assert "603729" not in html, part
    assert "&lt;script&gt;" in drawn("plan", building=building)


def test_a_room_of_any_name_leads_to_its_own_picture() -> None:
    name = 'a/"><script>?#'
    picture = Background("image/png", b"x")
    floor = replace(BUILDING.floors[ROOM], room=name, background=picture)
    building = replace(BUILDING, room=name, floors={name: floor})
    context = {"plan": plan(building, now({}), name), "building": building, "present": now({})}
    html = Drawing().draw("_plan_ground.html", Language.ENGLISH, context)
    assert 'href="/plan/a%2F%22%3E%3Cscript%3E%3F%23/picture"' in html
    assert "<script>" not in html


def test_a_deep_floor_is_drawn_narrower() -> None:
    found = sheet(building=on(replace(FLOOR, width=3.0, depth=30.0)))
    assert (found.width, found.height) == pytest.approx((90, 900))


def test_a_door_opens_into_the_room() -> None:
    assert swing(Box(100, 690, 120, 10), 1000, 700) == "M100 690V570A120 120 0 0 1 220 690"
    assert swing(Box(100, 0, 120, 10), 1000, 700) == "M100 10V130A120 120 0 0 0 220 10"
    assert swing(Box(0, 100, 10, 120), 1000, 700) == "M10 100H130A120 120 0 0 1 10 220"
    assert swing(Box(990, 100, 10, 120), 1000, 700) == "M990 100H870A120 120 0 0 0 990 220"


def test_a_floor_without_anything_on_it_is_a_floor() -> None:
    empty = Floor(ROOM, 4, 3, None, (), (), (), None)
    building = replace(BUILDING, floors={ROOM: empty})
    assert "<svg" in drawn("plan", building=building)
    assert {card.device.device.id for card in shown(building=building).cards} == set(BUILDING.units)
