"""The seam between pollers and protocols: what a driver gives, and how it says that it cannot.

A driver is one file in `drivers/`. It offers its endpoint configurations, `connect`, which holds one open connection (a
`Link`), and `reader`, which reads one device's points over a bus. Nothing of a library passes this seam.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import Worded
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point, RowTable

Raw = int | float | str | bytes
"""What stood in the device, before scale and unit."""


class DeviceUnreachable(Worded):
    """The device did not answer this beat."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one point gave no value although its device answers."""

    reason: Reason
    detail: Text
    """For `check --connect` and the log: `input register 40: exception 2 (illegal data address)`."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that a table of the device has."""

    table: str
    index: str
    """Dotted."""
    label: str = ""
    """What the device calls it; empty when it has no name."""
    serial: str = ""
    part: str = ""
    """What its agent appends to the index: of two modules behind one address, which."""


@dataclass(frozen=True, slots=True)
class About:
    """What a device says of itself; read when it is met, after silence, after its restarts, and once an hour."""

    identity: Mapping[str, str]
    """`model`, `firmware`, `serial`, ...: what was asked for and has a text."""
    unlisted: tuple[FoundRow, ...] = ()
    """Rows of the profile's tables that no point of the device stands for: offered to the user."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came over the wire for one point."""

    at: str
    """Where it stood: `input 1`, an OID."""
    kind: Text
    """`2 registers`, `OCTET STRING`."""
    words: str
    """`0109 0001`, in hexadecimal; a number of SNMP in decimal."""


class Heard(Protocol):
    """What one beat of a device brought, kept by reference as it came; taken apart when a person asks (ADR 32)."""

    def came(self) -> Mapping[int, Came]:
        """Return what came, by the place of the point among the device's; of points for which nothing came, nothing."""
        ...


class Reader(Protocol):
    """All points of one device, read once a beat with as few requests as it takes."""

    @property
    def about(self) -> About | None:
        """What the device said of itself: a new object each time that it was asked, None until then."""
        ...

    @property
    def heard(self) -> Heard:
        """What the last `read` that returned brought, as it came: asked for at once, before anything else is read."""
        ...

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in the order of the points.

        Raises:
            DeviceUnreachable: nothing of the device could be read.
        """
        ...

    async def learn(self) -> None:
        """Ask for what no reading waits for, such as `about`: called after each beat that was answered.

        It ends well before the next beat, goes on after a later one if need be, and raises nothing of the device's.
        """
        ...


@dataclass(frozen=True, slots=True)
class Target:
    """One device as its driver is told of it: `driver.reader(bus, endpoint, target, clock)` makes its reader."""

    device: DeviceId
    unit: int | None
    """Modbus unit id; None for protocols without."""
    points: Sequence[Point]
    limits: Limits
    every: Duration
    tables: Sequence[RowTable] = ()
    """The tables of its profile; SNMP alone."""
    identity: Mapping[str, Point] = field(default_factory=dict)
    """What to ask it about itself: `model`, `firmware`, `serial`, ...; read as texts."""
