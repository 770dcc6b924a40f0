"""What the simulated room holds, for every sensor of every shipped profile, in roommon's units.

Said from the room's own quantities, past registers and objects: neither the profile nor the register image is asked.
"""

from collections.abc import Callable, Mapping

from roommon.model.quantity import Quantity
from simulators.power import Ups
from simulators.quantities import contact
from simulators.room import Room

PLACES = {"renke-rs-ws-n01": "rack-a", "rfc1628-ups": "ups-1"}
"""Where the device of a family stands; the others stand nowhere in particular."""
INPUTS = ("smoke", "door", "mains", "protector", "ac-1.failed")
"""What hangs on the inputs of the contact module; the others hang open."""

UPS_ALARMS = (
    "battery_bad",
    "on_battery",
    "low_battery",
    "depleted_battery",
    "temperature_bad",
    "input_bad",
    "output_bad",
    "output_overload",
    "on_bypass",
    "bypass_bad",
    "output_off_as_requested",
    "ups_off_as_requested",
    "charger_failed",
    "ups_output_off",
    "ups_system_off",
    "fan_failure",
    "fuse_failure",
    "general_fault",
    "diagnostic_test_failed",
    "communications_lost",
    "awaiting_power",
    "shutdown_pending",
    "shutdown_imminent",
    "test_in_progress",
)
"""upsWellKnownAlarms, in their order."""

COARSE: Mapping[Quantity, float] = {
    Quantity.TEMPERATURE: 0.05,
    Quantity.RELATIVE_HUMIDITY: 0.05,
    Quantity.VOLTAGE: 0.5,
    Quantity.CURRENT: 0.05,
    Quantity.ACTIVE_POWER: 0.5,
    Quantity.APPARENT_POWER: 0.001,
    Quantity.REACTIVE_POWER: 0.001,
    Quantity.ENERGY: 0.001,
    Quantity.FREQUENCY: 0.05,
    Quantity.RATIO: 0.5,
    Quantity.RESISTANCE: 0.5,
    Quantity.DURATION: 60.0,
    Quantity.DISTANCE: 0.05,
    Quantity.LEAKAGE_CURRENT: 0.0005,
}
"""How far a reading may be from the truth: what the coarsest of the devices rounds off. Everything else is exact."""


def probe_in_the_inlet(room: Room) -> dict[str, float]:
    rack = room.racks["rack-a"]
    return {"temperature": room.inlet_c(rack), "humidity": room.inlet_humidity(rack)}


def probe_in_the_air(room: Room) -> dict[str, float]:
    return {"temperature": room.climate.air_c, "humidity": room.climate.humidity}


def leak_controller(room: Room) -> dict[str, float]:
    rope = room.rope
    legs = 30 / 0.3048 * 2.8
    return {
        "leak": rope.leaking,
        "cable_break": rope.broken,
        "contamination": rope.dirty,
        "summary_alarm": rope.leaking or rope.broken or rope.dirty,
        "leak_distance": rope.wet_from_m if rope.leaking else 0,
        "leak_current": rope.current_ua / 1000,
        "cable_length": 30,
        "leg1_resistance": legs,
        "leg2_resistance": legs,
    }


def surge_protector(room: Room) -> dict[str, float]:
    return {"surge_count": room.protector.count, "state": room.protector.failed}


def contacts(room: Room) -> dict[str, float]:
    wired = [contact(room, name) for name in INPUTS]
    return {f"di{number}": state for number, state in enumerate([*wired, False, False, False], 1)}


def meter(room: Room) -> dict[str, float]:
    volts, watts = room.mains.volts, room.drawn_w()
    apparent = watts / 0.96
    each = {
        "voltage": volts,
        "current": apparent / volts / 3 if volts else 0,
        "power": watts / 3,
        "power_factor": 96,
        "thd_voltage": 2.4 if volts else 0,
    }
    phases = {f"{name}_l{phase}": value for name, value in each.items() for phase in (1, 2, 3)}
    return phases | {
        "power_total": watts,
        "apparent_total": apparent,
        "reactive_total": (apparent**2 - watts**2) ** 0.5,
        "power_factor_total": 96,
        "frequency": 50 if volts else 0,
        "energy_import": room.mains.energy_kwh,
        "energy_export": 0,
        "thd_voltage_average": each["thd_voltage"],
        "energy_total": room.mains.energy_kwh,
    }


def ups(room: Room) -> dict[str, float]:
    it, volts = room.upses["ups-1"], room.mains.volts
    normal, low, depleted = 2, 3, 4
    status = depleted if it.charge <= 0 else low if it.battery_low else normal
    return _battery(it, status) | {
        "input_line_bads": it.input_bads,
        "input-1.frequency": 50 if volts else 0,
        "input-1.voltage": volts,
        "input-1.current": it.input_w / volts if volts else 0,
        "input-1.power": it.input_w,
        "bypass-1.voltage": volts,
        "bypass-1.current": 0,
        "bypass-1.power": 0,
        "bypass_frequency": 50 if volts else 0,
        "test_result": 6,
        **_alarms(it),
        **_output(it),
    }


def _alarms(it: Ups) -> dict[str, float]:
    """The alarms of RFC 1628: what the room's UPS can have, and all others never."""
    standing = {
        "on_battery": not it.fed,
        "input_bad": not it.fed,
        "low_battery": not it.fed and it.battery_low,
        "depleted_battery": it.charge <= 0,
        "output_overload": it.load_ratio > 1,
    }
    return {f"alarm_{name}": standing.get(name, False) for name in UPS_ALARMS}


def _battery(it: Ups, status: int) -> dict[str, float]:
    return {
        "battery_status": status,
        "seconds_on_battery": it.on_battery_s,
        "runtime_remaining": it.runtime_s,
        "battery_charge": it.charge * 100,
        "battery_voltage": it.battery_now_v,
        "battery_current": it.battery_now_a,
        "battery_temperature": 24,
    }


def _output(it: Ups) -> dict[str, float]:
    on = it.output_on
    none, mains, battery = 2, 3, 5
    return {
        "output_source": none if not on else mains if it.fed else battery,
        "output_frequency": 50 if on else 0,
        "output-1.voltage": 230 if on else 0,
        "output-1.current": it.load_w / 230 / 0.9,
        "output-1.power": it.load_w,
        "output-1.load": it.load_ratio * 100,
        "alarms_present": (0 if it.fed else 2) + (not it.fed and it.battery_low) + (it.charge <= 0),
    }


TRUTH: Mapping[str, Callable[[Room], dict[str, float]]] = {
    "eastron-sdm630": meter,
    "renke-rs-ws-n01": probe_in_the_inlet,
    "rfc1628-ups": ups,
    "rle-seahawk-10k": leak_controller,
    "watchfuleye-wth-cs": surge_protector,
    "waveshare-modbus-io8": contacts,
    "xy-md02": probe_in_the_air,
}
