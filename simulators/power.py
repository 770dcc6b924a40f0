"""Mains and UPSes: what is drawn, what the battery still holds, what stands wrong."""

import math
from dataclasses import dataclass

PEUKERT = 1.15
"""A lead battery gives less, the faster it is emptied."""


@dataclass(frozen=True, slots=True)
class UpsSpec:
    """A double-conversion UPS of one phase."""

    rated_kva: float
    battery_kwh: float
    """At a load of a quarter of the rating."""
    power_factor: float = 0.9
    efficiency: float = 0.94
    battery_v: float = 192.0
    charger_kw: float = 0.4
    low_minutes: float = 2.0


class Ups:
    """A UPS and its battery; `charge` is 0..1, loads are in watts."""

    def __init__(self, spec: UpsSpec) -> None:
        self.spec = spec
        self.charge = 1.0
        self.load_w = 0.0
        self.on_battery_s = 0.0
        self.input_bads = 0
        self.fed = True

    @property
    def output_on(self) -> bool:
        """Whether its output has voltage."""
        return self.fed or self.charge > 0

    @property
    def runtime_s(self) -> float:
        """How long the battery carries the present load."""
        if self.load_w <= 0:
            return 24 * 3600.0
        reference = self.spec.rated_kva * 1000 * self.spec.power_factor / 4
        at_reference = self.charge * self.spec.battery_kwh * 3_600_000 / self.load_w
        return at_reference * math.pow(reference / self.load_w, PEUKERT - 1)

    @property
    def battery_low(self) -> bool:
        """Whether the battery carries the load for a short time only."""
        return self.runtime_s < self.spec.low_minutes * 60

    @property
    def load_ratio(self) -> float:
        """The load as a share of the rating."""
        return self.load_w / (self.spec.rated_kva * 1000 * self.spec.power_factor)

    @property
    def input_w(self) -> float:
        """What it draws from the mains."""
        if not self.fed:
            return 0.0
        charging = self.spec.charger_kw * 1000 if self.charge < 1 else 0.0
        return self.load_w / self.spec.efficiency + charging

    @property
    def losses_w(self) -> float:
        """The heat that it gives off itself."""
        return self.load_w * (1 / self.spec.efficiency - 1)

    @property
    def battery_now_v(self) -> float:
        """Float voltage while fed, sinking from 1.04 to 0.85 of the nominal one while emptied."""
        if self.fed:
            return self.spec.battery_v * 1.13
        return self.spec.battery_v * (0.85 + 0.19 * self.charge)

    @property
    def battery_now_a(self) -> float:
        """Into the battery positive, out of it negative."""
        if not self.fed:
            return -self.load_w / self.spec.efficiency / self.battery_now_v if self.charge > 0 else 0.0
        return self.spec.charger_kw * 1000 / self.battery_now_v if self.charge < 1 else 0.0

    def step(self, mains: bool, seconds: float) -> None:
        """Let `seconds` pass with or without mains."""
        if self.fed and not mains:
            self.input_bads += 1
        self.fed = mains
        if mains:
            self.on_battery_s = 0.0
            gained = self.spec.charger_kw * seconds / 3600 / self.spec.battery_kwh
            self.charge = min(1.0, self.charge + gained)
            return
        self.on_battery_s += seconds
        runtime = self.runtime_s
        self.charge = self.charge * max(0.0, 1 - seconds / runtime) if runtime > 0 else 0.0


class Mains:
    """The supply of the building; outside 184..276 V the UPSes go to battery."""

    def __init__(self) -> None:
        self.present = True
        self.nominal_v = 230.0
        self.energy_kwh = 12_345.0

    @property
    def volts(self) -> float:
        """The voltage between phase and neutral."""
        return self.nominal_v if self.present else 0.0

    @property
    def usable(self) -> bool:
        """Whether UPSes and air conditioners can run on it."""
        return 184.0 <= self.volts <= 276.0
