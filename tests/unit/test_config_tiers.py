"""A band becomes as many limit rules as it has setpoints, each with a name, a priority and a delay of its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from roommon.config import tiers
from roommon.config.load import Checked, examine
from roommon.model.alarm import Acknowledgement, Priority, RuleId, alarm_id
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.rules import causes
from roommon.rules.kinds import band, limit
from roommon.rules.rule import Cause, Rule, Selection, Where
from tests.peers.room import INLET, LEAK

K = Amount(1, "K")


def test_each_setpoint_is_a_limit_with_what_is_its_own_and_what_all_share() -> None:
    config = band.Config(
        low=Amount(18, "Cel"),
        high_high=Amount(32, "Cel"),
        deadband=K,
        priority=Priority.MEDIUM,
        urgent_priority=Priority.CRITICAL,
        on_delay=Duration(120_000),
        urgent_on_delay=Duration(0),
        off_delay=Duration(60_000),
        acknowledge=Acknowledgement.PERSON,
    )
    low = limit.Config(
        below=Amount(18, "Cel"),
        deadband=K,
        priority=Priority.MEDIUM,
        on_delay=Duration(120_000),
        off_delay=Duration(60_000),
        acknowledge=Acknowledgement.PERSON,
    )
    high_high = replace(low, below=None, above=Amount(32, "Cel"), priority=Priority.CRITICAL, on_delay=Duration(0))
    assert tiers.of(RuleId("inlet"), config) == {"inlet.low": (low, ()), "inlet.high-high": (high_high, ())}


@pytest.mark.parametrize(
    ("priority", "urgent"),
    [(Priority.LOW, Priority.MEDIUM), (Priority.HIGH, Priority.CRITICAL), (Priority.CRITICAL, Priority.CRITICAL)],
)
def test_what_is_left_out_is_one_step_more_urgent_and_waits_as_long(priority: Priority, urgent: Priority) -> None:
    config = band.Config(low_low=Amount(10, "Cel"), priority=priority, on_delay=Duration(5_000))
    [(made, _)] = tiers.of(RuleId("inlet"), config).values()
    assert (made.priority, made.on_delay) == (urgent, Duration(5_000))


def test_other_kinds_stay_as_they_are() -> None:
    config = limit.Config(above=Amount(27, "Cel"), priority=Priority.LOW)
    assert tiers.of(RuleId("inlet"), config) == {"inlet": (config, ())}


def test_names_are_no_numbers() -> None:
    config = band.Config(high=Amount(1, "1"), priority=Priority.LOW)
    assert [fault.remedy.en for fault in band.faults(config, LEAK)] == ["use off_normal"]
    assert list(band.faults(band.Config(high=Amount(1, "Cel"), priority=Priority.LOW), INLET)) == []


def checked(folder: Path, rules: str, recommended: str = "false") -> Checked:
    own = folder / "profiles"
    own.mkdir()
    (own / "probe.yaml").write_text(
        "id: probe\nvendor: us\nmodel: one\nname: Probe\ncategory: environment\nconfidence: solid\nsources: [us]\n"
        "points:\n  - { id: t, read: input 1, type: int16, quantity: temperature }\n"
        "rules:\n  - { id: room, band: { high: 27 °C, high_high: 32 °C, on_delay: 0 s, priority: low }, sensors: t }\n",
        "utf-8",
    )
    path = folder / "roommon.yaml"
    path.write_text(
        "site: s\nroom: r\nalerts: [mqtt: { host: 127.0.0.1 }]\ndevices:\n"
        f"  - {{ id: d, profile: probe, unit: 1, modbus_tcp: {{ host: 127.0.0.1 }}, recommended: {recommended} }}\n"
        f"rules:\n  - {{ id: no-value, bad_quality: {{ priority: low }}, sensors: {{ room: r }} }}\n{rules}",
        "utf-8",
    )
    return examine(path, {})


def test_a_configuration_has_the_tiers_and_where_they_are_written(tmp_path: Path) -> None:
    found = checked(tmp_path, "  - { id: inlet, band: { low: 18 °C, high: 27 °C, priority: low }, sensors: d.t }\n")
    assert found.site is not None, [str(fault) for fault in found.faults]
    assert [rule.id for rule in found.site.rules] == ["no-value", "inlet.low", "inlet.high"]
    assert {found.origins[RuleId(name)].place.line for name in ("inlet.low", "inlet.high")} == {8}


def test_a_profile_may_recommend_a_band(tmp_path: Path) -> None:
    found = checked(tmp_path, "", recommended="true")
    assert found.site is not None, [str(fault) for fault in found.faults]
    assert [rule.id for rule in found.site.rules] == ["no-value", "d.room.high-high", "d.room.high"]
    assert found.origins[RuleId("d.room.high-high")].profile == "probe"
    assert found.left_out == ()


def test_the_outer_tier_explains_the_inner_one_of_the_same_sensor_besides_what_the_band_is_explained_by(
    tmp_path: Path,
) -> None:
    words = "band: { low: 18 °C, high: 27 °C, high_high: 32 °C, priority: low }, sensors: d.t, suppressed_by: no-value"
    found = checked(tmp_path, f"  - {{ id: inlet, {words} }}\n")
    assert found.site is not None, [str(fault) for fault in found.faults]
    [_, *rules] = found.site.rules
    given = Cause(rule=RuleId("no-value"), same=Where.SITE)
    outer = Cause(rule=RuleId("inlet.high-high"), same=Where.SENSOR)
    assert {rule.id: rule.suppressed_by for rule in rules} == {
        "inlet.high-high": (given,),
        "inlet.low": (given,),
        "inlet.high": (outer, given),
    }


def test_a_tier_cannot_explain_what_explains_it(tmp_path: Path) -> None:
    words = "band: { high: 27 °C, high_high: 32 °C, priority: low }, sensors: d.t, suppressed_by: inlet.high"
    found = checked(tmp_path, f"  - {{ id: inlet, {words} }}\n")
    assert [fault.problem.en.partition(":")[0] for fault in found.faults] == ["alarms explain each other"]


def test_a_name_stands_for_the_whole_band(tmp_path: Path) -> None:
    found = checked(
        tmp_path,
        "  - { id: inlet, band: { high: 27 °C, priority: low }, sensors: d.t }\n"
        "  - { id: inlet, band: { low: 18 °C, priority: low }, sensors: d.t }\n",
    )
    assert [fault.problem.en for fault in found.faults] == [
        f"`inlet` is already the id of the rule at {tmp_path / 'roommon.yaml'}:8:5"
    ]


def test_a_tier_explains_the_alarm_of_its_own_sensor_and_no_other() -> None:
    row = DeviceId("row")
    probes = tuple(Sensor(row, key, Quantity.TEMPERATURE, Text.same(key)) for key in "ab")
    device = Device(row, Text.same("row"), "room", probes)
    config = band.Config(high=Amount(27, "Cel"), high_high=Amount(32, "Cel"), priority=Priority.LOW)
    rules = [
        Rule(name, tier.config, Selection(device=row), suppressed_by=tier.causes)
        for name, tier in tiers.of(RuleId("inlet"), config).items()
    ]
    places = {alarm_id(rule.id, sensor.id): (rule, device, sensor) for rule in rules for sensor in probes}
    assert causes.graph(places) == {
        "inlet.high.row.a": ("inlet.high-high.row.a",),
        "inlet.high.row.b": ("inlet.high-high.row.b",),
    }
