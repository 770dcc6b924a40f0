"""A value against those of its neighbours: which of them count, and what is said."""

from collections.abc import Mapping, Sequence

import pytest

from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reason, SensorId, bad, good
from roommon.model.text import Text
from roommon.rules.kinds import deviation
from roommon.rules.rule import Judge
from roommon.rules.state import Condition
from tests.peers.misfits import wrong
from tests.peers.room import INLET, LEAK, RACK, after, seconds

PRESENT, ABSENT, UNKNOWN = Condition.PRESENT, Condition.ABSENT, Condition.UNKNOWN
ROW = [Sensor(RACK, key, Quantity.TEMPERATURE, Text.same(key)) for key in "abcde"]
HUMID = Sensor(RACK, "humidity", Quantity.RELATIVE_HUMIDITY, Text.same("humidity"))
A = ROW[0]


def config(reference: str = "median", more_than: Amount = Amount(4, "K"), **other: Duration) -> deviation.Config:  # noqa: B008  # immutable
    return deviation.Config(
        more_than=more_than,
        deadband=Amount(1, "K"),
        reference=reference,
        max_age=other.get("max_age", seconds(60)),
        priority=Priority.LOW,
    )


def row(sensors: Sequence[Sensor] = ROW, reference: str = "median") -> Mapping[str, Judge]:
    """The judges of a rule over `sensors`, by key."""
    judges = {sensor.id: config(reference).judge(sensor) for sensor in sensors}
    for judge in judges.values():
        judge.meet(list(sensors), judges)
    return {sensor.key: judges[sensor.id] for sensor in sensors}


def beat(
    judges: Mapping[str, Judge], at_s: float, values: Mapping[str, float | None], active: bool = False
) -> Condition:
    """The last condition after a reading of each."""
    for key, value in values.items():
        sensor = next(each for each in (*ROW, HUMID) if each.key == key)
        reading = bad(sensor.id, after(at_s), Reason.OVERDUE) if value is None else good(sensor.id, after(at_s), value)
        condition = judges[key].evaluate(reading, active)
    return condition


def test_the_median_is_that_of_the_others() -> None:
    others = {"b": 20.0, "c": 21.0, "d": 40.0}
    assert beat(row(), 0, {**others, "a": 25.0}) is ABSENT
    assert beat(row(), 0, {**others, "a": 25.125}) is PRESENT
    assert beat(row(), 0, {**others, "a": 16.875}) is PRESENT
    assert beat(row(), 0, {**others, "a": 24.5}, active=True) is PRESENT
    assert beat(row(), 0, {**others, "a": 24.0}, active=True) is ABSENT


def test_bad_and_old_neighbours_do_not_count_and_one_is_too_few() -> None:
    judges = row()
    assert beat(judges, 0, {"b": 20.0, "c": 20.0, "d": 20.0, "a": 30.0}) is PRESENT
    assert beat(judges, 60, {"a": 30.0}) is PRESENT
    assert beat(judges, 61, {"a": 30.0}) is UNKNOWN
    assert beat(judges, 62, {"b": 20.0, "c": 20.0, "a": 30.0}) is PRESENT
    assert beat(judges, 63, {"b": None, "a": 30.0}) is UNKNOWN
    assert beat(judges, 64, {"b": 20.0, "a": None}) is UNKNOWN


def test_what_measures_something_else_is_no_neighbour() -> None:
    judges = row([*ROW[:3], HUMID])
    assert beat(judges, 0, {"b": 20.0, "humidity": 50.0, "a": 30.0}) is UNKNOWN
    assert beat(judges, 1, {"c": 20.0, "a": 30.0}) is PRESENT


def test_from_one_sensor_that_sensor_alone_counts() -> None:
    judge, supply = config("crac.supply").judge(A), SensorId("crac.supply")
    assert list(judge.meet(ROW, {})) == [supply]
    judge.see(good(ROW[1].id, after(0), 30.0))
    assert judge.evaluate(good(A.id, after(1), 30.0), False) is UNKNOWN
    judge.see(good(supply, after(1), 30.0))
    assert judge.evaluate(good(A.id, after(2), 34.125), False) is PRESENT
    said = judge.finding(good(A.id, after(2), 34.125), None)
    assert said.words["reference"] == Text("crac.supply (30.0 °C)", " crac.supply（30.0 °C）")


def test_it_says_how_far_from_what() -> None:
    judges = row()
    beat(judges, 0, {"b": 20.0, "c": 21.0, "d": 22.0})
    said = judges["a"].finding(good(A.id, after(0), 16.5), None)
    assert said.limit == "4 K"
    assert said.words["deviation"] == Text("4.5 K below", "低 4.5 K")
    assert said.words["reference"] == Text("the median of 3 others (21.0 °C)", "其余 3 个的中位数（21.0 °C）")
    unknown = judges["a"].finding(bad(A.id, after(0), Reason.OVERDUE), None)
    assert unknown.words["deviation"].en == "– from"


@pytest.mark.parametrize(
    ("settings", "sensor", "faults"),
    [
        (config(), INLET, []),
        (config(), LEAK, [": rack-a.leak is a contact: its numbers are names; use off_normal"]),
        (
            config(more_than=Amount(-1, "Cel"), max_age=Duration(0)),
            INLET,
            [
                "max_age: the window is empty; give a time, such as 10 min or 1 h",
                "more_than: more_than is in °C, but rack-a.inlet wants K; write it in K",
                "more_than: more_than is not more than 0; give a number above 0",
            ],
        ),
        (
            config(more_than=Amount(0.5, "K")),
            INLET,
            ["deadband: the deadband is wider than half the band: no value would end the alarm; give at most 0.5 K"],
        ),
    ],
)
def test_it_says_what_it_cannot_judge(settings: deviation.Config, sensor: Sensor, faults: list[str]) -> None:
    assert wrong(deviation.faults(settings, sensor)) == faults


def test_it_says_with_whom_it_cannot_compare() -> None:
    site = {sensor.id: sensor for sensor in (*ROW, HUMID)}
    assert wrong(deviation.group_faults(config(), ROW[:3], site)) == []
    [lonely] = wrong(deviation.group_faults(config(), [*ROW, HUMID], site))
    assert lonely.startswith(": rack-a.humidity has fewer than two others to be compared with; select three or more")
    assert wrong(deviation.group_faults(config("rack-a.a"), [A], site)) == []
    assert wrong(deviation.group_faults(config("rack-z.a"), [A], site)) == [
        "from: there is no sensor `rack-z.a`; name a sensor, or write `median`"
    ]
    assert wrong(deviation.group_faults(config("rack-a.humidity"), [A], site)) == [
        "from: rack-a.humidity is a relative_humidity; name a sensor of the same quantity as the rule's"
    ]
    assert wrong(deviation.beat_faults(config(), seconds(30))) == [
        "max_age: one bad reading would make a neighbour too old; give at least 90 s, or read the sensor more often"
    ]
