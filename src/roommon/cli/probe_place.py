"""Which device `probe` asks: one that the configuration names, or one that the options describe."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from roommon.cli.complaint import Complaint, near
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.commissioning.shelf import has_registers
from roommon.config import kinds
from roommon.config.device_points import DevicePoints
from roommon.config.fault import ConfigInvalid, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.library import Library, Opened
from roommon.config.load import load
from roommon.config.secret import load_secret, surroundings
from roommon.config.site import Bus, Polled
from roommon.config.source import Source
from roommon.config.units import NotAValue
from roommon.config.written import DeviceSpec
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.profiles.limits import Limits
from roommon.profiles.point import Oid, Register
from roommon.profiles.profile import BusId, shipped

_MODBUS_PORTS = frozenset({502, 802})
_ADDRESS = re.compile(r"\[(?P<v6>[^\]]+)\](?::(?P<v6port>\d+))?|(?P<host>[^:]+)(?::(?P<port>\d+))?|(?P<bare>.*:.*:.*)")


@dataclass(frozen=True, slots=True)
class Serial:
    """The serial side, as far as it was given."""

    port: Path | None = None
    baud: int | None = None
    parity: str | None = None
    stop_bits: int | None = None


@dataclass(frozen=True, slots=True)
class Snmp:
    """The agent, as far as it was given."""

    address: str | None = None
    version: str | None = None
    community: str | None = None
    community_file: str | None = None
    user: str | None = None
    auth: str | None = None
    auth_file: str | None = None
    privacy: str | None = None
    privacy_file: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where the device is, as it was written."""

    where: str | None
    """A device of the configuration, or HOST:PORT of an SNMP agent or a Modbus TCP server."""
    config: Path
    serial: Serial
    snmp: Snmp
    framer: str | None
    unit: int | None
    timeout_s: float
    profile: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """One device and its endpoint."""

    endpoint: Bus
    polled: Polled

    @property
    def speaks_snmp(self) -> bool:
        """Whether it has OIDs, not registers."""
        return kinds.addresses(self.endpoint.module) is Oid


def place(wanted: Wanted) -> Place:
    """Return the device that is `wanted`.

    Raises:
        Complaint: it is not said clearly which.
        ConfigInvalid: the configuration, or the profile, has faults.
    """
    given = [way for way in (wanted.where, wanted.serial.port, wanted.snmp.address) if way is not None]
    if len(given) != 1:
        raise Complaint(
            say(
                "name one device: HOST:PORT, --serial PORT, --snmp HOST:PORT, or one of the configuration",
                "请给出一台设备：HOST:PORT、--serial PORT、--snmp HOST:PORT，或配置中的设备",
            )
        )
    if wanted.where is not None and not is_address(wanted.where):
        return _configured(wanted.where, wanted)
    return _described(wanted)


def settled(wanted: Wanted, read: str | None) -> Wanted:
    """Return `wanted` with its protocol decided: an address alone is an SNMP agent's, unless something says Modbus."""
    where = wanted.where
    if where is None or not is_address(where) or _says_modbus(wanted, read):
        return wanted
    return replace(wanted, where=None, snmp=replace(wanted.snmp, address=where))


def _says_modbus(wanted: Wanted, read: str | None) -> bool:
    if (wanted.unit, wanted.framer) != (None, None) or host_port(wanted.where or "")[1] in _MODBUS_PORTS:
        return True
    if read is not None:
        return read[:1].isalpha() and not read.startswith(("oid", "listed", "first"))
    return wanted.profile is not None and _is_of_units(wanted.profile, wanted.config)


def _is_of_units(profile: str, config: Path) -> bool:
    folder = folder_of(config)
    findings = Findings()
    opened = _profile(profile, folder, Library(folder, surroundings(folder), findings))
    return opened is not None and has_registers(opened)


def folder_of(config: Path) -> Path:
    """Return the folder of the configuration, in which `profiles/` may lie."""
    return config if config.is_dir() else config.parent


def is_address(where: str) -> bool:
    """Whether `where` is no id of a device: those have neither dots nor colons."""
    return ":" in where or "." in where


def _configured(name: str, wanted: Wanted) -> Place:
    if (wanted.unit, wanted.framer, wanted.profile) != (None, None, None):
        raise Complaint(
            say(
                f"`{name}` is a device of the configuration, which says its unit, framer and profile;"
                f" an address is written {name}:502",
                f"`{name}` 是配置中的设备，其站号、帧格式与模板取自配置；地址应写作 {name}:502",
            )
        )
    site = load(wanted.config)
    found = next((polled for polled in site.devices if polled.device.id == name), None)
    if found is None:
        known = [polled.device.id for polled in site.devices]
        words = say(f"no device `{name}` in {wanted.config}", f"{wanted.config} 中没有设备 `{name}`")
        raise Complaint(words + near(name, known))
    return Place(next(bus for bus in site.buses if bus.id == found.bus), found)


def _described(wanted: Wanted) -> Place:
    findings = Findings()
    folder = folder_of(wanted.config)
    around = surroundings(folder)
    profile = _profile(wanted.profile, folder, Library(folder, around, findings))
    endpoint = _endpoint(wanted, profile)
    where = wanted.where or wanted.snmp.address or str(wanted.serial.port)
    spec = DeviceSpec(DeviceId(where), profile=wanted.profile)
    made = DevicePoints(spec, profile, Spot(Source(folder)), around, findings).made()
    if faults := findings.of(Severity.FAULT):
        raise ConfigInvalid(faults)
    found = Place(
        endpoint,
        Polled(
            device=Device(spec.id, Text.same(spec.id), "", tuple(sensor for _, sensor in made if sensor is not None)),
            bus=endpoint.id,
            unit=_unit(wanted.unit, profile),
            points=tuple(point for point, _ in made),
            every=Duration(10_000 + round(10_000 * wanted.timeout_s)),
            limits=Limits() if profile is None else profile.profile.limits,
            profile=wanted.profile,
            tables=() if profile is None else profile.row_tables,
        ),
    )
    _check_protocol(found)
    return found


def _unit(given: int | None, profile: Opened | None) -> int:
    if given is not None:
        return given
    return (profile and profile.profile.serial.unit) or 1


def _profile(name: str | None, folder: Path, library: Library) -> Opened | None:
    if name is None:
        return None
    known = {*shipped(), *(path.stem for path in (folder / "profiles").glob("*.yaml"))}
    if name not in known:
        raise Complaint(say(f"no profile `{name}`", f"没有设备模板 `{name}`") + near(name, known))
    return library.open(name, Spot(Source(folder)))


def _check_protocol(found: Place) -> None:
    registers = kinds.addresses(found.endpoint.module) is Register
    if any(isinstance(point.at, Register) is not registers for point in found.polled.points):
        raise Complaint(
            say(
                f"the profile {found.polled.profile} is of another protocol than {found.endpoint.kind}",
                f"模板 {found.polled.profile} 与 {found.endpoint.kind} 协议不符",
            )
        )


def _endpoint(wanted: Wanted, profile: Opened | None) -> Bus:
    timeout = Duration(round(1000 * wanted.timeout_s))
    if wanted.snmp.address is not None:
        return _made("snmp", lambda make: make(timeout=timeout, **_agent(wanted.snmp)))
    if wanted.serial.port is not None:
        line = _line(wanted.serial, profile)
        return _made("modbus_serial", lambda make: make(timeout=timeout, **line))
    host, port = host_port(wanted.where or "")
    settings = {"host": host, "port": port, "framer": wanted.framer or "tcp"}
    return _made("modbus_tcp", lambda make: make(timeout=timeout, **settings))


def _made(key: str, make: Callable[[type], object]) -> Bus:
    kind = kinds.find(Family.DRIVER, key)
    assert kind is not None  # noqa: S101  # these are shipped
    try:
        return Bus(BusId(key), key, kind.module, make(kind.config))
    except Invalid as error:
        raise Complaint(word(error.words)) from error


def _line(serial: Serial, profile: Opened | None) -> dict[str, object]:
    """Return the settings of a line: those given, then those that the maker ships, then the usual ones."""
    usual = None if profile is None else profile.profile.serial
    return {
        "port": serial.port,
        "baud": serial.baud or (usual and usual.baud) or 9_600,
        "parity": serial.parity or (usual and usual.parity) or "N",
        "stop_bits": serial.stop_bits or (usual and usual.stop_bits) or 1,
    }


def _agent(snmp: Snmp) -> dict[str, object]:
    from roommon.poll.snmp.endpoint import Auth, Privacy

    host, port = host_port(snmp.address or "")
    version = snmp.version or ("3" if snmp.user else "2c")
    return {
        "host": host,
        "port": port or 161,
        "version": {"1": 1, "3": 3}.get(version, "2c"),
        "community": snmp.community,
        "community_secret": _secret(snmp.community_file),
        "user": snmp.user,
        "auth": Auth(snmp.auth or ("sha256" if snmp.auth_file else "none")),
        "auth_passphrase": _secret(snmp.auth_file),
        "privacy": Privacy(snmp.privacy or ("aes128" if snmp.privacy_file else "none")),
        "privacy_passphrase": _secret(snmp.privacy_file),
    }


def _secret(file: str | None) -> Secret | None:
    if file is None:
        return None
    try:
        return load_secret(file, surroundings(Path()))
    except NotAValue as error:
        raise Complaint(word(error.words)) from error


def host_port(words: str) -> tuple[str, int | None]:
    """Return the host and the port that `words` name; raise Complaint for none."""
    found = _ADDRESS.fullmatch(words)
    host = found and (found["v6"] or found["host"] or found["bare"])
    port = found and (found["v6port"] or found["port"])
    if not host or (port and not 0 < int(port) < 65_536):
        raise Complaint(say(f"`{words}` is no HOST:PORT", f"`{words}` 不是 HOST:PORT"))
    return host, int(port) if port else None
