"""SNMP's values as numbers and texts, before scale and unit. Pure; knows no library and no wire."""

import re
import struct

from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import Value
from roommon.profiles.point import Encoding

_OPAQUE = {
    b"\x9f\x78\x04": struct.Struct(">f"),
    b"\x9f\x79\x08": struct.Struct(">d"),
}
"""Float and Double in an Opaque, as NET-SNMP-TC and draft-perkins-float wrap them: tag, length, IEEE 754."""
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_NO_VALUE = frozenset({"", "nan", "n/a", "na", "none", "null", "unknown", "invalid", "error", "fault", "open", "short"})
"""What network cards write where a number should be when their probe gives none (besides dashes, dots and stars)."""


def raw(value: Value, encoding: Encoding) -> Raw | Fault:
    """Return `value` as a point of this `encoding` wants it, or why it is not one."""
    return text(value) if encoding is Encoding.STRING else number(value)


def text(value: Value) -> Raw:
    """Return `value` as text without padding; bytes that are no UTF-8 (a MAC address, a date) stay bytes."""
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode().rstrip("\0 ")
    except UnicodeDecodeError:
        return value


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
    words = value.decode("ascii", "replace").strip("\0 \t\r\n")
    if _DECIMAL.fullmatch(words):
        return int(words) if words.lstrip("+-").isdigit() else float(words)
    if not any(letter.isalnum() for letter in words) or words.lower() in _NO_VALUE:
        return Fault(
            Reason.SENSOR_FAILURE,
            Text(f"{words!r} instead of a number: the device has no value", f"应为数值而得到 {words!r}：设备没有该值"),
        )
    return Fault(Reason.DEVICE_FAILURE, Text(f"{words!r} is not a number", f"{words!r} 不是数值"))
