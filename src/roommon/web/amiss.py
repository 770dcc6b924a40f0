"""What is amiss on a floor, in words, the worst first; what is normal is only counted. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, SensorId
from roommon.model.text import Text
from roommon.web.mood import Mood
from roommon.web.tables import DeviceRow, SensorRow

AT_MOST = 12
"""Lines; the page of devices has all."""
_FINE = (Mood.NORMAL, Mood.EMPTY)
_WORDS = (Quantity.CONTACT, Quantity.STATE)


@dataclass(frozen=True, slots=True)
class Amiss:
    """One thing that is amiss."""

    mood: Mood
    device: DeviceId
    sensor: SensorId | None
    """None where it is the device as a whole."""
    name: Text
    value: Text
    """Of a device, how many of its sensors cannot be read; empty where there is none."""
    reason: Reason | None
    """Why it cannot be read; None of what is read, or has said nothing at all."""


@dataclass(frozen=True, slots=True)
class Told:
    """How everything on a floor is."""

    amiss: Sequence[Amiss]
    more: int
    """So much is amiss that has no line."""
    fine: Sequence[DeviceRow]
    """Devices of which nothing is amiss."""


def told(devices: Iterable[DeviceRow], elsewhere: Collection[SensorId]) -> Told:
    """Return what is amiss with `devices`; of the sensors `elsewhere` it is told elsewhere."""
    here = list(devices)
    found = [each for device in here for each in _of_device(device, elsewhere)]
    found.sort(key=lambda each: each.mood.rank)
    return Told(found[:AT_MOST], max(0, len(found) - AT_MOST), [device for device in here if device.mood in _FINE])


def _of_device(device: DeviceRow, elsewhere: Collection[SensorId]) -> Iterator[Amiss]:
    wrong = [row for row in device.sensors if row.mood not in _FINE and row.watched.sensor.id not in elsewhere]
    blind = [row for row in wrong if row.mood is Mood.BLIND]
    if len(blind) > 1:
        wrong = [row for row in wrong if row.mood is not Mood.BLIND]
        yield _unread(device, len(blind))
    elif not any(row.mood is device.mood for row in device.sensors) and device.mood not in _FINE:
        yield Amiss(device.mood, device.device.id, None, device.device.name, Text.same(""), None)
    yield from (_of_sensor(row, is_alone=len(wrong) == 1) for row in wrong)


def _unread(device: DeviceRow, number: int) -> Amiss:
    of_all = len(device.sensors)
    words = Text(f"{number} of {of_all} not read", f"{of_all} 个测点中 {number} 个无读数")
    return Amiss(Mood.BLIND, device.device.id, None, device.device.name, words, None)


def _of_sensor(row: SensorRow, *, is_alone: bool) -> Amiss:
    """Return one sensor, called like its device where that says enough."""
    watched, reason = row.watched, None if row.reading is None else row.reading.reason
    says_enough = is_alone and watched.sensor.quantity not in _WORDS
    name = watched.device.name if says_enough else watched.name
    return Amiss(row.mood, watched.device.id, watched.sensor.id, name, row.value, reason)
