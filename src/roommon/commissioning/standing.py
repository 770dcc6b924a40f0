"""What of a device is configured already, by its address, its unit and its rows: it is not written twice. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roommon.commissioning.rows import Row, Rows
from roommon.config.site import Bus, Polled, Site
from roommon.poll.modbus.endpoint import SerialConfig, TcpConfig
from roommon.poll.snmp.endpoint import Config as SnmpConfig
from roommon.profiles.point import By, Cell
from roommon.profiles.point import Row as Listed


@dataclass(frozen=True, slots=True)
class Standing:
    """A device of the configuration, and what it has that is not in its configuration."""

    device: str
    new_rows: tuple[Row, ...] = ()
    drop: tuple[str, ...] = ()
    """What the new rows have not."""

    @property
    def entries(self) -> list[dict[str, object]]:
        """The lines to add under its `rows:`."""
        return [row.entry for row in self.new_rows]


def bus_at(site: Site, endpoint: object) -> Bus | None:
    """Return the bus of `site` that reaches the same endpoint, whatever else it is set to."""
    return next((bus for bus in site.buses if where(bus.endpoint) == where(endpoint)), None)


def device_at(site: Site, endpoint: object, unit: int | None) -> Polled | None:
    """Return the device of `site` at this endpoint and unit."""
    bus = bus_at(site, endpoint)
    return None if bus is None else next((one for one in site.on(bus.id) if unit in (None, one.unit)), None)


def where(endpoint: object) -> tuple[object, ...]:
    """Return what makes two endpoints the same: protocol, host and port, or the serial port."""
    match endpoint:
        case SnmpConfig():
            return "snmp", endpoint.host.casefold(), endpoint.port
        case TcpConfig():
            return "modbus", endpoint.at[0].casefold(), endpoint.at[1]
        case SerialConfig():
            return "serial", str(endpoint.port)
        case _:
            return ("unknown", endpoint)


def standing(device: Polled, rows: Rows, lacks: Sequence[str] = ()) -> Standing:
    """Return what of `rows` the configured `device` does not list, under ids that it has not; they have not `lacks`.

    A table of which it lists no row, because its family has the same in every device, is listed whole: naming one row
    replaces them all.
    """
    listed = {point.at.row for point in device.points if isinstance(point.at, Cell)}
    new = [row for row in rows.every if not any(_is_listed(row, one) for one in listed)]
    by_index = {row.found.table for row in new if "index" in row.by} & {
        one.table for one in listed if one.by is By.INDEX
    }
    wanted = [row for row in rows.every if row in new or row.found.table in by_index]
    taken = {point.key.partition(".")[0] for point in device.points if isinstance(point.at, Cell)}
    renamed = tuple(_renamed(wanted, new, taken))
    own = {row.id: added.id for row, added in zip(wanted, renamed, strict=True)}
    parts = [key.partition(".") for key in lacks]
    return Standing(device.device.id, renamed, tuple(f"{own[row]}.{key}" for row, _, key in parts if row in own))


def _is_listed(row: Row, listed: Listed) -> bool:
    if listed.table != row.found.table:
        return False
    match listed.by:
        case By.LABEL:
            return listed.is_called == row.found.label
        case By.SERIAL:
            return listed.is_called.casefold() == row.found.serial.casefold()
        case By.INDEX:
            return listed.is_called == row.found.index
        case By.ONLY:
            return True


def _renamed(rows: Sequence[Row], new: Sequence[Row], taken: Iterable[str]) -> Iterable[Row]:
    """Yield `rows`; those that are new under an id that no other row has."""
    used = {*taken}
    for row in rows:
        name = row.id
        number = 2
        while row in new and name in used:
            name, number = f"{row.id}-{number}", number + 1
        used.add(name)
        yield Row(row.found, name, row.by)


def free_id(wanted: str, taken: Mapping[str, object] | Iterable[str]) -> str:
    """Return `wanted`, or what is like it and not among `taken`."""
    used = {*taken}
    numbered = (f"{wanted}-{number}" for number in range(2, len(used) + 3))
    return next(name for name in (wanted, *numbered) if name not in used)
