"""Whether a sensor kept its beats, by what the journal has of it."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading

_LATE = 1.7
"""A reading may come this many periods after the one before: the box that tests is busy, and no beat is made up for."""


def faults(
    readings: Sequence[Reading], every_ms: int, since: Instant, until: Instant, *, good: bool = True
) -> Iterator[str]:
    """Yield what is wrong with the beats from `since` to `until`: missing, too many, or bad unless not `good`."""
    beats = [one for one in readings if since <= one.taken_at <= until]
    edges = [since, *(one.taken_at for one in beats), until]
    for before, after in pairwise(edges):
        if after - before > _LATE * every_ms + (every_ms if after == until else 0):
            yield f"nothing for {after - before} ms, {before - since} ms after the beginning"
    if len(beats) > (until - since) / every_ms + 2:
        yield f"{len(beats)} readings in {until - since} ms"
    bad = [one for one in beats if one.quality is not Quality.GOOD]
    if good and bad:
        yield f"{len(bad)} of {len(beats)} bad, first {bad[0].reason} {bad[0].taken_at - since} ms after the beginning"
