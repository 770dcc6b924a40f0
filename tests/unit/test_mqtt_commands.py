import json
from typing import Any

import pytest

from roommon.alerts.commands import CommandRefused, parse
from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge, Command, Note, Person, PutBack, Reset, Scope, Shelve, TakeOut, Unshelve

NOW = Instant(1_795_466_461_000)
HOT = AlarmId("inlet-hot.rack-a.inlet")


def taken(verb: str, **members: Any) -> Command:
    return parse(verb, json.dumps({"by": "Wang", **members}).encode(), NOW, "mqtt")


def person(note: str = "", id_: str = "") -> Person:
    return Person(at=NOW, by="Wang", note=note, source="mqtt", id=id_)


def test_an_acknowledgement_names_the_alarm_and_the_person() -> None:
    payload = f'{{"alarm": "{HOT}", "by": " 王 ", "since": 5}}'.encode()
    assert parse("acknowledge", payload, NOW, "mqtt") == Acknowledge(at=NOW, alarm=HOT, by="王", source="mqtt")


def test_every_verb_becomes_its_command() -> None:
    assert taken("unshelve", alarm=HOT) == Unshelve(**person(), alarm=HOT)
    assert taken("reset", alarm=HOT, id="7") == Reset(**person(id_="7"), alarm=HOT)
    assert taken("note", alarm=HOT, note=" filter ordered ") == Note(**person("filter ordered"), alarm=HOT)
    for until in ({"for_s": 7200}, {"until": "2026-11-24T00:41:01+02:00"}):
        expected = Shelve(**person("filter"), alarm=HOT, until=Instant(NOW + 7_200_000), one_shot=False)
        assert taken("shelve", alarm=HOT, note="filter", **until) == expected
    assert taken("out_of_service", device="ups-1", note="battery") == TakeOut(
        **person("battery"), scope=Scope.DEVICE, target="ups-1", until=None
    )
    assert taken("in_service", room="server-room") == PutBack(**person(), scope=Scope.ROOM, target="server-room")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("", "not JSON"),
        ("acknowledge", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 4000, "not JSON"),
        ('{"by": "Wang"}', '"alarm" must be'),
        ('{"alarm": "a.b.c"}', '"by" must be'),
        ('{"alarm": 7, "by": "Wang"}', '"alarm" must be'),
        ('{"alarm": "a.b.c", "by": " "}', '"by" must be'),
        ('{"alarm": "a.b.c", "by": "' + "x" * 201 + '"}', '"by" must be'),
        ('{"alarm": "a.b.c", "by": "W\\nang"}', "cannot be printed"),
        ('{"alarm": "a.b.c", "by": "Wang", "note": "' + "x" * 1001 + '"}', '"note" must be'),
        ("x" * 5000, "more than the 4096"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(payload: str, words: str) -> None:
    with pytest.raises(CommandRefused, match=words):
        parse("acknowledge", payload.encode(), NOW, "mqtt")


@pytest.mark.parametrize(
    ("verb", "members", "words"),
    [
        ("shelve", {"alarm": HOT}, "for how long is missing"),
        ("shelve", {"alarm": HOT, "for_s": -5}, '"for_s" must be seconds'),
        ("shelve", {"alarm": HOT, "for_s": "2 h"}, '"for_s" must be seconds'),
        ("shelve", {"alarm": HOT, "for_s": 5, "until": "2026-11-23T22:41:01Z"}, '"for_s" must be seconds'),
        ("shelve", {"alarm": HOT, "until": "2026-11-23T22:41:01"}, "no instant with its zone"),
        ("shelve", {"alarm": HOT, "until": "tomorrow"}, "no instant with its zone"),
        ("out_of_service", {"room": "r", "note": "n", "until": "9999-12-31T23:59:59Z"}, "too far away"),
        ("shelve", {"alarm": HOT, "for_s": 5, "one_shot": 1}, '"one_shot" must be'),
        ("out_of_service", {}, "give one of"),
        ("out_of_service", {"device": "ups-1", "rule": "hot"}, "give one of"),
        ("in_service", {"device": ""}, '"device" must be'),
        ("repair", {"alarm": HOT}, "there are acknowledge, shelve"),
    ],
)
def test_what_a_verb_does_not_take_is_refused(verb: str, members: dict[str, Any], words: str) -> None:
    with pytest.raises(CommandRefused, match=words):
        taken(verb, **members)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(CommandRefused, match="not JSON"):
        parse("acknowledge", b"\xff\xfe\x00", NOW, "mqtt")


def test_the_spaces_of_a_chinese_keyboard_are_spaces() -> None:
    assert taken("note", alarm=HOT, note="\u3000更换\u3000滤芯\u00a0") == Note(**person("更换\u3000滤芯"), alarm=HOT)
