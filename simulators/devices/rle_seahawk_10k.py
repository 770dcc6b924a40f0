"""RLE SeaHawk 10K leak controller with a distance-reading rope.

Source: SeaHawk 10K v2.5 user guide, pages 31 to 34; the register numbers there count from 1, so 30001 is 0 on the
wire. In meters mode the whole-number distances are decimeters; 38001 and 38003 hold the same as floats in meters, low
word first.
"""

from simulators.devices import Entry
from simulators.hazards import Rope
from simulators.modbus.image import Image, float_cdab, uint16
from simulators.room import Room

METERS = 0
OHM_PER_FOOT = 2.8
FEET_PER_M = 3.2808
FIRMWARE = 301
OPEN_LOOP_OHM = 0xFFFF


def image(room: Room, device: Entry) -> Image:
    """The registers of the unit `device` in `room`."""
    del device
    rope = room.rope
    distance = rope.wet_from_m if rope.leaking else 0.0
    length = rope.spec.length_m
    return Image(
        input={
            0: (
                _status(rope),
                uint16(distance * 10),
                METERS,
                uint16(rope.current_ua),
                uint16(length * 10),
                *_legs(rope),
                uint16(OHM_PER_FOOT * 1000),
                FIRMWARE,
            ),
            8000: (*float_cdab(distance), *float_cdab(length)),
        },
        holding={
            0: (uint16(rope.spec.leak_threshold_ua), uint16(rope.spec.dirt_threshold_ua), 0, 0),
            15: (0, 0),
        },
    )


def _status(rope: Rope) -> int:
    """Bits: 0 leak, 1 cable break, 2 contamination, 3 any of them."""
    found = rope.leaking | rope.broken << 1 | rope.dirty << 2
    return found | bool(found) << 3


def _legs(rope: Rope) -> tuple[int, int]:
    if rope.broken:
        return OPEN_LOOP_OHM, OPEN_LOOP_OHM
    ohm = uint16(rope.spec.length_m * FEET_PER_M * OHM_PER_FOOT)
    return ohm, ohm
