"""What looks wrong in the readings of a device that is being commissioned, in a sentence each. Pure.

A sentence is a suspicion of a person who knows these devices, with what to try; nothing is changed by it.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from roommon.commissioning.seen import Seen, is_nonsense
from roommon.commissioning.usual import is_usual, telling
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault
from roommon.poll.modbus.words import number
from roommon.poll.plan import width
from roommon.profiles.point import BIT_TABLES, WIDTHS, Encoding, Order, Point, Register

_SENTINELS = frozenset({0xFFFF, 0x7FFF, 0x8000, -0x8000, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, -0x8000_0000})
_NEVER_BELOW_ZERO = frozenset({Quantity.RELATIVE_HUMIDITY, Quantity.VOLTAGE, Quantity.FREQUENCY, Quantity.RATIO})
"""Of these a raw -1 means "no value" too."""
_UNMEASURED = frozenset({Quantity.STATE, Quantity.CONTACT, Quantity.COUNT, Quantity.DURATION})
_CLEAR = 1.0
"""So telling a value must be for a suspicion to rest on it."""
_TOO_HOT = (60.0, 140.0)
"""Of a temperature that may be in °F."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What looks wrong with one point."""

    point: str
    words: Text


def suspicions(every: Sequence[Seen]) -> list[Suspicion]:
    """Return what looks wrong: of each point the likeliest reason, and what concerns several points at once."""
    of_points = [Suspicion(one.point.key, words) for one in every if (words := _of_point(one)) is not None]
    return [*of_points, *_exchanged(every)]


def _of_point(one: Seen) -> Text | None:
    if one.sensor is None or one.sensor.quantity in _UNMEASURED:
        return None
    if (sentinel := _sentinel(one, one.sensor.quantity)) is not None:
        return sentinel
    if not _is_strange(one, one.sensor.quantity):
        return None
    found = (check(one, one.sensor.quantity) for check in _CHECKS)
    return next((words for words in found if words is not None), None)


def _is_strange(one: Seen, quantity: Quantity) -> bool:
    """Return whether the value cannot be true, or the device has none there."""
    if one.value is not None:
        return not is_usual(one.value, quantity)
    reason = None if one.reading is None else one.reading.reason
    return reason in (Reason.OUT_OF_RANGE, Reason.CONFIGURATION_ERROR) or is_nonsense(one)


def _sentinel(one: Seen, quantity: Quantity) -> Text | None:
    if not isinstance(one.raw, int) or one.raw in one.point.invalid:
        return None
    is_minus_one = one.raw == -1 and (quantity in _NEVER_BELOW_ZERO or _is_all_ones(one))
    if one.raw not in _SENTINELS and not is_minus_one:
        return None
    written = one.raw if one.raw >= 0 or not isinstance(one.point.at, Register) else one.raw + (1 << 16 * _size(one))
    said = f"0x{written:X}" if isinstance(one.point.at, Register) else str(written)
    return Text(
        f"{said} usually means that there is no value: if no probe is connected there, write `invalid: [{said}]`",
        f"{said} 通常表示没有数值：如未接探头，请写 `invalid: [{said}]`",
    )


def _is_all_ones(one: Seen) -> bool:
    """Return whether a raw -1 stands in whole registers, in which all bits are ones then."""
    return isinstance(one.point.at, Register) and one.point.bits is None


def _size(one: Seen) -> int:
    return width(one.point)


def _measured(one: Seen) -> float | None:
    """Return the value as it would be without a range; None when it cannot be told."""
    if one.value is not None:
        return one.value
    if isinstance(one.raw, int | float) and not one.point.selectors:
        return _scaled(one.raw, one.point)
    return None


def _scaled(raw: float, point: Point) -> float:
    return raw * point.affine.scale + point.affine.offset


def _signed(one: Seen, quantity: Quantity) -> Text | None:
    if one.point.encoding is not Encoding.UINT16 or not isinstance(one.raw, int) or one.raw < 0x8000:
        return None
    value = _scaled(one.raw - 0x1_0000, one.point)
    if one.point.selectors or not is_usual(value, quantity) or quantity in _NEVER_BELOW_ZERO:
        return None
    return Text(
        f"{one.raw} would be {shown(value, quantity)} with its sign: try `type: int16`",
        f"{one.raw} 按有符号数为 {shown(value, quantity)}：可试 `type: int16`",
    )


def _order(one: Seen, quantity: Quantity) -> Text | None:
    held = _bytes(one, 0)
    if held is None or len(held) < 4:
        return None
    found = [(order, _decoded(held, one.point, order)) for order in Order if order is not one.point.order]
    sane = [(order, value) for order, value in found if value is not None and is_usual(value, quantity) and value]
    if not sane:
        return None
    order, value = max(sane, key=lambda each: telling(each[1], quantity))
    return Text(
        f"with its words in the order {order} it would be {shown(value, quantity)}: try `order: {order}`",
        f"若字节序为 {order}，则为 {shown(value, quantity)}：可试 `order: {order}`",
    )


def _tenths(one: Seen, quantity: Quantity) -> Text | None:
    value = _measured(one)
    if value is None:
        return None
    for divisor, en, zh_cn in (
        (10, "tenths", "十分之一"),
        (100, "hundredths", "百分之一"),
        (1000, "thousandths", "千分之一"),
    ):
        if _is_clear(value / divisor, quantity):
            scale = f"{one.point.affine.scale / divisor:.6g}"
            said, meant = shown(value, quantity), shown(value / divisor, quantity)
            return Text(
                f"{said} cannot be; in {en} it is {meant}: try `scale: {scale}`",
                f"{said} 不合理；若单位为{zh_cn}，则为 {meant}：可试 `scale: {scale}`",
            )
    return None


def _fahrenheit(one: Seen, quantity: Quantity) -> Text | None:
    value, (low, high) = _measured(one), _TOO_HOT
    if value is None or quantity is not Quantity.TEMPERATURE or not low < value <= high:
        return None
    celsius = (value - 32) / 1.8
    return Text(
        f"{shown(value, quantity)} would be very hot; {value:g} °F is {shown(celsius, quantity)}: try `unit: °F`",
        f"{shown(value, quantity)} 过热；{value:g} °F 即 {shown(celsius, quantity)}：可试 `unit: °F`",
    )


def _off_by_one(one: Seen, quantity: Quantity) -> Text | None:
    """Return that a neighbour holds what was meant: documents count registers from 0 or from 1."""
    for step in (-1, 1):
        held = _bytes(one, step)
        value = None if held is None else _decoded(held, one.point, one.point.order)
        if value is not None and _is_clear(value, quantity) and isinstance(one.point.at, Register):
            at = Register(one.point.at.table, one.point.at.address + step)
            return Text(
                f"the register beside it ({at}) holds {shown(value, quantity)}: the addresses may be off by one",
                f"相邻寄存器（{at}）为 {shown(value, quantity)}：地址可能错一位",
            )
    return None


_CHECKS: Sequence[Callable[[Seen, Quantity], Text | None]] = (_signed, _order, _fahrenheit, _off_by_one, _tenths)
"""The likelier first."""


def _is_clear(value: float, quantity: Quantity) -> bool:
    return value != 0 and is_usual(value, quantity) and telling(value, quantity) >= _CLEAR


def _bytes(one: Seen, step: int) -> bytes | None:
    """Return the registers that the point would read `step` addresses further on, None if they were not all read."""
    at, point = one.point.at, one.point
    if not isinstance(at, Register) or at.table in BIT_TABLES or point.encoding not in WIDTHS or point.bits:
        return None
    words = [one.words.get(Register(at.table, at.address + step + offset)) for offset in range(width(point))]
    known = [word for word in words if word is not None]
    return struct.pack(f">{len(known)}H", *known) if len(known) == len(words) else None


def _decoded(held: bytes, point: Point, order: Order) -> float | None:
    raw = number(held, point.encoding, order)
    return None if point.selectors or not isfinite(raw) or raw in point.invalid else _scaled(raw, point)


def _exchanged(every: Sequence[Seen]) -> Iterator[Suspicion]:
    """Yield that humidity and temperature stand in each other's place, where exactly one pair looks so."""
    warm = [one for one in every if _is(one, Quantity.TEMPERATURE)]
    damp = [one for one in every if _is(one, Quantity.RELATIVE_HUMIDITY)]
    if len(warm) != 1 or len(damp) != 1:
        return
    temperature, humidity = _measured(warm[0]), _measured(damp[0])
    if temperature is None or humidity is None or not (40 < temperature <= 100 and 5 <= humidity < 40):
        return
    one, other = shown(temperature, Quantity.TEMPERATURE), shown(humidity, Quantity.RELATIVE_HUMIDITY)
    yield Suspicion(
        warm[0].point.key,
        Text(
            f"{one} and {other}: temperature and humidity may be exchanged",
            f"{one} 与 {other}：温度与湿度可能对调",
        ),
    )


def _is(one: Seen, quantity: Quantity) -> bool:
    return one.sensor is not None and one.sensor.quantity is quantity and not isinstance(one.raw, Fault)
