"""Frames: whatever comes, and in whatever pieces, only the right answer is taken, and nothing falls over."""

from hypothesis import example, given
from hypothesis import strategies as st

from roommon.poll.modbus.frames import Broken, Expected, Heard, Refusal, Wrong, crc16, mbap, rtu

EXPECTED = Expected(7, 4, 6)
ANSWER = b"\x07\x04\x06abcdef"
TID = 0x0102


def framed_rtu(body: bytes) -> bytes:
    return body + crc16(body).to_bytes(2, "little")


def framed_tcp(body: bytes, tid: int = TID) -> bytes:
    return tid.to_bytes(2, "big") + b"\0\0" + len(body).to_bytes(2, "big") + body


OTHER_TIDS = st.integers(0, 0xFFFF).filter(lambda tid: tid != TID)
LATE_TCP = st.builds(framed_tcp, st.binary(min_size=3, max_size=40), OTHER_TIDS)


@given(st.lists(LATE_TCP, max_size=4), st.integers(1, 30))
def test_tcp_finds_its_answer_behind_late_ones_in_any_pieces(late: list[bytes], piece: int) -> None:
    stream, buffer, answer = b"".join(late) + framed_tcp(ANSWER), b"", None
    while stream and answer is None:
        buffer, stream = buffer + stream[:piece], stream[piece:]
        used, answer = mbap(buffer, TID, EXPECTED, Heard())
        buffer = buffer[used:]
    assert answer == b"abcdef"


@given(st.binary(max_size=80))
def test_tcp_takes_any_bytes(data: bytes) -> None:
    used, answer = mbap(data, TID, EXPECTED, Heard())
    assert 0 <= used <= len(data)
    assert answer is None or isinstance(answer, bytes | Refusal | Wrong | Broken)


@given(st.binary(min_size=2, max_size=40))
def test_tcp_takes_a_frame_of_ours_as_answer_only_if_it_is_one(body: bytes) -> None:
    _, answer = mbap(framed_tcp(b"\x07" + body), TID, EXPECTED, Heard())
    if isinstance(answer, bytes):
        assert body == b"\x04\x06" + answer
        assert len(answer) == 6


@given(st.binary(max_size=20), st.binary(max_size=5))
@example(b"\x07\x04\x06", b"")
@example(b"\x07\x84\x02", b"")
def test_rtu_finds_its_answer_behind_noise(noise: bytes, rest: bytes) -> None:
    assert rtu(noise + framed_rtu(ANSWER) + rest, EXPECTED, Heard()) == b"abcdef"


@given(st.binary(max_size=60))
def test_rtu_takes_any_bytes(data: bytes) -> None:
    answer = rtu(data, EXPECTED, Heard())
    assert answer is None or isinstance(answer, bytes | Refusal | Broken)


@given(st.integers(0, len(ANSWER) + 1), st.integers(1, 255))
def test_rtu_never_takes_an_answer_with_a_wrong_byte(place: int, flip: int) -> None:
    frame = bytearray(framed_rtu(ANSWER))
    frame[place] ^= flip
    assert not isinstance(rtu(bytes(frame), EXPECTED, Heard()), bytes)


@given(st.integers(0, 12))
def test_rtu_waits_for_the_whole_answer(length: int) -> None:
    whole = framed_rtu(ANSWER)
    assert (rtu(whole[:length], EXPECTED, Heard()) is None) is (length < len(whole))


@given(st.binary(max_size=255))
def test_the_checksum_of_a_frame_with_its_checksum_is_nought(body: bytes) -> None:
    assert crc16(framed_rtu(body)) == 0
