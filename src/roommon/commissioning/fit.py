"""How well a profile fits what a device gave: how many points answer, how many values can be true. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from roommon.commissioning.seen import Seen
from roommon.commissioning.usual import is_usual, telling
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason

_SENTINEL = 0.2
"""What a declared "no value" speaks for a profile."""
_AGAINST = 3.0
"""What each value that cannot be true speaks against it, and each register that the device refuses."""
_NOT_THERE = frozenset({Reason.CONFIGURATION_ERROR, Reason.NO_COMMUNICATION})


class Verdict(StrEnum):
    """What one sensor of a profile says about the profile."""

    USUAL = "usual"
    SILENT = "silent"
    """There is no value now, as the profile provides for: not connected, a sentinel."""
    STRANGE = "strange"
    """The value cannot be true, or means nothing."""
    MISSING = "missing"
    """The device has no such point."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well one profile fits."""

    asked: int
    """Its sensors."""
    answered: int
    usual: int
    strange: tuple[Seen, ...]
    missing: tuple[Seen, ...]
    score: float
    """Orders profiles, and means nothing else."""

    @property
    def is_sound(self) -> bool:
        """Whether everything answers and nothing speaks against the profile."""
        return self.answered > 0 and not self.strange and not self.missing


def fit(every: Sequence[Seen]) -> Fit:
    """Return how the points of a profile fit what the device gave for them."""
    judged = [(one, verdict(one)) for one in every if one.sensor is not None]
    strange = tuple(one for one, said in judged if said is Verdict.STRANGE)
    missing = tuple(one for one, said in judged if said is Verdict.MISSING)
    usual = sum(said is Verdict.USUAL for _, said in judged)
    score = sum(_speaks(one, said) for one, said in judged) - _AGAINST * (len(strange) + len(missing))
    return Fit(len(judged), len(judged) - len(missing), usual, strange, missing, score)


def verdict(one: Seen) -> Verdict:
    """Return what the sensor `one` says about its profile."""
    assert one.sensor is not None  # noqa: S101  # sensors alone are judged
    assert one.reading is not None  # noqa: S101  # each sensor has its reading
    if one.reading.value is None:
        return _of_bad(one.reading.reason)
    if one.sensor.quantity in (Quantity.STATE, Quantity.CONTACT) and one.sensor.states:
        return Verdict.USUAL if one.reading.value in one.sensor.states else Verdict.STRANGE
    return Verdict.USUAL if is_usual(one.reading.value, one.sensor.quantity) else Verdict.STRANGE


def _of_bad(reason: Reason | None) -> Verdict:
    if reason in _NOT_THERE:
        return Verdict.MISSING
    if reason in (Reason.OUT_OF_RANGE, Reason.DEVICE_FAILURE):
        return Verdict.STRANGE
    return Verdict.SILENT


def _speaks(one: Seen, said: Verdict) -> float:
    if said is Verdict.SILENT:
        return _SENTINEL
    if said is not Verdict.USUAL or one.sensor is None or one.value is None:
        return 0.0
    return telling(one.value, one.sensor.quantity)
