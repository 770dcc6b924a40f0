"""What Home Assistant is told: documents that it takes, templates that say what is, and nothing that is not known."""

import json
from dataclasses import replace
from typing import Any

import pytest

from roommon.alerts.home_assistant.discovery import Described, Discovery, Places, document, leaving, standing_of
from roommon.alerts.home_assistant.entities import CLASSES, of_alarm, of_sensor
from roommon.alerts.payload import reading_message
from roommon.alerts.topics import Topics
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration
from roommon.model.device import DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, Reason, bad, good
from roommon.model.text import Language, Text
from tests.peers import home_assistant
from tests.peers import made_building as shown
from tests.peers.events import INLET, RACK, event
from tests.peers.room import LEAK, MODE, START

TOPICS = Topics("roommon", SiteId("hospital-a"))
PLACES = Places("homeassistant", TOPICS)
EVERYTHING = shown.device_of_everything()
HOT = AlarmId("inlet-hot.rack-a.inlet")


def told(language: Language = Language.ENGLISH, **identity: str) -> Discovery:
    return document(Described(RACK, {HOT: INLET}, identity), {INLET.id: Duration(5_000)}, PLACES, language)


def state(sensor: Sensor, reading: Reading, language: Language = Language.ENGLISH) -> str:
    """What Home Assistant makes of a reading."""
    template = of_sensor(sensor, language)["value_template"]
    return home_assistant.rendered(str(template), reading_message(reading, sensor, "room").decode())


@pytest.mark.parametrize("language", list(Language))
def test_a_sensor_of_every_quantity_is_an_entity_that_it_takes(language: Language) -> None:
    described = Described(EVERYTHING, {AlarmId(f"hot.{each.id}"): each for each in EVERYTHING.sensors}, {})
    found = document(described, {}, PLACES, language)
    assert home_assistant.faults(found) == []
    assert len(found["components"]) == 2 * len(Quantity)
    assert len({one["unique_id"] for one in found["components"].values()}) == 2 * len(Quantity)


def test_every_class_is_one_that_it_has() -> None:
    assert set(CLASSES.values()) <= set(home_assistant.CLASSES)
    assert Quantity.TEMPERATURE_DIFFERENCE not in CLASSES


def test_a_device_has_its_name_and_identity() -> None:
    found = told(Language.CHINESE, maker="APC", model="SMT1000", firmware="7", serial="", location="x")
    assert home_assistant.faults(found) == []
    assert found["device"] == {
        "identifiers": ["roommon-hospital-a-rack-a"], "name": "A 列机柜", "suggested_area": "server-room",
        "manufacturer": "APC", "model": "SMT1000", "sw_version": "7",
    }  # fmt: skip
    assert found["components"]["inlet"]["name"] == "进风"


def test_a_measured_value_is_told_and_a_bad_one_is_unknown() -> None:
    assert state(INLET, good(INLET.id, START, 27.3)) == "27.3"
    assert state(INLET, bad(INLET.id, START, Reason.SENSOR_FAILURE)) == "None"
    assert state(INLET, good(INLET.id, START, 0.0)) == "0.0"


@pytest.mark.parametrize(("value", "said"), [(0.0, "OFF"), (1.0, "ON")])
def test_a_contact_is_on_when_it_is_abnormal(value: float, said: str) -> None:
    assert state(LEAK, good(LEAK.id, START, value)) == said
    assert state(LEAK, bad(LEAK.id, START, Reason.NO_COMMUNICATION)) == "None"


def test_a_state_has_its_name_in_the_sites_language() -> None:
    assert state(MODE, good(MODE.id, START, 2.0)) == "on battery"
    assert state(MODE, good(MODE.id, START, 2.0), Language.CHINESE) == "电池供电"
    assert state(MODE, good(MODE.id, START, 9.0)) == "9"
    assert state(MODE, bad(MODE.id, START, Reason.NO_COMMUNICATION)) == "None"


@pytest.mark.parametrize("name", ['it\'s "so"', "}}{{ 7 * 7 }}", "back\\slash", "{% raw %}", "断\n电", "'] ~ config"])
def test_a_name_is_never_taken_for_a_template(name: str) -> None:
    sensor = replace(MODE, states={1: Text.same(name)})
    assert state(sensor, good(sensor.id, START, 1.0)) == name


def test_a_sensor_is_there_while_roommon_is_and_it_can_be_read() -> None:
    inlet: dict[str, Any] = told()["components"]["inlet"]
    assert inlet["expire_after"] == 25
    assert inlet["availability_mode"] == "all"
    by_status, by_reading = inlet["availability"]
    assert by_status == {"topic": "roommon/hospital-a/status"}
    assert by_reading["topic"] == inlet["state_topic"] == "roommon/hospital-a/reading/rack-a/inlet"
    for reading, said in ((good(INLET.id, START, 0.0), "online"), (bad(INLET.id, START, Reason.OVERDUE), "offline")):
        payload = reading_message(reading, INLET, "room").decode()
        assert home_assistant.rendered(by_reading["value_template"], payload) == said


def test_an_alarm_is_on_while_it_stands_with_its_members_as_attributes() -> None:
    entity, numbered = of_alarm(HOT, INLET, Language.ENGLISH), NumberedEvent(7, event(HOT))
    assert entity["name"] == "Inlet: inlet-hot"
    standing = json.dumps(standing_of(RACK.id, [numbered], Language.CHINESE))
    quiet = json.dumps(standing_of(RACK.id, [], Language.CHINESE))
    elsewhere = json.dumps(standing_of(DeviceId("rack-b"), [numbered], Language.CHINESE))
    states = [home_assistant.rendered(str(entity["value_template"]), each) for each in (standing, quiet, elsewhere)]
    assert states == ["ON", "OFF", "OFF"]
    attributes = str(entity["json_attributes_template"])
    members = json.loads(home_assistant.rendered(attributes, standing))
    assert (members["number"], members["priority"], members["text"]) == (7, "medium", "A 列机柜 进风 27.3 °C")
    assert json.loads(home_assistant.rendered(attributes, quiet)) == {}


def test_the_topics_have_no_mark_that_it_does_not_take() -> None:
    odd = Places("ha/x", Topics("a/b.c", SiteId("hospital-a")))
    assert odd.node == "a-b-c-hospital-a"
    assert odd.device(RACK.id) == "ha/x/device/a-b-c-hospital-a/rack-a/config"
    assert odd.device_of(odd.device(RACK.id)) == "rack-a"
    assert odd.device_of("ha/x/device/another/rack-a/config") is None
    assert odd.device_of("roommon/hospital-a/status") is None


def test_what_leaves_is_told_once_more_with_its_platform_alone() -> None:
    now = told()
    before = json.loads(json.dumps(now))
    assert leaving(before, now) is None
    before["components"]["outlet"] = {"platform": "sensor", "name": "Outlet"}
    before["components"]["inlet"]["platform"] = "binary_sensor"
    last = leaving(before, now)
    assert last is not None
    assert last["components"]["outlet"] == {"platform": "sensor"}
    assert last["components"]["inlet"] == {"platform": "binary_sensor"}
    assert last["components"][HOT] == now["components"][HOT]


@pytest.mark.parametrize("before", [None, [], {}, {"components": 3}, {"components": {"x": 1, "y": {}}}])
def test_what_another_program_left_there_is_no_trouble(before: object) -> None:
    assert leaving(before, told()) is None
