import itertools

from hypothesis import given
from hypothesis import strategies as st

from roommon.journal.spans import Span, added, count, joined, missing

NUMBERS = st.sets(st.integers(0, 60), max_size=40)
WITHIN = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda ends: Span(min(ends), max(ends)))


def numbers_of(spans: list[Span] | tuple[Span, ...]) -> list[int]:
    return [number for span in spans for number in range(span.first, span.last + 1)]


@given(NUMBERS, NUMBERS)
def test_spans_hold_exactly_what_was_added(before: set[int], more: set[int]) -> None:
    spans = added(added((), before), more)
    assert numbers_of(spans) == sorted(before | more)
    assert count(spans) == len(before | more)


@given(NUMBERS)
def test_spans_never_touch(numbers: set[int]) -> None:
    spans = added((), numbers)
    assert all(left.last + 1 < right.first for left, right in itertools.pairwise(spans))
    assert joined(reversed(spans)) == spans


@given(NUMBERS, WITHIN)
def test_what_is_missing_is_the_rest(numbers: set[int], within: Span) -> None:
    wanted = set(range(within.first, within.last + 1))
    assert numbers_of(list(missing(added((), numbers), within))) == sorted(wanted - numbers)


@given(NUMBERS)
def test_nothing_is_missing_in_an_empty_span(numbers: set[int]) -> None:
    assert list(missing(added((), numbers), Span(5, 4))) == []
