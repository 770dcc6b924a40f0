"""The configurations that are shipped are valid, complete and of one meaning in both languages."""

from pathlib import Path

import pytest

from roommon.config import files
from roommon.config.fault import Severity
from roommon.config.load import examine
from roommon.model.quantity import Quantity

CONFIG = Path(__file__).parent.parent.parent / "config"
EXAMPLES = ("demo", "hospital-room", "rs485-line", "small-office", "snmp-only")
SHIPPED = ["roommon.yaml", "roommon.zh-CN.yaml", *(f"examples/{name}.yaml" for name in EXAMPLES)]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_configuration_has_no_fault_and_wants_nothing_but_its_secrets(name: str) -> None:
    checked = examine(CONFIG / name, {}, tolerate_missing_secrets=True)
    assert checked.faults == ()
    assert checked.site is not None
    assert {warning.severity for warning in checked.warnings} <= {Severity.WARNING}
    assert [warning.problem.en for warning in checked.warnings if "there is no file" not in warning.problem.en] == []


def test_the_chinese_configuration_says_what_the_english_one_says() -> None:
    english, chinese = (files.read(CONFIG / name).value for name in ("roommon.yaml", "roommon.zh-CN.yaml"))
    assert chinese == {**english, "language": "zh-CN"}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_sensor_of_a_shipped_configuration_is_watched_for_silence(name: str) -> None:
    site = examine(CONFIG / name, {}, tolerate_missing_secrets=True).site
    assert site is not None
    [silence] = [rule for rule in site.rules if rule.id == "no-value"]
    assert all(
        silence.sensors.selects(polled.device, sensor) for polled in site.devices for sensor in polled.device.sensors
    )


def test_the_demo_rooms_contacts_mean_what_the_room_wires_to_them() -> None:
    site = examine(CONFIG / "examples" / "demo.yaml", {}, tolerate_missing_secrets=True).site
    assert site is not None
    contacts = next(polled.device for polled in site.devices if polled.device.id == "contacts")
    assert [(sensor.key, sensor.quantity, sensor.name.en) for sensor in contacts.sensors] == [
        ("di1", Quantity.CONTACT, "smoke"),
        ("di2", Quantity.CONTACT, "air conditioner 1 failed"),
        ("di3", Quantity.CONTACT, "air conditioner 2 failed"),
        ("di4", Quantity.CONTACT, "door open"),
    ]
