"""Whether a far side answers: since when it does not, why, and when it is asked again."""

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

from roommon.model.clock import Duration, lasting
from roommon.model.text import Text
from roommon.model.worded import about

_NOT_ASKED = Text("not asked yet", "尚未询问")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to leave a far side alone after its n-th failure in a row: doubling, capped, jittered, for ever."""

    first: Duration = Duration(500)
    cap: Duration = Duration(30_000)

    def delay_s(self, failures: int, spread: float) -> float:
        """Return the seconds after failure number `failures` (from 1); the jitter `spread` (0..1) shortens them."""
        whole = min(self.first << min(failures - 1, 30), self.cap) / 1000
        return whole * (1 - spread / 2)


DEFAULT = BackOff()


class Standing:
    """The standing of one endpoint or one unit. Its log has one line when it goes and one when it comes back."""

    __slots__ = ("_back_off", "_jitter", "_since", "failures", "name", "retry_at", "trouble")

    def __init__(self, name: str, back_off: BackOff, jitter: Callable[[], float] = random.random) -> None:
        """`name` is who and where, as the log says it."""
        self.name = name
        self.failures = 0
        self.retry_at = 0.0
        """Monotonic seconds; before it nothing is sent."""
        self.trouble: Text | None = None
        """Why it does not answer, in words; None while it does."""
        self._back_off = back_off
        self._jitter = jitter
        self._since = 0.0

    @property
    def said(self) -> Text:
        """Who does not answer, and why."""
        return about(self.name, self.trouble or _NOT_ASKED)

    def failed(self, why: Text, now: float) -> None:
        """Note a failure at `now`; said once, with why."""
        self.failures += 1
        self.retry_at = now + self._back_off.delay_s(self.failures, self._jitter())
        if self.trouble is None:
            self._since = now
            _log.warning("%s: unreachable: %s", self.name, why.en)
        self.trouble = why

    def answered(self, now: float) -> None:
        """Note an answer at `now`; said once after failures, with how long it was away."""
        if not self.failures:
            return
        if self.trouble is not None:
            _log.info("%s: answers again after %s", self.name, lasting(now - self._since))
        self.pardon()

    def pardon(self) -> None:
        """Forget the failures without a word: they were somebody else's."""
        self.failures = 0
        self.retry_at = 0.0
        self.trouble = None
