"""Which rules should be drilled: the longest overdue first, then what was never drilled, then what is due soonest."""

from dataclasses import replace

from roommon.model.alarm import RuleId
from roommon.model.clock import Duration, Instant
from roommon.record.drills import Drill, is_overdue
from roommon.web.dues import dues
from roommon.web.facts import Demand
from tests.peers.events import event

DAY = 86_400_000
NOW = Instant(1_795_464_000_000)


def demand(rule: str, days: int) -> Demand:
    return Demand(RuleId(rule), Duration(days * DAY), ())


def drill(days_ago: int, *rules: str) -> Drill:
    begun = replace(event("drill.a.b"), at=Instant(NOW - days_ago * DAY))
    return Drill(begun, rules={RuleId(rule) for rule in rules})


def test_the_worst_come_first() -> None:
    demands = [demand("soon", 90), demand("late", 30), demand("new", 90), demand("later", 30), demand("fresh", 365)]
    ago = {"soon": 80, "late": 31, "new": 0, "later": 60, "fresh": 1}
    drilled = {RuleId(rule): Instant(NOW - days * DAY) for rule, days in ago.items()}
    drills = [drill(80, "soon"), drill(31, "late"), drill(1, "fresh")]
    found = dues(demands, drilled, drills, NOW)
    assert [(one.demand.rule, one.is_overdue, one.last is None) for one in found] == [
        ("later", True, True),
        ("late", True, False),
        ("new", False, True),
        ("soon", False, False),
        ("fresh", False, False),
    ]
    assert [(one.due - NOW) // DAY for one in found] == [-30, -1, 90, 10, 364]


def test_the_newest_drill_that_raised_its_alarm_counts_and_no_other() -> None:
    first, second, silent = drill(9, "smoke", "fire"), drill(5, "smoke"), drill(1)
    drilled = {RuleId("smoke"): second.begun.at, RuleId("fire"): first.begun.at}
    found = {one.demand.rule: one.last for one in dues(map(_yearly, drilled), drilled, [first, second, silent], NOW)}
    assert found == {"smoke": second, "fire": first}


def _yearly(rule: str) -> Demand:
    return demand(rule, 365)


def test_a_rule_of_which_nothing_is_known_yet_waits_from_now_on() -> None:
    [one] = dues([demand("new", 30)], {}, [], NOW)
    assert (one.due, one.last, one.is_overdue) == (NOW + 30 * DAY, None, False)


def test_overdue_is_what_is_later_than_demanded() -> None:
    assert not is_overdue(Instant(NOW - DAY), Duration(DAY), NOW)
    assert is_overdue(Instant(NOW - DAY - 1), Duration(DAY), NOW)
