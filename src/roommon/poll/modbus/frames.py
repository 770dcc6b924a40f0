"""Modbus frames: is what came the answer to what was asked? Pure.

One request is on the way at a time. On TCP the transaction id says which request a frame answers, so a frame with ours
is the answer, right or wrong; all others are late and skipped. RTU has no such id: a frame that does not fit may be a
late answer to an earlier request with the right one still to come, so it is skipped and remembered for the log, and the
timeout decides.

Sources: Modbus Application Protocol V1.1b3; Modbus Messaging on TCP/IP V1.0b 3.1.3; Modbus over Serial Line V1.02 2.5.
"""

from dataclasses import dataclass
from typing import NamedTuple

from roommon.model.text import Text

READ_IDENTIFICATION = 0x2B
_EXCEPTION = 0x80
_MBAP = 7
_LONGEST_MBAP = 254

EXCEPTIONS = {
    1: Text("illegal function", "非法功能码"),
    2: Text("illegal data address", "非法数据地址"),
    3: Text("illegal data value", "非法数据值"),
    4: Text("server device failure", "从站设备故障"),
    5: Text("acknowledge", "确认"),
    6: Text("server device busy", "从站设备忙"),
    8: Text("memory parity error", "存储奇偶校验错误"),
    10: Text("gateway path unavailable", "网关路径不可用"),
    11: Text("gateway target device failed to respond", "网关目标设备无响应"),
}

_NO_NAME = Text("not in the standard", "标准未定义")


@dataclass(frozen=True, slots=True)
class Refusal:
    """The unit answered with an exception."""

    code: int

    @property
    def detail(self) -> Text:
        """The exception and its name."""
        name = EXCEPTIONS.get(self.code, _NO_NAME)
        return Text(f"exception {self.code} ({name.en})", f"异常码 {self.code}（{name.zh_cn}）")

    def __str__(self) -> str:
        return self.detail.en


@dataclass(frozen=True, slots=True)
class Wrong:
    """The unit answered, with something that is no answer to the request."""

    detail: Text

    def __str__(self) -> str:
        return self.detail.en


@dataclass(frozen=True, slots=True)
class Broken:
    """The stream cannot be understood any more; nothing that follows can be trusted."""

    detail: Text


Answer = bytes | Refusal | Wrong
"""The data bytes that were asked for, or what came instead."""


class Expected(NamedTuple):
    """What the answer to a request must look like."""

    unit: int
    function: int
    size: int
    """Data bytes of a table read; of an identification -1, since nobody knows before."""


class Heard:
    """What came and was skipped, for the words of a timeout; the last one counts."""

    __slots__ = ("remark",)

    def __init__(self) -> None:
        self.remark: Text | None = None


def mbap(data: bytes, tid: int, expected: Expected, heard: Heard) -> tuple[int, Answer | Broken | None]:
    """Return how many bytes of a TCP stream are used up, and the answer if it is among them."""
    at = 0
    while len(data) - at >= _MBAP:
        length = int.from_bytes(data[at + 4 : at + 6], "big")
        if data[at + 2 : at + 4] != b"\0\0" or not 3 <= length <= _LONGEST_MBAP:
            return len(data), Broken(Text("what came is no Modbus TCP frame", "收到的不是 Modbus TCP 帧"))
        end = at + 6 + length
        if len(data) < end:
            heard.remark = Text(
                f"the reply broke off after {len(data) - at} of {end - at} bytes",
                f"应答不完整：应有 {end - at} 字节，只收到 {len(data) - at} 字节",
            )
            break
        if data[at : at + 2] == tid.to_bytes(2, "big"):
            return end, _answer(data[at + 6], data[at + 7 : end], expected)
        other = int.from_bytes(data[at : at + 2], "big")
        heard.remark = Text(
            f"a reply with transaction id {other} instead of {tid}", f"应答的事务标识为 {other}，而非 {tid}"
        )
        at = end
    return at, None


def _answer(unit: int, pdu: bytes, expected: Expected) -> Answer:
    """Return what a frame that answers our request says."""
    if unit != expected.unit:
        return Wrong(
            Text(f"unit {unit} answered instead of {expected.unit}", f"应答的站号为 {unit}，而非 {expected.unit}")
        )
    if pdu[0] == expected.function | _EXCEPTION and len(pdu) == 2:
        return Refusal(pdu[1])
    if pdu[0] != expected.function:
        return Wrong(
            Text(
                f"function {pdu[0]} came as answer to {expected.function}",
                f"应答的功能码为 {pdu[0]}，而非 {expected.function}",
            )
        )
    if expected.size < 0:
        return pdu[1:]
    if len(pdu) != 2 + expected.size or pdu[1] != expected.size:
        return Wrong(
            Text(
                f"{len(pdu) - 2} data bytes (byte count {pdu[1]}) came instead of {expected.size}",
                f"收到 {len(pdu) - 2} 个数据字节（字节数字段 {pdu[1]}），而非 {expected.size} 个",
            )
        )
    return pdu[2:]


def rtu(data: bytes, expected: Expected, heard: Heard) -> Answer | Broken | None:
    """Return the answer if it is in `data`, which is all that came since the request.

    Noise and other frames before it are skipped. An answer of the right shape with a wrong checksum is `Broken`.
    """
    for start in range(len(data) - 3):
        if data[start] != expected.unit or data[start + 1] & ~_EXCEPTION != expected.function:
            continue
        frame = _frame(data, start, expected)
        if frame is not None and crc16(frame) == 0:
            answer = _answer(frame[0], frame[1:-2], expected)
            if not isinstance(answer, Wrong):
                return answer
    return _skipped(data, expected, heard)


def _frame(data: bytes, start: int, expected: Expected) -> bytes | None:
    """Return the whole frame that begins at `start`, None while it is not there."""
    if data[start + 1] & _EXCEPTION:
        size = 5
    elif expected.size >= 0:
        size = 5 + expected.size
    else:
        size = len(data) - start
    return data[start : start + size] if len(data) - start >= size else None


def _skipped(data: bytes, expected: Expected, heard: Heard) -> Broken | None:
    """Remember what stands in `data`, which holds no answer."""
    if len(data) < 5:
        heard.remark = Text(f"{len(data)} bytes came, less than a frame", f"收到 {len(data)} 字节，不足一帧")
    elif crc16(data) == 0:
        heard.remark = Text(
            f"unit {data[0]} answered function {data[1]} with {len(data) - 5} data bytes",
            f"站号 {data[0]} 以 {len(data) - 5} 个数据字节应答功能码 {data[1]}",
        )
    elif data[:3] == bytes((expected.unit, expected.function, expected.size & 0xFF)) and len(data) == 5 + expected.size:
        return Broken(Text("the reply's checksum is wrong", "应答的校验和错误"))
    else:
        heard.remark = Text(
            f"{len(data)} bytes came that hold no right answer", f"收到 {len(data)} 字节，其中没有正确应答"
        )
    return None


def _table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_CRC = _table()


def crc16(data: bytes) -> int:
    """Return the checksum of `data` (polynomial 0xA001, start 0xFFFF); 0 when it ends with its own, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 0xFF]
    return crc
