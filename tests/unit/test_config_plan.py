"""Plans as they are written: what comes of them, and the one that the shipped configuration proposes."""

import re
from pathlib import Path

import pytest

from roommon.config.load import Checked, examine
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web.floor import At, Floor, Heat, Placed, Rope, ThingKind

CONFIG = Path(__file__).parents[2] / "config"
HOUSE = """\
site: hospital-a
room: server-room
alerts: [mqtt: {{ host: 10.0.0.5 }}]
plan: {plan}
devices:
  - {{ id: rack-a, name: Rack A, modbus_tcp: {{ host: 10.0.0.7 }}, unit: 1, profile: xy-md02, labels: {{ row: a }} }}
  - {{ id: rope, name: Rope, modbus_tcp: {{ host: 10.0.0.8 }}, unit: 1, profile: rle-seahawk-10k }}
  - {{ id: store, modbus_tcp: {{ host: 10.0.0.9 }}, unit: 1, profile: xy-md02, room: store }}
rules:
  - {{ id: silent, bad_quality: {{ priority: low }}, sensors: {{ quantity: temperature }} }}
  - {{ id: silent-2, bad_quality: {{ priority: low }}, sensors: {{ quantity: relative_humidity }} }}
  - {{ id: silent-3, bad_quality: {{ priority: low }}, sensors: {{ device: rope }} }}
"""


def checked(folder: Path, plan: str, *, tolerate: bool = False) -> Checked:
    path = folder / "roommon.yaml"
    path.write_text(HOUSE.format(plan=plan), "utf-8")
    return examine(path, {}, tolerate_missing_secrets=tolerate)


def floors(folder: Path, plan: str) -> tuple[Floor, ...]:
    found = checked(folder, plan)
    assert found.site is not None, found.faults
    assert found.warnings == ()
    return found.site.floors


@pytest.mark.parametrize("name", ["roommon.yaml", "roommon.zh-CN.yaml"])
def test_the_plan_that_is_proposed_needs_no_more_than_its_marks_taken_away(tmp_path: Path, name: str) -> None:
    text = (CONFIG / name).read_text("utf-8")
    [proposed] = re.findall(r"^# plan:\n(?:#.*\n)+", text, re.MULTILINE)
    path = tmp_path / name
    path.write_text(text.replace(proposed, re.sub(r"^# ", "", proposed, flags=re.MULTILINE)), "utf-8")
    found = examine(path, {}, tolerate_missing_secrets=True)
    assert found.site is not None, found.faults
    assert len(found.site.floors) == 1
    assert [each for each in found.warnings if "there is no file" not in each.problem.en] == []


def test_everything_is_read_in_metres(tmp_path: Path) -> None:
    [floor] = floors(
        tmp_path,
        """
  size: [10 m, 7000 mm]
  things: { kind: ups, at: [0.5 m, 50 cm], size: [600 mm, 1.1 m], devices: rack-a }
  rope: { sensor: rope.leak_distance, leak: rope.leak, line: [[1 m, 1 m], [4 m, 1 m], [4 m, 5 m]] }
  sensors: { sensor: rack-a.temperature, at: [10 m, 7 m], height: 2 m }
  heat: { sensors: rack-a.temperature, scale: 50 °F .. 40 °C, reach: 3 m }
""",
    )
    assert (floor.room, floor.width, floor.depth) == ("server-room", 10, 7)
    [thing] = floor.things
    assert (thing.kind, thing.at, thing.width, thing.depth) == (ThingKind.UPS, At(0.5, 0.5), 0.6, 1.1)
    assert (thing.name.en, thing.devices, thing.count) == ("Rack A", ("rack-a",), 1)
    [rope] = floor.ropes
    assert (rope.name.en, rope.distance, rope.leak, rope.length) == ("Rope", "rope.leak_distance", "rope.leak", 7)
    [placed] = floor.placed
    assert (placed.sensor, placed.at, placed.height) == ("rack-a.temperature", At(10, 7), 2)
    assert floor.heat is not None
    assert (floor.heat.low, floor.heat.high, floor.heat.reach) == (10, 40, 3)
    assert floor.heat.sensors == ("rack-a.temperature",)


def test_rooms_have_a_plan_each(tmp_path: Path) -> None:
    found = floors(tmp_path, "[{ size: [4 m, 3 m] }, { size: [5 m, 3 m], room: store }]")
    assert [(floor.room, floor.width) for floor in found] == [("server-room", 4), ("store", 5)]


def test_a_heat_map_means_the_sensors_of_its_own_room(tmp_path: Path) -> None:
    [floor] = floors(
        tmp_path,
        """
  size: [4 m, 3 m]
  sensors: { sensor: rack-a.temperature, at: [1 m, 1 m] }
  heat: { sensors: { quantity: temperature } }
""",
    )
    assert floor.heat is not None
    assert floor.heat.sensors == ("rack-a.temperature",)


def test_a_row_of_racks_may_end_at_the_wall(tmp_path: Path) -> None:
    [floor] = floors(
        tmp_path, "{ size: [4.3 m, 3 m], things: { kind: rack, at: [0.1 m, 0 m], size: [0.6 m, 3 m], count: 7 } }"
    )
    assert floor.things[0].count == 7


def test_a_picture_that_is_not_there_yet_is_a_warning_before_the_installation(tmp_path: Path) -> None:
    plan = "{ size: [4 m, 3 m], background: floor.svg }"
    assert [fault.place.line for fault in checked(tmp_path, plan).faults] == [4]
    tolerated = checked(tmp_path, plan, tolerate=True)
    assert tolerated.faults == ()
    assert [warning.place.line for warning in tolerated.warnings] == [4]
    (tmp_path / "floor.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300"/>')
    [floor] = floors(tmp_path, plan)
    assert floor.background is not None
    assert floor.background.media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("plan", "problem"),
    [
        ("{ size: [4 m, 3 m], things: { kind: rack, at: [0 m, 0 m], size: [1 m, 1 m], count: 0 } }", "count: 0"),
        ("{ size: [4 m, 3 m], things: { kind: rack, at: [0 m, 0 m], size: [1 m, 1 m], count: 101 } }", "count: 101"),
        ("{ size: [4 m, 3 m], things: { kind: rack, at: [0 m, 0 m], size: [1 m, 0 m] } }", "a size is above 0"),
        ("{ size: [501 m, 3 m] }", "at most 500 m"),
        ("{ size: [4 m, 3 m], rope: { sensor: rope.leak_distance, line: [[1 m, 1 m], [1 m, 1 m]] } }", "two places"),
        (
            "{ size: [4 m, 3 m], rope: { sensor: rope.leak_distance, line: [[1 m, 1 m], [2 m, 1 m]], length: 0 m } }",
            "a rope has a length",
        ),
        ("{ size: [4 m, 3 m], heat: { sensors: rack-a.temperature, reach: 0 m } }", "farther than 0"),
        ("{ size: [4 m, 3 m], heat: { sensors: rack-a.temperature, scale: 10 K .. 40 K } }", "18 to 27 °C"),
        ("{ size: [4 m, 3 m], heat: { sensors: rack-a.temperature, scale: 10 °C .. } }", "18 to 27 °C"),
        ("{ size: [4 m] }", "a value is missing after the first 1"),
        ("{ size: [4 m, 3 m], heat: { sensors: { room: store } } }", "no sensor in the room `server-room` is meant"),
        ("{ size: [4 m, 3 m], background: http://evil.example/x.svg }", "nothing is fetched"),
        ("{ size: 4 m }", "a list is expected here"),
        ("{ size: [4 m, 3 m, 2 m] }", "a list is expected here"),
        ("{ size: [4, 3 m] }", "`4` has no unit"),
        ('{ size: ["4", 3 m] }', "`4` has no unit"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, plan: str, problem: str) -> None:
    faults = checked(tmp_path, plan).faults
    assert [problem in fault.problem.en for fault in faults if problem in fault.problem.en], faults


def test_an_address_of_a_picture_is_not_awaited_before_the_installation(tmp_path: Path) -> None:
    found = checked(tmp_path, "{ size: [4 m, 3 m], background: http://evil.example/x.svg }", tolerate=True)
    assert ["nothing is fetched" in fault.problem.en for fault in found.faults] == [True]


def test_what_a_broken_device_would_have_is_not_blamed(tmp_path: Path) -> None:
    path = tmp_path / "roommon.yaml"
    plan = """
  size: [4 m, 3 m]
  things: { kind: rack, at: [0 m, 0 m], size: [1 m, 1 m], devices: rack-a }
  sensors: { sensor: rack-a.temperature, at: [1 m, 1 m] }
  heat: { sensors: rack-a.temperature }
"""
    path.write_text(HOUSE.format(plan=plan).replace("profile: xy-md02, labels", "profile: no-such, labels"), "utf-8")
    faults = examine(path, {}).faults
    assert [fault.place.line for fault in faults] == [11]


def test_a_floor_names_each_sensor_that_is_seen_on_it() -> None:
    rope = Rope(Text.same("Rope"), SensorId("a.b"), SensorId("a.c"), line=(), length=1)
    placed = Placed(SensorId("d.e"), At(0, 0), None)
    floor = Floor("r", 1, 1, None, (), (rope,), (placed,), Heat((), 12, 35, 1))
    assert list(floor.sensors()) == ["d.e", "a.b", "a.c"]
