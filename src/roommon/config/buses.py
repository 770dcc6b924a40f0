"""Buses: the connections that devices share, and those that a device has for itself."""

from roommon.config.choice import split
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family, Kind
from roommon.config.reading import read
from roommon.config.room import Room
from roommon.config.secret import Surroundings
from roommon.config.site import Bus
from roommon.config.tree import Value
from roommon.config.written import BusSpec
from roommon.model.text import Text


class Buses:
    """Makes buses of what YAML gave, noting every fault."""

    def __init__(self, room: Room, around: Surroundings, findings: Findings) -> None:
        """What is made goes into `room`."""
        self._room = room
        self._around = around
        self._findings = findings

    def add(self, raw: Value, spot: Spot) -> None:
        """Add one entry of `buses`."""
        name = raw.get("id") if isinstance(raw, dict) else None
        if isinstance(name, str):
            self._room.broken_buses.add(name)
        parts = split(raw, BusSpec, Family.DRIVER, spot, self._findings)
        if parts is None:
            return
        spec = read(BusSpec, parts.rest, spot, self._around, self._findings)
        endpoint = None if parts.kind is None else self.endpoint(parts.kind, parts.config, spot)
        if spec is None or endpoint is None or parts.kind is None:
            return
        if self.join(Bus(spec.id, parts.kind.key, parts.kind.module, endpoint), spot):
            self._room.bauds[spec.id] = spec.baud

    def endpoint(self, kind: Kind, config: Value, spot: Spot) -> object | None:
        """Return the endpoint that the mapping at `spot` gives under the kind's key."""
        return read(kind.config, config, spot.below(kind.key), self._around, self._findings)

    def join(self, bus: Bus, spot: Spot) -> bool:
        """Return whether `bus` is new by its id and by where it leads; if so, it is one of the room's."""
        room = self._room
        if bus.id in room.buses:
            self._same_id(bus, spot)
            return False
        twin = next((each for each in room.buses.values() if _leads_to(each) == _leads_to(bus)), None)
        if twin is not None:
            self._same_endpoint(bus, twin, spot)
            return False
        room.buses[bus.id] = bus
        room.bus_spots[bus.id] = spot
        room.broken_buses.discard(bus.id)
        return True

    def _same_id(self, bus: Bus, spot: Spot) -> None:
        first = self._room.bus_spots[bus.id].place
        self._findings.fault(
            spot.below("id"),
            Text(f"`{bus.id}` is already the id of the bus at {first}", f"`{bus.id}` 已是 {first} 处总线的标识"),
            Text("give each its own id", "请使用不同的标识"),
        )

    def _same_endpoint(self, bus: Bus, twin: Bus, spot: Spot) -> None:
        first = self._room.bus_spots[twin.id].below(twin.kind).place
        self._findings.fault(
            spot.below(bus.kind),
            Text(f"this endpoint is already used at {first}", f"该连接已在 {first} 使用"),
            Text(
                "name it once under `buses:` and let the devices say `bus:`",
                "请在 `buses:` 中定义一次，设备用 `bus:` 引用",
            ),
        )


def _leads_to(bus: Bus) -> tuple[object, ...]:
    """Return what makes two endpoints the same: the host and port, or the serial port."""
    endpoint = bus.endpoint
    where = getattr(endpoint, "at", None) or (getattr(endpoint, "host", None), getattr(endpoint, "port", None))
    return bus.module.__name__, where
