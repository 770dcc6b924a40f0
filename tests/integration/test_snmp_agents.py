"""The SNMP driver against Debian's snmpd."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.model.secret import Secret
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Raw, Target
from roommon.poll.drivers import snmp
from roommon.poll.drivers.snmp import Auth, Config, Privacy
from roommon.poll.snmp.agent import Absent, Refusal
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.limits import Limits
from roommon.profiles.point import Encoding, Oid, Point
from tests.peers.process import Address, free_address
from tests.peers.snmpd import COMMUNITY, SYS_DESCR, SYS_OBJECT_ID, SYS_UPTIME, VALUES, Snmpd, User, snmpd
from tests.peers.tools import NET_SNMP_AUTH, NET_SNMP_PRIVACY

pytestmark = pytest.mark.integration

AUTH = Secret("ups-auth", "auth-passphrase")
PRIVACY = Secret("ups-privacy", "privacy-passphrase")
SECURED = User("secured", "SHA-256", privacy="AES")
LEVELS = [
    (Auth.NONE, Privacy.NONE),
    *((auth, Privacy.NONE) for auth in NET_SNMP_AUTH),
    *((auth, Privacy.AES128) for auth in NET_SNMP_AUTH),
    *((Auth.SHA1, privacy) for privacy in NET_SNMP_PRIVACY if privacy is not Privacy.DES),
    (Auth.SHA256, Privacy.AES192),
    (Auth.SHA512, Privacy.AES256),
]
DRESSED = {
    "1.0": ("integer", "-42"),
    "2.0": ("gauge", "4294967295"),
    "3.0": ("counter64", "9007199254740993"),
    "4.0": ("timeticks", "360000"),
    "5.0": ("string", "23.5"),
    "6.0": ("string", "--"),
    "7.0": ("opaque", "9f 78 04 41 bc 00 00"),
    "8.0": ("objectid", ".1.3.6.1.4.1.318"),
    "9.0": ("octet", "00 1B FF FE"),
}


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Snmpd]:
    with snmpd(tmp_path, [SECURED], DRESSED) as running:
        yield running


def community(address: Address, words: str = COMMUNITY, **more: Any) -> Config:
    return secured(
        address,
        **{"version": 2, "community": words, "user": None, "auth": Auth.NONE, "privacy": Privacy.NONE, **more},
    )


def secured(address: Address, **more: Any) -> Config:
    """What a person would write for SECURED, with `more` instead."""
    keys: dict[str, Any] = {"version": 3, "user": "secured", "auth": Auth.SHA256, "privacy": Privacy.AES128}
    keys |= {**more}
    if keys["auth"] is not Auth.NONE:
        keys.setdefault("auth_passphrase", AUTH)
    if keys["privacy"] is not Privacy.NONE:
        keys.setdefault("privacy_passphrase", PRIVACY)
    return Config(address.host, address.port, **keys)


def reader_of(config: Config, *objects: str, encoding: Encoding = Encoding.NUMBER) -> SnmpReader:
    clock = SystemClock()
    points = [Point(f"p{index}", Oid(oid), encoding) for index, oid in enumerate(objects)]
    target = Target(DeviceId("ups-1"), None, points, Limits(), Duration(10_000))
    return snmp.reader(snmp.bus("ups-1", config, clock), config, target, clock)


async def until_read(reader: SnmpReader, seconds: float = 15.0) -> list[Raw | Fault]:
    """What the reader gives once the back-off lets it."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(DeviceUnreachable):
            return list(await reader.read())
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_every_syntax_arrives_as_what_it_means(agent: Snmpd) -> None:
    objects = [f"{VALUES}.{index}.0" for index in range(1, 8)]
    *numbers, dashes, opaque = await reader_of(community(agent.address), *objects).read()
    assert numbers == [-42, 4294967295, 9007199254740993, 360000, 23.5]
    assert isinstance(dashes, Fault)
    assert dashes.reason is Reason.SENSOR_FAILURE
    assert opaque == 23.5


async def test_texts_arrive_as_texts(agent: Snmpd) -> None:
    objects = [SYS_DESCR, SYS_OBJECT_ID, f"{VALUES}.8.0", f"{VALUES}.9.0"]
    texts = await reader_of(community(agent.address), *objects, encoding=Encoding.STRING).read()
    assert texts == ["a card in the room", "1.3.6.1.4.1.99999.1", "1.3.6.1.4.1.318", b"\x00\x1b\xff\xfe"]


@pytest.mark.parametrize("version", [1, 2, "2c"])
async def test_a_missing_object_is_told_from_a_dead_agent_in_every_version(agent: Snmpd, version: int | str) -> None:
    config = community(agent.address, version=version)
    present, missing, also = await reader_of(config, f"{VALUES}.1.0", f"{VALUES}.99.0", f"{VALUES}.5.0").read()
    assert (present, also) == (-42, 23.5)
    assert isinstance(missing, Fault)
    assert missing.reason is Reason.CONFIGURATION_ERROR
    assert f"{VALUES}.99.0" in missing.detail.en


async def test_all_levels_of_security_are_spoken(tmp_path: Path) -> None:
    users = [
        User(f"{auth}-{privacy}", NET_SNMP_AUTH.get(auth), privacy=NET_SNMP_PRIVACY.get(privacy))
        for auth, privacy in LEVELS
    ]
    with snmpd(tmp_path, users, DRESSED) as agent:
        for auth, privacy in LEVELS:
            config = secured(agent.address, user=f"{auth}-{privacy}", auth=auth, privacy=privacy)
            assert await reader_of(config, f"{VALUES}.1.0").read() == [-42], f"{auth} {privacy}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"user": "nobody"},
        {"auth_passphrase": Secret("ups-auth", "another-passphrase")},
        {"auth": Auth.SHA512},
        {"privacy": Privacy.NONE},
    ],
)
async def test_a_wrong_user_or_signature_is_a_configuration_error_and_says_so(
    agent: Snmpd, wrong: dict[str, object]
) -> None:
    (fault,) = await reader_of(secured(agent.address, **wrong), f"{VALUES}.1.0").read()
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.CONFIGURATION_ERROR
    assert "refuses user" in fault.detail.en


async def test_a_wrong_privacy_passphrase_is_guessed_from_half_an_answer(agent: Snmpd) -> None:
    config = secured(
        agent.address, privacy_passphrase=Secret("ups-privacy", "another-passphrase"), timeout=Duration(500)
    )
    with pytest.raises(DeviceUnreachable, match="wrong privacy passphrase"):
        await reader_of(config, f"{VALUES}.1.0").read()


async def test_a_wrong_community_looks_like_silence_and_both_are_named(agent: Snmpd) -> None:
    with pytest.raises(DeviceUnreachable, match=r"ups-1 .*wrong community, or unreachable"):
        await reader_of(community(agent.address, "guess", retries=0, timeout=Duration(300)), f"{VALUES}.1.0").read()


@pytest.mark.parametrize("make", [community, secured])
async def test_a_closed_port_is_known_at_once(make: Callable[..., Config]) -> None:
    began = time.monotonic()
    with pytest.raises(DeviceUnreachable, match="nobody listens"):
        await reader_of(make(free_address(), timeout=Duration(10_000)), SYS_UPTIME).read()
    assert time.monotonic() - began < 5


async def test_a_name_that_nobody_knows_is_named() -> None:
    with pytest.raises(DeviceUnreachable, match=r"nobody knows the name ups\.invalid"):
        await reader_of(community(Address("ups.invalid", 161)), SYS_UPTIME).read()


async def test_a_name_is_as_good_as_an_address(agent: Snmpd) -> None:
    config = community(Address("localhost", agent.address.port))
    assert await reader_of(config, f"{VALUES}.1.0").read() == [-42]


@pytest.mark.parametrize("make", [community, secured])
async def test_a_name_with_a_dead_address_is_tried_at_the_next(
    agent: Snmpd, make: Callable[..., Config], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def looked_up(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(*(0,) * 4, (address, agent.address.port)) for address in ("127.0.0.99", agent.address.host)]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", looked_up)
    assert await until_read(reader_of(make(Address("ups", agent.address.port)), f"{VALUES}.1.0")) == [-42]


@pytest.mark.parametrize("make", [community, secured])
@pytest.mark.parametrize("forgets", [False, True])
async def test_an_agent_may_reboot_and_even_forget_who_it_was(
    tmp_path: Path, make: Callable[..., Config], forgets: bool
) -> None:
    with snmpd(tmp_path, [SECURED], DRESSED) as agent:
        reader = reader_of(make(agent.address), f"{VALUES}.1.0")
        assert await reader.read() == [-42]
    if forgets:
        agent.forget()
    with agent.up():
        assert await until_read(reader) == [-42]
        assert await reader.read() == [-42]
    with pytest.raises(DeviceUnreachable):
        await reader.read()
    with agent.up():
        assert await until_read(reader) == [-42]


@pytest.mark.parametrize("make", [community, secured])
async def test_a_frozen_agent_is_silent_and_answers_again_afterwards(agent: Snmpd, make: Callable[..., Config]) -> None:
    reader = reader_of(make(agent.address, timeout=Duration(400)), f"{VALUES}.1.0")
    assert await until_read(reader) == [-42]
    agent.freeze()
    with pytest.raises(DeviceUnreachable, match=r"ups-1 .*: no answer within 0.4 s"):
        await reader.read()
    agent.serve({"1.0": ("integer", "7")})
    agent.thaw()
    assert await until_read(reader) == [7]


async def test_a_pause_longer_than_the_time_window_is_bridged_within_the_beat(tmp_path: Path) -> None:
    with snmpd(tmp_path, [SECURED], DRESSED, speed=500) as agent:
        reader = reader_of(secured(agent.address), f"{VALUES}.1.0")
        assert await reader.read() == [-42]
        await asyncio.sleep(1.0)
        assert await reader.read() == [-42]


async def test_time_is_asked_anew_after_two_minutes_without_an_answer(agent: Snmpd) -> None:
    class Later(SystemClock):
        ahead = 0.0

        def monotonic(self) -> float:
            return super().monotonic() + self.ahead

    clock = Later()
    async with snmp.connect(secured(agent.address), clock) as session:
        assert await session.get(f"{VALUES}.1.0", 5.0) == -42
        clock.ahead = 121.0
        assert await session.get(f"{VALUES}.1.0", 5.0) == -42


async def test_an_unplugged_probe_is_told_from_one_that_never_was(agent: Snmpd) -> None:
    reader = reader_of(community(agent.address), f"{VALUES}.1.0", f"{VALUES}.5.0")
    await reader.read()
    agent.serve({"1.0": ("integer", "1")})
    _, unplugged = await reader.read()
    assert isinstance(unplugged, Fault)
    assert unplugged.reason is Reason.NOT_CONNECTED


async def test_a_counter_continues_over_its_wrap(agent: Snmpd) -> None:
    seen: list[Raw | Fault] = []
    reader = reader_of(community(agent.address), f"{VALUES}.1.0", encoding=Encoding.COUNTER32)
    for number in ("4294967290", "4", "10"):
        agent.serve({"1.0": ("counter", number)})
        seen += await reader.read()
    assert seen == [4294967290, 4294967300, 4294967306]


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_a_walk_gives_every_object_below_a_root_once(agent: Snmpd, version: int) -> None:
    config = secured(agent.address) if version == 3 else community(agent.address, version=version)
    async with snmp.connect(config, SystemClock()) as session:
        walked = [oid async for oid, _ in session.walk(VALUES, 5.0)]
    present = [f"{VALUES}.{oid}" for oid in DRESSED]
    assert walked == [oid for oid in present if version != 1 or not oid.endswith(".3.0")]


async def test_a_probe_learns_why_there_is_no_value(agent: Snmpd) -> None:
    async with snmp.connect(community(agent.address), SystemClock()) as session:
        assert await session.get(f"{VALUES}.99.0", 5.0) is Absent.NO_SUCH
    async with snmp.connect(community(agent.address, version=1), SystemClock()) as session:
        assert await session.get(f"{VALUES}.99.0", 5.0) is Absent.NO_SUCH_NAME
    async with snmp.connect(secured(agent.address, user="nobody"), SystemClock()) as session:
        assert isinstance(await session.get(SYS_UPTIME, 5.0), Refusal)
