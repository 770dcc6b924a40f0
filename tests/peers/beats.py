"""Whether a sensor kept its beats, by what the journal has of it."""

from collections.abc import Iterator, Sequence

from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading

_EARLY_MS = 20
"""Instants are rounded; and the grid below begins where some reading says."""


def faults(
    readings: Sequence[Reading], every_ms: int, since: Instant, until: Instant, *, good: bool = True
) -> Iterator[str]:
    """Yield what is wrong with the beats from `since` to `until`: missing, too many, or bad unless not `good`.

    A beat may be late, for the box that tests is busy; it is missing when a place of the grid has no reading.
    """
    beats = [one for one in readings if since <= one.taken_at <= until]
    if not beats:
        yield f"no reading in {until - since} ms"
        return
    if beats[0].taken_at - since > 2 * every_ms or until - beats[-1].taken_at > 3 * every_ms:
        yield f"of {since}..{until} only {beats[0].taken_at}..{beats[-1].taken_at}"
    instants = [one.taken_at for one in beats]
    if missing := min(_missing(instants, every_ms, first) for first in instants):
        yield f"{missing} beats missing among {len(beats)}"
    if len(beats) > (until - since) / every_ms + 2:
        yield f"{len(beats)} readings in {until - since} ms"
    bad = [one for one in beats if one.quality is not Quality.GOOD]
    if good and bad:
        yield f"{len(bad)} of {len(beats)} bad, first {bad[0].reason} {bad[0].taken_at - since} ms after the beginning"


def _missing(instants: Sequence[int], every_ms: int, grid_from: int) -> int:
    """How many places have no reading in a grid that goes through `grid_from`."""
    places = {(instant - grid_from + _EARLY_MS) // every_ms for instant in instants}
    return max(places) - min(places) + 1 - len(places)
