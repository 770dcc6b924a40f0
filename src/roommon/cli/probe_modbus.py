"""What `probe` asks of a Modbus unit: registers or bits in every reading, and who it is."""

import struct
from collections.abc import Mapping, Sequence
from typing import Protocol

from roommon.cli.probe_found import Found, NoAnswer, Section
from roommon.cli.probe_place import Place
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.commissioning.decodings import Decoding, decodings, texts
from roommon.commissioning.itself import objects
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.bus import Bus, Link
from roommon.poll.modbus.frames import Answer, Refusal, Wrong
from roommon.poll.plan import Block
from roommon.profiles.point import BIT_TABLES, Order, Register

MEANINGS = {
    1: Text(
        "it does not know this function: read another table (holding, input, coil, discrete)",
        "设备不支持该功能码：请换读其他表（holding、input、coil、discrete）",
    ),
    2: Text(
        "it has no such address, or not as many in a row: try --count 1, or one less, for many manuals count from 1",
        "没有该地址，或连续个数不足：可试 --count 1，或地址减 1（许多手册从 1 起编号）",
    ),
    3: Text("it does not give so many at once: try --count 1", "不允许一次读这么多：可试 --count 1"),
    4: Text("it failed while reading", "设备读取时发生故障"),
    5: Text("it needs longer: ask again", "设备处理需要时间：请稍后再试"),
    6: Text("it is busy: ask again", "设备忙：请稍后再试"),
}
_NO_IDENTIFICATION = Text(
    "It answers, and does not tell who it is ({why}). Ask for a register: --read 'holding 0'.",
    "设备有应答，但未提供标识（{why}）。可读取寄存器：--read 'holding 0'。",
)
_OBJECTS = {
    0: Text("vendor", "厂商"),
    1: Text("product code", "产品代码"),
    2: Text("version", "版本"),
    3: Text("vendor's address", "厂商网址"),
    4: Text("product", "产品"),
    5: Text("model", "型号"),
    6: Text("application", "应用"),
}
"""Modbus Application Protocol V1.1b3, 6.21."""


class RegisterLink(Link, Protocol):
    """An open connection to units with registers."""

    async def read(self, unit: int, block: Block) -> Answer:
        """Return the data bytes of `block`, or what the unit said instead."""
        ...

    async def identify(self, unit: int) -> Answer:
        """Return the answer to "read device identification", from its MEI type on."""
        ...


async def registers(place: Place, bus: Bus[RegisterLink], at: Register, count: int) -> Found:
    """Return `count` registers or bits from `at` on.

    Raises:
        NoAnswer: the unit refuses, or answers wrong.
        DeviceUnreachable: it does not answer.
    """
    block = Block(at.table, at.address, count, ())
    number = place.polled.unit or 0
    answer = await bus.ask(bus.join(f"{bus.standing.name} unit {number}"), lambda link: link.read(number, block))
    if not isinstance(answer, bytes):
        raise NoAnswer(about(_who(place, number), about(block, _why(answer))))
    return _bits(block, answer) if at.table in BIT_TABLES else _words(block, answer)


def _who(place: Place, number: int) -> Text:
    device = place.polled.device.id
    return Text(f"{device} unit {number}", f"{device} 站号 {number}")


def _why(answer: Refusal | Wrong) -> Text:
    meaning = MEANINGS.get(answer.code) if isinstance(answer, Refusal) else None
    return answer.detail if meaning is None else about(answer.detail, meaning)


def _bits(block: Block, data: bytes) -> Found:
    held = int.from_bytes(data, "little")
    bits = [held >> offset & 1 for offset in range(block.count)]
    rows = [(str(block.address + offset), str(bit)) for offset, bit in enumerate(bits)]
    section = Section(str(block), (say("address", "地址"), say("bit", "位")), rows)
    return Found((section,), {"read": f"{block.table} {block.address}", "bits": bits})


def _words(block: Block, data: bytes) -> Found:
    words = struct.unpack(f">{block.count}H", data)
    found, spelled = decodings(data), texts(data)
    sections = [_raw(block, words)]
    if found:
        sections.append(_wider(block, found))
    sections += [Section(say(f"text {order}: {text!r}", f"文本 {order}：{text!r}"), (), ()) for order, text in spelled]
    document: dict[str, object] = {
        "read": f"{block.table} {block.address}",
        "words": words,
        "hex": data.hex(),
        "int16": struct.unpack(f">{block.count}h", data),
        "decodings": [_decoding(block, one) for one in found],
        "texts": {order.value: text for order, text in spelled},
    }
    return Found(sections, document)


def _raw(block: Block, words: Sequence[int]) -> Section:
    headings = (
        *(say("address", "地址"), say("hex", "十六进制"), say("bits 15..0", "位 15..0")),
        *("uint16", "int16", say("bytes swapped", "字节交换")),
    )
    rows = [_word(block.address + offset, word) for offset, word in enumerate(words)]
    return Section(str(block), headings, rows)


def _word(address: int, word: int) -> tuple[str, ...]:
    bits = f"{word:016b}"
    groups = " ".join(bits[start : start + 4] for start in range(0, 16, 4))
    swapped = word >> 8 | (word & 0xFF) << 8
    return str(address), f"0x{word:04X}", groups, str(word), str(_signed(word)), f"{swapped} / {_signed(swapped)}"


def _signed(word: int) -> int:
    return word - 0x1_0000 if word & 0x8000 else word


def _wider(block: Block, found: Sequence[Decoding]) -> Section:
    title = say("what several registers may mean, the likelier first", "多寄存器的可能含义，可能性大的在前")
    headings = say("address", "地址"), say("value", "数值"), say("type and order", "类型与字节序")
    rows = [(_span(block, one), _number(one.value), _ways(one)) for one in found]
    return Section(title, headings, rows)


def _span(block: Block, one: Decoding) -> str:
    first = block.address + one.offset
    return f"{first}..{first + one.registers - 1}"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.9g}"


def _ways(one: Decoding) -> str:
    """Return the types and orders of `one`, the types of one order together: `int32, uint32 ABCD`."""
    by_order: dict[Order, list[str]] = {}
    for encoding, order in one.readings:
        by_order.setdefault(order, []).append(encoding)
    return "; ".join(f"{', '.join(types)} {order}" for order, types in by_order.items())


def _decoding(block: Block, one: Decoding) -> dict[str, object]:
    return {
        "address": block.address + one.offset,
        "registers": one.registers,
        "value": one.value,
        "as": [{"type": encoding, "order": order} for encoding, order in one.readings],
    }


async def identification(place: Place, bus: Bus[RegisterLink]) -> Found:
    """Return what the unit says of itself (function 43/14); that it answers at all is good to know."""
    number = place.polled.unit or 0
    answer = await bus.ask(bus.join(f"{bus.standing.name} unit {number}"), lambda link: link.identify(number))
    said = objects(answer)
    if said:
        return said_found(said)
    why = word(answer.detail) if not isinstance(answer, bytes) else "43/14"
    words = say(_NO_IDENTIFICATION.en, _NO_IDENTIFICATION.zh_cn).format(why=why)
    return Found((Section(words, (), ()),), {"identification": None, "why": why})


def said_found(said: Mapping[int, str]) -> Found:
    """Return what a unit says of itself."""
    title = say("who it says it is", "设备自述")
    rows = [(_name(key), text) for key, text in said.items()]
    return Found((Section(title, ("", ""), rows),), {"identification": {str(k): v for k, v in said.items()}})


def _name(key: int) -> str:
    name = _OBJECTS.get(key)
    return f"0x{key:02X}" if name is None else say(name.en, name.zh_cn)
