"""The room: what happens in it as time is let pass. Deterministic; it knows no clock.

Time goes in whole steps of `STEP_S`, so that the same span gives the same room however it was cut up.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from simulators.climate import AirConditioner, AirConditionerSpec, Climate, Rack, RackSpec, Spec, relative_humidity
from simulators.hazards import Protector, ProtectorSpec, Rope, RopeSpec
from simulators.power import Mains, Ups, UpsSpec

STEP_S = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands in the room, as the room file says."""

    room: Spec = field(default_factory=Spec)
    air_conditioners: Mapping[str, AirConditionerSpec] = field(default_factory=dict)
    racks: Mapping[str, RackSpec] = field(default_factory=dict)
    upses: Mapping[str, UpsSpec] = field(default_factory=dict)
    rope: RopeSpec = field(default_factory=RopeSpec)
    surge_protector: ProtectorSpec = field(default_factory=ProtectorSpec)

    def __post_init__(self) -> None:
        for name, rack in self.racks.items():
            if rack.cooled_by not in self.air_conditioners:
                raise ValueError(f"racks.{name}: cooled_by {rack.cooled_by!r} is none of {list(self.air_conditioners)}")
            if strange := set(rack.fed_by) - set(self.upses):
                raise ValueError(f"racks.{name}: fed_by {sorted(strange)} is none of {list(self.upses)}")


class Room:
    """`version` grows with every change that a device could show."""

    def __init__(self, plan: Plan) -> None:
        self.climate = Climate(plan.room)
        self.air_conditioners = {name: AirConditioner(spec) for name, spec in plan.air_conditioners.items()}
        self.racks = {name: Rack(spec) for name, spec in plan.racks.items()}
        self.upses = {name: Ups(spec) for name, spec in plan.upses.items()}
        self.rope = Rope(plan.rope)
        self.protector = Protector(plan.surge_protector)
        self.mains = Mains()
        self.smoke = False
        self.door_open = False
        self.steps = 0
        self.version = 0
        self._share_loads()

    @property
    def elapsed_s(self) -> float:
        """The room's time."""
        return self.steps * STEP_S

    def advance_to(self, elapsed_s: float) -> None:
        """Let time pass until the last whole step before `elapsed_s`."""
        while self.elapsed_s + STEP_S <= elapsed_s:
            self._step()
            self.steps += 1
            self.version += 1

    def inlet_c(self, rack: Rack) -> float:
        """What a probe in the rack's inlet feels."""
        return self.climate.air_c + rack.excess_k if rack.pinned_c is None else rack.pinned_c

    def inlet_humidity(self, rack: Rack) -> float:
        """The relative humidity there, in %."""
        if rack.pinned_humidity is not None:
            return rack.pinned_humidity
        return relative_humidity(self.climate.vapour_hpa, self.inlet_c(rack))

    def rack_power_w(self, rack: Rack) -> float:
        """What its servers draw now: a slow ripple of 3 % about the load, nothing when nobody feeds them."""
        feeds = [self.upses[name] for name in rack.spec.fed_by]
        if feeds and not any(ups.output_on for ups in feeds):
            return 0.0
        return rack.load_kw * 1000 * (1 + 0.03 * math.sin(self.elapsed_s / 15))

    def _step(self) -> None:
        powered = self.mains.usable
        self._share_loads()
        for ups in self.upses.values():
            ups.step(powered, STEP_S)
        self._air(powered)
        self.rope.step(STEP_S)
        self.mains.energy_kwh += self.drawn_w() / 1000 * STEP_S / 3600

    def _air(self, powered: bool) -> None:
        units = self.air_conditioners
        cooling = sum(unit.cool_kw(self.climate.air_c, powered, STEP_S) for unit in units.values())
        share = sum(unit.output for unit in units.values()) / max(1, len(units))
        self.climate.step(self._heat_kw(), cooling, share, STEP_S)
        for rack in self.racks.values():
            rack.drift(powered and units[rack.spec.cooled_by].running, STEP_S)

    def _heat_kw(self) -> float:
        servers = sum(self.rack_power_w(rack) for rack in self.racks.values())
        return (servers + sum(ups.losses_w for ups in self.upses.values())) / 1000

    def _share_loads(self) -> None:
        """Racks with two feeds draw on those that are alive, in equal shares."""
        loads = dict.fromkeys(self.upses, 0.0)
        for rack in self.racks.values():
            alive = [name for name in rack.spec.fed_by if self.upses[name].output_on]
            for name in alive:
                loads[name] += self.rack_power_w(rack) / len(alive)
        for name, ups in self.upses.items():
            ups.load_w = loads[name]

    def drawn_w(self) -> float:
        """What the meter at the mains sees."""
        if not self.mains.usable:
            return 0.0
        cooling = sum(unit.power_w for unit in self.air_conditioners.values())
        unfed = sum(self.rack_power_w(rack) for rack in self.racks.values() if not rack.spec.fed_by)
        return cooling + unfed + sum(ups.input_w for ups in self.upses.values())
