"""How long a certificate holds yet: warned a month before it expires, urgently in the last week."""

from enum import IntEnum

from roommon.model.clock import Duration, Instant

DAY = Duration(86_400_000)
WARNED = Duration(30 * DAY)
URGENT = Duration(7 * DAY)


class Validity(IntEnum):
    """How it stands with a certificate; the numbers are states of a sensor."""

    HOLDS = 0
    EXPIRES = 1
    """Within a month."""
    EXPIRES_SOON = 2
    """Within a week."""
    EXPIRED = 3


def validity(ends: Instant, now: Instant) -> Validity:
    """Return how it stands at `now` with a certificate that holds until `ends`."""
    left = ends - now
    if left < 0:
        return Validity.EXPIRED
    if left <= URGENT:
        return Validity.EXPIRES_SOON
    return Validity.EXPIRES if left <= WARNED else Validity.HOLDS


def days_left(ends: Instant, now: Instant) -> int:
    """Return how many whole days are left until `ends`."""
    return (ends - now) // DAY
