"""Who logged in, tried to, and logged out, on record: bounded, so that a machine that guesses fills no journal.

What is alike (step, way, person, address) makes a spell. The first entries of a spell are written one by one; those
that follow are counted and written as one each hour, and when the spell is over: nothing more came for an hour, or the
person is in. Of guessers some dozens are told apart, and the others are one. Of a program that has a wrong password,
begin and end are logged, and no try between them.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.model.clock import Clock, lasting

Keep = Callable[[Login], bool]
"""Put an entry into the journal; False when there is no room on the way to it now."""

ONE_BY_ONE: Mapping[LoginStep, int] = {
    LoginStep.IN: 20,
    LoginStep.OUT: 20,
    LoginStep.WRONG: 1,
    LoginStep.REFUSED: 1,
}
"""Entries of a spell that are written as they come."""
TOGETHER_S = 3600.0
"""How often those that follow are written, and how long nothing comes until the spell is over."""
GUESSERS = 64
"""Spells of wrong and refused attempts that are told apart."""
AT_MOST = 1000
"""Spells in all."""
WAITING = 100
"""Entries that wait for room on the way to the journal."""
ELSEWHERE = ""
"""The address of what is no longer told apart."""

_log = logging.getLogger(__name__)


class Entry(NamedTuple):
    """What came."""

    step: LoginStep
    way: LoginWay
    by: str | None
    """The person; None: a name that nobody has."""
    address: str


@dataclass(slots=True)
class _Spell:
    """What is alike, one behind the other."""

    entry: Entry
    begun: float
    """By the monotonic clock, s, as the other times."""
    last: float
    written: float
    times: int = 0
    waiting: int = 0
    """Those that are counted and not written yet."""
    since: float = 0.0
    """When the first of these came."""


class Logbook:
    """The record of those who log in."""

    def __init__(self, keep: Keep, clock: Clock) -> None:
        self._keep = keep
        self._clock = clock
        self._spells: dict[Entry, _Spell] = {}
        self._late: list[Login] = []

    def __len__(self) -> int:
        return len(self._spells)

    def enter(self, entry: Entry) -> None:
        """Put `entry` on record, or count it."""
        if entry.step is LoginStep.IN:
            self._are_over([self._spells.get(entry._replace(step=step)) for step in _FAILED])
        now, spell = self._clock.monotonic(), self._spell(entry)
        spell.times += 1
        spell.last = now
        if spell.waiting == 0:
            spell.since = now
        spell.waiting += 1
        if spell.times <= ONE_BY_ONE[entry.step]:
            self._write(spell)
        if spell.times == 1:
            _tell_begin(spell.entry)

    def _spell(self, entry: Entry) -> _Spell:
        known = self._spells.get(entry)
        if known is not None:
            return known
        if self._is_full(entry):
            entry = Entry(entry.step, entry.way, None if entry.step in _FAILED else entry.by, ELSEWHERE)
        now = self._clock.monotonic()
        return self._spells.setdefault(entry, _Spell(entry, now, now, now))

    def _is_full(self, entry: Entry) -> bool:
        failed = sum(each.step in _FAILED for each in self._spells)
        return len(self._spells) >= AT_MOST or (entry.step in _FAILED and failed >= GUESSERS)

    def settle(self) -> None:
        """Write what was counted for long enough, and let go what is over; to be called once a minute or so."""
        now = self._clock.monotonic()
        self._are_over([each for each in self._spells.values() if now - each.last >= TOGETHER_S])
        for spell in self._spells.values():
            if spell.waiting and now - spell.written >= TOGETHER_S:
                self._write(spell)
        self._send()

    def flush(self) -> None:
        """Write all that was counted: nobody may come back to it."""
        for spell in self._spells.values():
            self._write(spell)

    def _are_over(self, spells: list[_Spell | None]) -> None:
        for spell in spells:
            if spell is not None:
                self._write(spell)
                del self._spells[spell.entry]
                if _is_told(spell.entry):
                    lasted = lasting(spell.last - spell.begun)
                    words = _where(spell.entry), _who(spell.entry), spell.times, lasted
                    _log.info("web: the program at %s has no wrong password for %s any more: %d in %s", *words)

    def _write(self, spell: _Spell) -> None:
        if spell.waiting:
            step, way, by, address = spell.entry
            spell.written = self._clock.monotonic()
            now, first, last = (self._clock.instant(each) for each in (spell.written, spell.since, spell.last))
            self._late.append(Login(now, step, way, by, address, spell.waiting, first, last))
            spell.waiting = 0
            self._send()

    def _send(self) -> None:
        """Send what waits; beyond `WAITING` the oldest are lost, for a journal that takes nothing says so itself."""
        while self._late and self._keep(self._late[0]):
            del self._late[0]
        del self._late[:-WAITING]


_FAILED = (LoginStep.WRONG, LoginStep.REFUSED)


def _tell_begin(entry: Entry) -> None:
    if _is_told(entry):
        _log.warning("web: a program at %s has a wrong password for %s", _where(entry), _who(entry))
    elif entry.way is LoginWay.PROGRAM and entry.step is LoginStep.IN:
        _log.info("web: a program at %s looks as %s", _where(entry), _who(entry))


def _is_told(entry: Entry) -> bool:
    """Return whether begin and end of a spell of `entry` are logged here."""
    return entry.way is LoginWay.PROGRAM and entry.step is LoginStep.WRONG


def _where(entry: Entry) -> str:
    return entry.address or "several addresses"


def _who(entry: Entry) -> str:
    return "a name that nobody has" if entry.by is None else entry.by
