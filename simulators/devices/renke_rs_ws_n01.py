"""Renke RS-WS-N01 temperature and humidity probe.

Source: protocol page of RS-WS-N01-8-EX (epower.co.th); full register scan (tspi.at/electronics/rswsn018sensor.html).
Function 3 alone; HUMIDITY at 0x0000, temperature at 0x0001, tenths, two's complement below zero; address and speed
code at 0x07D0. The documents do not say what a torn sensing element reads: here both registers go to the end of their
range.
"""

from simulators.devices import Entry
from simulators.modbus.image import Image, int16, uint16
from simulators.room import Room

BAUD_4800 = 1
TORN = (0xFFFF, 0x7FFF)


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    rack = device.rack(room)
    measured = (uint16(room.inlet_humidity(rack) * 10), int16(room.inlet_c(rack) * 10))
    return Image(holding={0: TORN if rack.probe_broken else measured, 0x07D0: (device.unit, BAUD_4800)})
