"""The simulators' Modbus at frame level: framing, answers, faults."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators import faults
from simulators.modbus import framing, pdu, wrong
from simulators.modbus.device import Device, parse_address
from simulators.modbus.framing import NotModbus, Request
from simulators.modbus.image import Image, Table, float_abcd, float_cdab, int16, uint16

IMAGE = Image(
    coil={0: (1, 0, 0, 0, 0, 0, 0, 0, 1)},
    holding={0: (1, 2, 3), 100: (4,)},
    identity={0: "Vendor", 1: "Code", 2: "1.0"},
)


def ask(function: int, start: int, count: int) -> bytes:
    return pdu.answer(struct.pack(">BHH", function, start, count), IMAGE)


def test_the_crc_of_a_documented_frame() -> None:
    """XY-MD02's manual: 01 04 00 01 00 02 20 0B."""
    assert framing.crc(bytes.fromhex("010400010002")) == bytes.fromhex("200b")


def test_registers_and_bits_are_read() -> None:
    assert ask(3, 1, 2) == bytes.fromhex("0304 0002 0003")
    assert ask(1, 0, 9) == bytes.fromhex("0102 01 01")


@pytest.mark.parametrize(
    ("function", "start", "count", "code"),
    [
        (4, 0, 1, 1),
        (6, 0, 1, 1),
        (16, 0, 1, 1),
        (3, 3, 1, 2),
        (3, 2, 2, 2),
        (3, 0, 101, 2),
        (3, 0, 0, 3),
        (3, 0, 126, 3),
        (1, 0, 2001, 3),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_right_exception(
    function: int, start: int, count: int, code: int
) -> None:
    assert ask(function, start, count) == bytes((function | 0x80, code))


def test_a_device_says_what_it_is() -> None:
    answer = pdu.answer(bytes.fromhex("2b0e0100"), IMAGE)
    assert answer == bytes.fromhex("2b0e0181000003") + b"\x00\x06Vendor\x01\x04Code\x02\x031.0"
    assert pdu.answer(bytes.fromhex("2b0e0402"), IMAGE).endswith(b"\x01\x02\x031.0")
    assert pdu.answer(bytes.fromhex("2b0e0409"), IMAGE) == b"\xab\x02"


@given(value=st.floats(-3276.8, 3276.7))
def test_words_are_twos_complement(value: float) -> None:
    word = int16(value * 10)
    assert struct.unpack(">h", struct.pack(">H", word))[0] == round(value * 10)


def test_words_stay_at_the_ends_of_their_range() -> None:
    assert (int16(1e9), int16(-1e9), uint16(-5), uint16(1e9)) == (0x7FFF, 0x8000, 0, 0xFFFF)


def test_floats_in_both_word_orders() -> None:
    assert float_abcd(12.5) == (0x4148, 0x0000)
    assert float_cdab(12.5) == (0x0000, 0x4148)


@given(
    requests=st.lists(st.tuples(st.integers(0, 255), st.binary(min_size=1, max_size=20)), max_size=5),
    cut=st.integers(1, 9),
)
def test_tcp_requests_are_found_however_the_stream_is_cut(requests: list[tuple[int, bytes]], cut: int) -> None:
    stream = b"".join(framing.mbap_frame(unit, body, number) for number, (unit, body) in enumerate(requests))
    buffer, found = bytearray(), []
    for at in range(0, len(stream), cut):
        buffer += stream[at : at + cut]
        found += framing.take_mbap(buffer)
    assert found == [Request(unit, body, number) for number, (unit, body) in enumerate(requests)]
    assert not buffer


@given(
    reads=st.lists(st.tuples(st.integers(1, 247), st.integers(1, 4), st.integers(0, 65535)), max_size=4),
    cut=st.integers(1, 9),
)
def test_rtu_requests_are_found_however_the_stream_is_cut(reads: list[tuple[int, int, int]], cut: int) -> None:
    bodies = [(unit, struct.pack(">BHH", function, start, 1)) for unit, function, start in reads]
    stream = b"".join(framing.rtu_frame(unit, body) for unit, body in bodies)
    buffer, found = bytearray(), []
    for at in range(0, len(stream), cut):
        buffer += stream[at : at + cut]
        found += framing.take_rtu(buffer)
    assert found == [Request(unit, body) for unit, body in bodies]


def test_rtu_drops_what_has_a_wrong_crc_and_hears_the_next() -> None:
    buffer = bytearray(bytes.fromhex("010400010002200c"))
    assert framing.take_rtu(buffer) == []
    buffer += bytes.fromhex("010400010002200b")
    assert framing.take_rtu(buffer) == [Request(1, bytes.fromhex("0400010002"))]


def test_rtu_takes_a_write_of_many_registers_whole() -> None:
    write = framing.rtu_frame(1, bytes.fromhex("10 0001 0002 04 000a 0102"))
    assert framing.take_rtu(bytearray(write)) == [Request(1, bytes.fromhex("10 0001 0002 04 000a 0102"))]


def test_a_stream_that_is_not_modbus_is_given_up() -> None:
    with pytest.raises(NotModbus):
        framing.take_mbap(bytearray(b"GET / HTTP/1.1\r\n"))


REQUEST = Request(5, struct.pack(">BHH", 3, 0, 2), 9)
ANSWER = bytes.fromhex("0304 0001 0002")
GOOD = framing.mbap_frame(5, ANSWER, 9)


@pytest.mark.parametrize(
    ("fault", "args", "wire"),
    [
        ("ok", (), GOOD),
        ("wrong-unit", (), framing.mbap_frame(4, ANSWER, 9)),
        ("wrong-transaction", (), framing.mbap_frame(5, ANSWER, 10)),
        ("wrong-function", (), framing.mbap_frame(5, bytes.fromhex("0404 0001 0002"), 9)),
        ("short", (), framing.mbap_frame(5, bytes.fromhex("0302 0001"), 9)),
        ("truncated", ("4",), GOOD[:-4]),
        ("reset", (), GOOD[: len(GOOD) // 2]),
        ("exception", ("4",), framing.mbap_frame(5, b"\x83\x04", 9)),
        ("exception", ("2", "holding:1"), framing.mbap_frame(5, b"\x83\x02", 9)),
        ("exception", ("2", "holding:2"), GOOD),
        ("exception", ("2", "input:1"), GOOD),
    ],
)
def test_a_fault_changes_the_answer_as_it_says(fault: str, args: tuple[str, ...], wire: bytes) -> None:
    assert wrong.spoiled(framing.mbap_frame, REQUEST, ANSWER, faults.parse(fault, args)) == wire


def test_a_crc_fault_changes_the_crc_alone() -> None:
    spoiled = wrong.spoiled(framing.rtu_frame, REQUEST, ANSWER, faults.parse("crc"))
    assert spoiled[:-1] == framing.rtu_frame(5, ANSWER)[:-1]
    assert framing.crc(spoiled[:-2]) != spoiled[-2:]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lat", "3"], "no fault 'lat'; did you mean late?"),
        (["late"], "late: wrong arguments []"),
        (["late", "soon"], "late: wrong arguments ['soon']"),
        (["mute", "3"], "mute: too many arguments ['3']"),
        (["exception"], "exception: wrong arguments []"),
    ],
)
def test_a_fault_that_is_written_wrong_is_told(words: list[str], said: str) -> None:
    with pytest.raises(faults.NoSuchFault) as told:
        faults.parse(words[0], words[1:])
    assert str(told.value) == said


@pytest.mark.parametrize(
    ("words", "said"),
    [(["late", "3"], "late 3"), (["exception", "2", "holding:1"], "exception 2 holding:1"), (["crc"], "crc")],
)
def test_a_fault_is_shown_as_it_is_written(words: list[str], said: str) -> None:
    assert str(faults.parse(words[0], words[1:])) == said


class Changing:
    version = 0


def test_a_poked_register_stays_over_changes_until_it_is_let_go() -> None:
    source, value = Changing(), [10]
    device = Device("probe", source, lambda: Image(input={1: (value[0], 20)}))
    device.poke("input:1", 0x7FFF)
    value[0], source.version = 11, 1
    assert device.image().read(Table.INPUT, 1, 2) == [0x7FFF, 20]
    device.poke("input:1", None)
    assert device.image().read(Table.INPUT, 1, 2) == (11, 20)


def test_a_register_is_written_as_a_person_does() -> None:
    assert parse_address("holding:0x10") == (Table.HOLDING, 16)
    assert parse_address("input 3") == (Table.INPUT, 3)
    with pytest.raises(ValueError, match="'40001' is no register"):
        parse_address("40001")
