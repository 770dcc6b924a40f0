"""Whether people are told of an alarm: what waits, what is released, what is told again.

An alarm that stands is told once, unless something keeps it from people: a shelf, a place out of service, a cause. When
the last of these ends and it still stands, it is told then. Whoever was told that it stands is told that it ended, also
under a shelf or a cause.

**Order changes nothing.** An alarm that has causes waits for the rule's `settle` before it is told, so a cause that
shows up a moment later still keeps it from people; and for as long again after its last cause ended, so what the cause
took with it can return by itself.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.rules.policy import Repeat
from roommon.rules.state import Telling


def caused(telling: Telling, at: Instant, causes: Iterable[AlarmId]) -> Telling:
    """Return `telling` with `causes` from `at` on; what waits to be told waits for their end."""
    since = at if telling.causes_since is None else telling.causes_since
    return replace(telling, causes_since=since, causes=tuple(sorted(causes)), release_at=None)


def is_of(telling: Telling, causes: Collection[AlarmId]) -> bool:
    """Return whether `telling` is that of an alarm which exactly these `causes` keep from people."""
    known = telling.causes_since is not None and telling.release_at is None
    return known == bool(causes) and (not causes or telling.causes == tuple(sorted(causes)))


def uncaused(telling: Telling, at: Instant, settle: Duration) -> Telling:
    """Return `telling` after its last cause ended at `at`: it is kept from people for `settle` more."""
    return replace(telling, release_at=Instant(at + settle))


def waiting(telling: Telling, at: Instant, settle: Duration) -> Telling:
    """Return `telling` of an alarm that came at `at` and waits whether a cause shows."""
    return replace(telling, told=False, told_at=None, repeats=0, release_at=Instant(at + settle))


def told(telling: Telling, at: Instant) -> Telling:
    """Return `telling` after people were told at `at` that it stands."""
    return replace(telling, told=True, told_at=at, repeats=0, release_at=None)


def untold(telling: Telling) -> Telling:
    """Return `telling` of an alarm that came and was not told."""
    return replace(telling, told=False, told_at=None, repeats=0)


def ended(telling: Telling) -> Telling:
    """Return what is left of `telling` when the alarm is normal: what keeps it from people goes on."""
    if telling.causes_since is None:
        return Telling()
    return Telling(release_at=telling.release_at, causes_since=telling.causes_since, causes=telling.causes)


def settled(telling: Telling) -> Telling:
    """Return `telling` when nothing keeps the alarm from people by design any more."""
    return replace(telling, release_at=None, causes_since=None, causes=())


def next_repeat(telling: Telling, repeat: Repeat | None) -> Instant | None:
    """Return when an alarm that stands unacknowledged is told again; None when it is not."""
    if repeat is None or not telling.told or telling.told_at is None:
        return None
    waited = repeat.every * (telling.repeats + 1)
    return Instant(telling.told_at + waited) if waited <= repeat.at_most else None


def repeated(telling: Telling, repeat: Repeat, at: Instant) -> Telling:
    """Return `telling` after a repeat at `at`; those that were due while nobody watched count as told."""
    passed = 0 if telling.told_at is None else (at - telling.told_at) // repeat.every
    return replace(telling, repeats=max(telling.repeats + 1, passed))


def shifted(telling: Telling, by: Duration) -> Telling:
    """Return `telling` with all its times moved with the clock."""
    return replace(
        telling,
        told_at=_moved(telling.told_at, by),
        release_at=_moved(telling.release_at, by),
        causes_since=_moved(telling.causes_since, by),
    )


def _moved(at: Instant | None, by: Duration) -> Instant | None:
    return None if at is None else Instant(at + by)
