"""The simulators' SNMP from outside: net-snmp's tools in all versions, and faults."""

import asyncio
from collections.abc import AsyncIterator

import pytest

import simulators
from tests.peers.simulator_wire import AUTH, PRIVACY, USERS, eventually, room
from tests.peers.tools import net_snmp

pytestmark = pytest.mark.integration

UPS = ".1.3.6.1.2.1.33.1"
RUNTIME, SOURCE, ALARMS = f"{UPS}.2.3.0", f"{UPS}.4.1.0", f"{UPS}.6.1.0"
UPTIME = ".1.3.6.1.2.1.1.3.0"


@pytest.fixture
async def running() -> AsyncIterator[simulators.Running]:
    async with room() as made:
        yield made


async def get(running: simulators.Running, *names: str, version: str = "2c", patience: str = "2") -> tuple[int, str]:
    at = f"127.0.0.1:{running.port('ups-1')}"
    return await net_snmp("snmpget", f"-v{version}", "-c", "public", "-t", patience, "-r", "0", "-On", at, *names)


async def get_v3(running: simulators.Running, user: str, *names: str, privacy: str = PRIVACY) -> tuple[int, str]:
    auth, cipher = USERS[user]
    who = ("-u", user, "-l", "authPriv", "-a", auth, "-A", AUTH, "-x", cipher, "-X", privacy)
    at = f"127.0.0.1:{running.port(user)}"
    return await net_snmp("snmpget", "-v3", *who, "-t", "2", "-r", "0", "-On", at, *names)


@pytest.mark.parametrize("version", ["1", "2c"])
async def test_snmpget_in_versions_with_a_community(running: simulators.Running, version: str) -> None:
    status, said = await get(running, SOURCE, ALARMS, version=version)
    assert status == 0
    assert said.splitlines() == [f"{SOURCE} = INTEGER: 3", f"{ALARMS} = Gauge32: 0"]


@pytest.mark.parametrize("user", USERS)
async def test_snmpget_in_version_3_with_every_pair_of_protocols(running: simulators.Running, user: str) -> None:
    assert await get_v3(running, user, SOURCE) == (0, f"{SOURCE} = INTEGER: 3\n")


async def test_a_wrong_passphrase_is_told_apart(running: simulators.Running) -> None:
    status, said = await get_v3(running, "sha256-aes128", SOURCE, privacy="another-passphrase")
    assert status != 0
    assert "Decryption error" in said or "Timeout" in said
    at = f"127.0.0.1:{running.port('sha256-aes128')}"
    who = ("-u", "sha256-aes128", "-l", "authNoPriv", "-a", "SHA-256", "-A", AUTH)
    status, said = await net_snmp("snmpget", "-v3", *who, "-r", "0", "-On", at, SOURCE)
    assert "Unsupported security level" in said
    status, said = await net_snmp("snmpget", "-v3", "-u", "nobody", *who[2:], "-r", "0", "-On", at, SOURCE)
    assert "Unknown user name" in said
    status, said = await net_snmp("snmpget", "-v3", *who[:-1], "another-passphrase", "-r", "0", "-On", at, SOURCE)
    assert status != 0


async def test_snmpwalk_and_snmpbulkwalk_see_the_same(running: simulators.Running) -> None:
    at = f"127.0.0.1:{running.port('ups-1')}"
    status, walked = await net_snmp("snmpwalk", "-v2c", "-c", "public", "-On", at, UPS)
    assert status == 0
    assert len(walked.splitlines()) > 35
    for rows in ("1", "7", "100"):
        found = await net_snmp("snmpbulkwalk", "-v2c", "-c", "public", "-On", f"-Cr{rows}", at, UPS)
        assert found == (0, walked)
    _, oldest = await net_snmp("snmpwalk", "-v1", "-c", "public", "-On", at, UPS)
    assert oldest.splitlines()[: len(walked.splitlines()) - 1] == walked.splitlines()[:-1]


async def test_the_alarm_table_fills_when_the_mains_are_lost(running: simulators.Running) -> None:
    running.set("mains", value=False)
    await running.advance_to(running.room.elapsed_s + 2)
    _, said = await get(running, SOURCE, ALARMS, f"{UPS}.6.2.1.2.2", f"{UPS}.6.2.1.2.3")
    assert said.splitlines() == [
        f"{SOURCE} = INTEGER: 5",
        f"{ALARMS} = Gauge32: 2",
        f"{UPS}.6.2.1.2.2 = OID: {UPS}.6.3.2",
        f"{UPS}.6.2.1.2.3 = No Such Instance currently exists at this OID",
    ]


async def test_a_reboot_sets_the_uptime_back_and_version_3_finds_the_new_boot(running: simulators.Running) -> None:
    await asyncio.sleep(0.3)
    await get_v3(running, "sha256-aes128", UPTIME)
    await running.fault("sha256-aes128", "reboot", "0.05")
    await eventually(lambda: not running.state()["faults"])
    status, said = await get_v3(running, "sha256-aes128", UPTIME, "1.3.6.1.6.3.10.2.1.2.0")
    assert status == 0
    ticks = int(said.split("(")[1].split(")")[0])
    assert ticks < 500
    assert said.splitlines()[1] == ".1.3.6.1.6.3.10.2.1.2.0 = INTEGER: 2"


@pytest.mark.parametrize("fault", [("mute",), ("dead",), ("black-hole",), ("wrong-transaction",), ("truncated", "5")])
async def test_faults_that_end_in_silence(running: simulators.Running, fault: tuple[str, ...]) -> None:
    await running.fault("ups-1", *fault)
    status, _ = await get(running, SOURCE, patience="0.3")
    assert status != 0
    await running.fault("ups-1", "ok")
    assert (await get(running, SOURCE))[0] == 0


async def test_a_late_answer_comes_when_nobody_waits_any_more(running: simulators.Running) -> None:
    await running.fault("ups-1", "late", "0.5")
    assert (await get(running, SOURCE, patience="0.2"))[0] != 0
    assert (await get(running, SOURCE, patience="3"))[0] == 0


async def test_an_error_status_on_one_object(running: simulators.Running) -> None:
    await running.fault("ups-1", "exception", "5", RUNTIME.lstrip("."))
    assert (await get(running, SOURCE))[0] == 0
    status, said = await get(running, SOURCE, RUNTIME)
    assert status != 0
    assert "genError" in said


async def test_a_poked_object_stays_until_it_is_let_go(running: simulators.Running) -> None:
    running.poke("ups-1", RUNTIME.lstrip("."), 65535)
    assert (await get(running, RUNTIME))[1] == f"{RUNTIME} = INTEGER: 65535\n"
    running.poke("ups-1", RUNTIME.lstrip("."), None)
    assert (await get(running, RUNTIME))[1] != f"{RUNTIME} = INTEGER: 65535\n"
