"""Raw values to readings: makers' worked examples, and each reason for a bad reading."""

import math
from typing import Any

import pytest

from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reading, Reason, SensorId, good
from roommon.model.text import Text
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from roommon.poll.modbus.frames import Expected, Heard, rtu
from roommon.poll.modbus.words import unpacker
from roommon.poll.plan import plan
from roommon.profiles.limits import Limits
from roommon.profiles.point import Affine, Encoding, Gate, Order, Point, Register, Selector, Table

AT = Instant(1_700_000_000_000)


def point(key: str = "t", encoding: Encoding = Encoding.INT16, **more: Any) -> Point:
    return Point(key, Register(Table.HOLDING, 0), encoding, **more)


def decoded(points: list[Point], *raws: Raw | Fault) -> list[Reading]:
    return Decoder(DeviceId("dev"), points).readings(raws, AT)


def only(points: list[Point], *raws: Raw | Fault) -> Reading:
    (reading,) = decoded(points, *raws)
    return reading


def from_frame(frame: str, points: list[Point], function: int) -> list[float]:
    """The values of a whole RTU reply as a maker prints it."""
    (block,) = plan(points, Limits(), 0).blocks
    data = rtu(bytes.fromhex(frame), Expected(1, function, 2 * block.count), Heard())
    assert isinstance(data, bytes)
    raws: list[Raw | Fault] = [0] * len(points)
    unpacker(block, points)(data, raws)
    values = [reading.value for reading in decoded(points, *raws)]
    assert None not in values
    return [value for value in values if value is not None]


def test_ddsu666_voltage_as_its_manual_has_it() -> None:
    voltage = Point("u", Register(Table.INPUT, 0), Encoding.FLOAT32, registers=2)
    assert from_frame("01 04 04 43 66 33 34 1B 38", [voltage], 4) == [pytest.approx(230.2, abs=1e-4)]


def test_rs485_th_as_its_manual_has_it() -> None:
    tenth = Affine(0.1)
    temperature = Point("t", Register(Table.HOLDING, 0), Encoding.INT16, affine=tenth)
    humidity = Point("h", Register(Table.HOLDING, 1), Encoding.UINT16, affine=tenth)
    frame = "01 03 04 01 11 02 72 2A 8F"
    assert from_frame(frame, [temperature, humidity], 3) == [pytest.approx(27.3), pytest.approx(62.6)]


@pytest.mark.parametrize(
    ("order", "data"),
    [(Order.ABCD, "43663334"), (Order.CDAB, "33344366"), (Order.BADC, "66433433"), (Order.DCBA, "34336643")],
)
def test_one_voltage_in_the_four_byte_orders(order: Order, data: str) -> None:
    voltage = Point("u", Register(Table.INPUT, 0), Encoding.FLOAT32, order, 2)
    (block,) = plan([voltage], Limits(), 0).blocks
    raws: list[Raw | Fault] = [0]
    unpacker(block, [voltage])(bytes.fromhex(data), raws)
    assert raws == [pytest.approx(230.2, abs=1e-4)]


def test_a_state_in_a_string_of_registers_is_the_number_of_its_text() -> None:
    mode = point("mode", Encoding.STRING, registers=4, texts=(("On*", 1), ("Off", 0)))
    (block,) = plan([mode], Limits(), 0).blocks
    raws: list[Raw | Fault] = [0]
    told = [b"Online\0\0", b"OFF     ", b"Standby\0", b"\0" * 8]
    found = []
    for data in told:
        unpacker(block, [mode])(data, raws)
        found.append(only([mode], *raws))
    assert [reading.value for reading in found] == [1, 0, None, None]
    assert [reading.reason for reading in found[2:]] == [Reason.DEVICE_FAILURE, Reason.SENSOR_FAILURE]


def test_a_good_reading_is_scaled_and_stamped() -> None:
    reading = only([point(affine=Affine(0.1, -40))], 652)
    assert reading == good(SensorId("dev.t"), AT, 652 * 0.1 - 40)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (math.nan, Reason.SENSOR_FAILURE),
        (math.inf, Reason.SENSOR_FAILURE),
        (-math.inf, Reason.SENSOR_FAILURE),
        ("nan", Reason.SENSOR_FAILURE),
        ("no number", Reason.DEVICE_FAILURE),
        (b"\xff\xff", Reason.DEVICE_FAILURE),
        ("", Reason.DEVICE_FAILURE),
        (Fault(Reason.CONFIGURATION_ERROR, Text.same("no such register")), Reason.CONFIGURATION_ERROR),
    ],
)
def test_what_is_no_number_has_its_reason(raw: Raw | Fault, reason: Reason) -> None:
    reading = only([point(encoding=Encoding.FLOAT32)], raw)
    assert (reading.value, reading.quality, reading.reason) == (None, Quality.BAD, reason)


@pytest.mark.parametrize("words", [b"UPS-1\0\0\0", b"\0\0UPS-1 ", b"UPS-1\0xx", b"   UPS-1"])
def test_a_text_is_what_stands_between_the_nulls_and_blanks_that_fill_it_up(words: bytes) -> None:
    text = point(encoding=Encoding.STRING, registers=4)
    (block,) = plan([text], Limits(), 0).blocks
    raws: list[Raw | Fault] = [0]
    unpacker(block, [text])(words, raws)
    assert raws == ["UPS-1"]


def test_digits_in_a_string_are_a_number() -> None:
    assert only([point(encoding=Encoding.NUMBER, affine=Affine(2))], " 21.5 \0").value == 43.0
    assert only([point(encoding=Encoding.NUMBER)], b"-7").value == -7.0


@pytest.mark.parametrize("raw", [0x7FFF, -32768])
def test_an_invalid_raw_value_may_be_written_as_the_register_or_as_the_number(raw: int) -> None:
    sensor = point(invalid=frozenset({0x7FFF, 0x8000}))
    assert only([sensor], raw).reason is Reason.SENSOR_FAILURE
    assert only([sensor], 5).value == 5.0


@pytest.mark.parametrize(("raw", "fits"), [(-400, True), (800, True), (-401, False), (801, False)])
def test_the_range_includes_its_ends(raw: int, fits: bool) -> None:
    reading = only([point(affine=Affine(0.1), range=(-40.0, 80.0))], raw)
    assert (reading.reason is None) is fits
    assert reading.reason in {None, Reason.OUT_OF_RANGE}


@pytest.mark.parametrize(
    ("connected", "expected"),
    [
        (1, None),
        (3, None),
        (0, Reason.NOT_CONNECTED),
        (Fault(Reason.DEVICE_FAILURE, Text.same("exception 4")), Reason.DEVICE_FAILURE),
    ],
)
def test_a_sensor_counts_while_its_gate_is_open(connected: Raw | Fault, expected: Reason | None) -> None:
    flag = point("flag", is_sensor=False)
    probe = point("probe", good_when=(Gate("flag", frozenset({1, 3})),))
    assert only([flag, probe], connected, 20).reason is expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (4, None),
        (1, Reason.NOT_CONNECTED),
        (Fault(Reason.CONFIGURATION_ERROR, Text.same("no such object")), None),
        (Fault(Reason.NO_COMMUNICATION, Text.same("no answer")), Reason.NO_COMMUNICATION),
    ],
)
def test_who_cannot_say_no_is_let_pass_and_who_was_not_heard_is_not(
    state: Raw | Fault, expected: Reason | None
) -> None:
    probe = point("probe", good_when=(Gate("state", frozenset({4}), may_lack=True),))
    assert only([point("state", is_sensor=False), probe], state, 20).reason is expected


@pytest.mark.parametrize(
    ("maker", "value", "reason"),
    [
        ("DELTA Electronics", 231.3, None),
        (b" Delta\0", 231.3, None),
        ("Generex", 2313.0, None),
        (7, 2313.0, None),
        (Fault(Reason.CONFIGURATION_ERROR, Text.same("no such object")), 2313.0, None),
        (Fault(Reason.NO_COMMUNICATION, Text.same("no answer")), None, Reason.NO_COMMUNICATION),
    ],
)
def test_a_factor_may_depend_on_what_the_device_says_in_words(
    maker: Raw | Fault, value: float | None, reason: Reason | None
) -> None:
    factor = Selector("maker", {"*delta*": Affine(0.1, 0.0)}, Affine())
    reading = only([point("maker", is_sensor=False), point("volts", selectors=(factor,))], maker, 2313)
    assert (reading.value, reading.reason) == (None if value is None else pytest.approx(value), reason)


@pytest.mark.parametrize(
    ("fine", "coarse", "value", "reason"),
    [
        (875, 87, 87.5, None),
        (Fault(Reason.CONFIGURATION_ERROR, Text.same("no such object")), 87, 87.0, None),
        (-1, 87, 87.0, None),
        (-1, Fault(Reason.DEVICE_FAILURE, Text.same("genErr")), None, Reason.SENSOR_FAILURE),
    ],
)
def test_an_older_object_stands_in(fine: Raw | Fault, coarse: Raw | Fault, value: float, reason: Reason | None) -> None:
    points = [
        point("charge", affine=Affine(0.1, 0.0), invalid=frozenset({-1}), fallback="charge.else"),
        point("charge.else", is_sensor=False),
    ]
    reading = only(points, fine, coarse)
    assert (reading.value, reading.reason) == (value, reason)


def test_the_gates_reason_goes_before_all_others() -> None:
    flag = point("flag", is_sensor=False)
    probe = point("probe", good_when=(Gate("flag", frozenset({1}), Reason.SENSOR_FAILURE),))
    assert (
        only([flag, probe], 0, Fault(Reason.CONFIGURATION_ERROR, Text.same("refused"))).reason is Reason.SENSOR_FAILURE
    )


@pytest.mark.parametrize(
    ("unit", "value", "reason"),
    [
        (0, 25.0, None),
        (1, pytest.approx((25.0 - 32) / 1.8), None),
        (2, None, Reason.DEVICE_FAILURE),
        (math.nan, None, Reason.DEVICE_FAILURE),
        (Fault(Reason.NO_COMMUNICATION, Text.same("silent")), None, Reason.NO_COMMUNICATION),
    ],
)
def test_a_selector_chooses_the_scale(unit: Raw | Fault, value: float | None, reason: Reason | None) -> None:
    switch = point("switch", is_sensor=False)
    fahrenheit = Selector("switch", {0: Affine(), 1: Affine(1 / 1.8, -32 / 1.8)})
    reading = only([switch, point(affine=Affine(0.1), selectors=(fahrenheit,))], unit, 250)
    assert (reading.value, reading.reason) == (value, reason)


def test_all_sensors_are_bad_together_and_others_make_no_reading() -> None:
    decoder = Decoder(DeviceId("dev"), [point("a"), point("flag", is_sensor=False), point("b")])
    readings = decoder.all_bad(AT, Reason.OVERDUE)
    assert [(r.sensor, r.value, r.quality, r.reason) for r in readings] == [
        ("dev.a", None, Quality.BAD, Reason.OVERDUE),
        ("dev.b", None, Quality.BAD, Reason.OVERDUE),
    ]
