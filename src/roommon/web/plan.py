"""The page of a room's plan: its drawing, what is amiss, and the devices that have no place on it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.web import amiss, layout
from roommon.web.amiss import Told
from roommon.web.facts import Building, Present
from roommon.web.floor import Floor
from roommon.web.mood import Mood
from roommon.web.sheet import Line, Sheet
from roommon.web.tables import DeviceRow, SensorRow, device_row

LISTED = 100
"""Sensors in the table; the pages of devices have all."""
_TELLING: Sequence[str | Quantity] = (
    "battery_charge",
    Quantity.TEMPERATURE,
    Quantity.ACTIVE_POWER,
    Quantity.VOLTAGE,
    Quantity.LEAKAGE_CURRENT,
    Quantity.ACCELERATION,
    Quantity.VELOCITY,
    Quantity.COUNT,
)
"""What tells most of a device: the first of these that it measures."""


@dataclass(frozen=True, slots=True)
class Card:
    """A device of which no place is known."""

    device: DeviceRow
    main: SensorRow | None
    """What tells most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The page of one room."""

    room: str
    rooms: Sequence[str]
    sheet: Sheet | None
    """None where the configuration has no plan of the room."""
    told: Told | None
    """The same."""
    listed: Sequence[Line]
    """Sensors of the sheet, the worst first."""
    unlisted: int
    """Those beyond."""
    cards: Sequence[Card]
    """Devices that have no place on the sheet, the worst first."""


def plan(building: Building, present: Present, room: str) -> Plan | None:
    """Return the plan of `room`, of the site's own when that is empty; None when there is no such room."""
    rooms = _rooms(building)
    room = room or next((each for each in rooms if each in building.floors), next(iter(rooms), building.room))
    if room not in rooms:
        return None
    floor = building.floors.get(room)
    seen = set() if floor is None else _devices_on(floor) & building.units.keys()
    here = [id_ for id_, unit in building.units.items() if id_ in seen or unit.device.room == room]
    devices = {id_: device_row(id_, building, present) for id_ in here}
    cards = [Card(device, telling(device.sensors)) for id_, device in devices.items() if id_ not in seen]
    cards.sort(key=lambda card: card.device.mood.rank)
    if floor is None:
        return Plan(room, rooms, None, None, (), 0, cards)
    drawn = {id_: device for id_, device in devices.items() if id_ in seen}
    sheet = layout.sheet(floor, drawn)
    lines = sorted(_lines(sheet), key=lambda line: line.row.mood.rank)
    told = amiss.told(drawn.values(), floor.of_ropes())
    return Plan(room, rooms, sheet, told, lines[:LISTED], max(0, len(lines) - LISTED), cards)


def _rooms(building: Building) -> list[str]:
    rooms = [*building.floors, *(unit.device.room for unit in building.units.values())]
    return sorted(dict.fromkeys(rooms), key=lambda room: room != building.room)


def _devices_on(floor: Floor) -> set[DeviceId]:
    of_sensors = {DeviceId(sensor.partition(".")[0]) for sensor in floor.sensors()}
    return of_sensors | {device for thing in floor.things for device in thing.devices}


def _lines(sheet: Sheet) -> Iterable[Line]:
    return chain.from_iterable(post.lines for post in sheet.posts)


def telling(rows: Sequence[SensorRow]) -> SensorRow | None:
    """Return the sensor that tells most of a device: the worst, else the first of what matters; None without values."""
    valued = [row for row in rows if row.value]
    worst = min(valued, key=lambda row: row.mood.rank, default=None)
    if worst is None or worst.mood is not Mood.NORMAL:
        return worst
    wanted = (
        (row for row in valued if each in (row.watched.sensor.key, row.watched.sensor.quantity)) for each in _TELLING
    )
    return next((row for rows_of_one in wanted for row in rows_of_one), worst)
