"""Which sensors belong to which of the six protections (docs/six-protections.md).

A contact module does not know what hangs on it, so the label says it by which the status page goes too; what a profile
calls smoke, leak or on_battery needs no label.
"""

from typing import Final

from config.grafana.source.influxql import called
from roommon.web.protection import LABEL, Protection


def _labelled(protection: Protection) -> str:
    return f"\"{LABEL}\" = '{protection}'"


def _either(protection: Protection, *keys: str) -> str:
    return f"({_labelled(protection)} OR {called(*keys)})"


LIGHTNING: Final = _either(Protection.LIGHTNING, "surge_protector")
FIRE: Final = _either(Protection.FIRE, "smoke", "condition_smoke", "alarm_fire_smoke")
WATER: Final = _either(
    Protection.WATER,
    "leak",
    "cable_break",
    "contamination",
    "circuit1_leak",
    "circuit2_leak",
    "circuit3_leak",
    "panel_leak",
    "panel_break",
    "alarm_water",
    "condition_water_in_pan",
    "condition_water_under_floor",
)
POWER: Final = _either(
    Protection.ELECTRICITY,
    "on_battery",
    "alarm_on_battery",
    "battery_low",
    "low_battery",
    "alarm_low_battery",
    "alarm_depleted_battery",
    "alarm_battery_bad",
    "replace_battery",
    "on_bypass",
    "alarm_on_bypass",
    "overload",
    "alarm_output_overload",
    "alarm_input_bad",
    "condition_battery_low",
    "condition_input_power_problem",
)
COOLING: Final = _either(
    Protection.TEMPERATURE,
    "alarm_airflow_loss",
    "alarm_compressor_1",
    "alarm_compressor_2",
    "alarm_fan",
    "alarm_return_temperature_high",
    "alarm_supply_temperature_high",
    "common_alarm",
    "condition_compressor_overload",
    "condition_fan_overload",
    "condition_general_fault",
    "condition_high_head_pressure",
    "condition_high_temperature",
    "condition_loss_of_airflow",
    "general_alarm",
    "high_temperature_1",
    "high_temperature_2",
)
QUAKE: Final = _labelled(Protection.QUAKE)
"""By the label alone: the same sensor on a fan's bearing shakes all day."""

INLET: Final = "\"location\" = 'inlet'"
RETURN: Final = "\"location\" = 'return'"
SUPPLY: Final = '"sensor" =~ /supply/'
SHAKING: Final = f'{QUAKE} AND "sensor" =~ /acceleration_peak/'
"""Peaks alone: the mean over a second (rms) of a quake is small, and on one axis there may be gravity."""
SURGES: Final = called("surge_count", "phase_a_surges", "phase_b_surges", "phase_c_surges", "total_low_surges")
POSITION: Final = called("leak_distance", "position")
ROPE_CURRENT: Final = called("leak_current")
RESIDUAL: Final = '"sensor" !~ /[.]leak_current$/'
PHASES: Final = called("voltage_l1", "voltage_l2", "voltage_l3", "input_voltage")
"""What comes in: the meter's phases and the UPSes' input."""
CHARGE: Final = called("battery_charge")
RUNTIME: Final = called("runtime_remaining")
LOAD: Final = called("load", "output_load")
BATTERY_WARMTH: Final = called("battery_temperature", "internal_temperature")
IMPORT: Final = called("energy", "energy_import", "output_energy")
POWER_FACTOR: Final = called("power_factor", "power_factor_total")
CAPACITY: Final = called("cooling_capacity", "heating_capacity", "fan_capacity")
MARGIN: Final = called("dew_margin")
METERED: Final = '"sensor" =~ /^[^.]+[.](power|power_total)$/'
"""Of a meter itself, and not of a row of a UPS: input, bypass and output are three times the same."""
PHASE_CURRENTS: Final = called("current", "current_l1", "current_l2", "current_l3", "output_current")
MAINS_FREQUENCY: Final = called("frequency", "input_frequency", "output_frequency")
ROPE_LEGS: Final = called("leg1_resistance", "leg2_resistance")
LINK: Final = called("link")
UPS_STATES: Final = ("output_source", "output_status", "input_source", "battery_status")
AC_STATES: Final = (
    "system_state",
    "operating_state",
    "unit_on",
    "fan",
    "cooling",
    "heating",
    "humidifying",
    "dehumidifying",
)
