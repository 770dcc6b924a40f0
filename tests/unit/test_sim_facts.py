"""Fact files and recordings: every type as it is sent, and every mistake in one line."""

from pathlib import Path

import pytest

from simulators.shape import Misshapen
from simulators.snmp import facts
from simulators.snmp.agent import Access, Agent
from simulators.snmp.facts import Facts
from simulators.still import Still

TOP = "device: Probe 8\nsource: by hand\n"


def load(tmp_path: Path, text: str, name: str = "probe.yaml") -> Facts:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return facts.load(path)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("integer, -5", "0201fb"),
        ("integer, 4294967295", "020500ffffffff"),
        ("string, 19.9", "040431392e39"),
        ("string, No", "04024e6f"),
        ("string, 2022-04-18", "040a323032322d30342d3138"),
        ("string, °C", "0403c2b043"),
        ('string, ""', "0400"),
        ("hex, 00ff10", "040300ff10"),
        ("null, null", "0500"),
        ("null", "0500"),
        ("oid, .1.3.6.1.4.1.318", "06072b06010401823e"),
        ("oid, 0.0", "060100"),
        ("ipaddress, 10.0.0.255", "40040a0000ff"),
        ("counter32, 4294967295", "410500ffffffff"),
        ("gauge32, 0x7f", "42017f"),
        ("timeticks, 100", "430164"),
        ("opaque, 9f780441a00000", "44079f780441a00000"),
        ("counter64, 18446744073709551615", "460900ffffffffffffffff"),
    ],
)
def test_every_type_is_sent_as_it_is_written(written: str, sent: str, tmp_path: Path) -> None:
    found = load(tmp_path, f"{TOP}objects:\n  - [1.3.6.1.4.1.9.1.0, {written}]\n")
    assert found.values == {"1.3.6.1.4.1.9.1.0": bytes.fromhex(sent)}


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ("[[1.3.6, inteer, 5]]", "4:11: 'inteer' is no type; there are integer, string, hex, null, oid, "),
        ("[[1.3.6, integer, five]]", "4:20: 'five' is no whole number; write -9223372036854775808 to 9223372036854"),
        ("[[1.3.6, gauge32, -1]]", "4:20: -1 does not fit; write 0 to 4294967295"),
        ("[[1.3.6, counter64, 18446744073709551616]]", "4:22: 18446744073709551616 does not fit; write 0 to 184467"),
        ("[[1.3.six, integer, 5]]", "4:4: '1.3.six' is no OID; write numbers with dots between: 1.3.6.1.2.1.1.1.0"),
        ("[[1.3.6, oid, 1]]", "4:16: '1' is no OID; write numbers"),
        ("[[1.3.6, ipaddress, 10.0.0]]", "4:22: Expected 4 octets in '10.0.0'"),
        ("[[1.3.6, hex, 0]]", "4:16: '0' is not hexadecimal; write two digits a byte"),
        ("[[1.3.6, null, 5]]", "4:17: '5' after null; write null alone"),
        ("[[1.3.6, integer]]", "4:3: write [OID, type, value]; null alone needs no value"),
        ("[[1.3.6]]", "4:3: write [OID, type, value]"),
        ("[[1.3.6, integer, 5], [.1.3.6, integer, 6]]", "4:24: 1.3.6 stands here twice; keep one"),
        ("[[1.3.6, integer, [5]]]", "4:20: one value is due here"),
        ("[]", "4:2: no objects; write [OID, type, value]"),
        ("5", "4:2: a list is due here: [...]"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(objects: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen) as error:
        load(tmp_path, f"{TOP}objects:\n {objects}\n")
    assert str(error.value).startswith(f"probe.yaml:{said}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "probe.yaml: the file is empty"),
        ("device: [", "probe.yaml:1:10: expected the node content, but found '<stream end>'"),
        ("- 5", "probe.yaml:1:1: a mapping is due here: {key: value}"),
        ("device: A\ndevice: B", "probe.yaml:2:1: device stands here twice; keep one"),
        ("device: A\nsource: B", "probe.yaml:1:1: objects missing"),
        ("device: A\nsauce: B", "probe.yaml:2:1: unknown sauce; there are device, source, objects"),
    ],
)
def test_a_file_of_another_shape_says_so(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen) as error:
        load(tmp_path, text)
    assert str(error.value) == said


def test_a_file_that_is_no_utf_8_says_so(tmp_path: Path) -> None:
    (tmp_path / "probe.yaml").write_bytes(b"device: \xb0C")
    with pytest.raises(Misshapen, match=r"^probe\.yaml: byte 8 is no UTF-8; save the file as UTF-8$"):
        facts.load(tmp_path / "probe.yaml")


def test_a_recording_has_the_tags_of_ber_as_types(tmp_path: Path) -> None:
    path = tmp_path / "unit.snmprec"
    path.write_bytes(
        b"# by hand\n\n1.3.6.1.1.0|2|-5\n1.3.6.1.2.0|4|20 \xb0C | x\r\n1.3.6.1.3.0|4x|00FF\n1.3.6.1.4.0|5|\n"
        b"1.3.6.1.5.0|6|1.3.6\n1.3.6.1.6.0|64|10.0.0.1\n1.3.6.1.7.0|64x|0A000001\n1.3.6.1.8.0|65|1\n"
        b"1.3.6.1.9.0|66|2\n1.3.6.1.10.0|67|3\n1.3.6.1.11.0|68x|9f780400000000\n1.3.6.1.12.0|70|4\n"
        b"1.3.6.1.13.0|4e|a\\n\n1.3.6.1.13.0|4e|b\\x00\n"
    )
    assert [value.hex() for value in facts.load(path).values.values()] == [
        *("0201fb", "04093230 20b0432 07c2078".replace(" ", ""), "040200ff", "0500", "06022b06", "40040a000001"),
        *("40040a000001", "410101", "420102", "430103", "44079f780400000000", "460104", "04026200"),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("1.3.6.1.1.0|2", "write OID|type|value"),
        ("1.3.x|2|5", "'1.3.x' is no OID"),
        ("1.3.6|2:numeric|5", "'2:numeric' is no type; there are 2 integer, 4 string, 5 null, 6 oid, 64 ipaddress"),
        ("1.3.6|2x|05", "'2x' is no type: integer is written as a number; write 2"),
        ("1.3.6|4x|5", "b'5' is not hexadecimal; write two digits a byte"),
        ("1.3.6|65|-1", "-1 does not fit; write 0 to 4294967295"),
        ("# nothing", " no objects; write OID|type|value, a line for each"),
    ],
)
def test_a_mistake_in_a_recording_is_one_line_with_its_number(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen) as error:
        load(tmp_path, f"{line}\n", "unit.snmprec")
    assert str(error.value).startswith(f"unit.snmprec:{'' if said[0] == ' ' else '1: '}{said}")


def test_the_agent_says_what_it_is_even_if_nothing_was_written_of_it() -> None:
    objects = Facts("Probe 8", {}).objects()
    agent = Agent("probe", Access("public"), Still(), lambda: objects, lambda: 0.0)
    assert list(agent.objects().values.values()) == [b"\x04\x07Probe 8", b"\x06\x01\x00", b"\x43\x01\x00"]
