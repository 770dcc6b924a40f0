"""Which shift the page of the hand-over shows."""

import pytest

from roommon.model.clock import Instant
from roommon.model.worded import Invalid
from roommon.web.shifts import Asked, asked, written

HOUR = 3_600_000
NOW = Instant(1_795_464_000_000)
"""2026-11-23T20:00:00Z."""


def at(hours: float) -> str:
    """So many hours from now, as a form says it."""
    return written(Instant(round(NOW + hours * HOUR)))


def test_without_words_it_is_the_running_one_of_twelve_hours() -> None:
    assert asked({}, NOW) == Asked(Instant(NOW - 12 * HOUR), NOW, is_running=True)
    assert asked({"from": "", "to": " "}, NOW).is_running
    assert asked({"from": at(-8)}, NOW) == Asked(Instant(NOW - 8 * HOUR), NOW, is_running=True)


def test_one_that_is_over_has_one_before_and_one_after() -> None:
    over = asked({"from": at(-20), "to": at(-12)}, NOW)
    assert over == Asked(Instant(NOW - 20 * HOUR), Instant(NOW - 12 * HOUR), is_running=False)
    assert asked(_of(over.before), NOW) == Asked(Instant(NOW - 28 * HOUR), over.begin, is_running=False)
    assert asked(_of(over.after(NOW)), NOW) == Asked(over.end, Instant(NOW - 4 * HOUR), is_running=False)
    assert asked({"from": at(-12), "to": at(-4)}, NOW).after(NOW) == ""


def _of(query: str) -> dict[str, str]:
    return {key: value.replace("%3A", ":") for key, value in (each.split("=") for each in query.split("&"))}


def test_an_end_without_a_beginning_is_twelve_hours_and_one_to_come_is_now() -> None:
    assert asked({"to": at(-3)}, NOW).begin == NOW - 15 * HOUR
    assert asked({"to": at(3)}, NOW) == asked({}, NOW)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "25:00"}, "'25:00' is not a time; write it as 2026-11-23T08:00"),
        ({"to": "yesterday"}, "'yesterday' is not a time"),
        ({"from": "9999-12-31T23:59:59"}, "empty, or yet to come"),
        ({"from": at(-3), "to": at(-3)}, "the time is empty, or yet to come; let it begin before it ends"),
        ({"from": at(-2), "to": at(-3)}, "empty, or yet to come"),
    ],
)
def test_what_cannot_be_is_refused_with_what_would_be_right(query: dict[str, str], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        asked(query, NOW)


def test_before_the_first_of_all_times_there_is_still_a_page() -> None:
    assert asked({"from": "0002-01-01"}, NOW).before.startswith("from=19")
    assert asked({"to": "0002-01-01"}, NOW).end == 0
