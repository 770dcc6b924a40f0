"""One number of the bench, and how it is written down."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table."""

    group: str
    what: str
    value: float
    unit: str
    at_most: float | None = None
    """The aim, for what should be small."""
    at_least: float | None = None
    """The aim, for what should be large."""
    note: str = ""
    samples: Sequence[float] = field(default=())
    """What the value is the median of."""

    @property
    def verdict(self) -> str:
        if self.at_most is not None:
            return _verdict(f"≤ {self.at_most:g}", met=self.value <= self.at_most)
        if self.at_least is not None:
            return _verdict(f"≥ {self.at_least:g}", met=self.value >= self.at_least)
        return ""

    @property
    def shown(self) -> str:
        digits = 0 if abs(self.value) >= 1000 else 2 if abs(self.value) < 10 else 1
        return f"{self.value:,.{digits}f} {self.unit}".strip()

    @property
    def spread(self) -> str:
        return f"{min(self.samples):.3g} to {max(self.samples):.3g}" if len(self.samples) > 1 else ""

    def document(self) -> dict[str, Any]:
        return asdict(self)


def _verdict(aim: str, *, met: bool) -> str:
    return f"{aim} {'met' if met else '**missed**'}"


def median_of(group: str, what: str, samples: Sequence[float], unit: str, **more: Any) -> Result:
    """The row of the median of `samples`."""
    return Result(group, what, statistics.median(samples), unit, samples=tuple(samples), **more)


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of `ordered` (sorted) do not exceed."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
