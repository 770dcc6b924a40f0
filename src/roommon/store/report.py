"""What a store says about its server: one log line per change, and its health."""

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime

from roommon.journal.journal import Backlog
from roommon.model.clock import Clock, lasting
from roommon.model.text import Text
from roommon.model.worded import about

log = logging.getLogger(__name__)

MOST_REFUSALS = 20
"""Kinds of refusal that are told apart; more than these are one trouble, and the log has heard of it."""
_SPECIAL_TO_A_LINE = re.compile(r"'.*'|\bdropped=\d+")
REFUSAL_STANDS_S = 600.0
"""How long the health tells of refused lines after the last one: longer than the pauses between them."""


class Report:
    """How delivery goes, as it was last said."""

    def __init__(self, who: str, health: Callable[[Text | None], None], clock: Clock) -> None:
        """`who` begins every line: the store's name and its address."""
        self._who = who
        self._health = health
        self._clock = clock
        self._trouble: Text | None = None
        self._since: float | None = None
        self._behind_since: float | None = None
        self._refusals: dict[str, float] = {}
        """Kinds of refusal, and when each was last met."""
        self._told: Text | None = None
        self._begun = False

    @property
    def is_well(self) -> bool:
        """Whether the last thing said is that the server takes writes."""
        return self._begun and self._trouble is None

    def trouble(self, words: Text) -> None:
        """Say that nothing arrives, and why."""
        if words == self._trouble:
            return
        if self._trouble is None:
            self._since = self._clock.monotonic()
        self._begun, self._trouble = True, words
        log.warning("%s: %s; readings and events wait in the journal", self._who, words.en)
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
        """Say that `lines` lines are kept in the journal instead, and why, while delivery goes on."""
        kind = _SPECIAL_TO_A_LINE.sub("", words).strip()
        if kind not in self._refusals and len(self._refusals) < MOST_REFUSALS:
            log.warning("%s: %d lines are kept in the journal instead: %s", self._who, lines, words)
            self._refusals[kind] = 0.0
        if kind in self._refusals:
            self._refusals[kind] = self._clock.monotonic()
        self._tell()

    def _tell(self) -> None:
        """Tell the health what changed of it."""
        self._forget_refusals()
        words = self._trouble or (_refuses(next(iter(self._refusals))) if self._refusals else None)
        if words != self._told:
            self._told = words
            self._health(words and about(self._who, words))

    def _forget_refusals(self) -> None:
        now = self._clock.monotonic()
        for kind in [kind for kind, last in self._refusals.items() if now - last > REFUSAL_STANDS_S]:
            del self._refusals[kind]
            log.info("%s: no longer: %s", self._who, kind)

    def _lasting(self, since: float) -> str:
        return lasting(self._clock.monotonic() - since)


def _refuses(kind: str) -> Text:
    return Text(f"some lines are kept in the journal instead: {kind}", f"部分行未被接受，暂存于日志库：{kind}")


def _behind(backlog: Backlog) -> str:
    if backlog.oldest is None:
        return "nothing is behind"
    oldest = datetime.fromtimestamp(backlog.oldest / 1000, UTC)
    return f"{backlog.readings} readings and {backlog.events} events are behind, from {oldest:%Y-%m-%d %H:%M:%S} UTC on"
