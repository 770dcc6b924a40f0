"""docs/openapi.yaml is OpenAPI, has the addresses that are served, and speaks the words of the models and of MQTT."""

import openapi_spec_validator
import pytest

from roommon.model.alarm import Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reason, bad
from roommon.model.suppression import SuppressedAs
from roommon.web.api import documents
from roommon.web.api.routes import AT_MOST, PREFIX, ROUTES
from roommon.web.mood import Mood
from roommon.web.programs import CHALLENGE
from roommon.web.protection import Protection
from tests.peers import asyncapi, openapi
from tests.peers import made_building as shown
from tests.peers.room import START

SCHEMAS = openapi.document()["components"]["schemas"]


def test_the_document_is_openapi() -> None:
    openapi_spec_validator.validate(dict(openapi.document()))


def test_its_addresses_are_those_that_are_served() -> None:
    assert set(openapi.document()["paths"]) == set(ROUTES)
    assert openapi.document()["servers"][0]["url"].endswith(PREFIX)
    for path, route in ROUTES.items():
        assert set(openapi.document()["paths"][path]) == {"get"}
        assert openapi.parameters(path, "query") == set(route.parameters)
        assert openapi.parameters(path, "path") == ({"id"} if "{id}" in path else set())


def test_its_security_is_what_is_asked_for() -> None:
    [(name, scheme)] = openapi.document()["components"]["securitySchemes"].items()
    assert openapi.document()["security"] == [{}, {name: []}]
    assert (scheme["type"], scheme["scheme"]) == ("http", "basic")
    assert CHALLENGE.lower().startswith(f"{scheme['scheme']} realm=")


def test_its_lists_are_the_models() -> None:
    assert set(SCHEMAS["State"]["enum"]) == set(State)
    assert set(SCHEMAS["Quality"]["enum"]) == set(Quality)
    assert SCHEMAS["Mood"]["enum"] == list(Mood)
    assert SCHEMAS["Protection"]["enum"] == list(Protection)
    assert SCHEMAS["Priority"]["enum"] == [priority.name.lower() for priority in Priority]
    event = SCHEMAS["AlarmEvent"]["properties"]
    assert set(event["trigger"]["enum"]) == set(Trigger)
    assert set(event["suppression"]["anyOf"][1]["properties"]["kind"]["enum"]) == set(SuppressedAs)
    assert SCHEMAS["Events"]["properties"]["events"]["maxItems"] == AT_MOST


@pytest.mark.parametrize(("ours", "theirs"), [("AlarmEvent", "AlarmEvent"), ("Sensor", "Reading")])
def test_its_members_are_those_of_mqtt(ours: str, theirs: str) -> None:
    members = set(asyncapi.document()["components"]["schemas"][theirs]["properties"])
    assert members <= set(SCHEMAS[ours]["properties"])
    assert members <= set(SCHEMAS[ours]["required"])


EVERYTHING = shown.device_of_everything()
BUILDING = shown.building(EVERYTHING)


def test_what_a_sensor_said_is_told_with_its_words() -> None:
    said = documents.sensors(BUILDING, shown.present(shown.all_good([EVERYTHING])), None)
    assert openapi.faults({"$ref": "#/components/schemas/Sensors"}, said) == []
    first = said["sensors"][0]  # type: ignore[index]
    assert (first["value"], first["unit"], first["text"], first["quality"]) == (1.0, "Cel", "1.0 °C", "good")


def test_what_is_not_known_is_null_and_what_is_old_is_not_known() -> None:
    [temperature, *_] = EVERYTHING.sensors
    broken = shown.present([bad(temperature.id, START, Reason.SENSOR_FAILURE)])
    told = documents.sensor(BUILDING.watched[temperature.id], BUILDING, broken)
    assert openapi.faults({"$ref": "#/components/schemas/Sensor"}, told) == []
    assert (told["value"], told["text"], told["quality"], told["reason"]) == (None, None, "bad", "sensor_failure")
    late = shown.present(shown.all_good([EVERYTHING]), Instant(START + 13_001))
    told = documents.sensor(BUILDING.watched[temperature.id], BUILDING, late)
    assert openapi.faults({"$ref": "#/components/schemas/Sensor"}, told) == []
    assert [told[name] for name in ("at", "value", "text", "quality", "reason")] == [None] * 5
    assert told["mood"] == "blind"


def test_a_stale_value_would_be_a_fault() -> None:
    told = documents.sensor(BUILDING.watched[EVERYTHING.sensors[0].id], BUILDING, shown.present([]))
    assert openapi.faults({"$ref": "#/components/schemas/Sensor"}, {**told, "value": 21.0}) != []
    assert openapi.faults({"$ref": "#/components/schemas/Sensor"}, {**told, "more": 1}) != []
