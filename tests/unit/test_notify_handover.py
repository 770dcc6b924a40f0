"""Who takes over the duty is told what stands: at the turn, at a swap, once, and over a restart."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify.event import Event
from roommon.notify.handover import HandOver
from roommon.notify.queue import Duty, Message, Queue, Try, opened
from roommon.notify.settings import Name, Settings, Target
from roommon.notify.telling import decider
from tests.peers.notify_settings import THREE_PEOPLE, at, happened, settings

ROTA = """
rotas:
  - id: duty
    people: [wang, li, zhao]
    zone: Europe/Berlin
    from: 2026-11-23
    turn: 08:00
    swaps: [{ from: 2026-12-02, until: 2026-12-03, who: zhao }]
"""
BY_MAIL = ROTA + "routes: [{ to: duty, by: mail }]"
SETTLE_MS = 20_000
BEFORE, TURN = at("2026-11-30T07:30:00+01:00"), at("2026-11-30T08:00:00+01:00")
WANG, LI, ZHAO = (Target(Name(each), Name("mail")) for each in ("wang", "li", "zhao"))


@dataclass
class Watchman:
    """A queue, and a clock that is set by hand."""

    settings: Settings
    queue: Queue
    clock: Instant
    woken: int = 0
    hand_over: HandOver = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.hand_over = HandOver(self.settings, self.queue, lambda: self.clock, self._wake)

    def _wake(self) -> None:
        self.woken += 1

    def look(self, when: Instant | None = None) -> None:
        self.clock = self.clock if when is None else when
        self.hand_over.look()

    def tell(self, event: Event) -> None:
        self.queue.take(event, self.clock, decider(self.settings, self.clock))

    def waits(self, target: Target, when: Instant | None = None) -> list[Message]:
        return self.queue.waiting(target, self.clock if when is None else when)

    def handed(self, target: Target, when: Instant | None = None) -> dict[str, int]:
        """Of which alarms `target` is told because they took over, and how many stood."""
        return {each.event.alarm: each.event.handed_over for each in self.waits(target, when) if each.event.handed_over}

    def deliver(self, target: Target) -> None:
        made = Try(target, self.clock, 1, "", None)
        self.queue.delivered(made, self.waits(target, Instant(self.clock + 10_000_000)))


def event(alarm: str, moment: Instant = BEFORE, **changes: object) -> Event:
    members: Mapping[str, object] = {"number": None, "at": moment} | changes
    return happened(alarm, **members)


@contextmanager
def on_watch(folder: Path, routes: str = BY_MAIL, when: Instant = BEFORE) -> Iterator[Watchman]:
    with opened(folder / "queue.db") as queue:
        yield Watchman(settings(folder, routes, THREE_PEOPLE), queue, when)


@pytest.fixture
def watchman(tmp_path: Path) -> Iterator[Watchman]:
    with on_watch(tmp_path) as made:
        made.look()
        yield made


def test_who_takes_over_is_told_of_all_that_stands_and_who_goes_is_not(watchman: Watchman) -> None:
    for alarm in ("a.b.c", "d.e.f", "over.b.c"):
        watchman.tell(event(alarm))
    watchman.tell(event("over.b.c", trigger="returned", state="normal"))
    watchman.deliver(WANG)
    watchman.look(Instant(TURN - 1))
    assert (watchman.handed(LI), watchman.woken) == ({}, 0)
    watchman.look(TURN)
    assert watchman.handed(LI) == {"a.b.c": 2, "d.e.f": 2}
    assert (watchman.waits(WANG), watchman.waits(ZHAO), watchman.woken) == ([], [], 1)
    watchman.look(Instant(TURN + 1_000))
    assert len(watchman.waits(LI)) == 2
    assert watchman.queue.duty(Name("duty")) == Duty(Name("duty"), Name("li"), TURN), "nothing is written at each look"


def test_nothing_stands_and_nobody_is_told(watchman: Watchman) -> None:
    watchman.look(TURN)
    assert (watchman.waits(LI), watchman.woken) == ([], 0)
    watchman.tell(event("a.b.c", TURN))
    assert [each.event.handed_over for each in watchman.waits(LI)] == [0], "it came after the turn, by the route"
    watchman.look(Instant(TURN + 1_000))
    assert len(watchman.waits(LI)) == 1


def test_a_first_look_tells_nobody_what_stands(tmp_path: Path) -> None:
    with on_watch(tmp_path) as watchman:
        watchman.tell(event("a.b.c"))
        watchman.look(TURN)
        assert watchman.handed(LI) == {}


def test_a_restart_at_the_turn_tells_once(tmp_path: Path) -> None:
    with on_watch(tmp_path) as watchman:
        watchman.look()
        watchman.tell(event("a.b.c"))
    with on_watch(tmp_path, when=TURN) as watchman:  # killed before the turn was seen
        watchman.look(Instant(TURN + SETTLE_MS))
        assert watchman.handed(LI) == {"a.b.c": 1}
    with on_watch(tmp_path, when=Instant(TURN + SETTLE_MS)) as watchman:  # killed after it
        watchman.look(Instant(TURN + 3 * SETTLE_MS))
        assert len(watchman.waits(LI)) == 1


def test_a_turn_that_was_missed_waits_for_what_the_broker_kept(watchman: Watchman) -> None:
    for alarm in ("a.b.c", "over.b.c"):
        watchman.tell(event(alarm))
    watchman.clock = Instant(TURN + 60_000)
    watchman.restart()
    watchman.look()
    assert watchman.handed(LI) == {}
    watchman.tell(event("over.b.c", trigger="returned", state="normal"))
    watchman.tell(event("new.b.c", watchman.clock))
    watchman.look(Instant(TURN + 60_000 + SETTLE_MS - 1))
    assert watchman.handed(LI) == {}
    watchman.look(Instant(TURN + 60_000 + SETTLE_MS))
    assert watchman.handed(LI) == {"a.b.c": 1}, "it knows the new one already"


def test_a_kill_in_the_middle_leaves_neither_half(watchman: Watchman, monkeypatch: pytest.MonkeyPatch) -> None:
    watchman.tell(event("a.b.c"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(watchman.queue, "_note_told", killed)
        with pytest.raises(KeyboardInterrupt):
            watchman.look(TURN)
    assert watchman.waits(LI) == []
    watchman.look()
    assert watchman.handed(LI) == {"a.b.c": 1}


def test_a_swap_hands_over_and_back(watchman: Watchman) -> None:
    watchman.look(TURN)
    watchman.tell(event("a.b.c", TURN))
    watchman.deliver(LI)
    watchman.look(at("2026-12-02T08:00:00+01:00"))
    assert watchman.handed(ZHAO) == {"a.b.c": 1}
    watchman.look(at("2026-12-03T07:59:59+01:00"))
    assert watchman.handed(LI) == {}
    watchman.look(at("2026-12-03T08:00:00+01:00"))
    assert watchman.handed(LI) == {"a.b.c": 1}


@pytest.mark.parametrize(
    ("day", "turn", "moments"),
    [
        ("2026-10-25", "02:30", {"00:29:59": "wang", "00:30:00": "li", "01:00:00": "li", "01:30:00": "li"}),  # back
        (
            "2027-03-28",
            "02:30",
            {"00:59:59": "wang", "01:29:59": "wang", "01:30:00": "li", "02:00:00": "li"},
        ),  # forward
        ("2027-03-28", "08:00", {"05:59:59": "wang", "06:00:00": "li"}),
    ],
)
def test_where_the_clock_is_changed_the_duty_turns_once(
    tmp_path: Path, day: str, turn: str, moments: dict[str, str]
) -> None:
    first = {"2026-10-25": "2026-10-19", "2027-03-28": "2027-03-22"}[day]
    rota = f"zone: Europe/Berlin, from: {first}, day: sun, turn: '{turn}'"
    routes = f"rotas: [{{ id: duty, people: [wang, li], {rota} }}]\nroutes: [{{ to: duty, by: mail }}]"
    with on_watch(tmp_path, routes, at(f"{day}T00:00:00Z")) as watchman:
        watchman.look()
        watchman.tell(event("a.b.c", watchman.clock))
        for moment, who in moments.items():
            watchman.look(at(f"{day}T{moment}Z"))
            duty = watchman.queue.duty(Name("duty"))
            assert duty is not None
            assert (moment, duty.person) == (moment, who)
        assert len(watchman.handed(LI)) == 1
        assert len(watchman.waits(WANG)) == 1, "its beginning alone"


def test_a_turn_just_after_a_start_waits_for_nothing(watchman: Watchman) -> None:
    watchman.tell(event("a.b.c"))
    watchman.clock = Instant(TURN - 5_000)
    watchman.restart()
    watchman.look(TURN)
    assert watchman.handed(LI) == {"a.b.c": 1}


def test_a_clock_that_is_set_back_after_the_start_keeps_nobody_waiting(watchman: Watchman) -> None:
    watchman.tell(event("a.b.c"))
    watchman.clock = at("2026-11-30T12:00:00+01:00")
    watchman.restart()
    watchman.look(at("2026-11-30T11:00:00+01:00"))
    assert watchman.handed(LI) == {"a.b.c": 1}


def test_a_clock_that_is_set_back_tells_nobody_again(watchman: Watchman) -> None:
    watchman.clock = at("2026-11-27T12:00:00+01:00")
    watchman.tell(event("a.b.c", watchman.clock))
    watchman.look(Instant(TURN + 5_000))
    watchman.look(Instant(TURN - 5_000))
    assert watchman.handed(WANG) == {}
    watchman.look(Instant(TURN + 6_000))
    assert len(watchman.waits(LI)) == 1


def test_a_clock_that_was_years_ahead_blocks_no_turn(watchman: Watchman) -> None:
    watchman.look(at("2036-01-09T12:00:00+01:00"))
    before = watchman.queue.duty(Name("duty"))
    assert before is not None
    watchman.look(Instant(BEFORE + SETTLE_MS))
    after = watchman.queue.duty(Name("duty"))
    assert after is not None
    assert (before.person, after.person) == ("zhao", "wang")


QUIET = ROTA + "routes: [{ to: duty, by: mail, quiet: 'daily 22:00-09:00 Europe/Berlin' }]"


def test_quiet_hours_of_the_route_hold_all_but_what_is_critical(tmp_path: Path) -> None:
    with on_watch(tmp_path, QUIET) as watchman:
        watchman.look()
        watchman.tell(event("high.b.c"))
        watchman.tell(event("fire.b.c", priority=Priority.CRITICAL))
        watchman.look(TURN)
        assert watchman.handed(LI) == {"fire.b.c": 2}
        nine = at("2026-11-30T09:00:00+01:00")
        assert watchman.handed(LI, Instant(nine - 1)) == {"fire.b.c": 2}
        assert watchman.handed(LI, nine) == {"fire.b.c": 2, "high.b.c": 2}


def test_what_a_route_does_not_lead_to_the_duty_is_not_handed_over(tmp_path: Path) -> None:
    duty = "{ to: duty, by: mail, priority: high }, { to: duty, by: mail, tier: 1 }"
    routes = f"{ROTA}routes: [{duty}, {{ to: zhao, alarms: [low.*] }}]"
    with on_watch(tmp_path, routes) as watchman:
        watchman.look()
        watchman.tell(event("high.b.c"))
        watchman.tell(event("low.b.c", priority=Priority.LOW))
        watchman.deliver(ZHAO)
        watchman.look(TURN)
        assert watchman.handed(LI) == {"high.b.c": 1}
        assert watchman.waits(ZHAO) == []
        watchman.tell(event("low.b.c", TURN, priority=Priority.LOW, trigger="repeated", tier=1))
        watchman.look(at("2026-12-14T08:00:00+01:00"))
        assert watchman.handed(WANG) == {"high.b.c": 2, "low.b.c": 2}


def test_the_end_is_told_to_both_and_the_next_alarm_to_who_is_there(watchman: Watchman) -> None:
    watchman.tell(event("a.b.c"))
    watchman.deliver(WANG)
    watchman.look(TURN)
    watchman.deliver(LI)
    watchman.tell(event("a.b.c", TURN, trigger="returned", state="normal"))
    watchman.tell(event("d.e.f", TURN))
    assert [each.event.alarm for each in watchman.waits(WANG, Instant(TURN + 60_000))] == ["a.b.c"]
    assert [each.event.alarm for each in watchman.waits(LI, Instant(TURN + 60_000))] == ["a.b.c", "d.e.f"]


def test_the_latest_word_is_handed_over_and_what_is_shelved_is_not(watchman: Watchman) -> None:
    seen = Text("Acknowledged by Wang: Rack A inlet is 31.2 °C", "Wang 已确认：A 列机柜进风 31.2 °C")
    for alarm in ("a.b.c", "shelved.b.c"):
        watchman.tell(event(alarm))
    later = Instant(BEFORE + 60_000)
    watchman.tell(event("a.b.c", later, trigger="acknowledged", state="acknowledged", text=seen, by="Wang"))
    watchman.tell(event("shelved.b.c", later, trigger="shelved", tell=False, suppressed=True))
    watchman.look(TURN)
    (message,) = watchman.waits(LI)
    assert (message.event.text, message.event.at, message.event.since) == (seen, later, BEFORE)


def test_what_stands_for_longer_than_the_record_is_kept_is_still_handed_over(watchman: Watchman) -> None:
    watchman.tell(event("a.b.c"))
    watchman.deliver(WANG)
    watchman.queue.drop_before(Instant(BEFORE + 1))
    watchman.look(TURN)
    assert watchman.handed(LI) == {"a.b.c": 1}
    assert watchman.waits(LI)[0].event.at == BEFORE


def test_trouble_with_telling_is_handed_over_to_the_duty_that_hears_of_it(tmp_path: Path) -> None:
    own = replace(event("notify.broker"), priority=Priority.CRITICAL)
    with on_watch(tmp_path, ROTA + "routes: [{ to: zhao, by: mail }]\ntrouble: { to: duty }") as watchman:
        watchman.look()
        watchman.tell(own)
        watchman.tell(event("a.b.c"))
        watchman.look(TURN)
        assert watchman.handed(LI) == {"notify.broker": 1}


def test_a_rota_that_left_the_configuration_begins_anew(watchman: Watchman, tmp_path: Path) -> None:
    watchman.tell(event("a.b.c"))
    with_it, without = watchman.settings, settings(tmp_path, "routes: [{ to: li }]", THREE_PEOPLE)
    for each in (without, with_it):
        watchman.settings = each
        watchman.restart()
    watchman.look(TURN)
    assert watchman.handed(LI) == {}


def test_a_queue_of_the_version_before_is_taken_over(tmp_path: Path) -> None:
    with on_watch(tmp_path) as watchman:
        watchman.tell(event("a.b.c"))
    db = sqlite3.connect(tmp_path / "queue.db")
    db.executescript("DROP TABLE duty; ALTER TABLE begun DROP COLUMN since; PRAGMA user_version = 1")
    db.close()
    with on_watch(tmp_path) as watchman:
        watchman.look()
        watchman.look(TURN)
        assert watchman.handed(LI) == {"a.b.c": 1}
