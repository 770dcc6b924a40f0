"""Tables, points that stand in, identity and recommended rules: from a profile's words to what is polled and judged."""

from pathlib import Path

import pytest

from roommon.config.load import Checked, examine
from roommon.config.recommended import Why
from roommon.config.site import Polled
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Amount
from roommon.model.reading import Reason
from roommon.poll.decode import Decoder
from roommon.profiles.point import By, Cell, First, Gate, Listed, Point, Row
from roommon.rules.kinds import limit

PROFILE = """
id: ports
vendor: Somebody
model: Eight ports
name: { en: Probe, zh-CN: 探测器 }
category: environment
confidence: medium
sources: [a note]
identity: { maker: Somebody, model: { read: 1.3.6.1.2.1.1.1.0, else: { read: first 1.3.6.1.2.1.47.1.1.1.1.13 } } }
points:
  - { id: switch, read: 1.3.6.1.4.1.1.9.0 }
  - { id: charge, quantity: ratio, read: 1.3.6.1.4.1.1.1.0, scale: 0.1, range: 0 % .. 100 %,
      else: { read: 1.3.6.1.4.1.1.2.0 } }
  - { id: on_battery, quantity: contact, read: 1.3.6.1.4.1.1.3.0, type: string, flag: 2 }
  - { id: battery_bad, quantity: contact, read: listed 1.3.6.1.2.1.33.1.6.2.1.2 1.3.6.1.2.1.33.1.6.3.1 }
  - { id: any_alarm, quantity: contact,
      read: listed 1.3.6.1.2.1.33.1.6.2.1.2 1.3.6.1.2.1.33.1.6.3.* beside .1.3.6.1.2.1.33.1.6.1.0 }
tables:
  - id: temperature
    name: { en: port, zh-CN: 端口 }
    label: 1.3.6.1.4.1.1.5.1.2
    serial: 1.3.6.1.4.1.1.5.1.7
    index: 1
    where: [{ point: kind, is: 1 }]
    points:
      - { id: degree, name: { en: temperature, zh-CN: 温度 }, quantity: temperature, read: 1.3.6.1.4.1.1.5.1.3,
          unit_by: { point: switch, values: { 0: °F, 1: °C } }, good_when: { point: online, is: 1 } }
      - { id: online, read: 1.3.6.1.4.1.1.5.1.4 }
      - { id: kind, read: 1.3.6.1.4.1.1.5.1.5 }
  - id: line
    name: { en: line, zh-CN: 相 }
    rows: [{ id: line-1, index: 1, name: { en: Line 1, zh-CN: 一相 } }]
    points: [{ id: volts, quantity: voltage, read: 1.3.6.1.4.1.1.6.1.2 }]
  - id: inlet
    name: { en: inlet, zh-CN: 进线 }
    label: 1.3.6.1.4.1.1.7.1.2
    walk: 1.3.6.1.4.1.1.7.1.2
    index: 2
    points:
      - { id: amps, quantity: current, read: 1.3.6.1.4.1.1.8.1.4.*.1 }
      - { id: status, quantity: state, read: 1.3.6.1.4.1.1.8.1.3.*.1, texts: { ok: 0 },
          states: { 0: { en: ok, zh-CN: 正常 } } }
rules:
  - { id: hot, limit: { above: 30 °C, deadband: 1 K, priority: high }, sensors: temperature.degree }
  - { id: on-battery, off_normal: { abnormal: 1, priority: high }, sensors: on_battery }
  - { id: no-value, bad_quality: { priority: low }, sensors: { quantity: voltage } }
"""
DEVICE = "{ id: d, snmp: { host: 127.0.0.1, version: 3, user: a }, profile: ports, "


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "ports.yaml").write_text(PROFILE, "utf-8")
    return tmp_path


def checked(folder: Path, device: str) -> Checked:
    text = f"site: a\nroom: b\nalerts: [mqtt: {{ host: 127.0.0.1 }}]\ndevices:\n  - {DEVICE}{device} }}\n"
    (folder / "roommon.yaml").write_text(text, "utf-8")
    return examine(folder / "roommon.yaml")


def only(found: Checked) -> Polled:
    assert not found.faults
    assert found.site is not None
    return found.site.devices[0]


def points(polled: Polled) -> dict[str, Point]:
    return {point.key: point for point in polled.points}


def test_the_points_of_a_row_are_its_cells_and_refer_to_each_other(folder: Path) -> None:
    device = only(checked(folder, 'rows: [{ table: temperature, id: rack-a, label: "Rack A", labels: { rack: a } }]'))
    found, row = points(device), Row("temperature", By.LABEL, "Rack A")
    degree = found["rack-a.degree"]
    assert degree.at == Cell(row, "1.3.6.1.4.1.1.5.1.3")
    assert degree.good_when == (
        Gate("rack-a.online", frozenset({1})),
        Gate("rack-a.kind", frozenset({1}), Reason.CONFIGURATION_ERROR),
    )
    assert [selector.point for selector in degree.selectors] == ["switch"]
    assert found["rack-a.kind"].at == Cell(row, "1.3.6.1.4.1.1.5.1.5")
    sensor = next(sensor for sensor in device.device.sensors if sensor.key == "rack-a.degree")
    assert (sensor.name.zh_cn, sensor.labels) == ("Rack A 温度", {"rack": "a"})
    assert device.tables[0].where == (("1.3.6.1.4.1.1.5.1.5", frozenset({1})),)


def test_rows_whose_index_means_something_are_there_unless_the_device_names_its_own(folder: Path) -> None:
    assert "line-1.volts" in points(only(checked(folder, "every: 5 s")))
    own = points(only(checked(folder, "rows: [{ table: line, id: line-3, index: 3 }]")))
    assert "line-1.volts" not in own
    assert own["line-3.volts"].at == Cell(Row("line", By.INDEX, "3"), "1.3.6.1.4.1.1.6.1.2")


def test_a_device_changes_and_drops_points_of_its_rows(folder: Path) -> None:
    changed = points(only(checked(folder, "sensors: [{ id: line-1.volts, scale: 0.1 }]")))["line-1.volts"]
    assert (changed.affine.scale, changed.at) == (0.1, Cell(Row("line", By.INDEX, "1"), "1.3.6.1.4.1.1.6.1.2"))
    assert "line-1.volts" not in points(only(checked(folder, "drop: [line-1.volts]")))


def test_an_older_object_stands_in_and_is_no_sensor(folder: Path) -> None:
    device = only(checked(folder, "every: 5 s"))
    charge, instead = points(device)["charge"], points(device)["charge.else"]
    assert (charge.fallback, instead.is_sensor, instead.affine.scale) == ("charge.else", False, 1.0)
    assert instead.range == charge.range == (0.0, 100.0)
    assert "charge.else" not in {sensor.key for sensor in device.device.sensors}


def test_flags_and_lists_are_contacts(folder: Path) -> None:
    found = points(only(checked(folder, "every: 5 s")))
    assert found["on_battery"].flag == 2
    assert found["battery_bad"].at == Listed("1.3.6.1.2.1.33.1.6.2.1.2", "1.3.6.1.2.1.33.1.6.3.1")
    any_alarm = Listed(
        "1.3.6.1.2.1.33.1.6.2.1.2", "1.3.6.1.2.1.33.1.6.3", is_subtree=True, beside="1.3.6.1.2.1.33.1.6.1.0"
    )
    assert found["any_alarm"].at == any_alarm
    assert str(any_alarm) == "listed 1.3.6.1.2.1.33.1.6.2.1.2 1.3.6.1.2.1.33.1.6.3.* beside 1.3.6.1.2.1.33.1.6.1.0"


def test_identity_is_what_is_fixed_and_what_is_asked(folder: Path) -> None:
    device = only(checked(folder, "every: 5 s"))
    assert device.said == {"maker": "Somebody"}
    assert device.identity["model.else"].at == First("1.3.6.1.2.1.47.1.1.1.1.13")


def test_recommended_rules_are_the_devices_own_and_mean_its_sensors(folder: Path) -> None:
    found = checked(folder, "rows: [{ table: temperature, id: r, index: 4 }], recommended: true")
    assert found.site is not None
    rules = {str(rule.id): rule for rule in found.site.rules}
    assert rules.keys() == {"d.hot", "d.on-battery", "d.no-value"}
    assert rules["d.hot"].sensors.ids == {"d.r.degree"}
    assert (rules["d.no-value"].sensors.device, rules["d.no-value"].sensors.quantity) == ("d", "voltage")


def test_a_device_changes_and_leaves_out_recommended_rules(folder: Path) -> None:
    asked = "recommended: { drop: [on-battery], change: { hot: { above: 28 °C } } }"
    found = checked(folder, f"rows: [{{ table: temperature, id: r, index: 4 }}], {asked}")
    assert found.site is not None
    rules = {str(rule.id): rule for rule in found.site.rules}
    hot = rules["d.hot"].config
    assert isinstance(hot, limit.Config)
    assert hot.above == Amount(28.0, "Cel")
    assert "d.on-battery" not in rules
    origins = {str(name): origin for name, origin in found.origins.items()}
    assert (origins["d.hot"].changed, origins["d.no-value"].changed) == (True, False)
    assert origins["d.no-value"].place.file.endswith("profiles/ports.yaml")


def test_a_rule_about_sensors_that_the_device_has_not_is_not_taken(folder: Path) -> None:
    found = checked(folder, "recommended: true")
    assert found.site is not None
    assert "d.hot" not in {rule.id for rule in found.site.rules}
    [hot] = found.left_out
    assert (hot.device, hot.rule, hot.profile, hot.why) == ("d", "hot", "ports", Why.NO_SENSORS)
    assert hot.sensors == ("temperature.degree",)


@pytest.mark.parametrize(
    ("asked", "left_out"),
    [
        ("recommended: { drop: [on-battery] }", {"on-battery": Why.DROPPED, "hot": Why.NO_SENSORS}),
        ("recommended: false", dict.fromkeys(["hot", "on-battery", "no-value"], Why.NOT_ASKED)),
        ("every: 5 s", dict.fromkeys(["hot", "on-battery", "no-value"], Why.NOT_ASKED)),
    ],
)
def test_recommended_rules_that_are_not_in_force_are_known_with_the_reason(
    folder: Path, asked: str, left_out: dict[str, Why]
) -> None:
    found = checked(folder, asked)
    assert {one.rule: one.why for one in found.left_out} == left_out
    assert all(one.place.file.endswith("roommon.yaml") for one in found.left_out)


def test_a_profile_changes_and_drops_what_the_one_that_it_extends_has(folder: Path) -> None:
    (folder / "profiles" / "more.yaml").write_text(
        "id: more\nextends: ports\nmodel: Nine ports\ndrop: [battery_bad, on-battery]\n"
        "points: [{ id: charge, scale: 1 }]\n"
        "tables: [{ id: line, points: [{ id: amps, quantity: current, read: 1.3.6.1.4.1.1.6.1.3 }] }]\n",
        "utf-8",
    )
    checked(folder, "recommended: true")
    path = folder / "roommon.yaml"
    path.write_text(path.read_text("utf-8").replace("profile: ports", "profile: more"), "utf-8")
    found = examine(path)
    device = only(found)
    assert points(device)["charge"].affine.scale == 1
    assert {"line-1.volts", "line-1.amps"} <= points(device).keys()
    assert "battery_bad" not in points(device)
    assert found.site is not None
    assert {rule.id for rule in found.site.rules} == {"d.no-value"}


def test_a_column_with_a_tail_and_a_part_of_a_row_reach_the_driver(folder: Path) -> None:
    device = only(checked(folder, "rows: [{ table: inlet, id: feed-b, label: Feed B, part: 2 }]"))
    row = Row("inlet", By.LABEL, "Feed B", "2")
    assert points(device)["feed-b.amps"].at == Cell(row, "1.3.6.1.4.1.1.8.1.4", "1")
    status = points(device)["feed-b.status"]
    assert (status.at, status.texts, status.of_table) == (Cell(row, "1.3.6.1.4.1.1.8.1.3", "1"), (("ok", 0),), "inlet")


def test_a_range_of_indexes_is_as_many_rows(folder: Path) -> None:
    rows = "rows: [{ table: line, id: line, index: 1..3, name: { en: Line, zh-CN: 相 }, labels: { side: a } }]"
    device = only(checked(folder, rows))
    own = {key: point.at for key, point in points(device).items() if key.startswith("line")}
    assert own == {f"line-{n}.volts": Cell(Row("line", By.INDEX, str(n)), "1.3.6.1.4.1.1.6.1.2") for n in (1, 2, 3)}
    named = [(sensor.name.zh_cn, sensor.labels) for sensor in device.device.sensors if sensor.key.startswith("line-2")]
    assert named == [("相 2", {"side": "a"})]


@pytest.mark.parametrize(("written", "value"), [("", None), (", other_states: true", 9.0)])
def test_a_number_that_no_state_names_is_bad_unless_the_profile_says_that_there_are_others(
    written: str, value: float | None, folder: Path
) -> None:
    states = f"states: {{ 1: {{ en: low, zh-CN: 低 }} }}{written}"
    text = f"{{ id: s, quantity: state, read: 1.3.6.1.4.1.1.1.0, {states}, else: {{ read: 1.3.6.1.4.1.1.2.0 }} }}"
    device = only(checked(folder, f"sensors: [{text}], drop: [switch]"))
    found = [point for point in device.points if point.key in ("s", "s.else")]
    [reading] = Decoder(DeviceId("d"), found).readings([9, 9], Instant(0))
    assert (reading.value, reading.reason) == (value, None if value else Reason.OUT_OF_RANGE)


def test_only_a_state_with_names_has_others(folder: Path) -> None:
    found = checked(folder, "sensors: [{ id: s, quantity: count, read: 1.3.6.1.4.1.1.1.0, other_states: true }]")
    assert [str(fault) for fault in found.faults if "`other_states` is for a state" in str(fault)]
