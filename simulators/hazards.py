"""Water on the leak rope, and surges in the protector."""

from dataclasses import dataclass

SPREAD_M_PER_S = 0.02
DRYING_M_PER_S = 0.06
FARTHEST_M = 3.0
MICROAMPERES_PER_M = 400.0
DRY_MICROAMPERES = 4.0
COUNTED_KA = 0.1


@dataclass(frozen=True, slots=True)
class RopeSpec:
    """The rope's length, and the leakage currents at which the controller speaks."""

    length_m: float = 30.0
    leak_threshold_ua: float = 120.0
    dirt_threshold_ua: float = 50.0


class Rope:
    """A sensing rope from the controller (0 m) to its end; water spreads both ways from where it drips."""

    def __init__(self, spec: RopeSpec) -> None:
        self.spec = spec
        self.at_m = 0.0
        self.radius_m = 0.0
        self.dripping = False
        self.dirt_ua = 0.0
        self.broken = False

    def leak(self, at_m: float | None) -> None:
        """Water drips on the rope at `at_m`, or no longer (None): then somebody mops it up."""
        if at_m is not None and not 0 <= at_m <= self.spec.length_m:
            raise ValueError(f"leak at {at_m} m: the rope is {self.spec.length_m} m long")
        self.dripping = at_m is not None
        if at_m is not None:
            self.at_m = at_m

    def step(self, seconds: float) -> None:
        """Let the water spread, or dry."""
        grown = SPREAD_M_PER_S if self.dripping else -DRYING_M_PER_S
        self.radius_m = min(FARTHEST_M, max(0.0, self.radius_m + grown * seconds))

    @property
    def wet_from_m(self) -> float:
        """The wet place that is nearest to the controller: what a distance-reading controller shows."""
        return max(0.0, self.at_m - self.radius_m)

    @property
    def current_ua(self) -> float:
        """The leakage current: with the length that is wet, and with dirt."""
        wet = min(self.spec.length_m, self.at_m + self.radius_m) - self.wet_from_m
        return DRY_MICROAMPERES + self.dirt_ua + MICROAMPERES_PER_M * wet

    @property
    def leaking(self) -> bool:
        """Whether the controller says that there is water."""
        return self.current_ua >= self.spec.leak_threshold_ua

    @property
    def dirty(self) -> bool:
        """Whether the controller says that the rope is dirty."""
        return not self.leaking and self.current_ua >= self.spec.dirt_threshold_ua


@dataclass(frozen=True, slots=True)
class ProtectorSpec:
    """What the protector stands."""

    rated_ka: float = 20.0
    life: float = 15.0
    """How many surges of the rated current it survives."""


class Protector:
    """A surge protector: each surge is counted and takes of its life by the square of its current."""

    def __init__(self, spec: ProtectorSpec) -> None:
        self.spec = spec
        self.count = 0
        self.taken = 0.0
        """Surges of the rated current that would have worn it as much."""

    def surge(self, kiloamperes: float) -> None:
        """Take one surge; small ones do not count."""
        if kiloamperes < COUNTED_KA:
            return
        self.count += 1
        self.taken += (kiloamperes / self.spec.rated_ka) ** 2

    @property
    def failed(self) -> bool:
        """Whether the remote contact says that it is worn out."""
        return self.taken >= self.spec.life

    @property
    def wear(self) -> float:
        """How much of its life is used, from 0 to 1 and beyond."""
        return self.taken / self.spec.life
