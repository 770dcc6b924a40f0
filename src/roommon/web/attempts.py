"""How often somebody may try to log in: after five wrong passwords in a row a pause, which doubles with each more.

Counted are names and places (addresses). No pause is longer than 15 min, so nobody is locked out for good. What others
do to a name pauses neither the places where it was logged in before nor the box itself, so whoever guesses at the night
duty's name does not keep the night duty out (ADR 27). Many may sit at the box, through tunnels: there each name counts
for itself.
"""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

from roommon.model.clock import Clock
from roommon.web.user import UserId
from roommon.web.visitor import Visitor

WRONG_IN_A_ROW = 5
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 15 * 60.0
FORGOTTEN_S = 3600.0
"""After so long without an attempt it all begins anew."""
AT_MOST = 10_000
"""Names, places and pairs of both that are counted, each; passwords are looked at one after the other, so to push one
out takes longer than its pause."""
_BLOCK = 64
"""Bits that the addresses of one home or office share in IP version 6."""


@dataclass(slots=True)
class _Count:
    wrong: int = 0
    last: float = 0.0
    """By the monotonic clock, s."""

    def pause_s(self, now: float) -> float:
        """Return for how long from `now` nothing is tried."""
        if self.wrong < WRONG_IN_A_ROW:
            return 0.0
        pause = FIRST_PAUSE_S * (1 << min(self.wrong - WRONG_IN_A_ROW, 10))
        return max(self.last + min(pause, LONGEST_PAUSE_S) - now, 0.0)


class _Tally:
    """Wrong passwords in a row, by what they are counted for; of too many the longest untouched go."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, _Count] = OrderedDict()

    def pause_s(self, key: str, now: float) -> float:
        count = self._counts.get(key)
        return 0.0 if count is None else count.pause_s(now)

    def add(self, key: str, now: float) -> None:
        count = self._counts.pop(key, None)
        if count is None or now - count.last >= FORGOTTEN_S:
            count = _Count()
        self._counts[key] = _Count(count.wrong + 1, now)
        while len(self._counts) > AT_MOST:
            self._counts.popitem(last=False)

    def forgive(self, key: str, wrong: int) -> None:
        count = self._counts.get(key)
        if count is not None:
            count.wrong -= wrong
            if count.wrong <= 0:
                del self._counts[key]

    def wrong(self, key: str) -> int:
        count = self._counts.get(key)
        return 0 if count is None else count.wrong

    def __len__(self) -> int:
        return len(self._counts)


class Attempts:
    """Attempts to log in, of everybody."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._names, self._places, self._pairs = _Tally(), _Tally(), _Tally()
        self._homes: OrderedDict[str, None] = OrderedDict()
        """Pairs with which somebody was logged in since the daemon started."""

    def __len__(self) -> int:
        return max(len(self._names), len(self._places), len(self._pairs), len(self._homes))

    def pause_s(self, user: UserId, visitor: Visitor) -> float:
        """Return for how long, in seconds, no password of `user` is looked at for `visitor`; 0 when one may come."""
        now, pair = self._clock.monotonic(), _pair(user, visitor)
        if visitor.is_at_the_box:
            return self._pairs.pause_s(pair, now)
        of_place = self._places.pause_s(place(visitor), now)
        return of_place if pair in self._homes else max(of_place, self._names.pause_s(user, now))

    def pause_of_program_s(self, user: UserId, visitor: Visitor) -> float:
        """Return what `pause_s` does for a program, which asks by itself and all day.

        Where its user was let in before, it waits for nobody but itself: several jobs come from one place.
        """
        pair = _pair(user, visitor)
        if pair in self._homes:
            return self._pairs.pause_s(pair, self._clock.monotonic())
        return self.pause_s(user, visitor)

    def begin(self, user: UserId, visitor: Visitor) -> None:
        """Count an attempt as wrong before it is looked at: of many at once no more are looked at than one by one."""
        now = self._clock.monotonic()
        self._pairs.add(_pair(user, visitor), now)
        self._names.add(user, now)
        if not visitor.is_shared:
            self._places.add(place(visitor), now)

    def withdraw(self, user: UserId, visitor: Visitor) -> None:
        """Take back an attempt that was not looked at after all."""
        self._forgive(user, visitor, 1)

    def succeed(self, user: UserId, visitor: Visitor) -> None:
        """Forgive what was wrong with this name from this place, and remember that it is at home there."""
        pair = _pair(user, visitor)
        self._forgive(user, visitor, self._pairs.wrong(pair))
        if not visitor.is_shared:
            self._homes[pair] = None
            self._homes.move_to_end(pair)
            while len(self._homes) > AT_MOST:
                self._homes.popitem(last=False)

    def _forgive(self, user: UserId, visitor: Visitor, wrong: int) -> None:
        self._pairs.forgive(_pair(user, visitor), wrong)
        self._names.forgive(user, wrong)
        self._places.forgive(place(visitor), wrong)


def place(visitor: Visitor) -> str:
    """Return what is counted as one place: in IP version 6 a box has a whole block of addresses to choose from."""
    address = visitor.address
    if address.version == 4 or address.is_link_local:
        return str(address)
    return str(ipaddress.ip_network((int(address), _BLOCK), strict=False))


def _pair(user: UserId, visitor: Visitor) -> str:
    return f"{user} {place(visitor)}"
