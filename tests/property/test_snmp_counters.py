"""A wrap continues, a reset starts again, and sysUpTime's own wrap is no restart."""

from itertools import accumulate

from hypothesis import assume, given
from hypothesis import strategies as st

from roommon.poll.snmp.counters import Continuous, Look, went_on
from roommon.profiles.point import Encoding

WHOLE = {Encoding.COUNTER32: 1 << 32, Encoding.COUNTER64: 1 << 64}
TICKS = 1 << 32
COUNTER = st.sampled_from(sorted(WHOLE))
DAY = 86_400


def folded(encoding: Encoding, numbers: list[int], restarted_before: int | None = None) -> list[int]:
    counter = Continuous(encoding)
    return [
        counter.fold(Look(number, float(beat)), restarted=beat == restarted_before)
        for beat, number in enumerate(numbers)
    ]


@given(encoding=COUNTER, data=st.data())
def test_a_counter_that_wraps_goes_on_as_if_it_had_more_bits(encoding: Encoding, data: st.DataObject) -> None:
    whole = WHOLE[encoding]
    first = data.draw(st.integers(0, whole - 1))
    growths = data.draw(st.lists(st.integers(0, whole // 2 - 1), max_size=12))
    true_counts = list(accumulate(growths, initial=first))
    assert folded(encoding, [count % whole for count in true_counts]) == true_counts


@given(encoding=COUNTER, data=st.data())
def test_a_restart_of_the_agent_is_a_reset_whatever_the_numbers_say(encoding: Encoding, data: st.DataObject) -> None:
    number = st.integers(0, WHOLE[encoding] - 1)
    before, after = data.draw(number), data.draw(number)
    assert folded(encoding, [before, after], restarted_before=1)[1] == after


@given(encoding=COUNTER, data=st.data())
def test_a_fall_by_less_than_half_the_range_is_a_reset(encoding: Encoding, data: st.DataObject) -> None:
    after = data.draw(st.integers(0, WHOLE[encoding] // 2))
    before = data.draw(st.integers(after + 1, after + WHOLE[encoding] // 2 - 1))
    assert folded(encoding, [before, after]) == [before, after]


@given(first=st.integers(0, TICKS - 1), waited_s=st.integers(0, 400 * DAY), late_s=st.floats(-10, 10))
def test_a_clock_that_ran_as_long_as_ours_went_on_even_over_its_wrap(first: int, waited_s: int, late_s: float) -> None:
    after = int(first + (waited_s + late_s) * 100) % TICKS
    assert went_on(Look(first, 1000.0), Look(after, 1000.0 + waited_s))


@given(up_s=st.integers(60, 400 * DAY), away_s=st.integers(1, 30 * DAY), share=st.floats(0, 1))
def test_a_clock_that_began_again_while_we_waited_did_not_go_on(up_s: int, away_s: int, share: float) -> None:
    since_restart_s = int(away_s * share)
    lost_s = up_s + away_s - since_restart_s
    assume(lost_s > 11 + 0.1 * away_s)
    assert not went_on(Look(up_s * 100, 0.0), Look(since_restart_s * 100, float(away_s)))


@given(first=st.integers(0, TICKS - 1), waits_s=st.lists(st.integers(1, 60 * DAY), max_size=20))
def test_an_uptime_goes_on_for_years(first: int, waits_s: list[int]) -> None:
    counter = Continuous(Encoding.TIMETICKS)
    at_s = 0
    assert counter.fold(Look(first, 0.0), restarted=False) == first
    for wait_s in waits_s:
        at_s += wait_s
        true_ticks = first + at_s * 100
        assert counter.fold(Look(true_ticks % TICKS, float(at_s)), restarted=False) == true_ticks


@given(first=st.integers(0, TICKS - 1), falls=st.lists(st.integers(2_000, TICKS // 2), max_size=20))
def test_time_ticks_that_count_down_are_never_taken_for_a_wrap(first: int, falls: list[int]) -> None:
    left = [number for number in accumulate(falls, lambda number, fall: number - fall, initial=first) if number >= 0]
    assert folded(Encoding.TIMETICKS, left) == left
