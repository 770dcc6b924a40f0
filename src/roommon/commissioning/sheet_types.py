"""Data types and byte orders as makers write them: `INT16U`, `无符号16位整数`, `FLOAT CDAB`, `低字在前`. Pure."""

import re
from dataclasses import dataclass

from roommon.config.units import plain
from roommon.model.text import Text
from roommon.profiles.point import Encoding, Order

_TEXT = re.compile(r"string|^str\b|字符|ascii|^u?char\[|文本|utf-?8")
_FLOAT = re.compile(r"float|浮点|real|ieee|single|单精度|双精度|double|^f(32|64)$")
_BIT = re.compile(r"^(bool|bit|位|开关量|布尔|digital|^di$|^do$)")
_UNSIGNED = re.compile(
    r"无符号|unsigned|uint|ulong|ushort|udint|uword|int\d*u\b|\bu\d|word|^hex$|十六进制|^bin|位图|bitmap"
)
_SIGNED = re.compile(r"有符号|signed|sint|int|short|long|整|\b[si]\d")
_PLAIN = re.compile(r"整|数值|number|numeric|^analog|模拟量")
"""Whole numbers of which nobody says whether they can be negative."""
_WIDTHS = (
    (64, r"64|双精度|double|8 ?字节|8 ?bytes|四字"),
    (32, r"32|dword|dint|long|float|浮点|real|single|4 ?字节|4 ?bytes|双字"),
    (16, r"16|word|short|2 ?字节|2 ?bytes|单字"),
    (8, r"\b(u|s)?(int)?8|byte|字节|8 ?位"),
)
_ORDERS: tuple[tuple[Order, str], ...] = (
    (Order.BADC, r"ba ?dc|2143|byte ?swap"),
    (
        Order.CDAB,
        r"cd ?ab|3412|低字(节)?在前|低16位在前|lsw|low(er)? word first|word[- ]?swap|swapped|字交换|先低后高|低位在前",
    ),
    (Order.DCBA, r"dc ?ba|4321|little|小端"),
    (Order.ABCD, r"ab ?cd|1234|big|大端|高(位|字|字节|16位)在前|msw|high(er)? word first|hi[- ]?lo|先高后低"),
)
_UNCLEAR = re.compile(r"little|小端|低位在前|低字节在前|byte ?swap")


@dataclass(frozen=True, slots=True)
class Typed:
    """How the registers of a row are read."""

    encoding: Encoding
    """BOOL for a bit of a register."""
    doubts: tuple[Text, ...] = ()


_WHOLE = {
    (True, 16): Encoding.INT16,
    (False, 16): Encoding.UINT16,
    (True, 32): Encoding.INT32,
    (False, 32): Encoding.UINT32,
    (True, 64): Encoding.INT64,
    (False, 64): Encoding.UINT64,
}
_WIDTH = {Encoding.FLOAT32: 32, Encoding.FLOAT64: 64, **{encoding: width for (_, width), encoding in _WHOLE.items()}}
_NO_TYPE = Text("the sheet does not say the data type", "点表未给出数据类型")
_NO_SIGN = Text("the sheet does not say whether it can be negative", "点表未说明是否有符号")


def typed(words: str, registers: int | None, *, negative: bool, fraction: bool) -> Typed | None:
    """Return the type that `words` name, None if they name none that roommon reads.

    `registers`: how many the row spans, if it says; `negative`: values below zero are possible; `fraction`: the sheet
    gives a factor for it.
    """
    text = plain(words).casefold().replace("_", "").replace("-", "")
    if not text or text in ("/", "无", "n/a"):
        return _untyped(registers, negative=negative, fraction=fraction)
    if _TEXT.search(text):
        return Typed(Encoding.STRING)
    if _BIT.search(text):
        return Typed(Encoding.BOOL)
    if "bcd" in text:
        return None
    said = next((width for width, pattern in _WIDTHS if re.search(pattern, text)), None)
    found = _of_width(text, said, registers, negative=negative)
    return None if found is None else _checked(found, said, registers)


def _untyped(registers: int | None, *, negative: bool, fraction: bool) -> Typed | None:
    if registers in (None, 1):
        return Typed(Encoding.INT16 if negative else Encoding.UINT16, (_NO_TYPE,))
    if registers == 2:
        whole = Encoding.INT32 if negative else Encoding.UINT32
        return Typed(whole if fraction else Encoding.FLOAT32, (_NO_TYPE,))
    return None


def _of_width(text: str, said: int | None, registers: int | None, *, negative: bool) -> Typed | None:
    if _FLOAT.search(text):
        return Typed(Encoding.FLOAT64 if said == 64 or registers == 4 else Encoding.FLOAT32)
    width = said if said in (16, 32, 64) else 16 * registers if registers in (1, 2, 4) else 16
    doubts = (Text("eight bits of a register: check which", "仅为寄存器中的 8 位，请核对"),) if said == 8 else ()
    if _UNSIGNED.search(text):
        return Typed(_WHOLE[False, width], doubts)
    if _PLAIN.search(text) and not re.search("有符号|signed|int", text):
        return Typed(_WHOLE[negative, width], (*doubts, _NO_SIGN))
    if _SIGNED.search(text):
        return Typed(_WHOLE[True, width], doubts)
    return Typed(_WHOLE[negative, width], (*doubts, _NO_SIGN)) if said else None


def _checked(found: Typed, said: int | None, registers: int | None) -> Typed:
    """Return `found`; the number of registers goes before the width that the type's name says."""
    width = _WIDTH[found.encoding]
    if registers not in (1, 2, 4) or said is None or width == 16 * registers or found.encoding in _FLOATS:
        return found
    signed = found.encoding in (Encoding.INT16, Encoding.INT32, Encoding.INT64)
    doubt = Text(
        f"the type has {width} bits, the address {16 * registers}: read as {16 * registers}",
        f"类型为 {width} 位，地址占 {16 * registers} 位：按 {16 * registers} 位读取",
    )
    return Typed(_WHOLE[signed, 16 * registers], (*found.doubts, doubt))


_FLOATS = (Encoding.FLOAT32, Encoding.FLOAT64)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A byte order, and whether the words for it are used for two."""

    order: Order
    is_unclear: bool


def ordered(words: str) -> Ordered | None:
    """Return the byte order that `words` name."""
    text = plain(words).casefold()
    found = next((order for order, pattern in _ORDERS if re.search(pattern, text)), None)
    return None if found is None else Ordered(found, _UNCLEAR.search(text) is not None)
