"""Whatever arrives at the trap listener, it raises nothing, and what was tampered with asks nobody."""

from dataclasses import dataclass, field

from hypothesis import example, given
from hypothesis import strategies as st

from roommon.model.device import DeviceId
from roommon.poll.snmp.endpoint import Config
from roommon.poll.traps import ber, ciphers, keys
from roommon.poll.traps import config as traps
from roommon.poll.traps.asking import Asking
from roommon.poll.traps.envelope import AUTH, PRIVACY, Header, packed
from roommon.poll.traps.keys import Moment
from roommon.poll.traps.listener import Listener
from roommon.poll.traps.senders import Senders, Source
from roommon.poll.traps.telling import Telling
from tests.peers.recorded_traps import ANN, INFORM, V1, V2C, V3
from tests.peers.snmp_room import HandClock

KNOWN, STRANGER = "127.0.0.1", "10.9.9.9"
REAL = st.sampled_from([V1, V2C, V3, INFORM])
SOURCES = [Source(DeviceId("ups-1"), Config(KNOWN, community="public")), Source(DeviceId("ups-2"), ANN)]


@dataclass
class Desk:
    """A listener, and whom it asked; each datagram comes a second after the one before."""

    clock: HandClock = field(default_factory=HandClock)
    asked: list[DeviceId] = field(default_factory=list)

    def __post_init__(self) -> None:
        asking = Asking(self.asked.append, self.clock)
        self.listener = Listener(Senders(SOURCES, traps.Config()), asking, Telling(self.clock), self.clock)

    def hear(self, data: bytes, source: str = KNOWN) -> bytes:
        self.clock.now += 2
        return self.listener.hear(data, source)


@st.composite
def mutated(draw: st.DrawFn, real: st.SearchStrategy[bytes] = REAL) -> bytes:
    """A real datagram with some bytes changed, cut off, or said twice."""
    data = bytearray(draw(real))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["change", "cut", "double", "insert"])):
            case "change":
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[max(at, 1) :]
            case "double":
                data[at:at] = data[at : at + 20]
            case _:
                data[at:at] = draw(st.binary(max_size=8))
    return bytes(data)


DESK = Desk()


@given(data=st.one_of(st.binary(max_size=300), mutated()), source=st.sampled_from([KNOWN, STRANGER]))
@example(data=b"", source=KNOWN)
@example(data=b"\x30\x84\xff\xff\xff\xff", source=KNOWN)
@example(data=b"\x30\x80", source=KNOWN)
def test_no_datagram_raises(data: bytes, source: str) -> None:
    answer = DESK.hear(data, source)
    assert not answer or answer[0] == ber.SEQUENCE


@given(data=mutated(st.just(V3)))
def test_a_v3_message_that_was_changed_in_any_place_asks_nobody(data: bytes) -> None:
    desk = Desk()
    if data != V3:
        desk.hear(data)
    assert desk.asked == []


@given(scoped=st.one_of(st.binary(max_size=200), mutated()), is_sealed=st.booleans())
def test_what_a_known_user_signs_raises_nothing_either(scoped: bytes, is_sealed: bool) -> None:
    engine = b"\x80\x00\x00\x00\x01\x02\x03\x04"
    (account,) = Senders(SOURCES, traps.Config()).accounts[b"ann"]
    header = Header(ber.number(7), AUTH | (PRIVACY if is_sealed else 0), engine, Moment(1, 1000), b"ann")
    salt, data = b"", scoped
    if is_sealed:
        salt, sealed = ciphers.encrypt(account, engine, header.at, scoped)
        data = ber.tlv(ber.OCTETS, sealed)
    blank = packed(header, salt, data, bytes(24))
    signed = packed(header, salt, data, keys.sign(account, engine, blank))
    assert not DESK.hear(signed)


@given(number=st.integers(0, 2**63))
def test_numbers_are_read_as_they_were_written(number: int) -> None:
    written = ber.number(number)
    assert ber.integer(written, 0, len(written)) == (number, len(written))


@given(arcs=st.lists(st.integers(0, 2**32 - 1), max_size=20))
def test_object_identifiers_are_read_as_they_were_written(arcs: list[int]) -> None:
    dotted = ".".join(map(str, [1, 3, *arcs]))
    assert ber.dotted(ber.oid(dotted)) == dotted
