"""The standards' rules: every figure as the document has it, the clause with it, and what a site changes or lacks."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from roommon.config.load import Checked, examine
from roommon.config.site import Site
from roommon.daemon.build import engine_of
from roommon.model.clock import Instant
from roommon.model.reading import SensorId, good
from roommon.rules.kinds import limit, rate_of_change
from roommon.rules.rule import Rule
from roommon.standards.standard import shipped
from tests.peers.cli import Cli

Figures = Mapping[str, tuple[str, float | None, float | None]]
"""By rule: unit, below, above."""

TEMPERATURE, DEW, HUMIDITY = "inlet-temperature", "inlet-dew-point", "inlet-humidity"
RATES: Figures = {"inlet-rate": ("K/h", -20, 20), "inlet-rate-tape": ("K/h", -5, 5)}


def allowable(low: float, high: float, humidity: float, dew: float) -> Figures:
    return {
        TEMPERATURE: ("Cel", low, high),
        DEW: ("Cel", -12, dew),
        HUMIDITY: ("%", 8, humidity),
        **RATES,
    }


FIGURES: Mapping[str, Figures] = {
    # ASHRAE TC 9.9, Thermal Guidelines for Data Processing Environments, 5th edition, table 2.1
    "ashrae-2021-a1-recommended": {
        TEMPERATURE: ("Cel", 18, 27),
        DEW: ("Cel", -9, 15),
        HUMIDITY: ("%", None, 70),
    },
    "ashrae-2021-a1-allowable": allowable(15, 32, 80, 17),
    "ashrae-2021-a2-allowable": allowable(10, 35, 80, 21),
    "ashrae-2021-a3-allowable": allowable(5, 40, 85, 24),
    "ashrae-2021-a4-allowable": allowable(5, 45, 90, 24),
    "gb50174-2017-b": {
        TEMPERATURE: ("Cel", 18, 27),
        DEW: ("Cel", 5.5, 15),
        HUMIDITY: ("%", None, 60),
        **RATES,
    },
    "gb50174-2008-b": {
        "room-temperature": ("Cel", 22, 24),
        "room-humidity": ("%", 40, 55),
        "floor-vibration": ("m/s2", None, 0.5),
    },
    "battery-room": {"temperature": ("Cel", 20, 30)},
    "mains-220v": {"voltage": ("V", 198, 235.4), "frequency": ("Hz", 49.8, 50.2)},
}
UNVERIFIED = {
    *(f"gb50174-2017-b.{rule}" for rule in (DEW, HUMIDITY, *RATES)),
    "battery-room.temperature",
    "mains-220v.voltage",
    "mains-220v.frequency",
}

SENSORS = """
site: a
room: r
alerts: [{ mqtt: { host: 127.0.0.1 } }]
devices:
  - id: all
    name: { en: Everything, zh-CN: 全部 }
    modbus_tcp: { host: 127.0.0.1 }
    sensors:
      - { id: inlet, quantity: temperature, read: input 1, type: int16, labels: { location: inlet } }
      - { id: tape, quantity: temperature, read: input 2, type: int16, labels: { location: inlet, media: tape } }
      - { id: humidity, quantity: relative_humidity, read: input 3, type: int16, labels: { location: inlet } }
      - { id: room, quantity: temperature, read: input 4, type: int16, labels: { location: room } }
      - { id: room-humidity, quantity: relative_humidity, read: input 5, type: int16, labels: { location: room } }
      - { id: batteries, quantity: temperature, read: input 6, type: int16, labels: { location: battery } }
      - { id: floor, quantity: acceleration, read: input 7, type: int16, labels: { location: floor } }
      - { id: voltage, quantity: voltage, read: input 8, type: int16, labels: { location: mains } }
      - { id: frequency, quantity: frequency, read: input 9, type: int16, labels: { location: mains } }
derived:
  - id: climate
    sensors: [{ id: dew, dew_point: { temperature: all.inlet, humidity: all.humidity }, labels: { location: inlet } }]
rules:
  - { id: no-value, bad_quality: { priority: low }, sensors: { room: r } }
"""


def checked(folder: Path, standards: str, *, without: str = "") -> Checked:
    path = folder / "roommon.yaml"
    kept = "".join(line for line in SENSORS.splitlines(keepends=True) if not without or without not in line)
    path.write_text(f"{kept}standards: {standards}\n", "utf-8")
    return examine(path, {})


def sound(folder: Path, standards: str) -> Site:
    found = checked(folder, standards)
    assert found.site is not None, found.faults
    assert (found.warnings, found.notes) == ((), ())
    return found.site


def of(site: Site, standard: str) -> dict[str, Rule]:
    prefix = f"{standard}."
    return {rule.id.removeprefix(prefix): rule for rule in site.rules if rule.id.startswith(prefix)}


def figures(rule: Rule) -> tuple[str, float | None, float | None]:
    config = rule.config
    assert isinstance(config, limit.Config | rate_of_change.Config)
    (unit,) = {each.unit for each in (config.below, config.above) if each is not None}
    low, high = (None if each is None else each.value for each in (config.below, config.above))
    return unit, low, high


def test_every_shipped_standard_has_its_figures_here() -> None:
    assert set(shipped()) == FIGURES.keys()


@pytest.mark.parametrize("standard", FIGURES)
def test_the_figures_are_those_of_the_document(standard: str, tmp_path: Path) -> None:
    rules = of(sound(tmp_path, f"[{standard}]"), standard)
    assert {name: figures(rule) for name, rule in rules.items()} == FIGURES[standard]


@pytest.mark.parametrize("standard", FIGURES)
def test_every_rule_names_its_clause_in_both_languages_and_says_what_is_unverified(
    standard: str, tmp_path: Path
) -> None:
    site, found = sound(tmp_path, f"[{standard}]"), checked(tmp_path, f"[{standard}]")
    for name, rule in of(site, standard).items():
        origin, response = found.origins[rule.id], rule.response
        assert origin.clause is not None
        assert response is not None
        assert origin.clause.en in response.en
        assert origin.clause.zh_cn in response.zh_cn
        assert origin.unverified is (f"{standard}.{name}" in UNVERIFIED)
        assert ("unverified" in response.en) is ("未经核实" in response.zh_cn) is origin.unverified


def test_an_alarm_tells_the_clause(tmp_path: Path) -> None:
    site = sound(tmp_path, "[battery-room]")
    engine, at = engine_of(site, {}, []), Instant(1_795_420_800_000)
    hot = SensorId("all.batteries")
    engine.fold([good(hot, at, 31.0)])
    [raised] = engine.fold([good(hot, Instant(at + 600_000), 31.0)])
    assert raised.alarm == "battery-room.temperature.all.batteries"
    assert raised.text.en == "Everything batteries: 31.0 °C (limit 30.0 °C)"
    assert raised.response.en.endswith(
        "[GB 50174-2017, annex A, battery room; figure from a secondary source, unverified]"
    )
    assert raised.response.zh_cn.endswith("［GB 50174-2017，附录 A，蓄电池室；数值来自二手资料，未经核实］")


def test_a_dew_point_that_is_derived_is_judged(tmp_path: Path) -> None:
    site = sound(tmp_path, "[ashrae-2021-a1-recommended]")
    rule = of(site, "ashrae-2021-a1-recommended")[DEW]
    [device] = site.derived_devices
    assert rule.sensors.selects(device, device.sensors[0])


def test_single_rules_are_dropped_and_changed(tmp_path: Path) -> None:
    changed = "{ id: battery-room, change: { temperature: { above: 28 °C, on_delay: 1 h, priority: high } } }"
    dropped = f"{{ id: gb50174-2017-b, drop: [{DEW}, inlet-rate] }}"
    site = sound(tmp_path, f"[{changed}, {dropped}]")
    rule = of(site, "battery-room")["temperature"]
    assert figures(rule) == ("Cel", 20, 28)
    assert (rule.config.on_delay, rule.config.priority.name) == (3_600_000, "HIGH")
    assert rule.response is not None
    assert "annex A" in rule.response.en
    assert of(site, "gb50174-2017-b").keys() == {TEMPERATURE, HUMIDITY, "inlet-rate-tape"}


def test_what_no_sensor_is_there_for_is_a_note_and_no_fault(tmp_path: Path) -> None:
    found = checked(tmp_path, "[battery-room, ashrae-2021-a1-allowable]", without="location: battery")
    assert (found.faults, found.warnings) == ((), ())
    assert [note.problem.en for note in found.notes] == [
        "`battery-room`: no sensor for `temperature` (quantity: temperature location: battery)"
    ]
    without_tape = checked(tmp_path, "[ashrae-2021-a1-allowable]", without="media: tape")
    assert without_tape.notes == (), "nobody must have tape"


def test_check_prints_notes_and_clauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checked(tmp_path, "[gb50174-2017-b, battery-room]", without="location: battery")
    cli, path = Cli(monkeypatch, capsys), tmp_path / "roommon.yaml"
    said = cli("check", "--explain", path)
    assert said.code == 0
    assert "note: `battery-room`: no sensor for `temperature`" in said.err
    assert "GB 50174-2017, 5.1.1\n" in said.out
    assert "GB 50174-2017, annex A, unverified\n" in said.out
    assert "提示：`battery-room`" in cli("check", path, language="zh").err
    document = json.loads(cli("check", "--explain", "--json", path).out)
    assert [note["line"] for note in document["notes"]] == [len(path.read_text("utf-8").splitlines())]
    rules = {rule["id"]: rule for rule in document["rules_in_force"]}
    told = rules[f"gb50174-2017-b.{HUMIDITY}"]
    assert (told["standard"], told["clause"], told["unverified"]) == (
        "gb50174-2017-b",
        "GB 50174-2017, annex A",
        True,
    )


def test_a_standard_of_the_sites_own_goes_first(tmp_path: Path) -> None:
    (tmp_path / "standards").mkdir()
    (tmp_path / "standards" / "battery-room.yaml").write_text(
        "name: Ours\nsources: [the maker]\nrules:\n"
        '  - { id: warm, clause: "maker, 4.2", limit: { above: 25 °C, priority: low },\n'
        "      sensors: { quantity: temperature, location: battery } }\n",
        "utf-8",
    )
    rules = of(sound(tmp_path, "battery-room"), "battery-room")
    assert rules.keys() == {"warm"}
    assert rules["warm"].response is not None
    assert rules["warm"].response.en == f"{limit.RESPONSE.en} [maker, 4.2]"
