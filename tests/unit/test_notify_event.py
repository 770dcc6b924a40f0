import json

import pytest

from roommon.alerts.payload import alarm_message
from roommon.model.alarm import Priority, State
from roommon.model.text import Language, Text
from roommon.notify.event import NotAnEvent, parsed, said_at
from tests.peers.events import event


def payload(**changes: object) -> bytes:
    document = json.loads(alarm_message(7, event("inlet-hot.rack-a.inlet"), Language.CHINESE))
    return json.dumps(document | changes).encode()


def test_roommons_own_payload_is_read_with_the_words_of_both_languages() -> None:
    made = event("inlet-hot.rack-a.inlet")
    read = parsed("hospital-a", alarm_message(7, made, Language.CHINESE))
    assert (read.number, read.at, read.alarm, read.priority) == (7, made.at, made.alarm, Priority.MEDIUM)
    assert (read.text, read.response) == (made.text, made.response)
    assert read.begins
    assert read.stands
    assert not read.is_over


def test_a_roommon_that_tells_one_language_is_taken_at_its_word() -> None:
    document = json.loads(payload())
    del document["words"]
    read = parsed("hospital-a", json.dumps(document).encode())
    assert read.text == Text.same("A 列机柜 进风 27.3 °C")


def test_the_end_follows_and_is_over() -> None:
    read = parsed("hospital-a", alarm_message(8, event("a.b.c", State.NORMAL), Language.ENGLISH))
    assert (read.begins, read.is_over, read.stands) == (False, True, False)


def test_a_trigger_and_a_member_that_nobody_knows_yet_are_no_error() -> None:
    read = parsed("hospital-a", payload(trigger="evaporated", more={"a": 1}))
    assert (read.begins, read.trigger) == (False, "evaporated")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "7"},
        {"number": True},
        {"at": "yesterday"},
        {"at": "2026-11-23T20:16:05"},
        {"priority": "urgent"},
        {"alarm": None},
        {"text": 1},
    ],
)
def test_what_is_no_event_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NotAnEvent):
        parsed("hospital-a", payload(**wrong))


@pytest.mark.parametrize("wrong", [b"", b"7", b"[]", b"{}", "\udcff".encode("utf-8", "surrogatepass")])
def test_what_is_no_object_is_refused(wrong: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parsed("hospital-a", wrong)
    with pytest.raises(NotAnEvent):
        said_at(wrong)
