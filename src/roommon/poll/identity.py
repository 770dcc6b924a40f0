"""What a device says of itself, as texts: its model, its firmware, its serial number."""

from collections.abc import Mapping, Sequence

from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Encoding, Point

Raws = Sequence[Raw | Fault]
_PADDING = "\0 \t\r\n"


def identity(asked: Mapping[str, Point], raws: Raws) -> dict[str, str]:
    """Return what has a text, by the names of `asked`, whose points `raws` answer in their order.

    A point that another one falls back on has no name of its own.
    """
    said = {point.key: _said(point, raw) for point, raw in zip(asked.values(), raws, strict=True)}
    points = {point.key: point for point in asked.values()}
    others = {point.fallback for point in points.values()}
    named = {name: point for name, point in asked.items() if point.key not in others}
    texts = {name: _first(point, points, said) for name, point in named.items()}
    return {name: text for name, text in texts.items() if text}


def _first(point: Point, points: Mapping[str, Point], said: Mapping[str, str]) -> str:
    """Return what `point` says, or else what the points say that stand in for it."""
    text = said[point.key]
    while not text and point.fallback is not None:
        point = points[point.fallback]
        text = said[point.key]
    return text


def _said(point: Point, raw: Raw | Fault) -> str:
    """Return one answer as a text, empty if it is none: blanks, bytes that mean nothing, a number that means none."""
    match raw:
        case Fault():
            return ""
        case str():
            text = raw.strip(_PADDING)
            return text if text.isprintable() else ""
        case bytes():
            return raw.hex(":")
        case _ if raw in point.invalid:
            return ""
        case _ if point.encoding is Encoding.STRING or (point.affine.scale, point.affine.offset) == (1, 0):
            return str(raw)
        case _:
            return f"{raw * point.affine.scale + point.affine.offset:.10g}"
