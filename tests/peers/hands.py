"""A clock whose hands the test moves."""

from roommon.model.clock import Instant


class Hands:
    """Stands still until the test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        """Seconds."""

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(1_764_300_000_000 + round(monotonic * 1000))
