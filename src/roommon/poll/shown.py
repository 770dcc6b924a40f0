"""Points and their raw values as a person reads them who wants to know what a device answers."""

from roommon.model.text import Text
from roommon.poll.driver import Raw
from roommon.profiles.point import BIT_TABLES, Encoding, Order, Point, Register


def place(point: Point) -> str:
    """Return where a point stands, as a configuration writes it: `holding 4 bit 3`."""
    at = str(point.at)
    if point.bits is None:
        return at
    low, count = point.bits
    return f"{at} bit {low}" if count == 1 else f"{at} bits {low}..{low + count - 1}"


def number(point: Point, raw: Raw) -> str:
    """Return what stood there before scale and unit; whole numbers of registers in hexadecimal too."""
    if isinstance(raw, int) and isinstance(point.at, Register) and raw > 1:
        return f"{raw} (0x{raw:X})"
    return repr(raw) if isinstance(raw, str | bytes) else f"{raw:.10g}"


def how(point: Point) -> Text:
    """Return how what came becomes a value: `float32 CDAB × 0.1`, and which points have a say in it."""
    parts = [_type(point), point.order.value if _has_order(point) else "", str(point.affine)]
    bare = " ".join(part for part in parts if part)
    heeded = [*(each.point for each in point.selectors), *(each.point for each in point.good_when)]
    told = ", ".join(dict.fromkeys(heeded))
    return Text(f"{bare}; told by {told}", f"{bare}；由 {told} 给出") if told else Text.same(bare)


def _type(point: Point) -> str:
    is_bit = isinstance(point.at, Register) and point.at.table in BIT_TABLES
    return Encoding.BOOL.value if is_bit else point.encoding.value


def _has_order(point: Point) -> bool:
    """Return whether there is an order of words to tell of."""
    if point.order is not Order.ABCD:
        return True
    return isinstance(point.at, Register) and point.encoding in _WIDE


_WIDE = frozenset({*(each for each in Encoding if each.value.endswith(("32", "64"))), Encoding.STRING})
