"""A calibration changes the value once, is shown, and is an alarm when it is overdue."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from roommon.config.load import load
from roommon.config.site import Site
from roommon.daemon.build import devices_of, engine_of
from roommon.daemon.calibrations import Calibrations
from roommon.model.clock import Instant
from roommon.model.reading import Reading, Reason
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from tests.peers.cli import Cli

CONFIG = """
site: a
room: r
alerts: [{ mqtt: { host: 127.0.0.1 } }]
devices:
  - id: probe
    name: { en: Probe, zh-CN: 探头 }
    modbus_tcp: { host: 127.0.0.1 }
    sensors:
      - id: plain
        quantity: temperature
        read: input 1
        type: int16
        scale: 0.1
        calibration: { offset: -0.3 K, gain: 1.002, date: 2026-05-01, by: Li, due: 2027-05-01 }
      - { id: fahrenheit, quantity: temperature, read: input 2, type: int16, unit: °F, calibration: { offset: 1 K } }
      - id: told
        quantity: temperature
        read: input 3
        type: int16
        unit_by: { point: unit, values: { 0: °C, 1: °F } }
        calibration: { offset: 1 K, gain: 2.0 }
      - { id: unit, read: holding 0, type: uint16 }
      - id: stands-in
        quantity: temperature
        read: input 4
        type: int16
        else: { read: input 5, type: int16 }
        calibration: { offset: 5 K, due: 2028-01-01 }
      - id: narrow
        quantity: temperature
        read: input 6
        type: int16
        range: 0 °C .. 30 °C
        calibration: { offset: 2 K }
rules:
  - { id: no-value, bad_quality: { priority: low }, sensors: { room: r } }
"""
AT = Instant(1_795_420_800_000)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return load(written(tmp_path))


def written(folder: Path) -> Path:
    path = folder / "roommon.yaml"
    path.write_text(CONFIG, "utf-8")
    return path


def values(site: Site, **raws: Raw | Fault) -> dict[str, float | None]:
    [polled] = site.devices
    decoder = Decoder(polled.device.id, polled.points)
    keys = [point.key.replace("-", "_").replace(".", "_") for point in polled.points]
    found = decoder.readings([raws.get(key, 0) for key in keys], AT)
    return {reading.sensor.partition(".")[2]: reading.value for reading in found}


def test_a_value_is_corrected_once_in_its_own_unit(site: Site) -> None:
    found = values(site, plain=231, fahrenheit=68)
    assert found["plain"] == pytest.approx(23.1 * 1.002 - 0.3, abs=1e-12)
    assert found["fahrenheit"] == pytest.approx(21.0, abs=1e-12)


@pytest.mark.parametrize(("unit", "expected"), [(0, 2 * 68 + 1), (1, 2 * 20 + 1)])
def test_a_unit_that_the_device_tells_comes_before_the_correction(site: Site, unit: int, expected: float) -> None:
    assert values(site, told=68, unit=unit)["told"] == pytest.approx(expected, abs=1e-9)


def test_the_point_that_stands_in_is_corrected_as_well(site: Site) -> None:
    away = Fault(Reason.CONFIGURATION_ERROR, Text.same("no such register"))
    assert values(site, stands_in=10, stands_in_else=20)["stands-in"] == 15
    assert values(site, stands_in=away, stands_in_else=20)["stands-in"] == 25


def test_the_range_is_that_of_the_corrected_value(site: Site) -> None:
    assert values(site, narrow=28)["narrow"] == 30
    assert values(site, narrow=29)["narrow"] is None


class Wall(SystemClock):
    """A wall clock that a test sets."""

    now = AT

    def instant(self, monotonic: float) -> Instant:  # noqa: ARG002  # the wall clock stands still
        return self.now

    def monotonic(self) -> float:
        return self.now / 1000

    def set(self, moment: str) -> None:
        self.now = Instant(round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000))


def said(calibrations: Calibrations, site: Site) -> list[float | None]:
    readings = calibrations.readings(site.devices)
    assert {reading.sensor for reading in readings} <= {"probe.calibration"}
    return [reading.value for reading in readings]


def test_it_is_said_when_it_changes_and_once_a_minute(site: Site) -> None:
    clock = Wall()
    calibrations = Calibrations(clock)
    clock.set("2027-05-01T23:58:30")
    assert said(calibrations, site) == [0.0]
    clock.set("2027-05-01T23:59:29")
    assert said(calibrations, site) == []
    clock.set("2027-05-01T23:59:30")
    assert said(calibrations, site) == [0.0]
    clock.set("2027-05-01T23:59:59")
    assert said(calibrations, site) == []
    clock.set("2027-05-02T00:00:00")
    assert said(calibrations, site) == [1.0], "the day itself still counts"
    clock.set("1970-01-01T00:00:05")
    assert said(calibrations, site) == [0.0], "a box that woke in 1970 says nothing of 2027"


def test_an_overdue_calibration_is_an_alarm_of_low_priority_which_a_new_day_ends(site: Site, tmp_path: Path) -> None:
    clock = Wall()
    engine, calibrations = engine_of(site, {}, []), Calibrations(clock)
    assert devices_of(site).keys() >= {"probe", "roommon"}
    clock.set("2027-06-01T00:00:00")
    [raised] = engine.fold(calibrations.readings(site.devices))
    assert (raised.alarm, raised.priority.name) == ("calibration-overdue.probe.calibration", "LOW")
    assert (raised.text.en, raised.text.zh_cn) == (
        "Probe: the calibration of a sensor is overdue",
        "探头 有传感器校准已过期",
    )
    path = written(tmp_path)
    path.write_text(path.read_text("utf-8").replace("due: 2027-05-01", "due: 2028-05-01"), "utf-8")
    clock.set("2027-06-01T00:00:05")
    [ended] = engine.fold(calibrations.readings(load(path).devices))
    assert (ended.alarm, ended.state) == (raised.alarm, "normal")


def test_without_a_day_there_is_no_contact_and_no_rule(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_text(CONFIG.replace(", due: 2027-05-01", "").replace(", due: 2028-01-01", ""), "utf-8")
    site = load(path)
    assert Calibrations(Wall()).readings(site.devices) == list[Reading]()
    assert "calibration" not in {sensor.key for sensor in devices_of(site)[site.devices[0].device.id].sensors}


def test_check_explains_who_calibrated_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli, path = Cli(monkeypatch, capsys), written(tmp_path)
    page = cli("check", "--explain", path).out
    _, _, below = page.partition("\ncalibrated\n")
    assert [line.strip() for line in below.splitlines()] == [
        "probe.plain: value × 1.002 - 0.3 K, 2026-05-01, by Li, due 2027-05-01",
        "probe.fahrenheit: value + 1 K",
        "probe.told: value × 2 + 1 K",
        "probe.stands-in: value + 5 K, due 2028-01-01",
        "probe.narrow: value + 2 K",
    ]
    assert (
        "读数 × 1.002 - 0.3 K，2026-05-01，校准人 Li，到期 2027-05-01"
        in cli("check", "--explain", path, language="zh").out
    )
    [first, *_] = json.loads(cli("check", "--explain", "--json", path).out)["calibrated"]
    assert first == {
        "sensor": "probe.plain",
        "gain": 1.002,
        "offset": -0.3,
        "date": "2026-05-01",
        "by": "Li",
        "due": "2027-05-01",
    }
