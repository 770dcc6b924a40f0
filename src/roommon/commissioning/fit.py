"""How well a profile fits what a device gave: how many points answer, how many values can be true. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from roommon.commissioning.drops import not_there
from roommon.commissioning.seen import Seen, is_nonsense
from roommon.commissioning.usual import is_usual, telling
from roommon.model.device import Sensor
from roommon.model.reading import Reading, Reason
from roommon.profiles.point import Listed

_SENTINEL = 0.2
"""What a declared "no value" speaks for a profile."""
_AGAINST = 3.0
"""What each value that cannot be true speaks against it, and each register that the device refuses."""


class Verdict(StrEnum):
    """What one sensor of a profile says about the profile."""

    USUAL = "usual"
    SILENT = "silent"
    """There is no value now, as the profile provides for: not connected, a sentinel, a state without a name."""
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
    judged = verdicts(every)
    strange = tuple(one for one, said in judged if said is Verdict.STRANGE)
    missing = tuple(one for one, said in judged if said is Verdict.MISSING)
    usual = sum(said is Verdict.USUAL for _, said in judged)
    score = sum(_speaks(one, said) for one, said in judged) - _AGAINST * (len(strange) + len(missing))
    return Fit(len(judged), len(judged) - len(missing), usual, strange, missing, score)


def verdicts(every: Sequence[Seen]) -> list[tuple[Seen, Verdict]]:
    """Return what each sensor among `every` says about their profile; what is not listed says nothing."""
    absent = not_there(every)
    return [
        (one, Verdict.MISSING if one.point.key in absent else _verdict(one, one.sensor, one.reading))
        for one in every
        if one.sensor is not None and one.reading is not None and not isinstance(one.point.at, Listed)
    ]


def _verdict(one: Seen, sensor: Sensor, reading: Reading) -> Verdict:
    if reading.value is None:
        return Verdict.STRANGE if is_nonsense(one) else _of_bad(reading.reason)
    if sensor.states and reading.value not in sensor.states:
        return Verdict.SILENT
    return Verdict.USUAL if is_usual(reading.value, sensor.quantity) else Verdict.STRANGE


def _of_bad(reason: Reason | None) -> Verdict:
    if reason is Reason.NO_COMMUNICATION:
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
