"""Lengths of time in log lines."""

import pytest

from roommon.model.clock import lasting


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 s"),
        (0.4, "0 s"),
        (17.0, "17 s"),
        (59.6, "1 min"),
        (61.0, "1 min 1 s"),
        (3600.0, "1 h"),
        (11_525.0, "3 h 12 min"),
        (86_399.6, "1 d"),
        (3_463_200.0, "40 d 2 h"),
    ],
)
def test_a_length_of_time_is_said_in_two_units_at_most(seconds: float, said: str) -> None:
    assert lasting(seconds) == said
