"""The seam between pollers and protocols: what a driver gives, and how it says that it cannot.

A driver is one file in `drivers/`. It offers its endpoint configurations, `connect`, which holds one open connection (a
`Link`), and `reader`, which reads one device's points over a bus. Nothing of a library passes this seam.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from roommon.model.clock import Duration
from roommon.model.device import DeviceId
from roommon.model.reading import Reason
from roommon.profiles.limits import Limits
from roommon.profiles.point import Point

Raw = int | float | str | bytes
"""What stood in the device, before scale and unit."""


class DeviceUnreachable(Exception):
    """The device did not answer this beat. The message says who, where and what."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one point gave no value although its device answers."""

    reason: Reason
    detail: str
    """For the log and `check --connect`: `input register 40: exception 2 (illegal data address)`."""


class Reader(Protocol):
    """All points of one device, read once a beat with as few requests as it takes."""

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in the order of the points.

        Raises:
            DeviceUnreachable: nothing of the device could be read.
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
