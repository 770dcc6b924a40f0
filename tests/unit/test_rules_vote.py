"""Votes of several sensors: enough decide, and what is not known counts only where it could tip the result."""

from collections.abc import Mapping, Sequence

import pytest

from roommon.model.alarm import Priority
from roommon.model.device import DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reason, bad, good
from roommon.model.text import Text
from roommon.rules.kinds import vote
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import INLET, LEAK, MODE, RACK, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
GROUPS = [Sensor(RACK, key, Quantity.CONTACT, Text(f"group {key}", f"{key} 组")) for key in "abc"]
PROBES = [Sensor(DeviceId(f"rack-{key}"), "t", Quantity.TEMPERATURE, Text("inlet", "进风")) for key in "abc"]
TWO = vote.Config(at_least=2, max_age=seconds(30), priority=Priority.CRITICAL)
HOT = vote.Config(
    at_least=2, above=Amount(32, "Cel"), deadband=Amount(2, "K"), max_age=seconds(30), priority=Priority.HIGH
)
Values = Sequence[float | None]


def told(
    config: vote.Config, sensors: Sequence[Sensor], beats: Mapping[float, Values], active: bool = False
) -> tuple[Condition, Mapping[str, Text]]:
    """The last condition and words after these values at these seconds; a value left out is no reading."""
    judge = config.judge(sensors[0])
    judge.meet(sensors, {})
    for at_s, values in beats.items():
        for sensor, value in zip(sensors, values, strict=False):
            at = after(at_s)
            reading = bad(sensor.id, at, Reason.OVERDUE) if value is None else good(sensor.id, at, value)
            condition = judge.evaluate(reading, active)
    return condition, judge.finding(reading, None).words


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        ((1, 1, 0), PRESENT),
        ((1, 1, None), PRESENT),
        ((1, None, None), UNKNOWN),
        ((1, 0, None), UNKNOWN),
        ((0, 0, None), ABSENT),
        ((0, None, None), UNKNOWN),
        ((1, 0, 0), ABSENT),
        ((None, None, None), UNKNOWN),
    ],
)
def test_known_votes_decide_as_soon_as_they_suffice(values: Values, condition: Condition) -> None:
    assert told(TWO, GROUPS, {0: values})[0] is condition


def test_a_sensor_that_has_said_nothing_for_too_long_has_no_vote() -> None:
    assert told(TWO, GROUPS, {0: (1, 1, 0), 30: (1,)})[0] is PRESENT
    assert told(TWO, GROUPS, {0: (1, 1, 0), 31: (1,)})[0] is UNKNOWN


def test_it_says_who_voted() -> None:
    _, words = told(TWO, GROUPS, {0: (1, 0, 1)})
    assert (words["votes"].en, words["voters"].en) == ("2", "3")
    assert words["who"] == Text("group a, group c", "a 组、c 组")
    assert told(HOT, PROBES, {0: (33, 33, 20)})[1]["who"] == Text(
        "rack-a inlet, rack-b inlet", "rack-a 进风、rack-b 进风"
    )
    assert told(TWO, GROUPS, {0: (0, 0, 0)})[1]["who"] == Text("none", "无")


def test_values_vote_by_a_limit_whose_deadband_counts_while_the_alarm_stands() -> None:
    assert told(HOT, PROBES, {0: (32.5, 32.5, 20)})[0] is PRESENT
    assert told(HOT, PROBES, {0: (31.0, 32.5, 20)})[0] is ABSENT
    assert told(HOT, PROBES, {0: (31.0, 32.5, 20)}, active=True)[0] is PRESENT


def test_states_vote_by_name_or_by_all_but_what_is_normal() -> None:
    named = vote.Config(at_least=1, abnormal=frozenset({"on battery"}), priority=Priority.HIGH)
    others = vote.Config(at_least=1, normal=frozenset({"on mains"}), priority=Priority.HIGH)
    assert [told(named, [MODE], {0: (value,)})[0] for value in (1, 2, 17)] == [ABSENT, PRESENT, ABSENT]
    assert [told(others, [MODE], {0: (value,)})[0] for value in (1, 2, 17)] == [ABSENT, PRESENT, PRESENT]


def test_what_it_waits_for_is_said_in_both_languages() -> None:
    assert vote.condition(HOT, PROBES[0]) == Text(
        "2 or more are above 32 °C, deadband 2 K", "2 个或更多高于 32 °C，死区 2 K"
    )
    assert vote.condition(TWO, LEAK) == Text("2 or more are leak (1)", "2 个或更多为漏水（1）")
    normal = vote.Config(at_least=1, normal=frozenset({1}), priority=Priority.HIGH)
    assert vote.condition(normal, MODE).en == "1 or more are anything but on mains (1)"


def test_it_says_what_it_cannot_judge() -> None:
    assert wrong(vote.faults(TWO, LEAK)) == []
    assert wrong(vote.faults(HOT, INLET)) == []
    assert wrong(vote.faults(HOT, LEAK)) == [
        "above: rack-a.leak is a contact: it has no above; select sensors of one sort",
        "deadband: rack-a.leak is a contact: it has no deadband; select sensors of one sort",
    ]
    assert wrong(vote.faults(TWO, INLET)) == [": no setpoint is given; give above, below, or both"]
    [unsaid] = wrong(vote.faults(TWO, MODE))
    assert unsaid.startswith(": nothing says which states of rack-a.mode are abnormal; ")


def test_it_says_when_there_are_too_few_to_vote() -> None:
    assert wrong(vote.group_faults(TWO, GROUPS, {})) == []
    assert wrong(vote.group_faults(TWO, GROUPS[:1], {})) == ["at_least: the rule selects 1 to vote; give 1 to 1"]
    nobody = vote.Config(at_least=0, priority=Priority.LOW)
    assert wrong(vote.group_faults(nobody, GROUPS, {})) == ["at_least: the rule selects 3 to vote; give 1 to 3"]
    assert wrong(vote.beat_faults(TWO, seconds(20))) == [
        "max_age: one bad reading would cost a sensor its vote; give at least 60 s, or read the sensor more often"
    ]
