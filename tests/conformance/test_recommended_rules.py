"""The rules that the shipped profiles recommend: each fits its sensors and says in both languages what to do."""

import json
import re
from pathlib import Path

import pytest
import yaml

from roommon.config.load import examine
from roommon.config.site import Site
from roommon.profiles.profile import FOLDER, shipped

SITE = """
site: conformance
room: room
devices: [{{ id: device, profile: {profile}, rows: {rows}, {endpoint}, recommended: true }}]
alerts: [{{ mqtt: {{ host: 127.0.0.1 }} }}]
"""
SNMP = "snmp: { host: 127.0.0.1, version: 2c, community: conformance }"
MODBUS = "unit: 1, modbus_tcp: { host: 127.0.0.1 }"


def written(profile: str) -> dict[str, list[dict[str, object]]]:
    """The profile's file, as plain YAML."""
    said: dict[str, list[dict[str, object]]] = yaml.load(
        (FOLDER / f"{profile}.yaml").read_text("utf-8"), yaml.CSafeLoader
    )
    return said


def taken(profile: str, folder: Path) -> Site:
    """A site with one device of the family, which has a row of every table and takes all rules."""
    tables = written(profile).get("tables", [])
    rows = [{"table": each["id"], "id": f"row{number}", "index": "1"} for number, each in enumerate(tables)]
    is_snmp = bool(tables) or re.match(r"\d|listed", str(written(profile)["points"][0]["read"]))
    path = folder / "roommon.yaml"
    path.write_text(SITE.format(profile=profile, rows=json.dumps(rows), endpoint=SNMP if is_snmp else MODBUS), "utf-8")
    checked = examine(path, {})
    assert checked.site is not None, [str(fault) for fault in checked.faults]
    return checked.site


@pytest.mark.parametrize("profile", [name for name in shipped() if written(name).get("rules")])
def test_each_recommended_rule_finds_its_sensors_and_says_what_to_do_in_both_languages(
    profile: str, tmp_path: Path
) -> None:
    rules = {rule.id: rule for rule in taken(profile, tmp_path).rules}
    assert rules.keys() == {f"device.{rule['id']}" for rule in written(profile)["rules"]}
    for name, rule in rules.items():
        assert rule.text is not None, name
        assert rule.response is not None, name
        assert placeholders(rule.text.en) == placeholders(rule.text.zh_cn), name
        assert len(rule.response.en.split()) > 3, name
        assert re.search("[\u4e00-\u9fff]{3}", rule.response.zh_cn), name


@pytest.mark.parametrize("profile", [name for name in shipped() if written(name).get("rules")])
def test_the_sensors_that_a_recommended_rule_names_are_there(profile: str) -> None:
    file = written(profile)
    tables = file.get("tables", [])
    there = {each["id"] for each in file.get("points", [])} | {
        f"{table['id']}.{each['id']}" for table in tables for each in _points(table)
    }
    named = {each for rule in file["rules"] for each in _listed(rule["sensors"])}
    assert named - there == set()


def _points(table: dict[str, object]) -> list[dict[str, object]]:
    points = table["points"]
    assert isinstance(points, list)
    return points


def _listed(sensors: object) -> list[object]:
    return sensors if isinstance(sensors, list) else [sensors]


def placeholders(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", template))
