"""From metres of a floor to its drawing. Pure."""

from dataclasses import dataclass

from roommon.web.box import Box
from roommon.web.floor import At, Floor

SHEET = 1200.0
"""Width of a drawing."""
_DEEPEST = 0.75
"""Of `SHEET`: a deeper floor is drawn narrower."""


@dataclass(frozen=True, slots=True)
class Scale:
    """Metres to the drawing."""

    per_m: float

    @classmethod
    def of(cls, floor: Floor) -> "Scale":
        """Return the scale in which a floor fills the drawing."""
        return cls(min(SHEET / floor.width, SHEET * _DEEPEST / floor.depth))

    def at(self, place: At) -> At:
        """Return a place on the drawing."""
        return At(place.x * self.per_m, place.y * self.per_m)

    def box(self, at: At, width: float, depth: float) -> Box:
        """Return what stands at `at`, its upper left corner."""
        return Box(at.x * self.per_m, at.y * self.per_m, width * self.per_m, depth * self.per_m)
