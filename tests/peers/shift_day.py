"""A day shift in a journal, 08:00 to 20:00, and the evening after it, in which most that it set aside is undone."""

from pathlib import Path

from roommon.model.clock import Instant
from roommon.model.command import Acknowledge, Person, PutBack, Scope, Shelve, StartDrill, TakeOut, Unshelve
from roommon.model.reading import Reading, good
from tests.peers.people_day import HOT, WARM, WET, Input, recorded_in
from tests.peers.room import HOUR, INLET, LEAK, MODE, START

SHIFT = ("--from", "2026-11-23T08:00Z", "--to", "2026-11-23T20:00Z")
END = Instant(START + 12 * HOUR)


def clock(time: str, day: int = 0) -> Instant:
    """The instant of `time` (`19:30`) on the day of the shift, or so many days later."""
    hours, minutes = time.split(":")
    return Instant(START + (int(hours) - 8 + 24 * day) * HOUR + int(minutes) * 60_000)


def person(time: str, by: str, note: str = "") -> Person:
    return Person(at=clock(time), by=by, note=note)


def room(time: str, inlet: float, leak: float = 0.0, mode: float = 1.0) -> list[Reading]:
    at = clock(time)
    return [good(INLET.id, at, inlet), good(LEAK.id, at, leak), good(MODE.id, at, mode)]


MORNING: tuple[Input, ...] = (
    room("8:00", 22.0),
    room("8:10", 30.0),
    Acknowledge(**person("8:15", "Wang", "on my way"), alarm=HOT),
    TakeOut(**person("9:00", "Li", "UPS test"), scope=Scope.RULE, target="off", until=clock("14:00")),
    Shelve(**person("10:00", "Wang", "filter change"), alarm=HOT, until=clock("22:00")),
    Shelve(**person("11:00", "Wang", "door open"), alarm=WARM, until=clock("12:00")),
    room("12:01", 30.0),
    room("14:01", 30.0),
)
AFTERNOON: tuple[Input, ...] = (
    TakeOut(**person("15:00", "Li", "rope is replaced"), scope=Scope.SENSOR, target=LEAK.id),
    Shelve(**person("15:05", "Li", "rope is replaced"), alarm=WET, until=clock("6:00", 1)),
    room("16:00", 30.0, leak=1.0),
    TakeOut(**person("17:00", "Zhang", "cabling"), scope=Scope.ROOM, target="server-room", until=clock("18:00")),
    room("18:00", 30.0, leak=1.0),
    StartDrill(**person("19:30", "Zhang", "quarterly"), sensor=MODE.id, value=3.0, until=clock("20:30")),
    room("19:31", 30.0, leak=1.0),
)
EVENING: tuple[Input, ...] = (
    Unshelve(**person("20:10", "Chen"), alarm=HOT),
    PutBack(**person("20:20", "Chen"), scope=Scope.SENSOR, target=LEAK.id),
    room("20:31", 22.0),
    Acknowledge(**person("20:40", "Chen", "mopped up"), alarm=WET),
    TakeOut(**person("20:50", "Chen", "moved out"), scope=Scope.DEVICE, target="rack-a"),
    room("21:00", 22.0),
)


def shift_day(folder: Path) -> Path:
    """The journal of that day, opened three times."""
    return recorded_in(folder, MORNING, AFTERNOON, EVENING)
