"""What looks wrong at the bench is said in a sentence, in both languages, with what to try."""

import struct

import pytest

from roommon.commissioning.seen import Seen
from roommon.commissioning.suspect import suspicions
from roommon.model.clock import Instant
from roommon.model.device import DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, bad, good
from roommon.model.text import Text
from roommon.poll.driver import Fault
from roommon.profiles.point import Affine, Encoding, Oid, Order, Place, Point, Register, Table

AT = Register(Table.HOLDING, 10)
FLOAT = struct.unpack(">2H", struct.pack(">f", 231.5))


def seen(
    quantity: Quantity,
    words: dict[int, int],
    encoding: Encoding = Encoding.UINT16,
    scale: float = 1.0,
    *,
    span: tuple[float, float] | None = None,
    invalid: frozenset[float] = frozenset(),
    key: str = "point",
) -> Seen:
    """One point at holding 10 as it is read from `words`, with a range that makes what is beyond it bad."""
    point = Point(key, AT, encoding, affine=Affine(scale), range=span, invalid=invalid)
    raw = _raw(words, encoding)
    registers = {Register(Table.HOLDING, at): word for at, word in words.items()}
    return _with(point, quantity, raw, registers)


def _raw(words: dict[int, int], encoding: Encoding) -> float:
    if encoding is Encoding.FLOAT32:
        (value,) = struct.unpack(">f", struct.pack(">2H", words[10], words[11]))
        return float(value)
    word = words[10]
    return word - 0x1_0000 if encoding is Encoding.INT16 and word & 0x8000 else word


def _with(point: Point, quantity: Quantity, raw: float, words: dict[Register, int]) -> Seen:
    sensor = Sensor(DeviceId("device"), point.key, quantity, Text.same(point.key))
    value = raw * point.affine.scale + point.affine.offset
    low, high = point.range or (float("-inf"), float("inf"))
    if raw in point.invalid:
        reading = bad(sensor.id, Instant(0), Reason.SENSOR_FAILURE)
    elif low <= value <= high:
        reading = good(sensor.id, Instant(0), value)
    else:
        reading = bad(sensor.id, Instant(0), Reason.OUT_OF_RANGE)
    return Seen(point, sensor, raw, reading, words)


def of_object(quantity: Quantity, raw: float, place: Place | None = None, scale: float = 1.0) -> Seen:
    """One point of an SNMP agent."""
    return _with(Point("point", place or Oid("1.2.3.0"), Encoding.NUMBER, affine=Affine(scale)), quantity, raw, {})


@pytest.mark.parametrize(
    ("one", "en", "zh_cn"),
    [
        (
            seen(Quantity.VOLTAGE, {10: FLOAT[1], 11: FLOAT[0]}, Encoding.FLOAT32, span=(0, 500)),
            "with its words in the order CDAB it would be 231.5 V: try `order: CDAB`",
            "若字节序为 CDAB，则为 231.5 V：可试 `order: CDAB`",
        ),
        (
            seen(Quantity.TEMPERATURE, {10: 745}, scale=0.1),
            "74.5 °C would be very hot; 74.5 °F is 23.6 °C: try `unit: °F`",
            "74.5 °C 过热；74.5 °F 即 23.6 °C：可试 `unit: °F`",
        ),
        (
            seen(Quantity.VOLTAGE, {10: 2313}),
            "2313.0 V cannot be; in tenths it is 231.3 V: try `scale: 0.1`",
            "2313.0 V 不合理；若单位为十分之一，则为 231.3 V：可试 `scale: 0.1`",
        ),
        (
            seen(Quantity.FREQUENCY, {10: 4998}),
            "4998.00 Hz cannot be; in hundredths it is 49.98 Hz: try `scale: 0.01`",
            "4998.00 Hz 不合理；若单位为百分之一，则为 49.98 Hz：可试 `scale: 0.01`",
        ),
        (
            seen(Quantity.TEMPERATURE, {9: 219, 10: 12_345}, scale=0.1),
            "the register beside it (holding 9) holds 21.9 °C: the addresses may be off by one",
            "相邻寄存器（holding 9）为 21.9 °C：地址可能错一位",
        ),
        (
            seen(Quantity.TEMPERATURE, {10: 65_491}, scale=0.1),
            "65491 would be -4.5 °C with its sign: try `type: int16`",
            "65491 按有符号数为 -4.5 °C：可试 `type: int16`",
        ),
        (
            seen(Quantity.TEMPERATURE, {10: 0xFFFF}, Encoding.INT16, 0.1),
            "0xFFFF usually means that there is no value: if no probe is connected there, write `invalid: [0xFFFF]`",
            "0xFFFF 通常表示没有数值：如未接探头，请写 `invalid: [0xFFFF]`",
        ),
        (
            of_object(Quantity.RELATIVE_HUMIDITY, -1),
            "-1 usually means that there is no value: if no probe is connected there, write `invalid: [-1]`",
            "-1 通常表示没有数值：如未接探头，请写 `invalid: [-1]`",
        ),
        (
            of_object(Quantity.VOLTAGE, 2313),
            "2313.0 V cannot be; in tenths it is 231.3 V: try `scale: 0.1`",
            "2313.0 V 不合理；若单位为十分之一，则为 231.3 V：可试 `scale: 0.1`",
        ),
    ],
)
def test_a_reading_that_looks_wrong_is_said_in_a_sentence(one: Seen, en: str, zh_cn: str) -> None:
    assert [found.words for found in suspicions([one])] == [Text(en, zh_cn)]


@pytest.mark.parametrize(
    "one",
    [
        seen(Quantity.VOLTAGE, {10: FLOAT[0], 11: FLOAT[1]}, Encoding.FLOAT32),
        seen(Quantity.TEMPERATURE, {9: 219, 10: 225}, scale=0.1),
        seen(Quantity.TEMPERATURE, {10: 0x8000}, scale=0.1, invalid=frozenset({0x8000})),
        seen(Quantity.FREQUENCY, {10: 0}),
        seen(Quantity.COUNT, {10: 65_491}),
        of_object(Quantity.TEMPERATURE, -1),
    ],
)
def test_what_can_be_true_is_not_suspected(one: Seen) -> None:
    assert suspicions([one]) == []


def test_humidity_and_temperature_that_were_exchanged_are_seen_together() -> None:
    warm = seen(Quantity.TEMPERATURE, {10: 553}, scale=0.1, key="temperature")
    damp = seen(Quantity.RELATIVE_HUMIDITY, {10: 231}, scale=0.1, key="humidity")
    [found] = suspicions([warm, damp])
    assert found.point == "temperature"
    assert found.words.en == "55.3 °C and 23.1 %: temperature and humidity may be exchanged"
    assert found.words.zh_cn == "55.3 °C 与 23.1 %：温度与湿度可能对调"
    assert suspicions([seen(Quantity.TEMPERATURE, {10: 231}, scale=0.1), damp]) == []


def test_what_the_device_refuses_may_stand_beside() -> None:
    there = seen(Quantity.VOLTAGE, {10: 0, 11: 231})
    assert there.sensor is not None
    reading = bad(there.sensor.id, Instant(0), Reason.CONFIGURATION_ERROR)
    fault = Fault(Reason.CONFIGURATION_ERROR, Text.same("exception 2"))
    [found] = suspicions([Seen(there.point, there.sensor, fault, reading, {Register(Table.HOLDING, 11): 231})])
    assert "(holding 11) holds 231.0 V" in found.words.en


@pytest.mark.parametrize("order", [order for order in Order if order is not Order.ABCD])
def test_each_word_order_is_found(order: Order) -> None:
    packed = struct.pack(">f", 229.75)
    a, b, c, d = packed
    stored = {Order.CDAB: (c, d, a, b), Order.BADC: (b, a, d, c), Order.DCBA: (d, c, b, a)}[order]
    words = struct.unpack(">2H", bytes(stored))
    [found] = suspicions([seen(Quantity.VOLTAGE, {10: words[0], 11: words[1]}, Encoding.FLOAT32, span=(1, 500))])
    assert f"try `order: {order}`" in found.words.en
