"""The trap listener against Debian's snmptrap: every version, informs acknowledged, and who is not listened to."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator, Sequence

import pytest

from roommon.model.device import DeviceId
from roommon.model.secret import Secret
from roommon.poll.clock import SystemClock
from roommon.poll.snmp.endpoint import Auth, Config, Privacy
from roommon.poll.traps import config as traps
from roommon.poll.traps.asking import Asking
from roommon.poll.traps.listener import Listener
from roommon.poll.traps.port import Port
from roommon.poll.traps.senders import Senders, Source
from roommon.poll.traps.telling import Telling
from tests.peers.process import Address, free_address
from tests.peers.trapper import Sender, community, send, user, version_3

pytestmark = pytest.mark.integration

UPS = DeviceId("ups-1")
OTHER = DeviceId("probe-7")
V2C = Config("127.0.0.1", community="room")
ONE_PER_AUTH = [version_3(auth, Privacy.AES128) for auth in Auth if auth is not Auth.NONE]
ONE_PER_PRIVACY = [version_3(Auth.SHA256, privacy) for privacy in Privacy]
UNSIGNED = version_3(Auth.NONE, Privacy.NONE)


class Desk:
    """A listener on a free port, and whom it asked."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.asked: asyncio.Queue[DeviceId] = asyncio.Queue()

    async def next_asked(self) -> DeviceId:
        async with asyncio.timeout(10):
            return await self.asked.get()


@contextlib.contextmanager
def listening(*agents: tuple[DeviceId, Config], agreed: Secret | None = None) -> Iterator[Desk]:
    """A listener for traps of `agents`; `agreed` is a community for all of them."""
    desk = Desk(free_address(socket.SOCK_DGRAM))
    clock = SystemClock()
    settings = traps.Config(desk.address.host, desk.address.port, community_secret=agreed)
    senders = Senders([Source(*agent) for agent in agents], settings)
    asking = Asking(desk.asked.put_nowait, clock)
    with contextlib.closing(Port(settings, Listener(senders, asking, Telling(clock), clock).hear)):
        yield desk
    asking.forget()


@pytest.mark.parametrize("sender", [community("2c"), community("2c", is_inform=True)], ids=["trap", "inform"])
async def test_a_v2c_notification_asks_its_device(sender: Sender, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with listening((UPS, V2C)) as desk:
        assert await send(sender, desk.address) == 0
        assert await desk.next_asked() == UPS
    assert caplog.messages == ["ups-1: trap upsTrapOnBattery: asked at once"]


async def test_a_v1_trap_asks_the_device_that_it_names_or_else_its_sender() -> None:
    with listening((UPS, V2C), (OTHER, Config("10.0.0.9", community="room"))) as desk:
        await send(community("1"), desk.address, "1.3.6.1.2.1.33.2 10.0.0.9 1")
        assert await desk.next_asked() == OTHER
        await send(community("1"), desk.address, "1.3.6.1.2.1.33.2 10.0.0.77 1")
        assert await desk.next_asked() == UPS


async def test_a_relay_names_the_device_by_snmp_trap_address() -> None:
    with listening((OTHER, Config("10.0.0.9", community="room"))) as desk:
        relayed = ("1.3.6.1.6.3.18.1.3.0", "a", "10.0.0.9")
        assert await send(community("2c", is_inform=True), desk.address, extra=relayed) == 0
        assert await desk.next_asked() == OTHER


@pytest.mark.parametrize("agent", [*ONE_PER_AUTH, *ONE_PER_PRIVACY, UNSIGNED], ids=lambda a: f"{a.auth}-{a.privacy}")
@pytest.mark.parametrize("is_inform", [False, True], ids=["trap", "inform"])
async def test_a_v3_notification_of_its_user_asks_its_device(agent: Config, is_inform: bool) -> None:
    with listening((UPS, agent)) as desk:
        assert await send(user(agent, is_inform=is_inform), desk.address) == 0
        assert await desk.next_asked() == UPS


REFUSED: Sequence[tuple[str, Config, Sender, str]] = [
    ("community", V2C, community("2c", "wrong"), "wrong community"),
    ("user", version_3(), user(version_3(name="bob")), "unknown user"),
    ("digest", version_3(), user(version_3(Auth.SHA1)), "wrong digest (another auth passphrase or protocol)"),
    (
        "privacy",
        version_3(),
        user(version_3(privacy=Privacy.AES256)),
        "cannot be decrypted (another privacy passphrase or protocol)",
    ),
    (
        "level",
        version_3(),
        user(version_3(Auth.NONE, Privacy.NONE)),
        "not signed as its user has to, or encrypted though its user has no key",
    ),
    ("v3-device", version_3(), community("2c", "public"), "wrong community"),
    ("stranger", Config("10.0.0.9"), community("2c", "public"), "no configured device"),
]


@pytest.mark.parametrize(("agent", "sender", "said"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_who_is_not_known_asks_nobody_and_is_said_once(
    agent: Config, sender: Sender, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    with listening((UPS, agent)) as desk:
        for _ in range(2):
            await send(sender, desk.address)
        async with asyncio.timeout(10):
            while not caplog.messages:  # noqa: ASYNC110 - a plain list
                await asyncio.sleep(0.01)
        assert desk.asked.empty()
    assert caplog.messages == [f"traps: 127.0.0.1: {said}"]


@pytest.mark.parametrize(
    "sender", [community("2c", "wrong", is_inform=True), user(version_3(Auth.SHA1), is_inform=True)], ids=["v2c", "v3"]
)
async def test_an_inform_that_is_refused_is_not_acknowledged(sender: Sender) -> None:
    with listening((UPS, V2C), (OTHER, version_3())) as desk:
        assert await send(sender, desk.address, patience_s=0.5) == 1
        assert desk.asked.empty()


async def test_one_more_community_may_be_agreed_for_all_traps() -> None:
    with listening((UPS, version_3()), agreed=Secret("traps", "alarm")) as desk:
        await send(community("2c", "alarm"), desk.address)
        assert await desk.next_asked() == UPS


async def test_two_passphrases_of_one_user_name_are_told_apart() -> None:
    mine, theirs = version_3(Auth.SHA256), version_3(Auth.SHA512)
    with listening((UPS, mine), (OTHER, theirs)) as desk:
        for agent in (mine, theirs):
            assert await send(user(agent, is_inform=True), desk.address) == 0


async def test_a_user_speaks_for_its_own_devices_alone(caplog: pytest.LogCaptureFixture) -> None:
    with listening((UPS, V2C), (OTHER, Config("10.0.0.9", version=3, user="ann"))) as desk:
        unsigned = user(version_3(Auth.NONE, Privacy.NONE), is_inform=True)
        assert await send(unsigned, desk.address, patience_s=0.5) == 1
        assert desk.asked.empty()
    assert caplog.messages == ["traps: 127.0.0.1: unknown user"]


async def test_a_failed_authentication_asks_nobody_since_it_may_be_ours(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with listening((UPS, V2C)) as desk:
        inform = community("2c", is_inform=True)
        assert await send(inform, desk.address, "1.3.6.1.6.3.1.1.5.5") == 0
        assert desk.asked.empty()
    assert caplog.messages == ["ups-1: trap authenticationFailure: nothing to ask it for"]
