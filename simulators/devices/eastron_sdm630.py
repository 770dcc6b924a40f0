"""Eastron SDM630 three-phase meter at the mains; its own supply comes from a UPS, so it answers without them.

Source: SDM630 Modbus protocol as in volkszaehler/mbmd meters/rs485/sdm.go; one request may ask for 40 parameters of two
registers. Function 4, IEEE 754 singles, high word first. Registers between the parameters read 0.
"""

from simulators.devices import Entry
from simulators.modbus.image import Image, float_abcd
from simulators.room import Room

MOST_REGISTERS = 80
LAST_REGISTER = 343
POWER_FACTOR = 0.96
REACTIVE_SHARE = (1 - POWER_FACTOR**2) ** 0.5
THD_PERCENT = 2.4
HERTZ = 50.0


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    del device
    words = [0] * (LAST_REGISTER + 1)
    for address, value in _parameters(room).items():
        words[address : address + 2] = float_abcd(value)
    return Image(input={0: words}, most=MOST_REGISTERS)


def _parameters(room: Room) -> dict[int, float]:
    volts, watts, energy = room.mains.volts, room.drawn_w(), room.mains.energy_kwh
    apparent = watts / POWER_FACTOR
    amperes = apparent / 3 / volts if volts else 0.0
    phases = {
        0: volts,
        6: amperes,
        12: watts / 3,
        18: apparent / 3,
        30: POWER_FACTOR,
        234: THD_PERCENT if volts else 0.0,
    }
    per_phase = {first + 2 * phase: value for first, value in phases.items() for phase in range(3)}
    return per_phase | {
        42: volts,
        46: amperes,
        48: amperes * 3,
        52: watts,
        56: apparent,
        60: apparent * REACTIVE_SHARE,
        62: POWER_FACTOR,
        70: HERTZ if volts else 0.0,
        72: energy,
        74: 0.0,
        248: THD_PERCENT if volts else 0.0,
        342: energy,
    }
