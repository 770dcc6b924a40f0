"""Profiles as a person reads them: every point with all that its file says, and what the recommended rules wait for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from roommon.config.choice import split
from roommon.config.fault import Fault, Place, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.identities import Identity
from roommon.config.kinds import Family
from roommon.config.library import Library, Opened
from roommon.config.reading import read
from roommon.config.secret import Surroundings, surroundings
from roommon.config.sheet import Entry
from roommon.config.source import Source
from roommon.config.tree import Value
from roommon.config.written import RuleSpec
from roommon.config.written_points import ELSE
from roommon.model.device import DeviceId, Sensor
from roommon.model.text import Text
from roommon.profiles.point import Table as Registers
from roommon.profiles.profile import FOLDER, PointSpec, Profile, Table
from roommon.rules.rule import KindConfig


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule that a profile recommends."""

    id: str
    kind: str
    config: KindConfig
    sensors: tuple[Sensor, ...]
    """What it is about, of a device called after the profile; the point of a table is `table.point`."""
    text: Text
    response: Text


@dataclass(frozen=True, slots=True)
class Described:
    """One profile."""

    profile: Profile
    place: Place
    points: tuple[PointSpec, ...]
    """Those that are read for others included; what stands in (`else`) is in its point."""
    tables: Mapping[str, tuple[Table, tuple[PointSpec, ...]]]
    identity: Identity
    rules: tuple[Advice, ...] = ()

    @property
    def is_shipped(self) -> bool:
        """Whether it comes with roommon."""
        return Path(self.place.file).parent == FOLDER

    @property
    def speaks_modbus(self) -> bool:
        """Whether it reads registers; else it asks an SNMP agent."""
        rows = (spec for _, specs in self.tables.values() for spec in specs)
        return all(spec.read.split()[0] in set(Registers) for spec in (*self.points, *rows))

    @property
    def sensors(self) -> dict[str, PointSpec]:
        """What it measures: `battery_charge`, `temperature.degree`."""
        own = {str(spec.id): spec for spec in self.points}
        cells = {f"{table}.{spec.id}": spec for table, (_, specs) in self.tables.items() for spec in specs}
        return {key: spec for key, spec in {**own, **cells}.items() if spec.quantity is not None}


def described(folder: Path, only: str | None = None) -> tuple[list[Described], tuple[Fault, ...]]:
    """Return the profiles that a configuration in `folder` may name, or `only` one of them; and all their faults."""
    findings, around = Findings(), surroundings(folder, {})
    library = Library(folder, around, findings)
    nowhere = Spot(Source(folder))
    opened = [library.open(name, nowhere) for name in library.names() if only in (None, name)]
    found = [_described(profile, around, findings) for profile in opened if profile is not None]
    return found, tuple(findings.of(Severity.FAULT))


def names(folder: Path) -> list[str]:
    """Return the names of the profiles that a configuration in `folder` may name."""
    return Library(folder, surroundings(folder, {}), Findings()).names()


def _described(opened: Opened, around: Surroundings, findings: Findings) -> Described:
    points = _without_else(written.spec for written in opened.points.values())
    tables = {str(key): (each.table, _without_else(each.specs.values())) for key, each in opened.tables.items()}
    bare = Described(opened.profile, opened.spot.place, points, tables, opened.identity)
    sensors = _sensors(bare)
    read_so_far = (_advice(key, entry, sensors, around, findings) for key, entry in opened.rules.items())
    rules = tuple(rule for rule in read_so_far if rule is not None)
    return Described(bare.profile, bare.place, points, tables, bare.identity, rules)


def _without_else(specs: Iterable[PointSpec]) -> tuple[PointSpec, ...]:
    return tuple(spec for spec in specs if not spec.id.endswith(ELSE))


def _sensors(profile: Described) -> dict[str, Sensor]:
    device = DeviceId(profile.profile.id)
    return {
        key: Sensor(device, key, spec.quantity, spec.name or Text.same(key), spec.labels, spec.states)
        for key, spec in profile.sensors.items()
        if spec.quantity is not None
    }


def _advice(
    name: str, entry: Entry, sensors: Mapping[str, Sensor], around: Surroundings, findings: Findings
) -> Advice | None:
    """Return the rule that `entry` writes, or None after noting its faults."""
    parts = split(entry.raw, RuleSpec, Family.RULE, entry.spot, findings)
    if parts is None or parts.kind is None:
        return None
    kind = parts.kind
    spec = read(RuleSpec, parts.rest, entry.spot, around, findings)
    config = read(kind.config, parts.config, entry.spot.below(kind.key), around, findings)
    if spec is None or config is None:
        return None
    meant = tuple(_meant(spec.sensors, sensors))
    return Advice(name, kind.key, config, meant, spec.text or config.TEXT, spec.response or config.RESPONSE)


def _meant(named: Value, sensors: Mapping[str, Sensor]) -> Iterable[Sensor]:
    """Return the sensors that a recommended rule names, or those of the quantity that it selects."""
    if isinstance(named, dict):
        quantity = named.get("quantity")
        return (sensor for sensor in sensors.values() if quantity in (None, sensor.quantity))
    keys = named if isinstance(named, list | tuple) else [named]
    return (sensors[str(key)] for key in keys if str(key) in sensors)
