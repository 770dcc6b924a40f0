"""What a sink says about its far side: one log line per change, and its health."""

import logging
from collections.abc import Callable

from roommon.model.clock import Clock, lasting
from roommon.model.text import Text
from roommon.model.worded import about

log = logging.getLogger(__name__)


class Report:
    """The present state of one far side, as it was last said."""

    def __init__(self, who: str, health: Callable[[Text | None], None], clock: Clock) -> None:
        """`who` begins every line: the sink's name and the address of its far side."""
        self._who = who
        self._health = health
        self._clock = clock
        self._trouble: Text | None = None
        self._since: float | None = None
        self.is_well = False
        self._notes: dict[str, str] = {}

    def trouble(self, words: Text) -> None:
        """Say that nothing is delivered, and why."""
        if words == self._trouble:
            return
        if self._trouble is None:
            self._since = self._clock.monotonic()
        self._trouble, self.is_well = words, False
        log.warning("%s: %s", self._who, words.en)
        self._health(about(self._who, words))

    def well(self, words: str) -> None:
        """Say that everything so far is delivered, and how: `over MQTT 5`."""
        if self.is_well:
            return
        away = "" if self._since is None else f", after {lasting(self._clock.monotonic() - self._since)}"
        self._trouble, self._since, self.is_well = None, None, True
        log.info("%s: delivers %s%s", self._who, words, away)
        self._health(None)

    def note(self, subject: str, words: str | None) -> None:
        """Say what is amiss with `subject` while delivery goes on; None when it is well again."""
        if words == self._notes.get(subject):
            return
        if words is None:
            del self._notes[subject]
            log.info("%s: %s: well again", self._who, subject)
        else:
            self._notes[subject] = words
            log.warning("%s: %s: %s", self._who, subject, words)
