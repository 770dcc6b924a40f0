"""Waveshare Modbus RTU IO 8CH: eight volt-free inputs, eight outputs.

Source: waveshare.com/wiki/Modbus_RTU_IO_8CH. Function 2: inputs 0 to 7, 1 = closed; function 1: outputs 0 to 7;
holding 0x1000 to 0x1007: the outputs' control mode.
"""

from simulators.devices import Entry
from simulators.modbus.image import Image
from simulators.quantities import contact
from simulators.room import Room

CHANNELS = 8


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    if len(device.inputs) > CHANNELS:
        raise ValueError(f"device {device.id}: {len(device.inputs)} inputs; the module has {CHANNELS}")
    closed = [int(contact(room, name)) for name in device.inputs]
    open_ones = [0] * (CHANNELS - len(closed))
    return Image(coil={0: (0,) * CHANNELS}, discrete={0: (*closed, *open_ones)}, holding={0x1000: (0,) * CHANNELS})
