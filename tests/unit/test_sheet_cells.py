"""What single cells of a register sheet mean."""

import pytest

from roommon.commissioning.sheet_addresses import numbering, parsed
from roommon.commissioning.sheet_functions import access, is_command, table_in
from roommon.commissioning.sheet_headings import Column, column
from roommon.commissioning.sheet_measures import measure, span
from roommon.commissioning.sheet_scales import factor, in_remark
from roommon.commissioning.sheet_states import Contact, bits, contact, invalid, states
from roommon.commissioning.sheet_types import ordered, typed
from roommon.profiles.point import Table


@pytest.mark.parametrize(
    ("cell", "first", "last", "bits"),
    [
        ("0x0001", 1, 1, None),
        ("0001H", 1, 1, None),
        ("10", 10, 10, None),
        ("0x0000-0x0001", 0, 1, None),
        ("0000H～0001H", 0, 1, None),
        ("40001~40002", 40001, 40002, None),
        ("4x0003", 3, 3, None),
        ("30001.3", 30001, 30001, (3, 3)),
        ("0x0010 bit 4", 16, 16, (4, 4)),
        ("0x0010 bit0-bit3", 16, 16, (0, 3)),
        ("地址：12", 12, 12, None),
        ("0x10, 0x11", 16, 17, None),
    ],
)
def test_an_address_as_makers_write_it(cell: str, first: int, last: int, bits: tuple[int, int] | None) -> None:
    found = parsed(cell.replace("：", ":"), bare_hex=False)
    assert found is not None
    assert (found.number, found.last, found.bits) == (first, last, bits)


@pytest.mark.parametrize("cell", ["", "tbd", "0x", "-1", "00FF", "5-2", "1-500", "0x10 bit 16", "2026-11-24"])
def test_what_is_no_address(cell: str) -> None:
    assert parsed(cell, bare_hex=False) is None


def test_letters_among_bare_numbers_make_all_of_them_hexadecimal() -> None:
    found = parsed("0010", bare_hex=True)
    assert found is not None
    assert (found.number, found.is_hex) == (16, True)


@pytest.mark.parametrize(
    ("cells", "table", "said", "base", "is_modicon"),
    [
        (["40001", "40002"], None, "", 1, True),
        (["40000", "40001"], None, "", 0, True),
        (["30001", "40001"], None, "", 1, True),
        (["40001"], Table.INPUT, "", 0, False),
        (["0", "1"], None, "1-based", 0, False),
        (["1", "2"], None, "addresses are 1-based", 1, False),
        (["1", "2"], None, "寄存器地址从1开始", 1, False),
        (["1", "2"], None, "", 0, False),
        (["4x0001"], None, "", 1, False),
        (["4x0000", "4x0001"], None, "", 0, False),
    ],
)
def test_by_what_addresses_count(cells: list[str], table: Table | None, said: str, base: int, is_modicon: bool) -> None:
    found = numbering([(one, table) for one in (parsed(cell, bare_hex=False) for cell in cells) if one], said)
    assert (found.base, found.is_modicon) == (base, is_modicon)


@pytest.mark.parametrize(
    ("words", "registers", "encoding"),
    [
        ("有符号16位整数", None, "int16"),
        ("无符号 32 位整数", None, "uint32"),
        ("INT16U", None, "uint16"),
        ("S16", 1, "int16"),
        ("U32", 2, "uint32"),
        ("Unsigned Long", None, "uint32"),
        ("DINT", None, "int32"),
        ("WORD", None, "uint16"),
        ("signed int", 2, "int32"),
        ("浮点", 2, "float32"),
        ("Float", None, "float32"),
        ("IEEE 754 double", None, "float64"),
        ("REAL", 4, "float64"),
        ("16位整数", None, "uint16"),
        ("unsigned short", None, "uint16"),
        ("uint64", None, "uint64"),
        ("UINT16", 2, "uint32"),
        ("ASCII", None, "string"),
        ("bit", None, "bool"),
        ("", 1, "uint16"),
        ("", 2, "float32"),
    ],
)
def test_a_type_as_makers_write_it(words: str, registers: int | None, encoding: str) -> None:
    found = typed(words, registers, negative=False, fraction=False)
    assert found is not None
    assert found.encoding == encoding


@pytest.mark.parametrize("words", ["BCD", "date", "结构体"])
def test_a_type_that_roommon_does_not_read(words: str) -> None:
    assert typed(words, 1, negative=False, fraction=False) is None


@pytest.mark.parametrize(
    ("words", "order"),
    [("ABCD", "ABCD"), ("big-endian", "ABCD"), ("低字在前", "CDAB"), ("3412", "CDAB"), ("little endian", "DCBA"),
     ("Float BADC", "BADC"), ("高位在前", "ABCD"), ("MSW first", "ABCD"), ("LSW first", "CDAB")],
)  # fmt: skip
def test_a_byte_order_as_makers_write_it(words: str, order: str) -> None:
    found = ordered(words)
    assert found is not None
    assert found.order == order


@pytest.mark.parametrize(
    ("words", "divides", "scale", "rest"),
    [
        ("0.1", False, 0.1, ""),
        ("×0.1", False, 0.1, ""),
        ("*0.01", False, 0.01, ""),
        ("/10", False, 0.1, ""),
        ("1/100", False, 0.01, ""),
        ("0,1", False, 0.1, ""),
        ("10^-2", False, 0.01, ""),
        ("0.1℃", False, 0.1, "°c"),
        ("除以10", False, 0.1, ""),
        ("扩大10倍", False, 0.1, ""),
        ("10", True, 0.1, ""),
        ("10", False, 10, ""),
        ("", False, 1, ""),
        ("-", False, 1, ""),
    ],
)
def test_a_factor_as_makers_write_it(words: str, divides: bool, scale: float, rest: str) -> None:
    found = factor(words, divides=divides)
    assert found is not None
    assert (found.scale, found.rest, found.is_unclear) == (scale, rest, words == "10")


@pytest.mark.parametrize("words", ["see note", "0", "/0", "0.1-0.5"])
def test_a_factor_that_is_none(words: str) -> None:
    assert factor(words, divides=False) is None


@pytest.mark.parametrize(
    ("words", "scale"),
    [("实际值=寄存器值/10", 0.1), ("value = raw / 100", 0.01), ("放大100倍", 0.01), ("unit 0.1V", 0.1),
     ("raw * 0.01", 0.01), ("分辨率0.5", 0.5), ("divided by 10", 0.1)],
)  # fmt: skip
def test_a_factor_in_a_remark(words: str, scale: float) -> None:
    found = in_remark(words)
    assert found is not None
    assert found.scale == scale


def test_a_remark_without_a_factor_tells_none() -> None:
    assert in_remark("see chapter 10") is None


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("0:正常 1:告警", {0: "正常", 1: "告警"}),
        ("0=off, 1=on", {0: "off", 1: "on"}),
        ("0-正常;1-故障", {0: "正常", 1: "故障"}),
        ("0x00: 停机\n0x01: 运行", {0: "停机", 1: "运行"}),
        ("0表示正常，1表示断线", {0: "正常", 1: "断线"}),
        ("1-247", {}),
        ("0~100", {}),
        ("only 1: this", {}),
    ],
)
def test_names_of_values(words: str, named: dict[int, str]) -> None:
    assert states(words) == named


def test_names_of_bits_are_no_names_of_values() -> None:
    assert bits("Bit0: 过压; Bit1: 欠压") == {0: "过压", 1: "欠压"}
    assert states("Bit0: 过压; Bit1: 欠压") == {}


def test_a_contact_is_known_by_what_its_values_are_called() -> None:
    assert contact({0: "正常", 1: "告警"}) == Contact(0, 1)
    assert contact({0: "alarm", 1: "normal"}) == Contact(1, 0)
    assert contact({0: "不正常", 1: "正常"}) is None
    assert contact({0: "open", 1: "closed"}) is None
    assert contact({0: "normal", 1: "alarm", 2: "fault"}) is None


@pytest.mark.parametrize(
    ("words", "values"),
    [("0x8000表示断线", [0x8000]), ("7FFFH 无效", [0x7FFF]), ("65535 means not connected", [65535]),
     ("无效时为-999", [-999]), ("range 0 to 100", [])],
)  # fmt: skip
def test_values_that_mean_none(words: str, values: list[int]) -> None:
    assert invalid(words) == values


@pytest.mark.parametrize(
    ("unit", "name", "quantity", "spelled", "scale"),
    [
        ("℃", "温度", "temperature", None, 1),
        ("0.1℃", "", "temperature", None, 0.1),
        ("%RH", "", "relative_humidity", None, 1),
        ("%", "湿度", "relative_humidity", None, 1),
        ("%", "load", "ratio", None, 1),
        ("KV", "", "voltage", "kV", 1),
        ("mA", "漏电流", "leakage_current", None, 1),
        ("mA", "loop", "current", "mA", 1),
        ("KWH", "", "energy", None, 1),
        ("HZ", "", "frequency", None, 1),
        ("次", "雷击", "count", None, 1),
        ("", "功率因数", "ratio", "1", 1),
        ("℃", "露点", "dew_point", None, 1),
        ("°F", "temp", "temperature", "°F", 1),
        ("Pa", "压差", "pressure", None, 1),
        ("kPa", "", "pressure", "kPa", 1),
        ("rpm", "转速", "rotation", None, 1),
        ("m/s", "风速", "air_speed", None, 1),
        ("m3/h", "风量", "volume_flow", None, 1),
        ("lux", "照度", "illuminance", None, 1),
        ("mm/s", "振动", "velocity", None, 1),
    ],
)
def test_what_a_row_measures(unit: str, name: str, quantity: str, spelled: str | None, scale: float) -> None:
    found = measure(unit, name)
    assert found is not None
    assert (found.quantity, found.unit, found.scale, found.doubts) == (quantity, spelled, scale, ())


@pytest.mark.parametrize("unit", ["ppm", "dB", "ug/m3"])
def test_a_unit_without_a_quantity(unit: str) -> None:
    assert measure(unit, "x") is None


def test_ranges() -> None:
    assert [span(one) is None for one in ("0~65535", "", "100", "5~1")] == [True] * 4
    found = span("-40℃～80℃")
    assert found is not None
    assert (found.low, found.high, found.has_unit) == (-40, 80, True)


@pytest.mark.parametrize(
    ("function", "rights", "table", "reads", "writes"),
    [
        ("03", "", Table.HOLDING, True, False),
        ("0x04", "R", Table.INPUT, True, False),
        ("03/06", "R/W", Table.HOLDING, True, True),
        ("FC 02", "", Table.DISCRETE, True, False),
        ("06", "", None, False, True),
        ("0x10", "只写", None, False, True),
        ("保持寄存器", "读写", Table.HOLDING, True, True),
        ("", "WO", None, False, True),
        ("", "write only", None, False, True),
    ],
)
def test_functions_and_access(function: str, rights: str, table: Table | None, reads: bool, writes: bool) -> None:
    found = access(function, rights)
    assert (found.table, found.reads, found.writes) == (table, reads, writes)


def test_a_section_names_its_table() -> None:
    assert table_in("输入寄存器（功能码04）") is Table.INPUT
    assert table_in("Function code 03") is Table.HOLDING
    assert table_in("general") is None


def test_a_command_is_known_by_its_name_and_a_count_of_commands_is_none() -> None:
    assert is_command("清零") is True
    assert is_command("复位次数") is False


@pytest.mark.parametrize(
    ("heading", "kind"),
    [("寄存器地址(十六进制)", Column.ADDRESS), ("Register name", Column.NAME), ("寄存器数量", Column.COUNT),
     ("Data_Type", Column.TYPE), ("功能码", Column.FUNCTION), ("R/W", Column.ACCESS), ("小数位数", Column.DECIMALS),
     ("anything", None), ("", None)],
)  # fmt: skip
def test_headings(heading: str, kind: Column | None) -> None:
    assert column(heading) is kind
