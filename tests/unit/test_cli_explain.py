"""`roommon check --explain`: the rules in force, whom each judges, and where it comes from."""

import json
from pathlib import Path

import pytest

from tests.peers.cli import Cli

CONFIG = """
site: a
room: r
alerts: [{ mqtt: { host: 127.0.0.1 } }]
buses: [{ id: g, modbus_tcp: { host: 127.0.0.1 } }]
devices:
  - { id: meter, bus: g, unit: 2, profile: eastron-sdm630 }
  - id: leak
    bus: g
    unit: 1
    profile: rle-seahawk-10k
    drop: [leak_distance]
    recommended:
      drop: [contamination]
      change: { water: { on_delay: 10 s } }
rules:
  - id: rope
    off_normal: { on_delay: 1 min, off_delay: 30 s, priority: medium }
    sensors: [leak.cable_break, leak.contamination]
  - id: no-value
    bad_quality: { priority: low }
    sensors: { room: r }
"""


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "roommon.yaml"
    path.write_text(CONFIG, "utf-8")
    return path


def block(page: str, name: str) -> list[str]:
    """The lines of the rule `name`, without their indentation."""
    lines = page.splitlines()
    start = next(number for number, line in enumerate(lines) if f" {name} " in line and line[:4].strip())
    end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith("    ")), len(lines))
    return [line.strip() for line in lines[start:end]]


def test_a_rule_is_shown_with_what_it_waits_for_whom_it_judges_and_its_line(cli: Cli, config: Path) -> None:
    said = cli("check", "--explain", config)
    assert (said.code, said.err) == (0, "")
    assert block(said.out, "rope") == [
        "medium   rope  for 1 min, ends after 30 s",
        "broken (1): leak.cable_break",
        "dirty (1): leak.contamination",
        f"{config}:17",
    ]


def test_a_rule_for_a_whole_room_names_some_sensors_and_counts_the_others(cli: Cli, config: Path) -> None:
    [_, sensors, _] = block(cli("check", "--explain", config).out, "no-value")
    assert sensors.startswith("no value: meter.voltage_l1, ")
    assert sensors.endswith(" and 26 more")


def test_a_recommended_rule_names_its_profile_and_the_line_that_changes_it(cli: Cli, config: Path) -> None:
    page = cli("check", "--explain", config).out
    assert block(page, "leak.cable-break")[-1] == "recommended by rle-seahawk-10k"
    assert block(page, "leak.water") == [
        "critical   leak.water  for 10 s, ends after 1 min, a person must acknowledge",
        "water (1): leak.leak",
        f"recommended by rle-seahawk-10k, changed at {config}:15",
    ]


def test_recommended_rules_that_are_not_in_force_are_said_with_the_reason(cli: Cli, config: Path) -> None:
    _, _, below = cli("check", "--explain", config).out.partition("recommended, and not in force\n")
    assert [line.strip() for line in below.splitlines()] == [
        "leak: contamination: left out by the device (rle-seahawk-10k)",
        "leak: position: the device has no such sensor (rle-seahawk-10k)",
        "meter: 5 rules of eastron-sdm630 not taken, `recommended: true` takes them",
    ]


def test_it_speaks_chinese(cli: Cli, config: Path) -> None:
    page = cli("check", "--explain", config, language="zh").out
    assert block(page, "rope")[:2] == ["中   rope  持续 1 min，恢复 30 s 后解除", "断线（1）：leak.cable_break"]
    assert f"由 rle-seahawk-10k 推荐，在 {config}:15 处更改" in page
    assert "meter：eastron-sdm630 的 5 条规则未采用，写 `recommended: true` 即可采用" in page


def test_json_has_every_sensor_and_every_reason(cli: Cli, config: Path) -> None:
    document = json.loads(cli("check", "--explain", "--json", config).out)
    rules = {rule["id"]: rule for rule in document["rules_in_force"]}
    assert len(rules["no-value"]["conditions"]["no value"]) == 32
    assert rules["leak.water"] == {
        "id": "leak.water",
        "kind": "off_normal",
        "conditions": {"water (1)": ["leak.leak"]},
        "priority": "critical",
        "on_delay_s": 10,
        "off_delay_s": 60,
        "acknowledge": "person",
        "text": "Water: {device}",
        "response": rules["leak.water"]["response"],
        "recommended_by": "rle-seahawk-10k",
        "changed": True,
        "file": str(config),
        "line": 15,
    }
    left = {(one["device"], one["rule"]): one for one in document["recommended_not_in_force"]}
    assert left["leak", "position"]["why"] == "no_sensors"
    assert left["leak", "position"]["sensors"] == ["leak_distance"]
    assert (left["leak", "contamination"]["why"], left["leak", "contamination"]["line"]) == ("dropped", 14)
    assert left["meter", "phase-loss"]["why"] == "not_asked"


def test_a_configuration_with_faults_shows_these_and_no_rules(cli: Cli, config: Path) -> None:
    config.write_text(CONFIG.replace("unit: 2", "unit: 1"), "utf-8")
    said = cli("check", "--explain", config)
    assert said.code == 2
    assert "rope" not in said.out
    assert "rules_in_force" not in json.loads(cli("check", "--explain", "--json", config).out)


def test_without_the_option_no_rule_is_shown(cli: Cli, config: Path) -> None:
    assert "rope" not in cli("check", config).out
    assert "rules_in_force" not in json.loads(cli("check", "--json", config).out)


DERIVED = """
derived:
  - id: floor
    sensors:
      - { id: uneven, difference: { of: floor.most, minus: meter.voltage_l1 } }
      - { id: most, maximum: { of: [meter.voltage_l1, meter.voltage_l2] }, needs: 1 }
"""


def test_derived_sensors_are_shown_with_what_they_are_made_of(cli: Cli, config: Path) -> None:
    config.write_text(CONFIG + DERIVED, "utf-8")
    _, _, below = cli("check", "--explain", config).out.partition("\nderived\n")
    assert [line.strip() for line in below.splitlines()] == [
        "floor.most: maximum of meter.voltage_l1, meter.voltage_l2, every 10 s, 1 of 2 needed",
        "floor.uneven: difference of floor.most, meter.voltage_l1, every 10 s",
    ]
    chinese = cli("check", "--explain", config, language="zh").out
    assert "maximum，来源 meter.voltage_l1、meter.voltage_l2，每 10 s 一次，2 个中需 1 个有效" in "".join(
        line.strip() for line in chinese.splitlines()
    )
    [most, _] = json.loads(cli("check", "--explain", "--json", config).out)["derived"]
    assert most == {
        "sensor": "floor.most",
        "kind": "maximum",
        "quantity": "voltage",
        "inputs": ["meter.voltage_l1", "meter.voltage_l2"],
        "needs": 1,
        "every_s": 10,
    }
