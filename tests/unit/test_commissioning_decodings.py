"""What registers may mean."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.commissioning.decodings import decodings, texts
from roommon.poll.modbus.words import in_order
from roommon.profiles.point import Encoding, Order

SHAPES = {
    Encoding.INT32: ">i",
    Encoding.UINT32: ">I",
    Encoding.FLOAT32: ">f",
    Encoding.INT64: ">q",
    Encoding.UINT64: ">Q",
    Encoding.FLOAT64: ">d",
}


def test_a_voltage_as_float32_comes_first() -> None:
    first = decodings(struct.pack(">f", 230.1))[0]
    assert (first.value, first.readings) == (230.1, ((Encoding.FLOAT32, Order.ABCD),))


def test_words_swapped_are_found_too() -> None:
    swapped = in_order(struct.pack(">f", 49.98), Order.CDAB)
    assert decodings(swapped)[0].readings == ((Encoding.FLOAT32, Order.CDAB),)


def test_an_energy_counter_of_64_bits_is_found() -> None:
    found = decodings(struct.pack(">Q", 123_456))
    assert (123_456, 4) in {(one.value, one.registers) for one in found}


def test_types_that_give_the_same_number_are_one_decoding() -> None:
    (same,) = [one for one in decodings(struct.pack(">i", 7)) if one.value == 7]
    assert {encoding for encoding, _ in same.readings} == {Encoding.INT32, Encoding.UINT32}


def test_one_register_has_no_wider_meaning() -> None:
    assert decodings(b"\x00\xfa") == []


def test_each_register_may_begin_a_number() -> None:
    data = b"\x00\x01" + struct.pack(">f", 21.5)
    assert any(one.offset == 1 and one.value == 21.5 for one in decodings(data))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e-30, 3e20])
def test_what_no_sensor_says_is_left_out(value: float) -> None:
    found = decodings(struct.pack(">f", value))
    assert not any((Encoding.FLOAT32, Order.ABCD) in one.readings for one in found)


@given(
    encoding=st.sampled_from(list(SHAPES)),
    order=st.sampled_from(list(Order)),
    value=st.integers(1, 1_000_000),
)
def test_what_was_written_is_among_the_decodings(encoding: Encoding, order: Order, value: int) -> None:
    shape = SHAPES[encoding]
    data = in_order(struct.pack(shape, value), order)
    written = struct.unpack(shape, struct.pack(shape, value))[0]
    assert any(one.value == written and (encoding, order) in one.readings for one in decodings(data))


@given(data=st.binary(min_size=2, max_size=16).filter(lambda data: len(data) % 2 == 0))
def test_any_bytes_are_taken_and_every_number_is_finite(data: bytes) -> None:
    for one in decodings(data):
        assert abs(one.value) <= 1e12
        assert one.offset + one.registers <= len(data) // 2


def test_text_is_found_in_either_byte_order() -> None:
    assert texts(b"RS-WS\0") == [(Order.ABCD, "RS-WS")]
    assert (Order.BADC, "Renke!") in texts(b"eRkn!e")
    assert texts(b"\x00\xfa") == []
