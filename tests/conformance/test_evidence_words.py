"""What the comparison with evidence says: nothing of what agrees, and a sentence of everything else."""

import re

import pytest

from roommon.model.clock import Instant
from roommon.model.reading import Reason, SensorId, bad, good
from tests.conformance.evidence import Read, differences
from tests.conformance.expectation import Expectation, Value

NOW = Instant(0)
READ = Read(
    {
        "warm": good(SensorId("device.warm"), NOW, 23.1 * (1 + 5e-7)),
        "torn": bad(SensorId("device.torn"), NOW, Reason.SENSOR_FAILURE),
    },
    {"torn": "input 2: NaN"},
    {},
)


def test_what_agrees_is_not_said() -> None:
    assert differences({"warm": 23.1, "torn": "bad sensor_failure"}, READ) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"warm": 23.2, "torn": "bad sensor_failure"}, "warm: 23.2 expected, 23.10001155 read"),
        ({"warm": "bad not_connected", "torn": "bad sensor_failure"}, "warm: bad not_connected expected, 23.1"),
        ({"warm": 23.1, "torn": 7}, r"torn: 7 expected, bad sensor_failure read \(input 2: NaN\)"),
        ({"warm": 23.1, "torn": "bad not_connected"}, r"torn: bad not_connected expected, bad sensor_failure read \("),
        ({"torn": "bad sensor_failure"}, "warm: 23.1.* read, and nothing expected"),
        ({"warm": 23.1, "torn": "bad sensor_failure", "cold": 4}, "cold: 4 expected, and no such sensor"),
    ],
)
def test_each_difference_is_a_sentence(expected: dict[str, Value], said: str) -> None:
    [found] = differences(expected, READ)
    assert re.match(said, found), found


@pytest.mark.parametrize("value", ["bad luck", "sensor_failure", True])
def test_what_no_sensor_can_say_is_not_expected(value: Value) -> None:
    with pytest.raises(AssertionError, match=r"temperature: .* is neither a number nor bad <reason>"):
        Expectation("xy", "xy-md02", {"temperature": value})


def test_a_further_case_has_no_further_sensors() -> None:
    with pytest.raises(AssertionError, match="xy: cold has sensors that normal has not"):
        Expectation("xy", "xy-md02", {"temperature": 1}, cases={"cold": {"temperatur": 1}})
