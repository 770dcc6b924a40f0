"""The profiles that a device may be of, and one device of a profile made without a configuration around it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from roommon.config.addresses import address
from roommon.config.device_points import DevicePoints
from roommon.config.fault import ConfigInvalid, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.library import Library, Opened
from roommon.config.secret import surroundings
from roommon.config.site import Polled
from roommon.config.source import Source
from roommon.config.units import NotAValue
from roommon.config.written import DeviceSpec
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId
from roommon.model.text import Text
from roommon.profiles.point import Register
from roommon.profiles.profile import BusId, PointKey

EVERY = Duration(60_000)
"""As if it were read once a minute: what a device takes for its rows and its identity fits into one beat."""


class Shelf:
    """All profiles that can be read; one with faults is passed over, `roommon check` says them."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the configuration's, beside which the user's own profiles lie."""
        self._around = surroundings(folder)
        self._spot = Spot(Source(folder))
        self._findings = Findings()
        self._library = Library(folder, self._around, self._findings)

    def open(self, name: str) -> Opened:
        """Return the profile `name`.

        Raises:
            ConfigInvalid: there is none, or it has faults.
        """
        findings = Findings()
        found = Library(self._around.folder, self._around, findings).open(name, self._spot)
        faults = findings.of(Severity.FAULT)
        if found is None or faults:
            raise ConfigInvalid(faults)
        return found

    def names(self) -> list[str]:
        """Return the names of all profiles."""
        return self._library.names()

    def of_agents(self) -> list[Opened]:
        """Return the profiles of SNMP devices."""
        return [one for one in self._all() if not has_registers(one)]

    def of_units(self) -> list[Opened]:
        """Return the profiles of Modbus devices."""
        return [one for one in self._all() if has_registers(one)]

    def _all(self) -> list[Opened]:
        opened = (self._library.open(name, self._spot) for name in self._library.names())
        return [one for one in opened if one is not None and (one.points or one.tables)]

    def device(
        self,
        profile: Opened,
        name: str,
        *,
        unit: int | None = None,
        rows: Sequence[Mapping[str, object]] = (),
        drop: Sequence[str] = (),
    ) -> Polled:
        """Return one device of `profile` with these rows and without the points `drop`.

        Raises:
            ConfigInvalid: the profile has faults.
        """
        findings = Findings()
        spec = DeviceSpec(DeviceId(name), profile=profile.profile.id, rows=tuple(rows), drop=tuple(map(PointKey, drop)))
        made = DevicePoints(spec, profile, self._spot, self._around, findings).made()
        identity = profile.identity.points(profile.profile.address_base, findings)
        if faults := findings.of(Severity.FAULT):
            raise ConfigInvalid(faults)
        return Polled(
            device=Device(spec.id, Text.same(name), "", tuple(sensor for _, sensor in made if sensor is not None)),
            bus=BusId(name),
            unit=unit,
            points=tuple(point for point, _ in made),
            every=EVERY,
            limits=profile.profile.limits,
            profile=profile.profile.id,
            tables=profile.row_tables,
            identity=identity,
            said=profile.identity.fixed,
        )


def without_points(polled: Polled) -> Polled:
    """Return `polled` asked only for the rows that it has and who it is."""
    return replace(polled, points=(), device=replace(polled.device, sensors=()))


def has_registers(profile: Opened) -> bool:
    """Return whether `profile` is of a Modbus device."""
    reads = [written.spec.read for written in profile.points.values()]
    reads += [spec.read for table in profile.tables.values() for spec in table.specs.values()]
    return any(_is_register(read) for read in reads)


def _is_register(read: str) -> bool:
    try:
        return isinstance(address(read, 0), Register)
    except NotAValue:
        return False
