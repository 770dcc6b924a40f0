from pathlib import Path
from typing import Any

import pytest

from roommon.model.alarm import Priority
from roommon.notify.queue import Known
from roommon.notify.routing import not_before, targets
from roommon.notify.settings import Name, Target
from roommon.notify.telling import decider
from tests.peers.notify_settings import at, happened, settings

NOON = at("2026-11-23T12:00:00Z")
WANG_MAIL, WANG_SIREN = Target(Name("wang"), Name("mail")), Target(Name("wang"), Name("siren"))
LI_MAIL = Target(Name("li"), Name("mail"))


def test_a_route_tells_a_person_by_all_their_channels_or_those_it_names(tmp_path: Path) -> None:
    both = settings(tmp_path, "routes: [{ to: wang }]")
    assert set(targets(both, happened(), NOON)) == {WANG_MAIL, WANG_SIREN}
    one = settings(tmp_path, "routes: [{ to: [wang, li], by: mail }]")
    assert set(targets(one, happened(), NOON)) == {WANG_MAIL, LI_MAIL}


@pytest.mark.parametrize(
    ("narrowed", "changes", "fits"),
    [
        ("priority: high", {"priority": Priority.CRITICAL}, True),
        ("priority: high", {"priority": Priority.HIGH}, True),
        ("priority: high", {"priority": Priority.MEDIUM}, False),
        ("rooms: [server-room]", {}, True),
        ("rooms: [archive]", {}, False),
        ("sites: [hospital-a]", {}, True),
        ("protections: [heat]", {}, True),
        ("protections: [water]", {}, False),
        ("protections: [water], alarms: [inlet-hot.*]", {}, True),
        ("alarms: ['*.rack-a.*']", {}, True),
        ("alarms: [rack]", {}, False),
        ("tier: 1", {}, False),
        ("tier: 1", {"tier": 1, "trigger": "repeated"}, True),
        ("tier: 1", {"tier": 2, "trigger": "repeated"}, True),
    ],
)
def test_a_route_is_about_what_it_says(tmp_path: Path, narrowed: str, changes: dict[str, Any], fits: bool) -> None:
    groups = "protections: { heat: [inlet-hot.*], water: [rope.*] }\n"
    made = settings(tmp_path, f"{groups}routes: [{{ to: li, {narrowed} }}]")
    assert (set(targets(made, happened(**changes), NOON)) == {LI_MAIL}) is fits


QUIET = "routes: [{ to: li, quiet: 'daily 22:00-07:00 Asia/Shanghai' }]"


@pytest.mark.parametrize(
    ("moment", "begin"),
    [
        ("2026-11-23T21:59:59+08:00", "2026-11-23T21:59:59+08:00"),
        ("2026-11-23T22:00:00+08:00", "2026-11-24T07:00:00+08:00"),
        ("2026-11-24T03:30:10+08:00", "2026-11-24T07:00:00+08:00"),
        ("2026-11-24T06:59:59+08:00", "2026-11-24T07:00:00+08:00"),
        ("2026-11-24T07:00:00+08:00", "2026-11-24T07:00:00+08:00"),
    ],
)
def test_quiet_hours_hold_a_message_until_they_end(tmp_path: Path, moment: str, begin: str) -> None:
    made = settings(tmp_path, QUIET)
    assert targets(made, happened(), at(moment)) == {LI_MAIL: at(begin)}
    assert not_before(made, happened(), LI_MAIL, at(moment)) == at(begin)


def test_quiet_hours_hold_nothing_critical(tmp_path: Path) -> None:
    night = at("2026-11-24T03:30:00+08:00")
    made = settings(tmp_path, QUIET)
    assert targets(made, happened(priority=Priority.CRITICAL), night) == {LI_MAIL: night}
    assert not_before(made, happened(priority=Priority.CRITICAL), LI_MAIL, night) == night


def test_a_second_route_without_quiet_hours_does_not_wait(tmp_path: Path) -> None:
    night = at("2026-11-24T03:30:00+08:00")
    more = "routes: [{ to: li, quiet: 'daily 22:00-07:00 Asia/Shanghai' }, { to: li, priority: high }]"
    assert targets(settings(tmp_path, more), happened(), night) == {LI_MAIL: night}


def test_what_follows_goes_to_whoever_was_told_and_to_nobody_else(tmp_path: Path) -> None:
    made = settings(tmp_path, "routes: [{ to: [wang, li], by: mail }]")
    decide = decider(made, NOON)
    ended = happened(trigger="returned", state="normal")
    assert set(decide(ended, Known(frozenset({LI_MAIL}), begun=True)).messages) == {LI_MAIL}
    assert not decide(ended, Known(frozenset(), begun=True)).messages, "its beginning was told to nobody"


def test_the_end_of_what_began_before_us_goes_by_the_routes(tmp_path: Path) -> None:
    made = settings(tmp_path, "routes: [{ to: [wang, li], by: mail }]")
    ended = happened(trigger="returned", state="normal")
    assert set(decider(made, NOON)(ended, Known(frozenset(), begun=False)).messages) == {WANG_MAIL, LI_MAIL}


def test_what_is_told_again_goes_by_the_routes_of_its_tier(tmp_path: Path) -> None:
    made = settings(tmp_path, "routes: [{ to: li }, { to: wang, by: mail, tier: 1 }]")
    decide, known = decider(made, NOON), Known(frozenset({LI_MAIL}), begun=True)
    again = happened(trigger="repeated", tier=1)
    assert set(decide(again, known).messages) == {LI_MAIL, WANG_MAIL}


def test_critical_goes_at_once_and_the_rest_waits_for_company(tmp_path: Path) -> None:
    made = settings(tmp_path, "routes: [{ to: li }]\ndelivery: { together: 7 s }")
    decide, known = decider(made, NOON), Known(frozenset(), begun=False)
    assert decide(happened(priority=Priority.CRITICAL), known).due_at == NOON
    assert decide(happened(), known).due_at == NOON + 7_000


def test_trouble_goes_to_those_of_trouble_or_to_everybody(tmp_path: Path) -> None:
    own = happened("notify.broker", priority=Priority.CRITICAL)
    routes = "routes: [{ to: li, rooms: [archive] }, { to: wang, by: siren }]"
    assert set(targets(settings(tmp_path, routes), own, NOON)) == {LI_MAIL, WANG_SIREN}
    chosen = settings(tmp_path, f"{routes}\ntrouble: {{ to: wang, by: mail }}")
    assert set(targets(chosen, own, NOON)) == {WANG_MAIL}
    spared = decider(chosen, NOON, frozenset({WANG_MAIL}))
    assert not spared(own, Known(frozenset(), begun=False)).messages
