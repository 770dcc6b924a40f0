"""What a store says about its server: one log line per change, and its health."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from roommon.journal.journal import Backlog
from roommon.model.clock import Clock

log = logging.getLogger(__name__)

REFUSAL_STANDS_S = 600.0
"""How long the health tells of refused lines after the last one: longer than the pauses between them."""


class Report:
    """How delivery goes, as it was last said."""

    def __init__(self, who: str, health: Callable[[str | None], None], clock: Clock) -> None:
        """`who` begins every line: the store's name and its address."""
        self._who = who
        self._health = health
        self._clock = clock
        self._trouble: str | None = None
        self._since: float | None = None
        self._behind_since: float | None = None
        self._refusal: str | None = None
        self._refused_at = 0.0
        self._told: str | None = None
        self._begun = False

    @property
    def is_well(self) -> bool:
        """Whether the last thing said is that the server takes writes."""
        return self._begun and self._trouble is None

    def trouble(self, words: str) -> None:
        """Say that nothing arrives, and why."""
        if words == self._trouble:
            return
        if self._trouble is None:
            self._since = self._clock.monotonic()
        self._begun, self._trouble = True, words
        log.warning("%s: %s; readings and events wait in the journal", self._who, words)
        self._tell()

    def well(self, backlog: Backlog) -> None:
        """Say that the server takes writes, and how much it has still to be sent."""
        away = "" if self._since is None else f" again, after {self._lasting(self._since)}"
        self._begun, self._trouble, self._since = True, None, None
        self._behind_since = self._clock.monotonic() if backlog.readings else None
        log.info("%s: takes writes%s; %s", self._who, away, _behind(backlog))
        self._tell()

    def caught_up(self) -> None:
        """Say that nothing is left behind, if anything was."""
        if self._behind_since is not None:
            log.info("%s: has everything, after %s", self._who, self._lasting(self._behind_since))
            self._behind_since = None
        self._tell()

    def refused(self, lines: int, words: str) -> None:
        """Say that the server refuses `lines` lines, kept in the journal, while delivery goes on."""
        self._refused_at = self._clock.monotonic()
        if words != self._refusal:
            self._refusal = words
            log.warning("%s: refuses %d lines, kept in the journal: %s", self._who, lines, words)
        self._tell()

    def _tell(self) -> None:
        """Tell the health what changed of it."""
        if self._refusal and self._clock.monotonic() - self._refused_at > REFUSAL_STANDS_S:
            log.info("%s: no longer refuses lines", self._who)
            self._refusal = None
        refuses = self._refusal and f"refuses some lines, which are kept in the journal: {self._refusal}"
        words = self._trouble or refuses
        if words != self._told:
            self._told = words
            self._health(words and f"{self._who}: {words}")

    def _lasting(self, since: float) -> str:
        return str(timedelta(seconds=round(self._clock.monotonic() - since)))


def _behind(backlog: Backlog) -> str:
    if backlog.oldest is None:
        return "nothing is behind"
    oldest = datetime.fromtimestamp(backlog.oldest / 1000, UTC)
    return f"{backlog.readings} readings and {backlog.events} events are behind, from {oldest:%Y-%m-%d %H:%M:%S} UTC on"
