"""`roommon profiles import`: sheets of makers become profiles for review, and nothing is guessed without a word."""

import json
from pathlib import Path
from typing import Any

import pytest

from roommon.commissioning.shelf import Shelf
from roommon.profiles.point import Table
from tests.peers import sheets
from tests.peers.cli import Cli


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def document(cli: Cli, path: Path, code: int) -> dict[str, Any]:
    said = cli("profiles", "import", path, "--json")
    assert said.code == code, said.all
    found: dict[str, Any] = json.loads(said.out)
    return found


def points(found: dict[str, Any], *keys: str) -> list[tuple[object, ...]]:
    return [tuple(one.get(key) for key in ("id", "read", *keys)) for one in found["points"]]


def left(found: dict[str, Any]) -> dict[int, tuple[str, bool]]:
    return {one["row"]: (one["why"], one["on_purpose"]) for one in found["left_out"]}


def written(cli: Cli, path: Path, folder: Path) -> Shelf:
    """The profile as a file, opened as a configuration opens it."""
    (folder / "profiles").mkdir()
    target = folder / "profiles" / "made.yaml"
    cli("profiles", "import", path, "--write", target)
    shelf = Shelf(folder)
    opened = shelf.open("made")
    assert shelf.device(opened, "made", unit=1).points
    return shelf


def test_a_chinese_sheet_in_utf_8(cli: Cli, tmp_path: Path) -> None:
    found = document(cli, sheets.text(tmp_path / "renke.csv", sheets.CLIMATE, "utf-8-sig"), 1)
    assert points(found, "quantity", "type", "scale", "range", "invalid") == [
        ("humidity", "holding 0x0000", "relative_humidity", "uint16", 0.1, "0 % .. 100 %", None),
        ("temperature", "holding 0x0001", "temperature", "int16", 0.1, "-40 °C .. 80 °C", [32768]),
        ("dew_point_temperature", "holding 0x0002", "dew_point", "int16", 0.1, None, None),
        ("alarm_state", "holding 0x0003", "contact", "uint16", None, None, None),
        ("operating_mode", "holding 0x0004", "state", "uint16", None, None, None),
    ]
    assert found["points"][4]["states"]["2"] == {"en": "humidifier", "zh-CN": "加湿"}
    assert left(found) == {
        8: ("reserved", True),
        9: ("a setting, no measured value", True),
        10: ("a command: never read, not even over it", True),
        11: ("roommon has no quantity for `ppm`", False),
    }
    assert found["id"] == "renke"


def test_the_same_sheet_as_excel_saves_it_on_a_chinese_windows(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "renke.csv"
    plain = document(cli, sheets.text(path, sheets.CLIMATE), 1)
    for encoding in ("gb18030", "utf-16"):
        assert document(cli, sheets.text(path, sheets.CLIMATE, encoding), 1) == plain
    for separator in "\t;":
        found = document(cli, sheets.text(path, sheets.CLIMATE.replace(",", separator)), 1)
        assert found["points"] == plain["points"]


def test_an_english_sheet_with_40001_and_decimal_commas(cli: Cli, tmp_path: Path) -> None:
    found = document(cli, sheets.text(tmp_path / "meter.csv", sheets.METER), 0)
    assert points(found, "quantity", "type", "order", "scale", "unit") == [
        ("voltage_l1_n", "holding 1", "voltage", "float32", "CDAB", None, None),
        ("current_l1", "holding 3", "current", "float32", "CDAB", None, None),
        ("total_active_power", "holding 5", "active_power", "int32", "CDAB", 0.001, "kW"),
        ("import_energy", "holding 7", "energy", "uint32", "CDAB", 0.01, None),
        ("frequency", "holding 9", "frequency", "uint16", None, 0.01, None),
        ("power_factor", "holding 10", "ratio", "int16", None, 0.001, "1"),
    ]
    assert found["hints"] == ["40001 (30001, ...) is the first register of its table"]
    shelf = written(cli, tmp_path / "meter.csv", tmp_path)
    profile = shelf.open("made").profile
    assert [(one.table, one.first, one.last) for one in profile.limits.forbidden] == [(Table.HOLDING, 99, 99)]
    assert [str(point.at) for point in shelf.device(shelf.open("made"), "x").points][:2] == ["holding 0", "holding 2"]


def test_a_messy_sheet_says_row_by_row_what_it_means_and_what_not(cli: Cli, tmp_path: Path) -> None:
    path = sheets.text(tmp_path / "ups.csv", sheets.MESSY)
    found = document(cli, path, 1)
    assert points(found, "quantity", "type", "scale", "bits", "order") == [
        ("input_voltage", "input 0x000A", "voltage", "uint16", 0.1, None, None),
        ("battery_temp", "input 0x000B", "temperature", "int16", 0.1, None, None),
        ("status_word_on_battery", "input 0x000C", "contact", None, None, 0, None),
        ("status_word_battery_low", "input 0x000C", "contact", None, None, 1, None),
        ("status_word_overload", "input 0x000C", "contact", None, None, 2, None),
        ("output_mode", "input 0x000D", "state", "uint16", None, None, None),
        ("backup_time", "holding 0x0010", "duration", "uint32", None, None, "CDAB"),
    ]
    assert found["points"][1]["doubts"] == ["the sheet does not say the data type"]
    assert left(found) == {
        9: ("no address in `tbd`", False),
        10: ("the type `BCD` is not known", False),
        12: ("a command: never read, not even over it", True),
    }
    said = cli("profiles", "import", path)
    assert said.code == 1
    assert "? row 9: no address in `tbd`: tbd | Charge | U16 | 1 | %" in said.err
    assert "7 points, 1 to check; 1 left out on purpose, 2 not understood" in said.err
    assert "nothing was written" in said.err


def test_a_workbook_with_two_sheets_and_merged_cells(cli: Cli, tmp_path: Path) -> None:
    found = document(cli, sheets.leak_controller(tmp_path / "leak.xlsx"), 0)
    assert points(found, "quantity", "type", "scale", "contact") == [
        ("leak_state", "input 1", "contact", "uint16", None, None),
        ("leak_position", "input 2", "distance", "uint16", 0.1, None),
        ("rope_resistance", "input 3", "resistance", "uint16", None, None),
        ("input_1", "discrete 1", "state", None, None, None),
        ("cable_break_alarm", "discrete 2", "contact", None, None, {"normal": 1, "abnormal": 0}),
    ]
    assert [(one["sheet"], one["row"]) for one in found["points"]][2:4] == [("输入寄存器", 6), ("离散输入", 2)]
    shelf = written(cli, tmp_path / "leak.xlsx", tmp_path)
    assert shelf.open("made").profile.category == "leak"
    assert shelf.open("made").profile.model == "漏水检测控制器 寄存器表"


def test_a_workbook_that_counts_from_1_with_offset_identity_and_commands(cli: Cli, tmp_path: Path) -> None:
    found = document(cli, sheets.surge_monitor(tmp_path / "spd.xlsx"), 0)
    assert points(found, "quantity", "scale", "offset", "order", "invalid") == [
        ("leakage_current", "input 1", "leakage_current", 0.01, None, None, None),
        ("strike_count", "input 2", "count", None, None, "CDAB", None),
        ("board_temperature", "input 4", "temperature", 0.1, -40, None, [65535]),
        ("remote_contact", "input 5", "contact", None, None, None, None),
    ]
    assert "the document counts registers from 1" in found["hints"]
    shelf = written(cli, tmp_path / "spd.xlsx", tmp_path)
    profile = shelf.open("made").profile
    assert profile.address_base == 1
    assert [(one.first, one.last) for one in profile.limits.forbidden] == [(19, 19)]
    identity = shelf.device(shelf.open("made"), "x").identity
    assert (str(identity["serial"].at), identity["serial"].registers) == ("holding 5", 4)


def test_the_profile_says_its_doubts_and_the_sheets_own_words_and_speaks_the_readers_language(
    cli: Cli, tmp_path: Path
) -> None:
    path = sheets.text(tmp_path / "ups.csv", sheets.MESSY)
    said = cli("profiles", "import", path, "--write", "-")
    assert "  # check: the sheet does not say the data type\n  - id: battery_temp\n" in said.out
    assert "note: 'row 6: 000B | Battery temp. | 0.1°C'" in said.out
    assert "#   row 9: no address in `tbd`" in said.out
    assert "# 请核对：点表未给出数据类型" in cli("profiles", "import", path, "--write", "-", language="zh").out.replace(
        ": ", "："
    )


def test_a_file_is_named_after_its_profile_and_never_written_over(cli: Cli, tmp_path: Path) -> None:
    path = sheets.text(tmp_path / "My Meter.csv", sheets.METER)
    target = tmp_path / "our-meter.yaml"
    said = cli("profiles", "import", path, "--write", target)
    assert said.code == 0
    assert target.read_text("utf-8").splitlines()[1] == "id: our-meter"
    again = cli("profiles", "import", path, "--write", target)
    assert (again.code, "left as it is" in again.err) == (2, True)
    other = cli("profiles", "import", path, "--write", target, "--name", "another")
    assert (other.code, "another.yaml" in other.err) == (2, True)
    assert "cannot be an id; `a-b` can" in cli("profiles", "import", path, "--name", "A b").err
    assert document(cli, path, 0)["id"] == "my-meter"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 no workbook", "it is no workbook that can be read"),
        (b"\xd0\xcf\x11\xe0 old", "save it as .xlsx or .csv"),
        (b"\x00\x01\x02\x00", "neither csv nor xlsx"),
        (b"a,b,c\n1,2,3\n", "no row of headings"),
        (b"", "no row of headings"),
    ],
)
def test_what_is_no_sheet_is_one_line(cli: Cli, tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "sheet"
    path.write_bytes(data)
    said = cli("profiles", "import", path)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert said.err.count("\n") == 1


def test_a_sheet_that_is_not_there_and_one_that_is_too_large(cli: Cli, tmp_path: Path) -> None:
    assert cli("profiles", "import", tmp_path / "none.csv").code == 2
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(20_000_001)
    assert "too large" in cli("profiles", "import", huge).err
