"""Sets of whole numbers as spans: what a deliverer has sent of millions of batches is a handful of these."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """The numbers from `first` to `last`, both included."""

    first: int
    last: int


Spans = tuple[Span, ...]
"""In order, and never touching each other."""


def joined(spans: Iterable[Span]) -> Spans:
    """Return the numbers of all `spans`, which may overlap and stand in any order."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.first <= result[-1].last + 1:
            result[-1] = Span(result[-1].first, max(result[-1].last, span.last))
        else:
            result.append(span)
    return tuple(result)


def added(spans: Spans, numbers: Collection[int]) -> Spans:
    """Return `spans` with `numbers` in them; a range of any length is one span."""
    if isinstance(numbers, range) and numbers.step == 1:
        return joined((*spans, Span(numbers.start, numbers.stop - 1))) if numbers else spans
    return joined((*spans, *(Span(number, number) for number in numbers)))


def missing(spans: Spans, within: Span) -> Iterator[Span]:
    """Yield what `within` holds and `spans` do not, in order."""
    first = within.first
    for span in spans:
        if span.first > within.last:
            break
        if span.first > first:
            yield Span(first, span.first - 1)
        first = max(first, span.last + 1)
    if first <= within.last:
        yield Span(first, within.last)


def count(spans: Iterable[Span]) -> int:
    """Return how many numbers there are in `spans`, which do not overlap."""
    return sum(span.last - span.first + 1 for span in spans)
