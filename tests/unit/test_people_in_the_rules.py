"""People's commands at their edges, as the rules take them."""

from dataclasses import replace

import pytest

from roommon.alerts.topics import Topics
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge, PutBack, Scope, Shelve, TakeOut
from roommon.model.device import SiteId
from roommon.model.quantity import Amount
from roommon.model.reading import good
from roommon.rules.answer import Answer
from roommon.rules.engine import Engine
from roommon.rules.kinds import limit
from tests.peers.room import INLET, ROOM, after, rule

RULE = rule("hot", limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH), INLET)


def out(at_s: float, until: Instant | None = None, note: str = "battery", target: str = ROOM.id) -> TakeOut:
    scope = Scope.DEVICE if target == ROOM.id else Scope.ROOM
    return TakeOut(at=after(at_s), by="Wang", note=note, scope=scope, target=target, until=until)


def only(answer: Answer) -> AlarmEvent:
    assert answer.done
    [event] = answer.events
    return event


def test_what_is_out_of_service_can_be_given_more_time_or_another_reason() -> None:
    engine = Engine([RULE], [ROOM])
    first = only(engine.command(out(0, after(60))))
    assert (first.was, first.state) == (State.NORMAL, State.ACKNOWLEDGED)
    longer = only(engine.command(out(10, after(7200))))
    assert (longer.was, longer.state) == (State.ACKNOWLEDGED, State.ACKNOWLEDGED)
    assert longer.suppression is not None
    assert longer.suppression.until == after(7200)
    assert only(engine.command(out(20, after(7200), note="battery and fan"))).note == "battery and fan"
    ended = only(engine.command(PutBack(at=after(7000), by="Li", scope=Scope.DEVICE, target=ROOM.id)))
    assert ended.trigger is Trigger.IN_SERVICE


def test_the_same_once_more_changes_nothing() -> None:
    engine = Engine([RULE], [ROOM])
    engine.command(out(0, after(60)))
    again = engine.command(out(10, after(60)))
    assert again.done
    assert again.events == []


@pytest.mark.parametrize("room", ["A/C + UPS #2", "机房/东", "100 %"])
def test_a_room_of_any_name_can_be_taken_out_of_service_and_told_of(room: str) -> None:
    event = only(Engine([RULE], [replace(ROOM, room=room)]).command(out(0, target=room)))
    topic = Topics("roommon", SiteId("s")).alarm(event.alarm)
    assert topic.count("/") == 3
    assert not set(topic) & set("+#")
    assert event.room == room


def test_a_sender_who_names_every_command_alike_is_still_obeyed() -> None:
    engine = Engine([RULE], [ROOM])
    engine.fold([good(INLET.id, after(0), 30.0)])
    alarm = AlarmId(f"hot.{INLET.id}")
    shelve = Shelve(at=after(1), alarm=alarm, by="Wang", id="1", note="filter", until=after(60))
    assert only(engine.command(shelve)).trigger is Trigger.SHELVED
    seen = engine.command(Acknowledge(at=after(2), alarm=alarm, by="Wang", id="1"))
    assert only(seen).trigger is Trigger.ACKNOWLEDGED
    assert seen.words.en == "Acknowledged."
    again = engine.command(replace(shelve, at=after(3), until=after(62)))
    assert (again.done, again.words.en, again.events) == (True, "Shelved.", [])
    for place in (out(4), out(5, target=ROOM.room)):
        assert engine.command(replace(place, id="1")).events[0].trigger is Trigger.OUT_OF_SERVICE


@pytest.mark.parametrize(
    ("alarm", "words"),
    [
        ("out-of-service.device.rack-a", "put back in service"),
        ("alarm-flood.roommon.alarms", "by itself"),
        ("no.such.alarm", "There is no alarm no.such.alarm"),
    ],
)
def test_what_nobody_can_acknowledge_says_how_it_ends(alarm: str, words: str) -> None:
    answer = Engine([RULE], [ROOM]).command(Acknowledge(at=after(0), alarm=AlarmId(alarm), by="Wang"))
    assert not answer.done
    assert words in answer.words.en
