"""SNMP's values as numbers and texts, before scale and unit. Pure; knows no library and no wire."""

import re
import struct

from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import Value
from roommon.poll.texts import PADDING, meant, says_nothing
from roommon.profiles.point import Encoding, Point, Told, like

_OPAQUE = {
    b"\x9f\x78\x04": struct.Struct(">f"),
    b"\x9f\x79\x08": struct.Struct(">d"),
}
"""Float and Double in an Opaque, as NET-SNMP-TC and draft-perkins-float wrap them: tag, length, IEEE 754."""
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?")


def raw(value: Value, point: Point) -> Raw | Fault:
    """Return `value` as `point` wants it, or why it is not one."""
    if point.flag is not None:
        return _flag(text(value) if isinstance(value, bytes) else value, point.flag)
    if point.texts:
        return meant(words(value), point.texts)
    if point.encoding is Encoding.STRING:
        return text(value)
    said = number(value)
    return said if point.bits is None else _bits(said, *point.bits)


def text(value: Value) -> Raw:
    """Return `value` as text without padding; bytes that are no UTF-8 (a MAC address, a date) stay bytes."""
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode().rstrip("\0 ")
    except UnicodeDecodeError:
        return value


def words(value: Value) -> str:
    """Return `value` as a person reads it: a text in one line, or bytes that are none (a MAC address) as `00:0c:15`.

    What is no UTF-8 and reads as Chinese in GB 2312, is: cards made in China let people type their labels in it.
    """
    said = text(value)
    if isinstance(said, str) and (shown := _in_one_line(said.strip(PADDING))).isprintable():
        return shown
    if isinstance(said, bytes) and (chinese := _chinese(said)):
        return chinese
    return value.hex(":") if isinstance(value, bytes) else str(value)


def _in_one_line(said: str) -> str:
    """Return `said` with its line ends as blanks: many a sysDescr (Cisco IOS, Huawei VRP) has several lines."""
    return said if said.isprintable() else " ".join(said.split())


def _chinese(said: bytes) -> str:
    """Return `said` as GB 2312 spells it, empty when it does not."""
    try:
        shown = said.decode("gb2312").strip(PADDING)
    except UnicodeDecodeError:
        return ""
    return shown if shown.isprintable() and any(letter >= "\u4e00" for letter in shown) else ""


def is_one_of(value: Value, told: frozenset[Told]) -> bool:
    """Return whether `value` is one of the numbers or texts that a profile names."""
    if number(value) in told:
        return True
    said = text(value)
    shown = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return any(isinstance(one, str) and like(shown, one) for one in told)


def number(value: Value) -> Raw | Fault:
    """Return the number that `value` is or spells: digits with a decimal point, without a unit."""
    if isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return Fault(
            Reason.DEVICE_FAILURE, Text(f"{value!r} is an identifier, not a number", f"{value!r} 是标识符，不是数值")
        )
    opaque = _OPAQUE.get(value[:3])
    if opaque and len(value) == 3 + opaque.size:
        return float(opaque.unpack_from(value, 3)[0])
    return _spelled(value)


def _spelled(value: bytes) -> Raw | Fault:
    words = value.decode("ascii", "replace").strip(PADDING)
    if _DECIMAL.fullmatch(words):
        return int(words) if words.lstrip("+-").isdigit() else float(words)
    if says_nothing(words):
        return Fault(
            Reason.SENSOR_FAILURE,
            Text(f"{words!r} instead of a number: the device has no value", f"应为数值而得到 {words!r}：设备没有该值"),
        )
    return Fault(Reason.DEVICE_FAILURE, Text(f"{words!r} is not a number", f"{words!r} 不是数值"))


def _flag(said: Raw, place: int) -> Raw | Fault:
    """Return the character at `place`, counted from 1, of a text of zeros and ones."""
    if isinstance(said, str) and said[place - 1 : place] in ("0", "1") and not said.strip("01"):
        return int(said[place - 1])
    return Fault(
        Reason.DEVICE_FAILURE,
        Text(
            f"{said!r} has no 0 or 1 at place {place}, or is no text of zeros and ones",
            f"{said!r} 的第 {place} 位不是 0 或 1，或不是由 0 和 1 组成的文本",
        ),
    )


def _bits(said: Raw | Fault, lowest: int, count: int) -> Raw | Fault:
    if isinstance(said, Fault):
        return said
    if not isinstance(said, int) or said < 0:
        words = Text(f"{said!r} has no bits: it is no whole number from 0 on", f"{said!r} 不是非负整数，无法取位")
        return Fault(Reason.DEVICE_FAILURE, words)
    return said >> lowest & (1 << count) - 1
