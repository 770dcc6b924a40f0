"""The room file and the scenarios: what they may say, and what is told when they are wrong."""

import ast
import re
from pathlib import Path

import pytest

import simulators
from simulators import scenario
from simulators.devices import Entry, families, family
from simulators.modbus.image import Image, Table
from simulators.quantities import read_quantities
from simulators.room import Plan, Room
from simulators.running import Running
from simulators.serving import add, server_of
from simulators.shape import Misshapen
from tests.peers import simulator_wire

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "config" / "examples" / "demo-room.yaml"
MODBUS = [name for name in families() if hasattr(family(name), "image")]


def test_the_simulators_never_import_roommon() -> None:
    for file in (ROOT / "simulators").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "roommon"], file


def test_each_family_cites_its_source() -> None:
    assert families()
    for name in families():
        assert "Source:" in (family(name).__doc__ or ""), name


def test_the_demo_room_has_what_the_demo_needs() -> None:
    file = simulators.load(DEMO)
    units = {device.id: device.unit for device in file.servers[0].devices}
    assert list(units.values()) == [1, 2, 3, 4, 5, 6, 7]
    assert [server.id for server in file.servers] == ["gateway-1", "ups-1", "ups-2"]
    assert {device.family for server in file.servers for device in server.devices} == set(families())


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("framing: serial", "framing: cereal", "'cereal' is none of tcp, tls, rtu, serial"),
        ("family: xy-md02", "family: xy-md03", "no family 'xy-md03'; there are eastron-sdm630"),
        ("place: rack-a", "place: rack-z", "device rack-a: place 'rack-z' is no rack; there are rack-a, rack-b"),
        ("cooled_by: ac-1", "cooled_by: ac-9", "cooled_by 'ac-9' is none of ['ac-1', 'ac-2']"),
        ("load_kw: 6", "load: 6", "racks.rack-a: unknown load; there are load_kw"),
        ("load_kw: 6", "load_kw: much", "racks.rack-a.load_kw: 'much' is no float"),
        ("community: public", "largest: 100", "neither a community nor a user"),
        ("framing: rtu", "framing: rtu, host: 192.0.2.1", "the simulators bind to 127.0.0.0/8 alone"),
        ("framing: rtu", "framing: tls", "framing: tls and tls: {certificate, key, ca_file} go together"),
        ("inputs: [smoke", "inputs: [smok", "no contact 'smok'; there are smoke, door"),
        (
            "unit: 3, family: xy-md02 }\n      - { id: leak",
            "unit: 4, family: xy-md02 }\n      - { id: leak",
            "unit [4]",
        ),
        ("id: air-2", "id: air", "ids ['air'] twice"),
        ("auth_passphrase: auth-passphrase", "auth_passphrase: short", "fewer than 8 characters"),
        ("family: rfc1628-ups", "family: xy-md02", "xy-md02 does not speak the protocol of ups-1"),
    ],
)
def test_a_wrong_room_file_is_told_with_its_place(was: str, becomes: str, said: str) -> None:
    assert was in simulator_wire.ROOM
    with pytest.raises(Misshapen) as told:
        simulators.parse(simulator_wire.ROOM.replace(was, becomes, 1), "room.yaml")
    assert str(told.value).startswith("room.yaml")
    assert said in str(told.value)


def test_a_probe_below_zero_and_one_that_is_torn() -> None:
    file = simulators.load(DEMO)
    room = Room(file.plan)
    rack = room.racks["rack-a"]
    rack.pinned_c, rack.pinned_humidity = -12.5, 45.0
    shown: Image = family("renke-rs-ws-n01").image(room, file.servers[0].devices[0])
    assert shown.read(Table.HOLDING, 0, 2) == (450, 0x10000 - 125)
    rack.probe_broken = True
    torn: Image = family("renke-rs-ws-n01").image(room, file.servers[0].devices[0])
    assert torn.read(Table.HOLDING, 0, 2) == (0xFFFF, 0x7FFF)


def demo_room() -> Running:
    """The demo's room with all its devices, none of them open to anybody."""
    file = simulators.load(DEMO)
    running = Running(Room(file.plan))
    for server in file.servers:
        add(running, server.id, server_of(server, running.room, 0), server.devices)
    return running


@pytest.mark.parametrize("name", scenario.names())
async def test_each_scenario_plays_in_the_demo_room_and_leaves_it_well(name: str) -> None:
    running = demo_room()
    before = read_quantities(running.room)
    played = running.scenario(name)
    await running.advance_to(played.lasts_s + 60)
    after = read_quantities(running.room)
    for quantity in ("mains", "mains.voltage", "leak", "smoke", "door", "ac-1.running", "rope.broken"):
        assert after[quantity] == before[quantity], quantity
    assert not running.playing
    assert running.state()["faults"] == {}


async def test_the_demo_shows_three_troubles_that_come_and_go() -> None:
    running = Running(Room(simulators.load(DEMO).plan))
    running.scenario("demo")
    room = running.room
    hot, wet, dark = [], [], []
    for second in range(180):
        await running.advance_to(second)
        hot += [second] * (room.inlet_c(room.racks["rack-a"]) > 27)
        wet += [second] * room.rope.leaking
        dark += [second] * (not room.mains.present)
    assert 10 < len([second for second in hot if second < dark[0]]) < 60
    assert 10 < len(wet) < 40
    assert 10 < len(dark) < 30
    assert hot[-1] < 115
    assert room.inlet_c(room.racks["rack-a"]) < 26


async def test_steps_happen_at_their_instant_however_rarely_the_clock_ticks() -> None:
    fine, coarse = Running(Room(Plan())), Running(Room(Plan()))
    for running in (fine, coarse):
        running.scenario("leak")
    for tenth in range(2000):
        await fine.advance_to(tenth / 10)
    await coarse.advance_to(199.9)
    assert fine.room.rope.radius_m == coarse.room.rope.radius_m
    assert fine.room.rope.at_m == coarse.room.rope.at_m == 12.4


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("set: { rack-c.inlet: 30 }", "no quantity 'rack-c.inlet'; did you mean rack-"),
        ("fault: { rack-c: mute }", "no device 'rack-c'"),
        ("fault: { rack-a: [late] }", "late: wrong arguments []"),
    ],
)
async def test_a_scenario_for_another_room_is_refused_at_its_start(tmp_path: Path, step: str, said: str) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(f"about: x\nsteps: [{{ at: 5, {step} }}]")
    running = demo_room()
    with pytest.raises(ValueError, match=re.escape(said)):
        running.scenario(str(file))
    assert not running.playing


def test_an_unknown_scenario_names_those_that_there_are() -> None:
    with pytest.raises(Misshapen, match="no scenario 'stom'; there are air-conditioner, demo, leak, mains-lost"):
        scenario.load("stom")


def test_a_scenario_out_of_order_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("about: x\nsteps: [{ at: 5, set: { smoke: true } }, { at: 4, set: { smoke: false } }]")
    with pytest.raises(Misshapen, match="not in order"):
        scenario.load(str(file))


def test_a_module_has_eight_inputs() -> None:
    room = Room(Plan())
    with pytest.raises(ValueError, match="9 inputs; the module has 8"):
        family("waveshare-modbus-io8").image(room, Entry("di", "waveshare-modbus-io8", inputs=("smoke",) * 9))


@pytest.mark.parametrize("name", MODBUS)
def test_an_image_is_made_of_words_and_bits(name: str) -> None:
    file = simulators.load(DEMO)
    device = next(each for server in file.servers for each in server.devices if each.family == name)
    image: Image = family(name).image(Room(file.plan), device)
    for blocks, most in ((image.coil, 1), (image.discrete, 1), (image.input, 0xFFFF), (image.holding, 0xFFFF)):
        for values in (blocks or {}).values():
            assert all(0 <= value <= most for value in values)
