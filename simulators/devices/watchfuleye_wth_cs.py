"""WatchfulEye WTH-CS: counts surges and watches the remote contact of a surge protector.

Source: WTH-CS RS485 manual, page 13. Function 3 alone; registers 1, 2 and 5 to 11 as numbered on the wire; register
11 is 0 or 0xFFFF. The manual leaves 0, 3 and 4 out: here they do not exist.
"""

from simulators.devices import Entry
from simulators.modbus.image import Image, uint16
from simulators.room import Room

NORMALLY_CLOSED = 1
OPEN_IS_ALARM = 0
MODBUS_MODE = 0
BAUD_REGISTER = 19200


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    protector = room.protector
    state = 0xFFFF if protector.failed else 0
    return Image(
        holding={
            1: (0, device.unit),
            5: (
                uint16(protector.count),
                MODBUS_MODE,
                device.unit,
                BAUD_REGISTER,
                NORMALLY_CLOSED,
                OPEN_IS_ALARM,
                state,
            ),
        }
    )
