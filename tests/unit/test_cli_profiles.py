"""`roommon profiles`: the list, and one family so that whoever reads it understands the device."""

import json
import re
from pathlib import Path

import pytest

from roommon.cli.profile_words import CATEGORIES, CONFIDENCE, MEANING
from roommon.profiles.profile import Category, Confidence, shipped
from tests.peers.cli import Cli

NOWHERE = Path("/nonexistent/roommon.yaml")
OWN = """
id: our-probe
vendor: Somebody
model: Probe 1
name: { en: Probe, zh-CN: 探头 }
category: environment
confidence: medium
sources: [a forum]
notes: [Mind the gap.]
serial: { unit: 7, baud: 4800, parity: E, stop_bits: 2 }
address_base: 1
identity: { maker: Somebody, serial: { read: holding 9, type: string, length: 4 } }
points:
  - { id: unit, read: holding 3, type: uint16 }
  - id: temperature
    name: { en: air, zh-CN: 空气 }
    object: T_AIR
    quantity: temperature
    read: holding 1
    type: int16
    scale: 0.1
    offset: -4
    unit_by: { point: unit, values: { 0: °C, 1: °F }, otherwise: °C }
    invalid: [-999, 0x7FFF]
    range: -40 °C .. 80 °C
    good_when: { point: unit, is: [0, 1], otherwise: sensor_failure }
    note: Slow.
  - { id: cos, quantity: ratio, read: holding 4, type: int16, unit: "1",
      scale_by: { point: unit, values: { 0: 0.1 }, otherwise: 1 }, else: { read: holding 5, type: int16 } }
  - { id: door, quantity: contact, read: holding 6, bits: 2, contact: { normal: 1, abnormal: 0 },
      states: { 0: { en: shut, zh-CN: 关 }, 1: { en: open, zh-CN: 开 } } }
rules:
  - id: warm
    limit: { above: 30 °C, deadband: 1 K, on_delay: 2 min, off_delay: 30 s, acknowledge: person, priority: high }
    sensors: temperature
    text: { en: "{device} is warm", zh-CN: "{device} 过热" }
    response: { en: Cool it., zh-CN: 请降温。 }
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "our-probe.yaml").write_text(OWN, "utf-8")
    return tmp_path / "roommon.yaml"


def test_all_shipped_profiles_are_listed_by_category_also_without_a_configuration(cli: Cli) -> None:
    said = cli("profiles", "--config", NOWHERE)
    assert (said.code, said.err) == (0, "")
    cells = (re.split(r"  +", line.strip()) for line in said.out.splitlines())
    rows = [row for row in cells if len(row) == 7][1:]
    assert sorted(row[1] for row in rows) == sorted(shipped())
    order = [category.en for category in CATEGORIES.values()]
    assert [row[0] for row in rows] == sorted((row[0] for row in rows), key=order.index)
    assert all(row[3] in ("SNMP", "Modbus") and int(row[4]) > 0 for row in rows)


def test_what_rests_on_one_secondary_source_says_so_in_the_list_and_on_its_page(cli: Cli) -> None:
    listed = next(line for line in cli("profiles").out.splitlines() if " acrel-adw300 " in line)
    assert "ONE SECONDARY SOURCE" in listed
    assert "ONE SECONDARY SOURCE, not the maker" in cli("profiles", "acrel-adw300").out
    assert "仅依据一处二手资料" in cli("profiles", "acrel-adw300", language="zh").out


def test_every_category_and_confidence_has_words() -> None:
    assert set(CATEGORIES) == {*Category, None}
    assert set(CONFIDENCE) == set(MEANING) == set(Confidence)


def test_a_profile_of_ones_own_is_listed_as_such(cli: Cli, config: Path) -> None:
    listed = next(line for line in cli("profiles", "--config", config).out.splitlines() if " our-probe " in line)
    assert "your own file" in listed
    [found] = [one for one in json.loads(cli("profiles", "--config", config, "--json").out) if one["id"] == "our-probe"]
    assert found == {
        "id": "our-probe",
        "name": "Probe",
        "vendor": "Somebody",
        "model": "Probe 1",
        "category": "environment",
        "protocol": "Modbus",
        "confidence": "medium",
        "shipped": False,
        "values": 3,
        "rules": 1,
        "file": str(config.parent / "profiles" / "our-probe.yaml"),
    }


def test_the_page_of_a_family_tells_what_its_values_and_its_odd_values_mean(cli: Cli, config: Path) -> None:
    page = re.sub(r" +", " ", cli("profiles", "our-probe", "--config", config).out)
    for line in (
        "our-probe Probe: Somebody Probe 1",
        " protocol Modbus (as shipped: 4800 8E2, unit 7)",
        " addresses as its document counts them, from 1 on",
        " source a forum",
        " says who it is maker Somebody, serial number",
        " note Mind the gap.",
        " temperature air; °C; -40 °C .. 80 °C; holding 1 × 0.1 - 4 (T_AIR)",
        " no value when it says -999 or 32767",
        " counts only while unit is 0 or 1, else sensor failure",
        " unit told by unit: 0 °C, 1 °F, else °C",
        " Slow.",
        " cos ratio %; holding 4 as a fraction",
        " factor told by unit: 0 0.1, else 1.0",
        " where that gives no value: holding 5",
        " door contact; holding 6 bit 2",
        " 0 shut, 1 open",
        " raw 0 is abnormal, 1 normal",
        "read for the others, no values themselves",
        " high warm for 2 min, ends after 30 s, a person must acknowledge",
        " above 30 °C, deadband 1 K: temperature",
        " “{device} is warm”",
        " → Cool it.",
        " - { id: my-device, bus: gateway-1, unit: 1, profile: our-probe, recommended: true }",
    ):
        assert f"\n{line}\n" in f"\n{page}", line


def test_the_page_in_chinese_has_the_chinese_words(cli: Cli, config: Path) -> None:
    page = cli("profiles", "our-probe", "--config", config, language="zh").out
    for words in (
        "探头",
        "空气",
        "须人工确认",
        "高于 30 °C，死区 1 K",
        "请降温。",
        "仅当 unit 为 0、1 时有效，否则为传感器故障",
    ):
        assert words in page, words
    assert "no value" not in page


def test_a_table_says_what_a_row_is_and_how_it_is_named(cli: Cli) -> None:
    page = cli("profiles", "akcp-sensorprobe").out
    assert "table temperature: one row for each temperature port" in page
    assert "A row is known by its label." in page
    assert "and under `rows:` the rows of its" in page
    assert "  Unless the device lists its own, it has: input-1.\n" in cli("profiles", "rfc1628-ups").out


def test_a_table_of_registers_says_which_rows_it_can_have(cli: Cli) -> None:
    out = cli("profiles", "ttk-fg-sys").out
    assert "table cable: one row for each sense cable" in out
    assert "Its rows have the indexes 1/1 to 3/40; the registers are those of the first." in out
    assert "holding 7101 bit 4" in out
    assert "and under `rows:` the fitted rows of its 1 table" in out


def test_a_state_that_is_told_in_words_says_by_which(cli: Cli) -> None:
    out = cli("profiles", "liebert-gp-flexible").out
    assert "told in words: 'Normal Operation' 0, 'StartUp' 1" in out


def test_the_page_fits_a_narrow_terminal(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roommon.cli.screen._NO_TERMINAL", 60)
    page = cli("profiles", "rle-seahawk-10k").out
    wide = [line for line in page.splitlines() if len(line) > 60 and "/" not in line and "- {" not in line]
    assert [line for line in wide if line.startswith("  ")] == []


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_shipped_profile_has_its_page_in_both_languages(cli: Cli, name: str, language: str) -> None:
    said = cli("profiles", name, language=language)
    assert (said.code, said.err) == (0, "")
    document = json.loads(cli("profiles", name, "--json", language=language).out)
    points = [*document["points"], *(point for table in document["tables"] for point in table["points"])]
    assert all(f" {point['id']} " in said.out for point in points)
    assert all(f" {rule['id']} " in said.out and rule["response"][:20] in said.out for rule in document["recommended"])


def test_an_unknown_profile_is_one_line_with_the_nearest_name(cli: Cli) -> None:
    said = cli("profiles", "rfc1628")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("roommon: there is no profile rfc1628; did you mean `rfc1628-ups`")


def test_a_fault_in_a_profile_of_ones_own_is_told_with_its_place_and_hides_no_other(cli: Cli, config: Path) -> None:
    broken = config.parent / "profiles" / "our-probe.yaml"
    broken.write_text(OWN.replace("above: 30 °C", "abov: 30 °C"), "utf-8")
    said = cli("profiles", "our-probe", "--config", config)
    assert (said.code, said.out) == (2, "")
    assert re.match(rf"{re.escape(str(broken))}:\d+:\d+: ", said.err)
    listed = cli("profiles", "--config", config)
    assert listed.code == 2
    assert "rfc1628-ups" in listed.out
    assert str(broken) in listed.err
