"""What a scrape says, and above all what it does not say when it is not known."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from prometheus_client.metrics_core import Metric

from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import UNITS, Quantity
from roommon.model.reading import Reading, Reason, bad
from roommon.model.text import Language, Text
from roommon.web.metrics.health import health
from roommon.web.metrics.readings import BASES, readings
from tests.peers import made_building as shown
from tests.peers.room import ROOM, START

EVERYTHING = shown.device_of_everything()
TEMPERATURE = {"device": "one-of-each", "sensor": "one-of-each.temperature"}


def samples(families: Iterable[Metric], name: str) -> list[tuple[dict[str, str], float]]:
    return [(sample.labels, sample.value) for family in families for sample in family.samples if sample.name == name]


def of_room(present: list[Reading], name: str) -> list[tuple[dict[str, str], float]]:
    return samples(readings(shown.building(EVERYTHING), shown.present(present)), name)


def test_every_quantity_has_its_base_unit() -> None:
    assert set(BASES) == set(Quantity)
    assert len({base.name for base in BASES.values()}) == len(BASES)
    said = shown.all_good([EVERYTHING], 3600.0)
    values = {
        family.name: family.samples[0].value
        for family in readings(shown.building(EVERYTHING), shown.present(said))
        if family.name.removeprefix("roommon_") in {base.name for base in BASES.values()}
    }
    assert len(values) == len(Quantity)
    assert values["roommon_temperature_celsius"] == 3600
    assert values["roommon_relative_humidity_ratio"] == 36
    assert values["roommon_energy_joules"] == 3600 * 3_600_000
    assert values["roommon_displacement_meters"] == pytest.approx(0.0036)
    assert values["roommon_vibration_velocity_meters_per_second"] == pytest.approx(3.6)
    assert values["roommon_rotation_hertz"] == pytest.approx(60)
    assert values["roommon_leakage_current_amperes"] == pytest.approx(3.6)
    assert values["roommon_air_flow_cubic_meters_per_second"] == pytest.approx(1)
    assert values["roommon_temperature_rate_kelvin_per_second"] == pytest.approx(1)
    assert values["roommon_share_rate_ratio_per_second"] == pytest.approx(0.01)
    assert values["roommon_electric_charge_coulombs"] == 3600 * 3600


def test_those_that_are_base_units_already_are_left_alone() -> None:
    plain = {
        "Cel",
        "K",
        "V",
        "A",
        "W",
        "var",
        "VA",
        "Hz",
        "s",
        "m",
        "deg",
        "m/s",
        "m/s2",
        "Pa",
        "lx",
        "Ohm",
        "1",
        "g/m3",
    }
    assert {quantity for quantity, base in BASES.items() if base.factor == 1} == {
        quantity for quantity in Quantity if UNITS[quantity].ucum in plain
    }


def test_a_bad_reading_has_no_value_and_says_so() -> None:
    broken = [bad(EVERYTHING.sensors[0].id, START, Reason.SENSOR_FAILURE)]
    assert of_room(broken, "roommon_temperature_celsius") == []
    assert (TEMPERATURE, 0.0) in of_room(broken, "roommon_sensor_up")
    assert of_room(broken, "roommon_sensor_timestamp_seconds") == [(TEMPERATURE, START / 1000)]


def test_what_was_said_long_ago_is_not_said_again() -> None:
    building, late = shown.building(EVERYTHING), Instant(START + 13_001)
    present = shown.present(shown.all_good([EVERYTHING]), late)
    assert samples(readings(building, present), "roommon_temperature_celsius") == []
    assert {value for _, value in samples(readings(building, present), "roommon_sensor_up")} == {0.0}
    assert samples(health(building, present, shown.vitals()), "roommon_sensors") == [
        ({"quality": "none", "reason": ""}, float(len(Quantity)))
    ]


def test_a_label_of_the_user_is_one_that_prometheus_takes() -> None:
    labels = {"rack no": "7", "机柜": "甲", "name": "x"}
    sensor = Sensor(DeviceId("a"), "t", Quantity.TEMPERATURE, Text("inlet", "进风"), labels)
    device = Device(DeviceId("a"), Text("Rack A", "甲柜"), "room", (sensor,))
    building = shown.building(device, ROOM, language=Language.CHINESE)
    told = [found for found, _ in samples(readings(building, shown.present([])), "roommon_sensor_info")]
    assert told[0] == {
        "device": "a", "sensor": "a.t", "room": "room", "quantity": "temperature", "name": "甲柜 进风",
        "label_rack_no": "7", "label___": "甲", "label_name": "x", "label_location": "",
    }  # fmt: skip
    assert told[1]["label_location"] == "inlet"


def test_a_deliverer_is_as_far_behind_as_its_oldest() -> None:
    vitals = shown.vitals({"influxdb": Instant(START - 90_000), "mqtt": None, "ahead": Instant(START + 5_000)})
    told = list(health(shown.building(EVERYTHING), shown.present([]), vitals))
    assert samples(told, "roommon_delivery_lag_seconds") == [
        ({"deliverer": "influxdb"}, 90.0),
        ({"deliverer": "mqtt"}, 0.0),
        ({"deliverer": "ahead"}, 0.0),
    ]
    assert samples(told, "roommon_delivery_waiting_events")[0] == ({"deliverer": "influxdb"}, 3.0)


def test_a_journal_that_cannot_be_asked_is_not_said_to_be_empty() -> None:
    told = list(health(shown.building(EVERYTHING), shown.present([]), replace(shown.vitals(), depth=None)))
    assert [family.name for family in told if "delivery" in family.name or "batches" in family.name] == [
        "roommon_queue_batches",
        "roommon_queue_limit_batches",
    ]


def test_lateness_counts_up_to_each_edge() -> None:
    told = list(health(shown.building(EVERYTHING), shown.present([]), shown.vitals()))
    assert samples(told, "roommon_poll_lateness_seconds_bucket") == [
        ({"le": "0.001"}, 5.0),
        ({"le": "0.01"}, 8.0),
        ({"le": "+Inf"}, 9.0),
    ]
    assert samples(told, "roommon_poll_lateness_seconds_sum") == [({}, 0.5)]


def test_errors_have_their_reason() -> None:
    told = list(health(shown.building(EVERYTHING), shown.present([]), shown.vitals()))
    assert samples(told, "roommon_poll_errors_total") == [
        ({"device": "one-of-each", "bus": "gateway-1", "reason": "no_communication"}, 1.0),
        ({"device": "one-of-each", "bus": "gateway-1", "reason": "overdue"}, 1.0),
    ]
