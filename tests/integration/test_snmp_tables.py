"""Rows, alarm lists and identity over UDP: Debian's snmpd, and agents that are worse."""

import asyncio
import contextlib
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.model.secret import Secret
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Raw, Target
from roommon.poll.drivers import snmp
from roommon.poll.drivers.snmp import Auth, Config, Privacy
from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.limits import Limits
from roommon.profiles.point import By, Cell, Encoding, First, Listed, Oid, Point, Row, RowTable
from tests.peers import snmp_agent as wire
from tests.peers.process import Address
from tests.peers.snmp_room import details, parts, reasons
from tests.peers.snmpd import COMMUNITY, SYS_DESCR, VALUES, Snmpd, User, snmpd

pytestmark = pytest.mark.integration

SECURED = User("secured", "SHA-256", privacy="AES")
LABEL, DEGREE = f"{VALUES}.50.1.1", f"{VALUES}.50.1.2"
ALARMS = f"{VALUES}.60.1.2"
ON_BATTERY, LOW_BATTERY = "1.3.6.1.2.1.33.1.6.3.2", "1.3.6.1.2.1.33.1.6.3.3"
TABLE = RowTable("temperature", DEGREE, label=(LABEL,))
IF_DESCR, IF_TYPE = "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.3"
SOFTWARE_LOOPBACK = 24
"""ifType of `lo` (IANAifType-MIB)."""


def dressed(rows: Mapping[str, tuple[str, int]], *alarms: str) -> dict[str, tuple[str, str]]:
    """What snmpd's script serves: labels and degrees by index, and the alarms that stand."""
    labels = {f"50.1.1.{index}": ("string", label) for index, (label, _) in rows.items()}
    degrees = {f"50.1.2.{index}": ("integer", str(degree)) for index, (_, degree) in rows.items()}
    listed = {f"60.1.2.{number}": ("objectid", f".{alarm}") for number, alarm in enumerate(alarms, 1)}
    return {**labels, **degrees, **listed, "70.0": ("integer", "0")}


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Snmpd]:
    with snmpd(tmp_path, [SECURED], dressed({"3": ("Rack A", 21), "7": ("Rack B", 22)})) as running:
        yield running


def config_of(address: Address, version: int = 2, timeout_ms: int = 1000) -> Config:
    at, timeout = (address.host, address.port), Duration(timeout_ms)
    if version != 3:
        return Config(*at, version=1 if version == 1 else 2, community=COMMUNITY, timeout=timeout)
    auth, privacy = Secret("auth", "auth-passphrase"), Secret("privacy", "privacy-passphrase")
    return Config(
        *at,
        version=3,
        user="secured",
        auth=Auth.SHA256,
        auth_passphrase=auth,
        privacy=Privacy.AES128,
        privacy_passphrase=privacy,
        timeout=timeout,
    )


def reader_of(
    config: Config,
    points: Sequence[Point],
    tables: Sequence[RowTable] = (TABLE,),
    identity: Mapping[str, Point] | None = None,
    clock: SystemClock | None = None,
) -> SnmpReader:
    clock = clock or SystemClock()
    target = Target(DeviceId("ups-1"), None, points, Limits(), Duration(5_000), tables, identity or {})
    return snmp.reader(snmp.bus("ups-1", config, clock), config, target, clock)


def cell(name: str, by: By = By.LABEL) -> Point:
    return Point(name, Cell(Row("temperature", by, name), DEGREE), Encoding.NUMBER)


def listed(oid: str) -> Point:
    return Point(oid, Listed(ALARMS, oid), Encoding.NUMBER)


def vouched(oid: str, beside: str) -> Point:
    return Point(oid, Listed(ALARMS, oid, beside=f"{VALUES}.{beside}"), Encoding.NUMBER)


async def beat(reader: SnmpReader) -> Sequence[Raw | Fault]:
    raws = await reader.read()
    await reader.learn()
    return raws


async def until(reader: SnmpReader, wanted: Sequence[Raw]) -> None:
    """Beat until the reader gives what is `wanted`."""
    deadline = time.monotonic() + 15
    while (raws := await beat(reader)) != wanted:
        assert time.monotonic() < deadline, raws
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_row_is_read_where_it_is_and_followed_where_it_goes(agent: Snmpd, version: int) -> None:
    reader = reader_of(config_of(agent.address, version), [cell("Rack A"), cell("Rack B")])
    assert await beat(reader) == [21, 22]
    agent.serve(dressed({"1": ("Rack B", 32), "3": ("Rack C", 30), "7": ("Rack A", 31)}))
    assert reasons(await beat(reader)) == {0: Reason.NOT_CONNECTED, 1: Reason.NOT_CONNECTED}
    await until(reader, [31, 32])
    assert reader.about is not None


async def test_a_row_that_vanishes_is_named_with_those_that_are_there_and_comes_back(agent: Snmpd) -> None:
    reader = reader_of(config_of(agent.address), [cell("Rack A"), cell("Rack B")])
    await beat(reader)
    agent.serve(dressed({"7": ("Rack B", 22)}))
    deadline = time.monotonic() + 15
    while details(raws := await beat(reader)) != [
        "no row called 'Rack A' in table temperature; there are: 'Rack B' (index 7)"
    ]:
        assert raws[1] == 22
        assert reasons(raws) == {0: Reason.NOT_CONNECTED}
        assert time.monotonic() < deadline, raws
        await asyncio.sleep(0.05)
    agent.serve(dressed({"3": ("Rack A", 20), "7": ("Rack B", 22)}))
    assert await beat(reader) == [20, 22]


async def test_rows_are_found_again_after_the_agent_has_restarted_with_others(tmp_path: Path) -> None:
    with snmpd(tmp_path, values=dressed({"1": ("Rack A", 21)})) as agent:
        reader = reader_of(config_of(agent.address, timeout_ms=300), [cell("Rack A")])
        await asyncio.sleep(1.0)  # sysUpTime must fall, which it cannot from 0
        await until(reader, [21])
    agent.serve(dressed({"5": ("Rack A", 25), "6": ("Rack B", 26)}))
    with agent.up():
        deadline = time.monotonic() + 15
        raws: Sequence[Raw | Fault] = []
        while raws != [25]:
            assert time.monotonic() < deadline, raws
            await asyncio.sleep(0.1)
            try:
                raws = await beat(reader)
            except DeviceUnreachable:
                continue
    assert reader.about is not None
    assert [row.label for row in reader.about.unlisted] == ["Rack B"]


async def test_a_table_of_the_agents_own_has_its_only_row_by_its_type(agent: Snmpd) -> None:
    loopback = RowTable("loopback", IF_DESCR, label=(IF_DESCR,), where=((IF_TYPE, frozenset({SOFTWARE_LOOPBACK})),))
    points = [
        Point("name", Cell(Row("loopback", By.ONLY), IF_DESCR), Encoding.STRING),
        Point("type", Cell(Row("loopback", By.LABEL, "lo"), IF_TYPE), Encoding.NUMBER),
    ]
    assert await beat(reader_of(config_of(agent.address), points, [loopback])) == ["lo", SOFTWARE_LOOPBACK]


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_an_alarm_stands_while_its_object_is_listed(agent: Snmpd, version: int) -> None:
    reader = reader_of(config_of(agent.address, version), [listed(ON_BATTERY), listed(LOW_BATTERY)], [])
    assert await beat(reader) == [0, 0]
    agent.serve(dressed({}, LOW_BATTERY))
    assert await beat(reader) == [0, 1]
    agent.serve(dressed({}, ON_BATTERY, LOW_BATTERY))
    assert await beat(reader) == [1, 1]
    agent.serve(dressed({}))
    assert await beat(reader) == [0, 0]


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_list_that_the_agent_has_not_is_no_empty_list(
    agent: Snmpd, version: int, caplog: pytest.LogCaptureFixture
) -> None:
    points = [vouched(ON_BATTERY, "61.0"), vouched(LOW_BATTERY, "70.0")]
    reader = reader_of(config_of(agent.address, version), points, [])
    raws = await beat(reader)
    assert (reasons(raws), raws[1]) == ({0: Reason.CONFIGURATION_ERROR}, 0)
    assert details(raws)[0].startswith(f"{ALARMS}: nothing is listed, and it is not known that there is a list: ")
    assert [line for line in caplog.messages if f"no value at {VALUES}.61.0" in line]


async def test_a_list_that_had_a_row_is_there_for_good(agent: Snmpd) -> None:
    reader = reader_of(config_of(agent.address), [vouched(ON_BATTERY, "61.0"), vouched(LOW_BATTERY, "61.0")], [])
    agent.serve(dressed({}, LOW_BATTERY))
    assert await beat(reader) == [0, 1]
    agent.serve(dressed({}))
    assert await beat(reader) == [0, 0]


@pytest.mark.parametrize(
    ("stands", "told"),
    [
        ("1.3.6.1.2.1.33.1.6.3.2", 1),
        ("1.3.6.1.2.1.33.1.6.3.2.7", 1),
        ("1.3.6.1.2.1.33.1.6.3.20", 0),
        ("1.3.6.1.2.1.33.1.6.3", 0),
    ],
)
async def test_an_alarm_below_an_object_counts_for_it_if_that_is_asked(agent: Snmpd, stands: str, told: int) -> None:
    agent.serve(dressed({}, stands))
    points = [Point("below", Listed(ALARMS, ON_BATTERY, is_subtree=True), Encoding.NUMBER), listed(ON_BATTERY)]
    assert await beat(reader_of(config_of(agent.address), points, [])) == [told, int(stands == ON_BATTERY)]


async def test_a_device_says_what_it_is(agent: Snmpd) -> None:
    agent.serve(
        {
            "1.0": ("string", " Smart-UPS 3000 "),
            "2.0": ("octet", "00 0C 15 AB CD EF"),
            "3.0": ("integer", "123"),
            "4.1.1": ("string", ""),
            "4.1.2": ("string", "rack 4"),
        }
    )
    identity = {
        "model": Point("model", Oid(f"{VALUES}.1.0"), Encoding.STRING),
        "serial": Point("serial", Oid(f"{VALUES}.9.0"), Encoding.STRING, fallback="mac"),
        "mac": Point("mac", Oid(f"{VALUES}.2.0"), Encoding.STRING, is_sensor=False),
        "firmware": Point("firmware", Oid(f"{VALUES}.3.0"), Encoding.NUMBER),
        "location": Point("location", First(f"{VALUES}.4.1"), Encoding.STRING),
        "maker": Point("maker", First(f"{VALUES}.5.1"), Encoding.STRING),
    }
    reader = reader_of(config_of(agent.address), [Point("fixed", Oid(SYS_DESCR), Encoding.STRING)], [], identity)
    await reader.read()
    assert reader.about is None
    await reader.learn()
    assert reader.about is not None
    assert reader.about.identity == {
        "model": "Smart-UPS 3000",
        "serial": "00:0c:15:ab:cd:ef",
        "firmware": "123",
        "location": "rack 4",
    }


def answering(objects: Mapping[str, bytes]) -> wire.Reply:
    """An agent that has `objects` and answers GET and GETBULK as it should."""
    ordered = sorted(objects, key=parts)

    def reply(request: wire.Request) -> bytes:
        if request.kind == 0xA0:
            binds = [wire.bind(name, objects.get(name, wire.NO_SUCH_INSTANCE)) for name in request.oids]
        else:
            binds = [wire.bind(name, objects[name]) for name in ordered if parts(name) > parts(request.oids[0])][:5]
        return wire.response(request, b"".join(binds or [wire.bind(request.oids[0], b"\x82\x00")]))

    return reply


UPTIME = {SYS_UPTIME: wire.integer(100, tag=0x43)}


async def test_a_list_at_the_end_of_all_objects_is_empty_and_not_failing() -> None:
    async with wire.agent(answering(UPTIME)) as room:
        assert await beat(reader_of(config_of(room.address), [listed(ON_BATTERY)], [])) == [0]


@pytest.mark.parametrize("status", [wire.TOO_BIG, wire.GEN_ERR])
async def test_a_list_that_cannot_be_read_is_never_taken_for_an_empty_one(status: int) -> None:
    def reply(request: wire.Request) -> bytes:
        right = answering(UPTIME)(request)
        assert right is not None
        return right if request.kind == 0xA0 else wire.response(request, wire.echo(request), status, 1)

    async with wire.agent(reply) as room:
        raws = await beat(reader_of(config_of(room.address), [listed(ON_BATTERY), listed(LOW_BATTERY)], []))
        assert reasons(raws) == {0: Reason.DEVICE_FAILURE, 1: Reason.DEVICE_FAILURE}


async def test_a_list_in_which_the_agent_goes_backwards_tells_only_what_was_seen() -> None:
    def reply(request: wire.Request) -> bytes | None:
        if request.kind == 0xA0:
            return answering(UPTIME)(request)
        binds = wire.bind(f"{ALARMS}.2", wire.oid(ON_BATTERY)) + wire.bind(f"{ALARMS}.1", wire.oid(ON_BATTERY))
        return wire.response(request, binds)

    async with wire.agent(reply) as room:
        raws = await beat(reader_of(config_of(room.address), [listed(ON_BATTERY), listed(LOW_BATTERY)], []))
        assert raws[0] == 1
        assert reasons(raws) == {1: Reason.DEVICE_FAILURE}


async def test_an_agent_that_answers_no_walk_keeps_its_readings_and_counts_as_there() -> None:
    async with wire.agent(lambda r: answering(UPTIME)(r) if r.kind == 0xA0 else None) as room:
        config = config_of(room.address, timeout_ms=200)
        points = [Point("uptime", Oid(SYS_UPTIME), Encoding.NUMBER), listed(ON_BATTERY), cell("Rack A")]
        reader = reader_of(config, points)
        for _ in range(3):
            raws = await beat(reader)
            assert raws[0] == 100
            assert reasons(raws) == {1: Reason.NO_COMMUNICATION, 2: Reason.NO_COMMUNICATION}
        walks = [request for request in room.asked if request.kind != 0xA0]
        assert len(walks) <= 8


async def test_rows_that_are_numbered_anew_between_two_answers_of_a_beat_are_bad_and_never_each_others() -> None:
    now = {"3": ("Rack A", 21), "4": ("Rack B", 22)}
    anew = {"3": ("Rack B", 22), "4": ("Rack A", 21)}
    turned: list[bool] = []

    def reply(request: wire.Request) -> bytes | None:
        if len(request.oids) > 2:
            return wire.response(request, wire.echo(request), wire.TOO_BIG, 0)
        rows = anew if turned else now
        objects = {**UPTIME, **{f"{LABEL}.{at}": wire.tlv(4, name.encode()) for at, (name, _) in rows.items()}}
        objects |= {f"{DEGREE}.{at}": wire.integer(degree) for at, (_, degree) in rows.items()}
        if f"{LABEL}.3" in request.oids and at_work:
            turned.append(True)
        return answering(objects)(request)

    at_work: list[bool] = []
    async with wire.agent(reply) as room:
        reader = reader_of(config_of(room.address), [cell("Rack A"), cell("Rack B")])
        await until(reader, [21, 22])
        at_work.append(True)
        raws = await beat(reader)
        at_work.clear()
        assert turned
        assert reasons(raws) == {0: Reason.NOT_CONNECTED, 1: Reason.NOT_CONNECTED}
        await until(reader, [21, 22])


async def test_a_tail_and_a_part_are_asked_for_where_they_stand(agent: Snmpd) -> None:
    agent.serve(
        {
            "50.1.1.1.4": ("string", "CRAC"),
            "50.1.2.1.4.1": ("integer", "21"),
            "50.1.2.1.4.2": ("integer", "22"),
            "50.1.3.1.4.15": ("integer", "230"),
        }
    )
    table = RowTable("temperature", DEGREE, label=(LABEL,), index=2)
    row = Row("temperature", By.LABEL, "CRAC", "2")
    points = [
        Point("second", Cell(row, DEGREE), Encoding.NUMBER),
        Point("tailed", Cell(row, f"{VALUES}.50.1.3", "15"), Encoding.NUMBER),
    ]
    await until(reader_of(config_of(agent.address), points, [table]), [22, 230])


async def test_a_table_that_never_ends_costs_no_reading() -> None:
    def reply(request: wire.Request) -> bytes | None:
        name = request.oids[0]
        if request.kind == 0xA0 or not name.startswith(DEGREE):
            return answering(UPTIME)(request)
        last = int(name.removeprefix(DEGREE).removeprefix(".") or "0")
        rows = [wire.bind(f"{DEGREE}.{number}", wire.integer(number)) for number in range(last + 1, last + 21)]
        return wire.response(request, b"".join(rows))

    async with wire.agent(reply) as room:
        reader = reader_of(config_of(room.address), [cell("Rack A"), Point("uptime", Oid(SYS_UPTIME), Encoding.NUMBER)])
        deadline = time.monotonic() + 20
        while reasons(raws := await beat(reader)) != {0: Reason.DEVICE_FAILURE}:
            assert raws[1] == 100
            assert time.monotonic() < deadline
        assert "walk does not end" in details(raws)[0]


@pytest.mark.parametrize("seed", range(12))
async def test_damaged_walks_end_nothing_and_are_walked_anew(seed: int) -> None:
    noise = random.Random(seed)
    objects = {**UPTIME, f"{LABEL}.3": wire.tlv(4, b"Rack A"), f"{DEGREE}.3": wire.integer(21)}
    objects[f"{ALARMS}.1"] = wire.oid(ON_BATTERY)
    right = answering(objects)

    def damaged(request: wire.Request) -> bytes:
        answer = bytearray(right(request) or b"")
        for _ in range(noise.randint(0, 2)):
            answer[noise.randrange(len(answer))] = noise.randrange(256)
        return bytes(answer)

    class LaterClock(SystemClock):
        ahead_s = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead_s

    async with wire.agent(damaged) as room:
        clock = LaterClock()
        reader = reader_of(config_of(room.address, timeout_ms=40), [cell("Rack A"), listed(ON_BATTERY)], clock=clock)
        for _ in range(3):
            clock.ahead_s += 60.0
            with contextlib.suppress(DeviceUnreachable):
                assert len(await beat(reader)) == 2
        room.reply = right
        raws: Sequence[Raw | Fault] = []
        for _ in range(20):
            clock.ahead_s += 600.0
            with contextlib.suppress(DeviceUnreachable):
                raws = await beat(reader)
            if raws == [21, 1]:
                break
        assert raws == [21, 1]
