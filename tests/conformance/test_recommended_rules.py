"""The rules that a shipped profile recommends can be taken as they are: each fits its sensors, and says what to do."""

import json
from functools import cache
from pathlib import Path

import pytest
import yaml

from roommon.config.described import Described, described
from roommon.config.load import Checked, examine
from roommon.model.quantity import Quantity
from roommon.profiles.profile import FOLDER, shipped
from roommon.rules.kinds import limit, rate_of_change
from roommon.rules.text import COMMON
from tests.conformance.test_kinds import placeholders
from tests.conformance.test_texts import is_chinese, letters

EVERY = pytest.mark.parametrize("profile", shipped())
LONGEST_TEXT, LONGEST_RESPONSE = 100, 320
"""Letters that a phone shows, and that somebody in a hurry reads."""


@cache
def profiles() -> dict[str, Described]:
    found, faults = described(FOLDER / "nowhere")
    assert faults == ()
    return {one.profile.id: one for one in found}


def taken(profile: str, folder: Path) -> Checked:
    """A site with one device of the family, with a row of each table, that takes all rules."""
    one = profiles()[profile]
    rows = [
        {"table": key, "id": f"row-{number}", "index": "/".join(str(level.first) for level in table.repeat) or number}
        for number, (key, (table, _)) in enumerate(one.tables.items(), 1)
    ]
    agent = "snmp: { host: 127.0.0.1, version: 2c, community: somebody }"
    where = "unit: 1, modbus_tcp: { host: 127.0.0.1 }" if one.speaks_modbus else agent
    path = folder / "roommon.yaml"
    path.write_text(
        f"site: s\nroom: r\nalerts: [{{ mqtt: {{ host: 127.0.0.1 }} }}]\n"
        f"devices: [{{ id: d, profile: {profile}, {where}, rows: {json.dumps(rows)}, recommended: true }}]\n",
        "utf-8",
    )
    return examine(path, {})


@EVERY
def test_a_device_takes_every_rule_of_its_profile_without_a_fault(profile: str, tmp_path: Path) -> None:
    checked = taken(profile, tmp_path)
    assert checked.site is not None, [str(fault) for fault in checked.faults]
    assert {rule.id for rule in checked.site.rules} == {f"d.{rule.id}" for rule in profiles()[profile].rules}
    assert checked.left_out == (), "rules about sensors that no device of the family has"
    assert all(origin.profile == profile for origin in checked.origins.values())


@EVERY
def test_every_family_recommends_rules_and_each_names_points_that_it_has(profile: str) -> None:
    rules = profiles()[profile].rules
    assert rules != ()
    assert [rule.id for rule in rules if not rule.sensors] == []


@EVERY
def test_a_profile_writes_priority_and_delay_of_every_rule_and_its_own_words(profile: str) -> None:
    written = yaml.safe_load((FOLDER / f"{profile}.yaml").read_text("utf-8"))
    kinds = {rule.id: rule.kind for rule in profiles()[profile].rules}
    for rule in written.get("rules", ()):
        settings = rule[kinds[rule["id"]]]
        assert "priority" in settings, rule["id"]
        assert "on_delay" in settings or "window" in settings, f"{rule['id']}: write the delay, if it is 0 s"
        assert rule.keys() >= {"text", "response"}, rule["id"]


@EVERY
def test_text_and_response_are_there_in_both_languages_and_name_what_exists(profile: str) -> None:
    for rule in profiles()[profile].rules:
        known = COMMON | rule.config.PLACEHOLDERS
        for text in (rule.text, rule.response):
            assert text.en.strip(), rule.id
            assert not is_chinese(text.en), rule.id
            assert is_chinese(text.zh_cn) or (text.zh_cn and not letters(text.zh_cn)), rule.id
            assert placeholders(text.en) == placeholders(text.zh_cn) <= known, rule.id


@EVERY
def test_an_alarm_says_which_device_it_is_about_and_is_short(profile: str) -> None:
    for rule in profiles()[profile].rules:
        assert "device" in placeholders(rule.text.en), rule.id
        assert len(rule.text.en) <= LONGEST_TEXT, rule.id
        assert len(rule.response.en) <= LONGEST_RESPONSE, rule.id


@EVERY
def test_a_limit_has_a_deadband_or_an_off_delay_so_that_it_does_not_flutter(profile: str) -> None:
    for rule in profiles()[profile].rules:
        counts = all(sensor.quantity is Quantity.COUNT for sensor in rule.sensors)
        if isinstance(rule.config, limit.Config | rate_of_change.Config) and not counts:
            assert rule.config.deadband is not None or rule.config.off_delay > 0, rule.id


def test_a_cable_out_of_the_watch_is_told_as_a_place_where_nobody_looks_for_water() -> None:
    """The panel and its circuits call an ejected cable dry, so nothing else would say so."""
    one = profiles()["ttk-fg-sys"]
    [rule] = [rule for rule in one.rules if [sensor.key for sensor in rule.sensors] == ["cable.ejected"]]
    assert "water there is not watched" in rule.text.en
    assert "漏水无人监视" in rule.text.zh_cn
    assert [note for note in one.profile.notes if "it is like a dry cable" in note]
