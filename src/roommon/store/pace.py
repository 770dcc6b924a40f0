"""How much is asked of the server at a time, and how long it is left alone after a failure."""

import random

FEWEST_LINES = 100
PARALLEL = 4
"""Requests under way at a time while a backlog is sent: InfluxDB 1.8 takes 160,000 lines/s one by one, 300,000 so."""
ROUND = 8
"""Full requests that are sent of the oldest before the newest have their turn again."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
PERSON_PAUSE_S = 60.0
"""Between attempts at a server that wants a person to mend the token, the bucket or the address."""
LONGEST_ASKED_PAUSE_S = 600.0
"""The most that a server's Retry-After is believed."""


class Pace:
    """Lines per request: halved when the server is too slow for them, doubled again with every success."""

    def __init__(self, most: int) -> None:
        """`most` lines are written in one request."""
        self._most = most
        self._lines = most

    @property
    def lines(self) -> int:
        """Lines in one request, now."""
        return self._lines

    @property
    def parallel(self) -> int:
        """Requests under way at a time, now."""
        return PARALLEL if self._lines == self._most else 1

    @property
    def round(self) -> int:
        """Readings of the oldest that are sent before the newest have their turn again."""
        return self._lines * ROUND if self._lines == self._most else self._lines

    def too_slow(self) -> None:
        """Take note of a request that was not answered in time."""
        self._lines = min(self._lines, max(FEWEST_LINES, self._lines // 2))

    def too_large(self, lines: int) -> None:
        """Take note of a request of so many lines that was too large: none as large is tried again."""
        self._most = max(1, min(self._most, lines // 2))
        self._lines = min(self._lines, self._most)

    def well(self) -> None:
        """Take note of a round that went well."""
        self._lines = min(self._most, self._lines * 2)


def pause_s(failures: int) -> float:
    """Return how long to wait after that many failures in a row (at least 1): doubling, jittered."""
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 16))
    return jittered(longest)


def jittered(longest_s: float) -> float:
    """Return between half of `longest_s` and all of it, so that many daemons do not come back at once."""
    return longest_s * random.uniform(0.5, 1.0)  # noqa: S311  # jitter is no secret
