"""The shipped profiles: each is read, and its readings are those that the makers' documents give."""

from pathlib import Path

import pytest

from roommon.config.findings import Findings, Spot
from roommon.config.library import Library, Opened
from roommon.config.points import point
from roommon.config.secret import surroundings
from roommon.config.source import Source
from roommon.config.written_points import ELSE
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, Reason
from roommon.model.text import Text
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Listed, Oid, Point, Register
from roommon.profiles.profile import PointKey, shipped

REFUSED = Fault(Reason.CONFIGURATION_ERROR, Text.same("refused"))


def opened(name: str, tmp_path: Path) -> Opened:
    findings = Findings()
    found = Library(tmp_path, surroundings(tmp_path, {}), findings).open(name, Spot(Source(tmp_path)))
    assert findings.found == []
    assert found is not None
    return found


def points(profile: Opened) -> list[Point]:
    findings = Findings()
    made = [profile.point(key, profile.profile.address_base, findings) for key in profile.points]
    assert findings.found == []
    return [each for each in made if each is not None]


def readings(profile: Opened, raws: dict[str, Raw | Fault]) -> dict[str, Reading]:
    """The readings when the points named in `raws` hold that, and all others 1."""
    made = points(profile)
    decoder = Decoder(DeviceId("d"), made)
    taken = decoder.readings([raws.get(each.key, 1) for each in made], Instant(0))
    return {reading.sensor.removeprefix("d."): reading for reading in taken}


def test_the_demo_rooms_devices_are_shipped() -> None:
    assert set(shipped()) >= {
        "rfc1628-ups",
        "renke-rs-ws-n01",
        "xy-md02",
        "rle-seahawk-10k",
        "watchfuleye-wth-cs",
        "waveshare-modbus-io8",
        "eastron-sdm630",
    }


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_profile_says_where_it_comes_from_and_names_its_sensors_in_both_languages(
    name: str, tmp_path: Path
) -> None:
    profile = opened(name, tmp_path)
    assert profile.profile.sources
    assert profile.profile.name.en != profile.profile.name.zh_cn
    for written in profile.points.values():
        if written.spec.quantity is None or written.spec.id.endswith(ELSE):
            continue
        assert written.spec.name is not None, written.spec.id
        assert written.spec.name.en != written.spec.name.zh_cn, written.spec.id
        assert all(state.en != state.zh_cn for state in written.spec.states.values()), written.spec.id
        if written.spec.quantity is Quantity.STATE:
            assert written.spec.states, written.spec.id


@pytest.mark.parametrize("name", shipped())
def test_a_shipped_profile_is_of_one_protocol(name: str, tmp_path: Path) -> None:
    profile = opened(name, tmp_path)
    speaks_modbus = {isinstance(each.at, Register) for each in points(profile)}
    assert speaks_modbus | {table.rows is None for table in profile.tables.values()} in ({True}, {False})


@pytest.mark.parametrize(
    ("name", "key", "raw", "value"),
    [
        ("rfc1628-ups", "runtime_remaining", 12, 720.0),
        ("rfc1628-ups", "battery_voltage", 546, 54.6),
        ("rfc1628-ups", "battery_charge", 97, 97.0),
        ("rfc1628-ups", "output_frequency", 499, 49.9),
        ("rfc1628-ups", "output_source", 5, 5.0),
        ("apc-smartups-modbus", "battery_test", 6, 6.0),
        ("rfc1628-ups", "battery_temperature", -5, -5.0),
        ("renke-rs-ws-n01", "temperature", -105, -10.5),
        ("renke-rs-ws-n01", "humidity", 626, 62.6),
        ("xy-md02", "temperature", 273, 27.3),
        ("rle-seahawk-10k", "leak", 1, 1.0),
        ("rle-seahawk-10k", "leak_current", 120, 0.12),
        ("watchfuleye-wth-cs", "state", 0, 0.0),
        ("watchfuleye-wth-cs", "state", 65535, 1.0),
        ("watchfuleye-wth-cs", "surge_count", 17, 17.0),
        ("waveshare-modbus-io8", "di8", 1, 1.0),
        ("eastron-sdm630", "voltage_l1", 230.5, 230.5),
        ("eastron-sdm630", "power_factor_total", 0.98, 98.0),
        ("eastron-sdm630", "energy_total", 1234.5, 1234.5),
    ],
)
def test_a_raw_value_becomes_the_documents_value(name: str, key: str, raw: Raw, value: float, tmp_path: Path) -> None:
    assert readings(opened(name, tmp_path), {key: raw})[key].value == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "key", "raw", "reason"),
    [
        ("rfc1628-ups", "runtime_remaining", 65535, Reason.SENSOR_FAILURE),
        ("rfc1628-ups", "runtime_remaining", 4294967295, Reason.SENSOR_FAILURE),
        ("rfc1628-ups", "runtime_remaining", -1, Reason.SENSOR_FAILURE),
        ("rfc1628-ups", "battery_temperature", -273, Reason.SENSOR_FAILURE),
        ("rfc1628-ups", "battery_current", 65535, Reason.SENSOR_FAILURE),
        ("rfc1628-ups", "battery_voltage", 20000, Reason.OUT_OF_RANGE),
        ("renke-rs-ws-n01", "temperature", 0x7FFF, Reason.OUT_OF_RANGE),
        ("xy-md02", "humidity", 65535, Reason.OUT_OF_RANGE),
        ("watchfuleye-wth-cs", "state", 1, Reason.DEVICE_FAILURE),
        ("rfc1628-ups", "battery_status", 4294967295, Reason.OUT_OF_RANGE),
        ("rfc1628-ups", "output_source", 0, Reason.OUT_OF_RANGE),
        ("huawei-ups2000", "output_source", 4, Reason.OUT_OF_RANGE),
        (
            "rle-seahawk-10k",
            "leak_distance",
            Fault(Reason.CONFIGURATION_ERROR, Text.same("x")),
            Reason.CONFIGURATION_ERROR,
        ),
    ],
)
def test_an_odd_value_is_bad_with_its_reason(
    name: str, key: str, raw: Raw | Fault, reason: Reason, tmp_path: Path
) -> None:
    reading = readings(opened(name, tmp_path), {key: raw})[key]
    assert (reading.value, reading.reason) == (None, reason)


@pytest.mark.parametrize("name", shipped())
def test_a_list_of_a_shipped_profile_names_what_shows_that_it_is_there(name: str, tmp_path: Path) -> None:
    lists = [each.at for each in points(opened(name, tmp_path)) if isinstance(each.at, Listed)]
    assert all(one.beside for one in lists)


@pytest.mark.parametrize(("units", "meters"), [(0, 12.3), (1, 37.4904)])
def test_the_leak_controllers_distance_is_in_decimeters_or_feet_as_its_switch_says(
    units: int, meters: float, tmp_path: Path
) -> None:
    found = readings(opened("rle-seahawk-10k", tmp_path), {"units": units, "leak_distance": 123})
    assert found["leak_distance"].value == pytest.approx(meters)


def test_a_switch_in_no_known_position_makes_the_distance_bad(tmp_path: Path) -> None:
    found = readings(opened("rle-seahawk-10k", tmp_path), {"units": 7, "leak_distance": 123})
    assert found["leak_distance"].reason is Reason.DEVICE_FAILURE


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("renke-rs-ws-n01", {"humidity": ("holding", 0), "temperature": ("holding", 1)}),
        ("xy-md02", {"temperature": ("input", 1), "humidity": ("input", 2)}),
        ("watchfuleye-wth-cs", {"surge_count": ("holding", 5), "state": ("holding", 11)}),
        ("rle-seahawk-10k", {"leak": ("input", 0), "leak_distance": ("input", 1), "leg2_resistance": ("input", 6)}),
        ("eastron-sdm630", {"voltage_l3": ("input", 4), "frequency": ("input", 70), "energy_total": ("input", 342)}),
        ("waveshare-modbus-io8", {"di1": ("discrete", 0), "di8": ("discrete", 7)}),
    ],
)
def test_registers_are_those_of_the_makers_tables(name: str, wire: dict[str, tuple[str, int]], tmp_path: Path) -> None:
    found = {each.key: each.at for each in points(opened(name, tmp_path))}
    for key, (table, address) in wire.items():
        at = found[PointKey(key)]
        assert isinstance(at, Register)
        assert (at.table, at.address) == (table, address)


def test_the_lines_of_the_ups_are_rows_and_what_it_has_once_is_a_point(tmp_path: Path) -> None:
    profile = opened("rfc1628-ups", tmp_path)
    found = {each.key: each.at for each in points(profile)}
    assert found["battery_charge"] == Oid("1.3.6.1.2.1.33.1.2.4.0")
    vouched = Listed("1.3.6.1.2.1.33.1.6.2.1.2", "1.3.6.1.2.1.33.1.6.3.1", beside="1.3.6.1.2.1.33.1.6.1.0")
    assert found["alarm_battery_bad"] == vouched
    output = profile.tables[PointKey("output")].rows
    assert output is not None
    assert (output.walked, output.index) == ("1.3.6.1.2.1.33.1.4.4.1.2", 1)


def test_every_point_can_be_made_from_any_base(tmp_path: Path) -> None:
    for name in shipped():
        for written in opened(name, tmp_path).points.values():
            assert point(written.spec, -1, lambda _key, error: pytest.fail(str(error))) is not None
