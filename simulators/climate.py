"""The air of the room: heat, moisture, air conditioners, and what reaches each rack.

Heat:      mass x dT/dt = heat of the equipment + envelope x (outdoor - T) - cooling
Moisture:  the vapour pressure drifts to the outdoor air's and is pressed down to the dew point of a running coil.
"""

import math
from dataclasses import dataclass

COIL_C = 8.0
"""Surface of a running cooling coil: moisture above this dew point condenses."""
AIR_CHANGE_S = 7200.0
DRYING_S = 600.0
RECIRCULATION_S = 15.0


def saturation_hpa(celsius: float) -> float:
    """Vapour pressure over water at 100 % (Magnus, WMO-No. 8 annex 4.B; -45..60 degrees)."""
    return 6.112 * math.exp(17.62 * celsius / (243.12 + celsius))


def dew_point_c(vapour_hpa: float) -> float:
    """The temperature at which `vapour_hpa` condenses: Magnus turned round."""
    gamma = math.log(vapour_hpa / 6.112)
    return 243.12 * gamma / (17.62 - gamma)


def relative_humidity(vapour_hpa: float, celsius: float) -> float:
    """Return the humidity in % of air at `celsius`, 100 at most."""
    return min(100.0, 100.0 * vapour_hpa / saturation_hpa(celsius))


@dataclass(frozen=True, slots=True)
class Spec:
    """What the room file says under `room`."""

    air_c: float = 22.0
    humidity: float = 45.0
    thermal_mass_kj_per_k: float = 120.0
    """Air, racks and the surface of the walls: what warms within minutes."""
    envelope_w_per_k: float = 60.0
    outdoor_c: float = 30.0
    outdoor_humidity: float = 60.0


@dataclass(frozen=True, slots=True)
class AirConditionerSpec:
    """Full output at the top of the band around the setpoint, none at its bottom, with the lag of a compressor."""

    capacity_kw: float
    setpoint_c: float = 22.0
    band_k: float = 2.0
    lag_s: float = 8.0
    efficiency: float = 3.2
    """Heat moved per electrical power."""


@dataclass(frozen=True, slots=True)
class RackSpec:
    """A rack: its heat, who cools it, who feeds it."""

    load_kw: float
    cooled_by: str
    fed_by: tuple[str, ...] = ()
    recirculation_k: float = 6.0
    """How much warmer than the room its inlet gets while the air conditioner before it stands still."""


class AirConditioner:
    """Runs unless it has failed or the mains are away."""

    def __init__(self, spec: AirConditionerSpec) -> None:
        self.spec = spec
        self.running = True
        self.output = 0.5

    def cool_kw(self, air_c: float, powered: bool, seconds: float) -> float:
        """The heat taken out during the next `seconds`, in kW."""
        spec = self.spec
        wanted = min(1.0, max(0.0, (air_c - spec.setpoint_c) / spec.band_k + 0.5))
        if not (powered and self.running):
            self.output = 0.0
        else:
            self.output += (wanted - self.output) * min(1.0, seconds / spec.lag_s)
        return self.output * spec.capacity_kw

    @property
    def power_w(self) -> float:
        """What it draws from the mains."""
        return self.output * self.spec.capacity_kw * 1000 / self.spec.efficiency


class Rack:
    """Where a probe hangs in the inlet; `pinned_c` and `pinned_humidity` hold what somebody set by hand."""

    def __init__(self, spec: RackSpec) -> None:
        self.spec = spec
        self.load_kw = spec.load_kw
        self.excess_k = 0.0
        self.pinned_c: float | None = None
        self.pinned_humidity: float | None = None
        self.probe_broken = False

    def drift(self, blown: bool, seconds: float) -> None:
        """Warm air comes round the rack while its air conditioner does not blow."""
        target = 0.0 if blown else self.spec.recirculation_k
        self.excess_k += (target - self.excess_k) * min(1.0, seconds / RECIRCULATION_S)


class Climate:
    """One well mixed volume of air."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.air_c = spec.air_c
        self.outdoor_c = spec.outdoor_c
        self.vapour_hpa = spec.humidity / 100 * saturation_hpa(spec.air_c)

    @property
    def humidity(self) -> float:
        """The relative humidity of the room's air in %."""
        return relative_humidity(self.vapour_hpa, self.air_c)

    def step(self, heat_kw: float, cooling_kw: float, coil_share: float, seconds: float) -> None:
        """Let `seconds` pass; `coil_share` (0..1) is how much of the air conditioners runs."""
        leak_kw = self.spec.envelope_w_per_k / 1000 * (self.outdoor_c - self.air_c)
        self.air_c += (heat_kw + leak_kw - cooling_kw) / self.spec.thermal_mass_kj_per_k * seconds
        self._moisture(coil_share, seconds)

    def _moisture(self, coil_share: float, seconds: float) -> None:
        outside = self.spec.outdoor_humidity / 100 * saturation_hpa(self.outdoor_c)
        self.vapour_hpa += (outside - self.vapour_hpa) * seconds / AIR_CHANGE_S
        above = max(0.0, self.vapour_hpa - saturation_hpa(COIL_C))
        self.vapour_hpa -= above * coil_share * seconds / DRYING_S
        self.vapour_hpa = min(self.vapour_hpa, saturation_hpa(self.air_c))
