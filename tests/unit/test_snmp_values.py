import struct
from math import isnan

import pytest

from roommon.model.reading import Reason
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import Value
from roommon.poll.snmp.values import raw
from roommon.profiles.point import Encoding


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (-5, -5),
        (18446744073709551615, 18446744073709551615),
        (b"23.5", 23.5),
        (b" -7 ", -7),
        (b"+1.5e3", 1500.0),
        (b"42\0\0", 42),
        (b"\x9f\x78\x04" + struct.pack(">f", 23.5), 23.5),
        (b"\x9f\x79\x08" + struct.pack(">d", -0.125), -0.125),
    ],
)
def test_numbers_are_read_in_whatever_dress_an_agent_sends_them(value: Value, number: float) -> None:
    assert raw(value, Encoding.NUMBER) == number


def test_a_float_in_an_opaque_may_be_no_number_and_is_left_to_the_decoder() -> None:
    value = raw(b"\x9f\x78\x04" + struct.pack(">f", float("nan")), Encoding.NUMBER)
    assert isinstance(value, float)
    assert isnan(value)


@pytest.mark.parametrize("value", [b"", b"--", b"N/A", b"***", b"nan", b" ", b"invalid"])
def test_a_placeholder_says_that_the_device_has_no_value(value: bytes) -> None:
    fault = raw(value, Encoding.NUMBER)
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.SENSOR_FAILURE


@pytest.mark.parametrize(
    "value", [b"23.5 C", b"23,5", b"Linux box", b"\xff\x00\x80A", "1.3", "10.0.0.1", b"0x1F", b"1e999"]
)
def test_what_is_no_number_is_never_made_one(value: Value) -> None:
    fault = raw(value, Encoding.NUMBER)
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.DEVICE_FAILURE
    assert "number" in fault.detail.en


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"Smart-UPS 3000\0 ", "Smart-UPS 3000"),
        ("机房".encode(), "机房"),
        (b"\x00\x1b\xff\xfe", b"\x00\x1b\xff\xfe"),
        ("1.3.6.1.4.1.318", "1.3.6.1.4.1.318"),
        (7, "7"),
    ],
)
def test_texts_lose_their_padding_and_bytes_stay_bytes(value: Value, text: Raw) -> None:
    assert raw(value, Encoding.STRING) == text
