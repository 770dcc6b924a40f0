import dataclasses
import json

import pytest

from roommon.alerts.payload import alarm_message, reading_message
from roommon.model.clock import Instant
from roommon.model.reading import Reason, bad, good
from roommon.model.text import Language
from roommon.record.members import iso_8601
from tests.peers import asyncapi
from tests.peers.events import INLET, event


def test_an_event_says_everything_in_the_language_of_the_site() -> None:
    raised = dataclasses.replace(event("inlet-hot.rack-a.inlet"), at=Instant(1_795_466_461_005))
    assert json.loads(alarm_message(4711, raised, Language.CHINESE)) == {
        "schema": 1,
        "number": 4711,
        "at": "2026-11-23T20:41:01.005Z",
        "alarm": "inlet-hot.rack-a.inlet",
        "priority": "medium",
        "state": "unacknowledged",
        "was": "normal",
        "trigger": "raised",
        "by": None,
        "source": None,
        "note": None,
        "tell": True,
        "tier": 0,
        "count": 0,
        "drill": False,
        "suppression": None,
        "device": "rack-a",
        "sensor": "rack-a.inlet",
        "room": "server-room",
        "value": 27.3,
        "unit": "Cel",
        "setpoint": 27.0,
        "quality": "good",
        "text": "A 列机柜 进风 27.3 °C",
        "response": "检查空调。",
        "words": {
            "en": {"text": "Rack A inlet is 27.3 °C", "response": "Check the air conditioners."},
            "zh-CN": {"text": "A 列机柜 进风 27.3 °C", "response": "检查空调。"},
        },
    }


def test_chinese_is_sent_as_it_is_read() -> None:
    assert "检查空调。".encode() in alarm_message(1, event("a.b.c"), Language.CHINESE)
    assert json.loads(alarm_message(1, event("a.b.c"), Language.ENGLISH))["response"] == "Check the air conditioners."


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (1_795_466_461_999, "2026-11-23T20:41:01.999Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ],
)
def test_instants_are_written_to_the_millisecond(at: int, written: str) -> None:
    assert iso_8601(Instant(at)) == written


def test_a_bad_reading_has_no_value_and_says_why() -> None:
    for reading in (good(INLET.id, Instant(5), 21.5), bad(INLET.id, Instant(5), Reason.NO_COMMUNICATION)):
        payload = reading_message(reading, INLET, "server-room")
        asyncapi.validate("roommon/hospital-a/reading/rack-a/inlet", payload)
        assert json.loads(payload)["value"] == reading.value
        assert json.loads(payload)["reason"] == reading.reason
