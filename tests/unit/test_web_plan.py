"""The plan of the hospital's example: what is drawn of readings and alarms, and of none."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.config.site import Site
from roommon.daemon.showing import building_of
from roommon.model.clock import Instant
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from roommon.model.text import Language, Text
from roommon.web.drawing import Drawing
from roommon.web.facts import Building, Present
from roommon.web.floor import At, Background, Floor, Placed, Thing, ThingKind
from roommon.web.labels import Box
from roommon.web.mood import Mood
from roommon.web.pages import PAGES
from roommon.web.plan import Plan, Sheet, plan, swing, telling
from roommon.web.tables import sensor_row

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "hospital-room.yaml"
NOW = Instant(1_790_000_000_000)
ROOM = "machine-room"


Values = Mapping[str, float | Reason]


def hospital() -> Site:
    site = examine(EXAMPLE, {}, tolerate_missing_secrets=True).site
    assert site is not None
    return site


BUILDING = building_of(hospital())


def now(values: Values) -> Present:
    """Everything reads a quiet value, but for `values`."""
    newest: dict[SensorId, Reading] = {}
    for id_, watched in BUILDING.watched.items():
        said = values.get(id_, 23.0 if watched.sensor.quantity == "temperature" else 0.0)
        newest[id_] = bad(id_, NOW, said) if isinstance(said, Reason) else good(id_, NOW, said)
    return Present(NOW, newest, (), {}, {}, {}, {})


def shown(values: Values | None = None, building: Building = BUILDING) -> Plan:
    found = plan(building, now(values or {}), "")
    assert found is not None
    return found


def sheet(values: Values | None = None, building: Building = BUILDING) -> Sheet:
    found = shown(values, building).sheet
    assert found is not None
    return found


def drawn(part: str, values: Values | None = None, building: Building = BUILDING) -> str:
    context = PAGES["plan"].context(building, now(values or {}), "")
    assert context is not None
    return Drawing().draw(f"_{part}.html", Language.ENGLISH, {**context, "present": now({}), "building": building})


def changed(**what: object) -> Building:
    """The hospital with another floor."""
    floor = dataclasses.replace(BUILDING.floors[ROOM], **what)  # type: ignore[arg-type]
    return dataclasses.replace(BUILDING, floors={ROOM: floor})


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
    """`label_x` is where the lines begin, or end."""
    placed = (
        Placed(SensorId("row-a-top.temperature"), At(0.2, 3), None),
        Placed(SensorId("row-b-top.temperature"), At(9.8, 3), None),
    )
    left, right = sheet(building=changed(placed=placed, things=())).posts
    assert (left.anchor, right.anchor) == ("start", "end")
    assert left.x < left.label_x < 60
    assert 1140 < right.label_x < right.x


def test_a_name_that_does_not_fit_is_turned() -> None:
    things = (
        Thing(ThingKind.OTHER, At(1, 1), 0.5, 2, Text.same("a long name"), (), 1),
        Thing(ThingKind.OTHER, At(3, 1), 2, 2, Text.same("a long name"), (), 1),
    )
    assert [each.is_turned for each in sheet(building=changed(things=things)).things] == [True, False]


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
    building = dataclasses.replace(BUILDING, floors={})
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
    told = telling([dataclasses.replace(rows[0], mood=Mood.HIGH), rows[1]])
    assert told is not None
    assert told.watched.sensor.key == "runtime_remaining"
    assert telling([dataclasses.replace(rows[0], value=Text.same(""))]) is None


def test_the_sites_own_room_comes_first() -> None:
    floors = {"annex": dataclasses.replace(BUILDING.floors[ROOM], room="annex"), ROOM: BUILDING.floors[ROOM]}
    found = shown(building=dataclasses.replace(BUILDING, floors=floors))
    assert (found.room, found.rooms) == (ROOM, [ROOM, "annex"])


def test_there_is_no_plan_of_a_room_that_is_not() -> None:
    assert plan(BUILDING, now({}), "cellar") is None
    assert PAGES["plan"].context(BUILDING, now({}), "cellar") is None
    assert plan(BUILDING, now({}), ROOM) is not None


NASTY = "</text><script>alert(1)</script>\"'&{{777*777}}"


def test_a_name_stays_text_wherever_the_plan_writes_it() -> None:
    things = (Thing(ThingKind.RACK, At(1, 1), 1, 1, Text.same(NASTY), (), 2),)
    ropes = tuple(dataclasses.replace(rope, name=Text.same(NASTY)) for rope in BUILDING.floors[ROOM].ropes)
    building = changed(things=things, ropes=ropes)
    for part in PAGES["plan"].parts:
        html = drawn(part, {"rope.leak": 1, "rope.leak_distance": 3}, building)
        assert "<script" not in html, part
        assert "603729" not in html, part
    assert "&lt;script&gt;" in drawn("plan", building=building)


def test_a_room_of_any_name_leads_to_its_own_picture() -> None:
    name = 'a/"><script>?#'
    picture = Background("image/png", b"x")
    floor = dataclasses.replace(BUILDING.floors[ROOM], room=name, background=picture)
    building = dataclasses.replace(BUILDING, room=name, floors={name: floor})
    context = {"plan": plan(building, now({}), name), "building": building, "present": now({})}
    html = Drawing().draw("_plan_ground.html", Language.ENGLISH, context)
    assert 'href="/plan/a%2F%22%3E%3Cscript%3E%3F%23/picture"' in html
    assert "<script>" not in html


def test_a_deep_floor_is_drawn_narrower() -> None:
    found = sheet(building=changed(width=3.0, depth=30.0))
    assert (found.width, found.height) == pytest.approx((90, 900))


def test_a_door_opens_into_the_room() -> None:
    assert swing(Box(100, 690, 120, 10), 1000, 700) == "M100 690V570A120 120 0 0 1 220 690"
    assert swing(Box(100, 0, 120, 10), 1000, 700) == "M100 10V130A120 120 0 0 0 220 10"
    assert swing(Box(0, 100, 10, 120), 1000, 700) == "M10 100H130A120 120 0 0 1 10 220"
    assert swing(Box(990, 100, 10, 120), 1000, 700) == "M990 100H870A120 120 0 0 0 990 220"


def test_a_floor_without_anything_on_it_is_a_floor() -> None:
    empty = Floor(ROOM, 4, 3, None, (), (), (), None)
    building = dataclasses.replace(BUILDING, floors={ROOM: empty})
    assert "<svg" in drawn("plan", building=building)
    assert {card.device.device.id for card in shown(building=building).cards} == set(BUILDING.units)
