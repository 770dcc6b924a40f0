"""The bytes of one Modbus reply -> raw values, with as few `struct` calls as the points allow (usually one).

Registers travel big-endian, the first address first. Values that a maker stores in another order (`CDAB` and so on) are
cut out as bytes and put in order one by one; all others come out of one precompiled `struct`.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial

from roommon.model.worded import about
from roommon.poll.driver import Fault, Raw
from roommon.poll.plan import Block, Place
from roommon.poll.texts import meant
from roommon.profiles.point import BIT_TABLES, Encoding, Order, Point

_FORMATS = {
    Encoding.BOOL: "H",
    Encoding.INT16: "h",
    Encoding.UINT16: "H",
    Encoding.INT32: "i",
    Encoding.UINT32: "I",
    Encoding.INT64: "q",
    Encoding.UINT64: "Q",
    Encoding.FLOAT32: "f",
    Encoding.FLOAT64: "d",
    Encoding.NUMBER: "H",
}

Unpack = Callable[[bytes, list[Raw | Fault]], None]
"""Puts the raw values of a reply's data bytes at their points' places in a list."""

_Convert = Callable[[Raw], Raw | Fault]


def unpacker(block: Block, points: Sequence[Point]) -> Unpack:
    """Return what takes the replies to `block` apart; `points` are all points of the device."""
    return _shared(block, tuple(points))


@lru_cache(maxsize=1024)
def _shared(block: Block, points: tuple[Point, ...]) -> Unpack:
    """Return one for all devices of the same kind."""
    if block.table in BIT_TABLES:
        return partial(_unpack_bits, [(place.index, place.first - block.address) for place in block.places])
    layers = [_layer(block, fields, points) for fields in _layers(_fields(block.places, points))]
    if len(layers) == 1:
        return layers[0]
    return partial(_unpack_layers, layers)


_Field = list[Place]
"""Places that share the same registers and format: the bits of one word."""


def _fields(places: Sequence[Place], points: Sequence[Point]) -> list[_Field]:
    fields: dict[tuple[int, str], _Field] = {}
    for place in places:
        fields.setdefault((place.first, _format(points[place.index], place)), []).append(place)
    return list(fields.values())


def _layers(fields: Sequence[_Field]) -> list[list[_Field]]:
    """Return `fields` in as few lists as it takes for none to overlap another of its list."""
    layers: list[list[_Field]] = []
    for field in fields:
        free = next((layer for layer in layers if layer[-1][0].last < field[0].first), None)
        if free is None:
            layers.append([field])
        else:
            free.append(field)
    return layers


def _layer(block: Block, fields: Sequence[_Field], points: Sequence[Point]) -> Unpack:
    pattern = [">"]
    at = block.address
    for field in fields:
        pattern.append(f"{2 * (field[0].first - at)}x{_format(points[field[0].index], field[0])}")
        at = field[0].last + 1
    return partial(
        _unpack_fields,
        _struct("".join(pattern)).unpack_from,
        [field[0].index for field in fields],
        [(field[0].index, place.index) for field in fields for place in field[1:]],
        [(place.index, step) for field in fields for place in field for step in _conversions(points[place.index])],
    )


@lru_cache(maxsize=1024)
def _struct(pattern: str) -> struct.Struct:
    """Return one for all devices of the same kind."""
    return struct.Struct(pattern)


def _format(point: Point, place: Place) -> str:
    if _as_bytes(point):
        return f"{2 * place.count}s"
    return _FORMATS[point.encoding]


def _as_bytes(point: Point) -> bool:
    return point.encoding is Encoding.STRING or point.order is not Order.ABCD


def _conversions(point: Point) -> list[_Convert]:
    """Return what is to be done, in order, with the field of `point`."""
    steps: list[_Convert] = []
    if _as_bytes(point):
        ordered = partial(in_order, order=point.order)
        steps.append(partial(_text, ordered) if point.encoding is Encoding.STRING else _number(point, ordered))
    if point.texts:
        steps.append(partial(_meant, point))
    if point.bits is not None:
        low, count = point.bits
        steps.append(partial(_bits, low=low, mask=(1 << count) - 1))
    elif point.encoding is Encoding.BOOL:
        steps.append(_flag)
    return steps


def in_order(words: bytes, order: Order) -> bytes:
    """Return the bytes of a value with the most significant first; `order` is how they came."""
    if order in {Order.DCBA, Order.CDAB}:
        words = words[::-1]
    if order in {Order.BADC, Order.CDAB}:
        swapped = bytearray(words)
        swapped[0::2], swapped[1::2] = words[1::2], words[0::2]
        return bytes(swapped)
    return words


def number(words: bytes, encoding: Encoding, order: Order) -> float:
    """Return the number that the registers `words` hold; `encoding` is one of as many registers (`WIDTHS`)."""
    value: float = struct.unpack(f">{_FORMATS[encoding]}", in_order(words, order))[0]
    return value


def _number(point: Point, ordered: Callable[[bytes], bytes]) -> _Convert:
    unpack = struct.Struct(f">{_FORMATS[point.encoding]}").unpack

    def convert(raw: Raw) -> Raw:
        value: Raw = unpack(ordered(raw))[0] if isinstance(raw, bytes) else raw
        return value

    return convert


def _text(ordered: Callable[[bytes], bytes], raw: Raw) -> Raw:
    if not isinstance(raw, bytes):
        return raw
    return ordered(raw).lstrip(b"\0").split(b"\0", 1)[0].decode("utf-8", errors="replace").strip()


def _meant(point: Point, raw: Raw) -> Raw | Fault:
    said = meant(str(raw), point.texts)
    return replace(said, detail=about(point.at, said.detail)) if isinstance(said, Fault) else said


def _bits(raw: Raw, low: int, mask: int) -> Raw:
    return raw >> low & mask if isinstance(raw, int) else raw


def _flag(raw: Raw) -> Raw:
    return 1 if raw else 0


def _unpack_fields(
    unpack: Callable[[bytes], tuple[Raw, ...]],
    indices: Sequence[int],
    copies: Sequence[tuple[int, int]],
    converts: Sequence[tuple[int, _Convert]],
    data: bytes,
    raws: list[Raw | Fault],
) -> None:
    for index, raw in zip(indices, unpack(data), strict=True):
        raws[index] = raw
    for source, index in copies:
        raws[index] = raws[source]
    for index, convert in converts:
        field = raws[index]
        if not isinstance(field, Fault):
            raws[index] = convert(field)


def _unpack_layers(layers: Sequence[Unpack], data: bytes, raws: list[Raw | Fault]) -> None:
    for layer in layers:
        layer(data, raws)


def _unpack_bits(places: Sequence[tuple[int, int]], data: bytes, raws: list[Raw | Fault]) -> None:
    bits = int.from_bytes(data, "little")
    for index, offset in places:
        raws[index] = bits >> offset & 1
