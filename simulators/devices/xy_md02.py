"""XY-MD02 temperature and humidity probe (SHT20), here in the air between the racks.

Source: manual as transcribed in gavinying/modpoll xy-md02.csv and nobrega8/mbmap-library. Function 4: temperature at
1 (not 0), humidity at 2, tenths, two's complement; function 3: configuration from 0x0101 on, where the speed is the
rate itself.
"""

from simulators.devices import Entry
from simulators.modbus.image import Image, int16, uint16
from simulators.room import Room

BAUD = 9600


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    air = room.climate
    return Image(
        input={1: (int16(air.air_c * 10), uint16(air.humidity * 10))},
        holding={0x0101: (device.unit, BAUD, 0, 0)},
    )
