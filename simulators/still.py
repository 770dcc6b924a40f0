"""What stands behind devices whose values change only when they are poked."""

from dataclasses import dataclass


@dataclass(slots=True)
class Still:
    """A source that never changes."""

    version: int = 0
