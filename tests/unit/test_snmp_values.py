import struct
from dataclasses import replace
from math import isnan

import pytest

from roommon.model.reading import Reason
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import Value
from roommon.poll.snmp.values import is_one_of, raw, words
from roommon.profiles.point import Encoding, Oid, Point, Told

NUMBER = Point("p", Oid("1.3.6.1.4.1.99999.1.0"), Encoding.NUMBER)
TEXT = replace(NUMBER, encoding=Encoding.STRING)


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
    assert raw(value, NUMBER) == number


def test_a_float_in_an_opaque_may_be_no_number_and_is_left_to_the_decoder() -> None:
    value = raw(b"\x9f\x78\x04" + struct.pack(">f", float("nan")), NUMBER)
    assert isinstance(value, float)
    assert isnan(value)


@pytest.mark.parametrize("value", [b"", b"--", b"N/A", b"***", b"nan", b" ", b"invalid", b"Unavailable"])
def test_a_placeholder_says_that_the_device_has_no_value(value: bytes) -> None:
    fault = raw(value, NUMBER)
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.SENSOR_FAILURE


@pytest.mark.parametrize(
    "value", [b"23.5 C", b"23,5", b"Linux box", b"\xff\x00\x80A", "1.3", "10.0.0.1", b"0x1F", b"1e999"]
)
def test_what_is_no_number_is_never_made_one(value: Value) -> None:
    fault = raw(value, NUMBER)
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
    assert raw(value, TEXT) == text


@pytest.mark.parametrize(("place", "flag"), [(1, 0), (2, 1), (4, 1)])
def test_a_flag_is_one_character_of_a_text_counted_from_the_left(place: int, flag: int) -> None:
    assert raw(b"0101\0", replace(TEXT, flag=place)) == flag


@pytest.mark.parametrize("value", [b"0", b"", b"0x", b"0-11", b"\xff\xfe", 101])
def test_a_text_without_the_flag_is_a_failing_device(value: Value) -> None:
    fault = raw(value, replace(TEXT, flag=2))
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.DEVICE_FAILURE


STATUS = (("Normal Operation", 0), ("Normal with *", 2), ("Normal with Alarm", 3), ("*alarm*", 4))


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (b"Normal Operation", 0),
        (b" NORMAL OPERATION \0", 0),
        (b"Normal with Warning", 2),
        (b"Normal with Alarm", 3),
        (b"Fire alarm", 4),
    ],
)
def test_a_state_that_is_told_in_words_is_its_number_and_the_whole_text_goes_before_a_pattern(
    value: Value, number: int
) -> None:
    assert raw(value, replace(TEXT, texts=STATUS)) == number


@pytest.mark.parametrize(
    ("value", "reason", "said"),
    [
        (b"Normal", Reason.DEVICE_FAILURE, "'Normal' is none of its known texts"),
        (b"Normal Operations", Reason.DEVICE_FAILURE, "'Normal Operations' is none of its known texts"),
        (b"Normal with an alarm", Reason.DEVICE_FAILURE, "like several of its texts: 'Normal with *'; '*alarm*'"),
        (b"\xff\xfe", Reason.DEVICE_FAILURE, "'ff:fe' is none of its known texts"),
        (b"", Reason.SENSOR_FAILURE, "the device has no value"),
        (b" -- ", Reason.SENSOR_FAILURE, "the device has no value"),
        (b"N/A", Reason.SENSOR_FAILURE, "the device has no value"),
    ],
)
def test_words_that_no_state_has_are_never_guessed(value: Value, reason: Reason, said: str) -> None:
    fault = raw(value, replace(TEXT, texts=STATUS))
    assert isinstance(fault, Fault)
    assert fault.reason is reason
    assert said in fault.detail.en


def test_a_placeholder_may_be_a_state_of_its_own_and_chinese_is_compared_as_it_is_shown() -> None:
    assert raw(b"unknown", replace(TEXT, texts=(("Unknown", 5),))) == 5
    assert raw("告警".encode("gb2312"), replace(TEXT, texts=(("告警", 1),))) == 1


@pytest.mark.parametrize(("value", "bits", "part"), [(0b1011, (0, 1), 1), (0b1011, (2, 1), 0), (b"255", (4, 4), 15)])
def test_a_part_of_a_number_is_taken_by_its_bits(value: Value, bits: tuple[int, int], part: int) -> None:
    assert raw(value, replace(NUMBER, bits=bits)) == part


@pytest.mark.parametrize("value", [-1, 1.5, b"1.5", b"-3"])
def test_what_is_no_whole_number_from_zero_on_has_no_bits(value: Value) -> None:
    fault = raw(value, replace(NUMBER, bits=(0, 1)))
    assert isinstance(fault, Fault)
    assert fault.reason is Reason.DEVICE_FAILURE


@pytest.mark.parametrize("value", [b"--", "1.3.6.1"])
def test_bits_of_what_is_no_number_say_why_it_is_none(value: Value) -> None:
    assert raw(value, replace(NUMBER, bits=(0, 1))) == raw(value, NUMBER)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (b" Rack A\0\0", "Rack A"),
        ("机柜 A\r\n".encode(), "机柜 A"),
        (b"S5720-36C-EI-AC \r\nHuawei Versatile\r\n", "S5720-36C-EI-AC Huawei Versatile"),
        (b"28298600009a5705\n00 ", "28298600009a5705 00"),
        (b"Dew Point  (5)", "Dew Point  (5)"),
        (b"\x00\x0c\x15\xab\xcd\xef", "00:0c:15:ab:cd:ef"),
        (b"\x01AB", "01:41:42"),
        (b"\0\0", ""),
        (7, "7"),
        ("1.3.6.1.4.1.318", "1.3.6.1.4.1.318"),
    ],
)
def test_a_name_is_trimmed_to_one_line_and_bytes_that_are_none_are_shown_as_such(value: Value, said: str) -> None:
    assert words(value) == said


@pytest.mark.parametrize(
    ("value", "told", "is_one"),
    [
        (2, {2, 3}, True),
        (b"2", {2}, True),
        (b" Temperature\0", {"temp*"}, True),
        ("1.3.6.1.4.1.318.1", {"1.3.6.1.4.1.318.*"}, True),
        (b"", {2}, False),
        (b"humidity", {"temp*", 2}, False),
        (b"\xff\xfe", {"temp*"}, False),
    ],
)
def test_a_row_is_told_by_a_number_or_by_a_text_with_stars(value: Value, told: set[Told], is_one: bool) -> None:
    assert is_one_of(value, frozenset(told)) is is_one


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (b"Rack A\0", "Rack A"),
        ("机柜甲".encode(), "机柜甲"),
        ("2号 机柜".encode("gb2312"), "2号 机柜"),
        (bytes.fromhex("000c15abcdef"), "00:0c:15:ab:cd:ef"),
        (bytes.fromhex("d8b1d7ff"), "d8:b1:d7:ff"),
    ],
)
def test_labels_are_shown_as_they_were_typed(sent: bytes, shown: str) -> None:
    assert words(sent) == shown
