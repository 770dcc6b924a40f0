"""Single devices from files, seen from outside: net-snmp's tools and mbpoll read what the files say."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.peers.simulator_program import ROOT, complaint, program, tell
from tests.peers.tools import mbpoll, mbpoll_says, net_snmp

pytestmark = pytest.mark.integration

E = "1.3.6.1.4.1.61999.7"
FACTS = f"""
device: Probe of all types
source: by hand
objects:
  - [{E}.1.0, integer, -5]
  - [{E}.2.0, string, 19.9 °C]
  - [{E}.3.0, hex, 00ff10]
  - [{E}.4.0, null, null]
  - [{E}.5.0, oid, 1.3.6.1.4.1.318]
  - [{E}.6.0, ipaddress, 10.0.0.255]
  - [{E}.7.0, counter32, 4294967295]
  - [{E}.8.0, gauge32, 7]
  - [{E}.9.0, timeticks, 100]
  - [{E}.10.0, opaque, 9f780441a00000]
  - [{E}.11.0, counter64, 18446744073709551615]
  - [{E}.20.1.2.1, integer, 1]
  - [{E}.20.1.2.30, integer, 30]
  - [{E}.20.1.3.1, string, ""]
"""
WALKED = f"""\
.{E}.1.0 = INTEGER: -5
.{E}.2.0 = Hex-STRING: 31 39 2E 39 20 C2 B0 43\x20
.{E}.3.0 = Hex-STRING: 00 FF 10\x20
.{E}.4.0 = NULL
.{E}.5.0 = OID: .1.3.6.1.4.1.318
.{E}.6.0 = IpAddress: 10.0.0.255
.{E}.7.0 = Counter32: 4294967295
.{E}.8.0 = Gauge32: 7
.{E}.9.0 = Timeticks: (100) 0:00:01.00
.{E}.10.0 = Opaque: Float: 20.000000
.{E}.11.0 = Counter64: 18446744073709551615
.{E}.20.1.2.1 = INTEGER: 1
.{E}.20.1.2.30 = INTEGER: 30
.{E}.20.1.3.1 = ""
"""
PAST_THE_END = "No more variables left in this MIB View (It is past the end of the MIB tree)"
SHOWN = {
    "integer": "INTEGER: {}",
    "gauge32": "Gauge32: {}",
    "counter32": "Counter32: {}",
    "oid": "OID: .{}",
    "string": 'STRING: "{}"',
}
"""How net-snmp shows a value; the other types are tried above."""
IMAGES = ROOT / "simulators" / "images"
METER, ROPE, CONTACTS, AIR = (
    str(IMAGES / f"{name}.yaml") for name in ("eastron-sdm630", "rle-seahawk-10k", "waveshare-modbus-io8", "xy-md02")
)


@pytest.fixture
def facts(tmp_path: Path) -> str:
    """A file with a value of every type, and a table with gaps."""
    path = tmp_path / "probe.yaml"
    path.write_text(FACTS, "utf-8")
    return str(path)


@pytest.fixture
def agent(facts: str) -> Iterator[dict[str, Any]]:
    """The facts as an agent of versions 1, 2c and 3; its ready line."""
    user = ("--community", "c", "--user", "u", "--auth", "sha256", "--auth-passphrase", "auth-passphrase")
    privacy = ("--privacy", "aes128", "--privacy-passphrase", "privacy-passphrase")
    with program("agent", facts, "--port", "0", *user, *privacy) as (_, ready):
        yield ready


def at(ready: dict[str, Any]) -> str:
    server = ready["servers"]["server"]
    return f"{server['host']}:{server['port']}"


async def snmp(ready: dict[str, Any], name: str, *words: str, version: str = "2c") -> tuple[int, str]:
    who = ("-v3", "-u", "u", "-l", "authPriv", "-a", "SHA-256", "-A", "auth-passphrase", "-x", "AES")
    secret = (*who, "-X", "privacy-passphrase") if version == "3" else (f"-v{version}", "-c", "c")
    return await net_snmp(name, *secret, "-t", "2", "-r", "1", "-On", at(ready), *words)


@pytest.mark.parametrize("version", ["2c", "3"])
async def test_snmpwalk_reads_every_type_and_ends(agent: dict[str, Any], version: str) -> None:
    assert await snmp(agent, "snmpwalk", E, version=version) == (0, WALKED)
    assert await snmp(agent, "snmpbulkwalk", E, version=version) == (0, WALKED)


async def test_version_1_knows_no_counter64(agent: dict[str, Any]) -> None:
    without = "".join(line for line in WALKED.splitlines(keepends=True) if "Counter64" not in line)
    assert await snmp(agent, "snmpwalk", E, version="1") == (0, without)
    status, said = await snmp(agent, "snmpget", f"{E}.11.0", version="1")
    assert (status, "noSuchName" in said) == (2, True)


async def test_gaps_are_told_from_objects_that_are_not_there(agent: dict[str, Any]) -> None:
    _, said = await snmp(agent, "snmpget", f"{E}.20.1.2.2", f"{E}.99.0", f"{E}.8.0")
    assert said.splitlines() == [
        f".{E}.20.1.2.2 = No Such Instance currently exists at this OID",
        f".{E}.99.0 = No Such Object available on this agent at this OID",
        f".{E}.8.0 = Gauge32: 7",
    ]
    _, said = await snmp(agent, "snmpgetnext", f"{E}.20.1.2.1", f"{E}.20.1.2.30", f"{E}.12")
    assert said.splitlines() == [
        f".{E}.20.1.2.30 = INTEGER: 30",
        f'.{E}.20.1.3.1 = ""',
        f".{E}.20.1.2.1 = INTEGER: 1",
    ]


async def test_the_agent_says_what_it_is_and_how_long_it_runs(agent: dict[str, Any]) -> None:
    _, said = await snmp(agent, "snmpwalk", "1.3.6.1.2.1.1")
    described, known_as, uptime = said.splitlines()
    assert described == '.1.3.6.1.2.1.1.1.0 = STRING: "Probe of all types"'
    assert known_as == ".1.3.6.1.2.1.1.2.0 = OID: .0.0"
    assert uptime.startswith(".1.3.6.1.2.1.1.3.0 = Timeticks: (")


async def test_a_recording_is_read_as_it_is_and_ends_with_the_mib(tmp_path: Path) -> None:
    path = tmp_path / "unit.snmprec"
    path.write_bytes(f"{E}.1.0|2|-5\n{E}.2.0|4|a | b\n{E}.3.0|4x|00FF10\n{E}.4.0|5|\n".encode())
    with program("agent", str(path), "--port", "0", "--community", "c") as (_, ready):
        assert ready["devices"] == {"unit": {"server": "server"}}
        _, said = await snmp(ready, "snmpwalk", E)
        assert said.splitlines() == [
            f".{E}.1.0 = INTEGER: -5",
            f'.{E}.2.0 = STRING: "a | b"',
            f".{E}.3.0 = Hex-STRING: 00 FF 10 ",
            f".{E}.4.0 = NULL",
            f".{E}.4.0 = {PAST_THE_END}",
        ]
        _, said = await snmp(ready, "snmpwalk", f"{E}.4", version="1")
        assert said.splitlines() == [f".{E}.4.0 = NULL", "End of MIB"]


@pytest.mark.parametrize("name", ["akcp-sensorprobe8", "hwg-poseidon"])
async def test_snmpwalk_reads_what_a_fact_file_says(name: str) -> None:
    path = ROOT / "simulators" / "facts" / f"{name}.yaml"
    with program("agent", str(path), "--port", "0", "--community", "c") as (_, ready):
        status, said = await snmp(ready, "snmpbulkwalk", "1")
        walked = dict(line.split(" = ", 1) for line in said.splitlines() if PAST_THE_END not in line)
    written = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)["objects"]
    objects = {
        f".{oid}": SHOWN[kind].format(*value) for oid, kind, *value in written if kind in SHOWN and value != [""]
    }
    assert status == 0
    assert len(objects) > 20
    assert {oid: walked.get(oid) for oid in objects} == objects
    assert walked.keys() == {f".{oid}" for oid, *_ in written} | {f".1.3.6.1.2.1.1.{each}.0" for each in (1, 2, 3)}


async def test_faults_and_pokes_reach_what_stands_alone(agent: dict[str, Any]) -> None:
    assert tell(agent, "poke", "probe", f"{E}.8.0", "9")[0] == 0
    assert await snmp(agent, "snmpget", f"{E}.8.0") == (0, f".{E}.8.0 = INTEGER: 9\n")
    assert tell(agent, "fault", "probe", "exception", "5")[0] == 0
    status, said = await snmp(agent, "snmpget", f"{E}.8.0")
    assert (status, "genError" in said) == (2, True)
    with program("unit", AIR, "--tcp", "0") as (_, ready):
        assert tell(ready, "fault", "xy-md02", "exception", "4")[0] == 0
        status, said = await mbpoll_says("-m", "tcp", "-p", port(ready), "-t", "3", "-r", "2", "127.0.0.1")
        assert (status, "Slave device or server failure" in said) == (1, True)


def port(ready: dict[str, Any]) -> str:
    return str(ready["servers"]["server"]["port"])


async def test_mbpoll_reads_every_table_of_several_units() -> None:
    others = ("--also", f"{ROPE}=4", "--also", f"{CONTACTS}=5", "--also", f"{AIR}=6")
    with program("unit", METER, "--unit", "3", "--tcp", "0", *others) as (_, ready):
        assert {name: device["unit"] for name, device in ready["devices"].items()} == {
            "eastron-sdm630": 3,
            "rle-seahawk-10k": 4,
            "waveshare-modbus-io8": 5,
            "xy-md02": 6,
        }
        tcp = ("-m", "tcp", "-p", port(ready), "127.0.0.1")
        volts = await mbpoll("-a", "3", "-t", "3:float", "-B", "-r", "1", "-c", "3", *tcp)
        assert volts == {1: "230.2", 3: "229.875", 5: "231.5"}
        assert await mbpoll("-a", "4", "-t", "3:float", "-r", "8001", "-c", "2", *tcp) == {8001: "0", 8003: "30"}
        assert await mbpoll("-a", "4", "-t", "4", "-r", "1", "-c", "2", *tcp) == {1: "120", 2: "50"}
        assert await mbpoll("-a", "5", "-t", "1", "-r", "1", "-c", "2", *tcp) == {1: "1", 2: "0"}
        assert await mbpoll("-a", "5", "-t", "0", "-r", "1", "-c", "2", *tcp) == {1: "0", 2: "1"}
        assert await mbpoll("-a", "6", "-t", "3", "-r", "2", "-c", "2", *tcp) == {2: "231", 3: "450"}
        status, said = await mbpoll_says("-a", "6", "-t", "3", "-r", "1", "-c", "1", *tcp)
        assert (status, "Illegal data address" in said) == (1, True)


async def test_mbpoll_reads_a_case_on_a_serial_line_at_its_name(tmp_path: Path) -> None:
    line = tmp_path / "ttySIM"
    with program("unit", AIR, "--case", "awkward", "--serial", str(line)) as (process, _):
        rtu = ("-m", "rtu", "-b", "9600", "-P", "none", str(line))
        assert await mbpoll("-a", "1", "-t", "3", "-r", "2", "-c", "2", *rtu) == {2: "65413", 3: "1000"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert not line.is_symlink()


def test_the_ready_line_says_where_and_how_a_unit_is_reached() -> None:
    with program("unit", AIR, "--tcp", "0", "--rtu", "--host", "127.0.0.2") as (_, ready):
        server = ready["servers"]["server"]
        assert (server["framing"], server["host"]) == ("rtu", "127.0.0.2")


def test_an_agent_ends_on_a_signal(facts: str) -> None:
    with program("agent", facts, "--port", "0") as (process, ready):
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert not Path(ready["control"]).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("agent", "nowhere.yaml"), "[Errno 2] No such file or directory: 'nowhere.yaml'"),
        (("agent", AIR), "xy-md02.yaml:2:1: unknown document; there are device, source, objects"),
        (("agent", "FACTS", "--host", "0.0.0.0"), "host 0.0.0.0: the simulators bind to 127.0.0.0/8 alone"),
        (("agent", "FACTS", "--community", ""), "neither a community nor a user: nobody could ask"),
        (("unit", AIR, "--tcp", "0", "--case", "odd"), "no case 'odd'; there are normal, awkward"),
        (("unit", AIR, "--serial", "line", "--rtu"), "--rtu belongs to --tcp; a serial line is always RTU"),
        (("unit", AIR, "--tcp", "0", "--also", f"{AIR}=1"), "with the same unit id; give each its own"),
        (("unit", AIR, "--tcp", "0", "--also", AIR), "write IMAGE=UNIT, such as simulators/images/xy-md02.yaml=2"),
        (("unit", AIR), "one of the arguments --tcp --serial is required"),
    ],
)
def test_what_cannot_be_served_is_said_in_one_line(words: tuple[str, ...], said: str, facts: str) -> None:
    status, complained = complaint(*(facts if word == "FACTS" else word for word in words))
    assert status == 2
    assert said in complained.splitlines()[-1]
