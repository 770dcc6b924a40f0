from datetime import UTC
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from roommon.model.alarm import Priority, RuleId, alarm_id
from roommon.model.reading import SensorId
from roommon.model.text import Language, Text
from roommon.notify import gsm
from roommon.notify.delivering import ordered
from roommon.notify.event import Event
from roommon.notify.wording import AT_MOST, Note
from roommon.web.drawing import alarm_path
from tests.peers.notify_settings import at, happened


def note(*events: Event, language: Language = Language.ENGLISH, **more: object) -> Note:
    return Note(events or (happened(),), language, UTC, **more)  # type: ignore[arg-type]


def note_of(*events: Event) -> Note:
    """What goes out of `events`, however they waited."""
    return note(*ordered(events))


def test_one_event_is_a_line_and_a_paragraph() -> None:
    made = note(link="https://box.example/{site}/alarms/{alarm}")
    assert made.subject == "[HIGH] Rack A inlet is 31.2 °C"
    assert made.body.split("\n") == [
        "[HIGH] Rack A inlet is 31.2 °C",
        "Check the air conditioners.",
        "server-room · inlet-hot.rack-a.inlet",
        "2026-11-23 20:16:05 UTC",
        "https://box.example/hospital-a/alarms/inlet-hot.rack-a.inlet",
    ]
    assert made.whole == made.body


def test_times_are_those_of_the_zone_and_words_those_of_the_person() -> None:
    made = Note((happened(),), Language.CHINESE, ZoneInfo("Asia/Shanghai"), several_sites=True)
    assert made.subject == "[高] A 列机柜进风 31.2 °C"
    assert "检查空调。" in made.body
    assert "hospital-a / server-room · inlet-hot.rack-a.inlet" in made.body
    assert "2026-11-24 04:16:05 CST" in made.body


def test_several_events_are_counted_the_most_urgent_named() -> None:
    critical = happened("fire.a.b", priority=Priority.CRITICAL, text=Text("Fire", "火警"))
    made = note(critical, happened(), happened("c.d.e"))
    assert made.subject == "3 messages, 1 CRITICAL: [CRITICAL] Fire"
    assert made.body.count("\n\n") == 2
    assert made.whole.startswith(made.subject)


RETURNED = Text("Returned to normal: Rack A inlet is 22.0 °C", "已恢复：A 列机柜进风 22.0 °C")


def later(alarm: str = "inlet-hot.rack-a.inlet", state: str = "normal", **more: object) -> Event:
    members: dict[str, object] = {"trigger": "returned", "text": RETURNED, "at": at("2026-11-23T20:20:00Z")}
    return happened(alarm, state=state, **(members | more))


def test_the_latest_word_on_the_most_urgent_alarm_leads() -> None:
    made = note_of(later(), happened(), happened("c.d.e", priority=Priority.LOW))
    assert made.subject == "3 messages, 2 HIGH: [HIGH] Returned to normal: Rack A inlet is 22.0 °C"
    assert made.sms.startswith("3 messages, 2 HIGH. HIGH server-room: Returned to normal")
    assert made.body.index("is 31.2 °C") < made.body.index("Returned to normal"), "told as it happened"


def test_what_stands_leads_before_what_is_over_of_the_same_priority_and_not_before_what_was_worse() -> None:
    made = note_of(happened("a.b.c"), later("a.b.c"), happened("c.d.e", text=Text("Leak", "漏水")))
    assert made.subject == "3 messages, 3 HIGH: [HIGH] Leak"
    worse = note_of(happened("c.d.e"), later("a.b.c", priority=Priority.CRITICAL))
    assert "[CRITICAL] Returned to normal" in worse.subject


@pytest.mark.parametrize(
    ("state", "language", "left"),
    [
        ("normal", Language.ENGLISH, ""),
        ("returned_unacknowledged", Language.ENGLISH, "Somebody has yet to acknowledge it."),
        ("latched_unacknowledged", Language.CHINESE, "仍需确认并复位。"),
        ("latched_acknowledged", Language.ENGLISH, "Somebody has yet to reset it."),
    ],
)
def test_what_is_over_asks_nobody_to_do_what_its_beginning_asked(state: str, language: Language, left: str) -> None:
    made = note(later(state=state), language=language)
    for words in (made.body, made.sms):
        assert left in words
        assert "Check the air" not in words
        assert "检查空调" not in words
    taken = note(later(state="acknowledged", trigger="acknowledged"))
    assert "Check the air" not in taken.body, "one has it; the others may stay"
    assert "Check the air" in note(later(state="acknowledged", trigger="acknowledged", handed_over=1)).body


LINK = "https://box.example/alarms/{alarm}"
TOOK_OVER = {
    Language.ENGLISH: "You are on call now: 2 alarms stand: [CRITICAL] Fire",
    Language.CHINESE: "现由您值班，当前告警 2 条：[紧急] 火警",
}


def handed(alarm: str = "a.b.c", number: int = 1, **more: object) -> Event:
    return happened(alarm, handed_over=number, **more)


def fire(**more: object) -> Event:
    return happened("fire.a.b", priority=Priority.CRITICAL, text=Text("Fire", "火警"), **more)


@pytest.mark.parametrize("language", Language)
def test_who_takes_over_reads_so_and_how_much_stands(language: Language) -> None:
    made = note(fire(handed_over=2), handed("a.b.c", 2), language=language)
    assert made.subject == TOOK_OVER[language]
    assert made.whole.startswith(TOOK_OVER[language])
    assert made.sms.startswith(TOOK_OVER[language].split("[")[0][:-2])


@pytest.mark.parametrize(
    ("events", "lead"),
    [
        ((handed(),), "You are on call now: 1 alarm stands"),
        ((fire(handed_over=3),), "You are on call now: 3 alarms stand, 1 of them here"),
        ((handed(), handed("d.e.f")), "You are on call now: 2 alarms stand"),  # of two rotas
        ((handed(), happened("d.e.f")), "You are on call now: 1 alarm stands; 2 messages, 2 HIGH"),
    ],
)
def test_what_came_with_the_duty_is_counted_by_itself(events: tuple[Event, ...], lead: str) -> None:
    assert note(*events).subject.partition(": [")[0] == lead
    assert note(*events).sms.startswith(f"{lead}. ")


@pytest.mark.parametrize(
    ("language", "when"),
    [
        (Language.ENGLISH, "2026-11-23 20:16:05 UTC, 1 h 10 min after it began (2026-11-23 19:06:05 UTC)"),
        (Language.CHINESE, "2026-11-23 20:16:05 UTC，距发生 1 h 10 min（2026-11-23 19:06:05 UTC）"),
    ],
)
def test_a_later_word_says_when_it_began(language: Language, when: str) -> None:
    later = happened(trigger="returned", state="normal", since=at("2026-11-23T19:06:05Z"))
    assert when in note(later, language=language).body


def test_the_link_is_in_an_sms_where_it_fits_whole() -> None:
    link = LINK.replace("{alarm}", "a.b.c")
    assert note(happened("a.b.c"), link=LINK).sms.endswith(f"Check the air conditioners. {link}")
    assert note(happened("a.b.c"), link=LINK, language=Language.CHINESE).sms.endswith(f"检查空调。 {link}")
    long = happened("a.b.c", response=Text("Check the air conditioners. " * 4, "请检查空调。" * 4))
    for language, ends in ((Language.ENGLISH, "conditioners"), (Language.CHINESE, "空调。")):
        assert link not in note(long, link=LINK, language=language).sms
        assert ends in note(long, link=LINK, language=language).sms


NAMES = st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(rule=NAMES, sensor=NAMES)
def test_the_link_leads_to_the_page_of_this_alarm_whatever_its_name(rule: str, sensor: str) -> None:
    alarm = alarm_id(RuleId(rule), SensorId(sensor))
    made = note(happened(alarm), link=LINK).link_to(happened(alarm))
    path = urlsplit(made).path
    assert path == alarm_path(alarm)
    assert URL(made).parts == ("/", "alarms", alarm)
    assert made.isascii()
    assert not set(made) & set(" <>\"'")


def test_a_flood_is_cut_and_says_so() -> None:
    made = note(*(happened(f"a-{number}.b.c") for number in range(AT_MOST + 7)))
    assert made.body.count("inlet is") == AT_MOST
    assert made.body.endswith("... and 7 more; `roommon notify log` has them.")


@pytest.mark.parametrize("text", [Text("Leak", "漏水"), Text("DRILL: Leak", "演练：漏水")])
def test_a_drill_says_so_once(text: Text) -> None:
    for language, word in ((Language.ENGLISH, "DRILL"), (Language.CHINESE, "演练")):
        made = note(happened(drill=True, text=text), language=language)
        assert made.subject.count(word) == made.sms.count(word) == 1


def test_a_persons_note_is_told_unless_the_text_holds_it() -> None:
    assert "plumber comes at 9" in note(happened(note="plumber comes at 9")).body
    held = happened(note="at 9", text=Text("Note by Wang (at 9): Leak", "备注"))
    assert note(held).body.count("at 9") == 1


@pytest.mark.parametrize(
    ("language", "sms"),
    [
        (Language.ENGLISH, "HIGH server-room: Rack A inlet is 31.2 C. Check the air conditioners."),
        (Language.CHINESE, "高 server-room：A 列机柜进风 31.2 °C。检查空调。"),
    ],
)
def test_an_sms_says_what_where_value_and_what_to_do(language: Language, sms: str) -> None:
    assert note(language=language).sms == sms


LONG = "绳式漏水检测于 12.3 m 处检出漏水，位于精密空调下方地板"
VALVE = "先关闭空调供水阀，再查找并擦干；"


@pytest.mark.parametrize(
    ("text", "response", "sms"),
    [
        (LONG, VALVE, f"高 server-room：{LONG}。{VALVE}"),
        (LONG, VALVE * 2, f"高 {LONG}。{VALVE * 2}"),
        (LONG, VALVE * 3, f"高 {LONG}。{VALVE * 2}先关闭…"),
        (LONG * 2, VALVE, f"高 {LONG * 2}"),
        (LONG * 3, VALVE, f"高 {LONG * 3}"[:69] + "…"),
    ],
)
def test_an_sms_leaves_out_the_room_then_what_to_do_then_the_end(text: str, response: str, sms: str) -> None:
    made = note(happened(text=Text.same(text), response=Text.same(response)), language=Language.CHINESE)
    assert made.sms == sms


def test_an_sms_without_room_for_what_to_do_may_have_room_for_the_room() -> None:
    made = note(happened(text=Text.same(LONG * 2), response=Text.same(VALVE), room="A1"), language=Language.CHINESE)
    assert made.sms == f"高 A1：{LONG * 2}"


def test_several_in_an_sms_are_counted() -> None:
    made = note(happened(), happened("b.c.d"), language=Language.CHINESE)
    assert made.sms == "2 条消息，高 2 条。高 server-room：A 列机柜进风 31.2 °C。检查空调。"


TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=300)


@given(texts=st.lists(st.tuples(TEXTS.filter(bool), TEXTS), min_size=1, max_size=3), room=TEXTS, drill=st.booleans())
def test_an_sms_is_one_sms_whatever_is_told(texts: list[tuple[str, str]], room: str, drill: bool) -> None:
    events = [
        happened(text=Text.same(text), response=Text.same(response), room=room, drill=drill) for text, response in texts
    ]
    for language in Language:
        made = note(*events, language=language)
        assert gsm.fits(made.sms)
        assert made.sms.strip()


@given(text=TEXTS)
def test_a_text_that_is_cut_begins_as_it_did(text: str) -> None:
    cut = gsm.cut(text)
    assert gsm.fits(cut)
    assert cut == text or text.startswith(cut.rstrip("….").rstrip())


@pytest.mark.parametrize(("text", "places"), [("a" * 160, 160), ("€[]", 6), ("温度", 2), ("😀", 2), ("°", 1)])
def test_places_are_counted_as_the_network_does(text: str, places: int) -> None:
    assert gsm.places(text) == places


def test_a_degree_does_not_cost_ninety_letters() -> None:
    assert gsm.plainer("31.2 °C – ≈") == "31.2 °C – ≈", "one letter stays strange, so nothing is replaced"
    assert gsm.plainer("31.2 °C – CO₂") == "31.2 C - CO2"
