import dataclasses

import pytest

from roommon.alerts.commands import parse
from roommon.alerts.payload import alarm_message
from roommon.model.alarm import Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.reading import Quality
from roommon.model.text import Language
from tests.peers import asyncapi
from tests.peers.events import event


def test_the_document_is_asyncapi() -> None:
    assert asyncapi.faults() == []


@pytest.mark.parametrize("name", [name for name, _, _ in asyncapi.examples()])
def test_its_examples_keep_to_its_schemas(name: str) -> None:
    for each, message, payload in asyncapi.examples():
        if each == name:
            assert asyncapi.payload_errors(message, payload) == []


def test_its_lists_are_the_models() -> None:
    schemas = asyncapi.document()["components"]["schemas"]
    members = schemas["AlarmEvent"]["properties"]
    assert set(schemas["State"]["enum"]) == set(State)
    assert set(members["trigger"]["enum"]) == set(Trigger)
    assert set(members["quality"]["enum"]) == set(Quality)
    assert set(members["priority"]["enum"]) == {priority.name.lower() for priority in Priority}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("language", list(Language))
def test_every_event_keeps_to_its_schema(state: State, language: Language) -> None:
    bare = dataclasses.replace(event("a.b.c", state), value=None, setpoint=None)
    for each in (event("a.b.c", state), bare):
        asyncapi.validate("roommon/hospital-a/event", alarm_message(7, each, language))


def test_a_normal_alarm_may_not_stand() -> None:
    payload = alarm_message(7, event("a.b.c", State.NORMAL), Language.ENGLISH)
    with pytest.raises(AssertionError, match=r"alarm/a\.b\.c"):
        asyncapi.validate("roommon/hospital-a/alarm/a.b.c", payload)
    asyncapi.validate("roommon/hospital-a/alarm/a.b.c", b"")


def test_an_unknown_topic_or_member_is_found() -> None:
    with pytest.raises(AssertionError, match="no topic"):
        asyncapi.validate("roommon/hospital-a/alarms", b"")
    with pytest.raises(AssertionError, match="required"):
        asyncapi.validate("roommon/hospital-a/event", b"{}")


def test_its_command_is_the_one_that_is_taken() -> None:
    payload = b'{"alarm": "inlet-hot.rack-a.inlet", "by": "Wang"}'
    asyncapi.validate("roommon/hospital-a/command/acknowledge", payload)
    assert parse("acknowledge", payload, Instant(5), "mqtt").by == "Wang"
