"""SNMP traps from datagram to poll: what they say, who may send them, how often they ask, what the log says."""

import asyncio
import logging

import pytest

from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.model.worded import Invalid
from roommon.poll.clock import SystemClock
from roommon.poll.snmp.endpoint import Config
from roommon.poll.traps import ber, config, message
from roommon.poll.traps.asking import Asking
from roommon.poll.traps.listener import Listener
from roommon.poll.traps.message import Why
from roommon.poll.traps.names import name_of
from roommon.poll.traps.notification import Kind, Notification, parse
from roommon.poll.traps.senders import Senders, Source
from roommon.poll.traps.telling import Telling
from tests.peers.recorded_traps import ANN, INFORM, V1, V2C, V3
from tests.peers.snmp_room import HandClock

pytestmark = pytest.mark.integration

UPS, OTHER = DeviceId("ups-1"), DeviceId("ups-2")
PUBLIC = Config("127.0.0.1", community="public")
HERE, ELSEWHERE = "127.0.0.1", "10.9.9.9"
HOUR_S = 3600


def said(datagram: bytes) -> Notification:
    return message.with_community(datagram, *message.opened(datagram)).notification


@pytest.mark.parametrize(
    ("datagram", "kind", "trap", "agent"),
    [
        (V1, Kind.TRAP_V1, "1.3.6.1.2.1.33.2.0.1", "10.0.0.9"),
        (V2C, Kind.TRAP, "1.3.6.1.2.1.33.2.1", None),
        (INFORM, Kind.INFORM, "1.3.6.1.2.1.33.2.1", None),
    ],
)
def test_a_notification_says_which_trap_it_is(datagram: bytes, kind: Kind, trap: str, agent: str | None) -> None:
    told = said(datagram)
    assert (told.kind, told.trap, told.agent) == (kind, trap, agent)
    assert name_of(told.trap) == "upsTrapOnBattery"


def test_the_answer_to_an_inform_is_its_message_as_a_response() -> None:
    arrived = message.with_community(INFORM, *message.opened(INFORM))
    assert arrived.answer == INFORM.replace(b"\xa6", b"\xa2", 1)
    assert message.with_community(V2C, *message.opened(V2C)).answer == b""


def test_a_generic_trap_of_version_1_has_the_name_of_its_version_2() -> None:
    cold_start = ber.tlv(
        Kind.TRAP_V1,
        ber.tlv(ber.OBJECT_ID, ber.oid("1.3.6.1.4.1.318")),
        ber.tlv(ber.IP_ADDRESS, bytes(4)),
        ber.number(0),
        ber.number(0),
    )
    told = parse(cold_start, 0, len(cold_start))
    assert (told.trap, told.agent) == ("1.3.6.1.6.3.1.1.5.1", None)


@pytest.mark.parametrize(
    ("trap", "name"),
    [
        ("1.3.6.1.4.1.318.0.5", "upsOnBattery"),
        ("1.3.6.1.4.1.5528.100.10.2.1.0.2", "netBotzTempTooHigh"),
        ("1.3.6.1.4.1.534.1.11.4.1.0.3", "xupstdOnBattery"),
        ("1.3.6.1.6.3.1.1.5.3", "linkDown"),
        ("1.3.6.1.4.1.99999.0.7", "1.3.6.1.4.1.99999.0.7"),
    ],
)
def test_a_trap_is_called_by_its_name_if_it_has_one(trap: str, name: str) -> None:
    assert name_of(trap) == name


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x30",
        b"\x30\x80\x00\x00",
        b"\x04\x02ab",
        V2C[:-1],
        V2C.replace(b"\xa7", b"\xa0", 1),
        V2C.replace(b"\x02\x01\x01", b"\x02\x01\x00", 1),
        V1.replace(b"\x40\x04", b"\x40\x03", 1),
        V2C.replace(ber.oid("1.3.6.1.6.3.1.1.4.1.0"), ber.oid("1.3.6.1.6.3.1.1.4.3.0"), 1),
    ],
    ids=["empty", "cut", "indefinite", "no-sequence", "short", "a-get", "v1-trap-of-v2", "address", "without-trap-oid"],
)
def test_what_is_no_trap_is_malformed(datagram: bytes) -> None:
    with pytest.raises(ber.Malformed):
        said(datagram)


class Desk:
    """A listener with a clock of the test's own."""

    def __init__(self, *sources: Source, clock: Clock | None = None) -> None:
        self.hand = HandClock()
        self.asked: list[DeviceId] = []
        self.telling = Telling(self.hand)
        self.asking = Asking(self.asked.append, clock or self.hand)
        senders = Senders(sources, config.Config())
        self.listener = Listener(senders, self.asking, self.telling, self.hand)

    def hear(self, datagram: bytes, source: str = HERE, times: int = 1) -> bytes:
        answers = [self.listener.hear(datagram, source) for _ in range(times)]
        return answers[-1]


def test_a_trap_of_a_user_asks_the_devices_of_this_user_alone() -> None:
    desk = Desk(Source(UPS, PUBLIC), Source(OTHER, ANN))
    desk.hear(V3)
    assert desk.asked == [OTHER]


def test_a_discovery_is_answered_to_devices_and_not_to_strangers(caplog: pytest.LogCaptureFixture) -> None:
    desk = Desk(Source(OTHER, ANN))
    engine_at = V3.index(bytes.fromhex("0408800000000102"))
    probe = V3[:engine_at] + b"\x04\x00" + V3[engine_at + 10 :]
    probe = bytes([*probe[:2], probe[2] - 8, *probe[3:]]).replace(b"\x04\x3d\x30\x3b", b"\x04\x35\x30\x33")
    probe = probe.replace(b"\x04\x01\x03", b"\x04\x01\x04", 1)
    assert b"\xa8" in desk.hear(probe)
    assert caplog.messages == []
    assert desk.hear(probe, ELSEWHERE) == b""
    assert caplog.messages == [f"traps: {ELSEWHERE}: no configured device"]
    assert desk.asked == []


async def test_a_thousand_traps_ask_at_once_and_once_more_a_second_later() -> None:
    clock = SystemClock()
    desk = Desk(Source(UPS, PUBLIC), clock=clock)
    began = clock.monotonic()
    desk.hear(V2C, times=1000)
    assert desk.asked == [UPS]
    async with asyncio.timeout(10):
        while len(desk.asked) < 2:  # noqa: ASYNC110 - a plain list
            await asyncio.sleep(0.01)
    assert clock.monotonic() - began >= 1
    await asyncio.sleep(0)
    assert desk.asked == [UPS, UPS]


async def test_polls_that_are_due_are_forgotten_at_the_end() -> None:
    desk = Desk(Source(UPS, PUBLIC), clock=SystemClock())
    desk.hear(V2C, times=2)
    (timer,) = desk.asking._due.values()
    desk.asking.forget()
    assert timer.cancelled()


async def test_what_is_too_much_is_counted_and_still_followed_by_a_poll(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk(Source(UPS, PUBLIC), clock=SystemClock())
    desk.hear(V2C, times=57_812)
    desk.telling.minute()
    desk.hear(b"\x00" * 4, ELSEWHERE, times=500)
    assert caplog.messages == [
        "ups-1: trap upsTrapOnBattery: asked at once",
        "ups-1: 57,812 traps in the last minute",
        f"traps: {ELSEWHERE}: no trap that can be read",
        f"traps: {ELSEWHERE}: too many a second to look at them all",
    ]
    desk.asking.forget()


def test_a_trap_is_said_again_after_ten_quiet_minutes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    desk = Desk(Source(UPS, PUBLIC))
    for pause in (60, 60, 599, 601):
        desk.hand.now += pause
        desk.hear(V2C)
        desk.telling.minute()
    assert caplog.messages == ["ups-1: trap upsTrapOnBattery: asked at once"] * 2
    assert len(desk.asked) == 4


def test_a_storm_is_said_once_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    telling = Telling(clock := HandClock())
    for _ in range(120):
        for _ in range(61):
            telling.counted(UPS)
        telling.minute()
        clock.now += 60
    assert caplog.messages == ["ups-1: 61 traps in the last minute"] * 2


def test_a_device_that_sends_a_trap_a_second_is_no_storm(caplog: pytest.LogCaptureFixture) -> None:
    telling = Telling(HandClock())
    for _ in range(60):
        telling.counted(UPS)
    telling.minute()
    assert caplog.messages == []


def test_a_refusal_is_said_at_once_and_then_counted_hourly_until_it_stops(caplog: pytest.LogCaptureFixture) -> None:
    telling = Telling(clock := HandClock())
    for _ in range(3_212):
        telling.refused(ELSEWHERE, Why.STRANGER)
    for _ in range(4):
        clock.now += HOUR_S
        telling.minute()
    telling.refused(ELSEWHERE, Why.STRANGER)
    first = f"traps: {ELSEWHERE}: no configured device"
    assert caplog.messages == [first, f"{first}; 3,211 times since it was said", first]


def test_very_many_strangers_are_said_as_others(caplog: pytest.LogCaptureFixture) -> None:
    telling = Telling(HandClock())
    for number in range(1000):
        telling.refused(f"10.1.{number // 250}.{number % 250}", Why.STRANGER)
    assert len(caplog.messages) == 257
    assert caplog.messages[-1] == "traps: others: no configured device"


def test_very_many_different_traps_of_one_device_are_not_all_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    telling = Telling(HandClock())
    for number in range(1000):
        telling.heard(UPS, f"1.3.6.1.4.1.9.0.{number}", is_asked=True)
    assert len(caplog.messages) == 32


async def test_devices_by_name_are_looked_up() -> None:
    senders = Senders(
        [Source(UPS, Config("localhost")), Source(OTHER, Config("no-such-host.invalid"))], config.Config()
    )
    assert not senders.at("127.0.0.1")
    await senders.look_up()
    assert [source.device for source in senders.at("127.0.0.1")] == [UPS]


def test_an_ipv6_address_is_known_however_it_is_written() -> None:
    senders = Senders([Source(UPS, Config("FE80:0::1"))], config.Config())
    assert senders.at("fe80::1")


def test_a_listener_wants_an_address() -> None:
    with pytest.raises(Invalid, match="`ups-1` is no address"):
        config.Config("ups-1")
    assert str(config.Config("::", 162)) == "[::]:162"


async def test_a_name_server_that_is_silent_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr("roommon.poll.traps.senders._LOOK_UP_S", 0.05)
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", silent)
    senders = Senders([Source(UPS, Config(f"ups-{number}")) for number in range(100)], config.Config())
    async with asyncio.timeout(10):
        await senders.look_up()
    assert not senders.at("127.0.0.1")
