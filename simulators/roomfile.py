"""The room file: what stands in the room, and the servers behind which its devices live."""

from collections import Counter
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import yaml

from simulators.devices import Entry, family
from simulators.modbus.connection import Framing
from simulators.modbus.settings import LineSettings
from simulators.room import Plan, Room
from simulators.shape import Misshapen, build
from simulators.snmp.keys import Auth, Privacy, User


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The server's certificate and key, and who signs those of its clients; PEM."""

    certificate: Path
    key: Path
    ca_file: Path


@dataclass(frozen=True, slots=True)
class ModbusEntry:
    """Where a Modbus server listens."""

    framing: Framing = Framing.TCP
    port: int = 0
    host: str = "127.0.0.1"
    tls: TlsFiles | None = None
    baud: int = 0
    """The line behind a gateway, or a serial one: answers take their time on it; 0: none."""
    link: Path | None = None
    """Where a serial line shall be found: a link to its pty."""
    settings: LineSettings | None = None
    """A serial line's speed and stop bits: at others its devices hear nothing. None: they hear everything."""

    def __post_init__(self) -> None:
        _only_here(self.host)
        if (self.framing is Framing.TLS) != (self.tls is not None):
            raise ValueError("framing: tls and tls: {certificate, key, ca_file} go together")


@dataclass(frozen=True, slots=True)
class SnmpEntry:
    """Who may ask: a community (versions 1 and 2c), a user (version 3), or both."""

    port: int = 0
    host: str = "127.0.0.1"
    community: str = ""
    user: str = ""
    auth: Auth | None = None
    auth_passphrase: str = ""
    privacy: Privacy | None = None
    privacy_passphrase: str = ""
    largest: int = 1472
    """The longest answer; what is longer is refused as tooBig."""

    def __post_init__(self) -> None:
        _only_here(self.host)
        if not (self.community or self.user):
            raise ValueError("neither a community nor a user: nobody could ask")
        _ = self.users

    @property
    def users(self) -> tuple[User, ...]:
        """The version 3 users: one or none; raise ValueError if it cannot be one."""
        if not self.user:
            return ()
        return (User(self.user, self.auth, self.auth_passphrase, self.privacy, self.privacy_passphrase),)


@dataclass(frozen=True, slots=True)
class ServerEntry:
    """One endpoint, and the devices behind it."""

    id: str
    devices: tuple[Entry, ...]
    modbus: ModbusEntry | None = None
    snmp: SnmpEntry | None = None

    def __post_init__(self) -> None:
        if (self.modbus is None) == (self.snmp is None):
            raise ValueError(f"server {self.id}: either modbus or snmp")
        if self.snmp and len(self.devices) != 1:
            raise ValueError(f"server {self.id}: an SNMP agent is one device")
        if repeated := [unit for unit, times in Counter(each.unit for each in self.devices).items() if times > 1]:
            raise ValueError(f"server {self.id}: unit {repeated} twice")


@dataclass(frozen=True, slots=True)
class RoomFile:
    """All that a room file says."""

    plan: Plan
    servers: tuple[ServerEntry, ...]

    def __post_init__(self) -> None:
        ids = Counter(server.id for server in self.servers)
        ids.update(each.id for server in self.servers for each in server.devices if each.id != server.id)
        if repeated := [name for name, times in ids.items() if times > 1]:
            raise ValueError(f"ids {repeated} twice")


@dataclass(frozen=True, slots=True)
class _Servers:
    servers: tuple[ServerEntry, ...]


def load(path: Path) -> RoomFile:
    """Read the room file at `path`; raise Misshapen, naming the place of what is wrong."""
    return parse(path.read_text(encoding="utf-8"), path.name)


def parse(text: str, where: str) -> RoomFile:
    """Return what the YAML `text` describes, tried out once; raise Misshapen."""
    raw = yaml.safe_load(text)
    if not isinstance(raw, dict):
        raise Misshapen(f"{where}: a mapping is due here")
    servers = build(_Servers, {"servers": raw.pop("servers", None)}, where).servers
    try:
        file = RoomFile(build(Plan, raw, where), servers)
        _try_out(file)
    except ValueError as error:
        raise error if isinstance(error, Misshapen) else Misshapen(f"{where}: {error}") from error
    return file


def _try_out(file: RoomFile) -> None:
    """Let every device show itself once: wrong places and families end here."""
    room = Room(file.plan)
    for server in file.servers:
        for device in server.devices:
            module = family(device.family)
            verb = "image" if server.modbus else "objects"
            if not hasattr(module, verb):
                raise ValueError(f"device {device.id}: {device.family} does not speak the protocol of {server.id}")
            getattr(module, verb)(room, device)


def _only_here(host: str) -> None:
    if not ip_address(host).is_loopback:
        raise ValueError(f"host {host}: the simulators bind to 127.0.0.0/8 alone")
