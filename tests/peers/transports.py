"""Simulated rooms of many small endpoints, all of one transport, and the configuration that reads them.

Endpoint `x` is the server `x-at`. Behind it are the probe `x`, and on Modbus its mate `x-mate` on the same line.
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from tests.peers.certificates import Authority
from tests.peers.simulated import Room

EVERY_MS = 1000
TIMEOUT_MS = 400
PASSPHRASES = {"auth": "a-passphrase-of-the-test", "privacy": "another-passphrase-of-it"}
UPS = "1.3.6.1.2.1.33.1"
OIDS = {"charge": f"{UPS}.2.4.0", "voltage": f"{UPS}.3.3.1.3.1"}
REGISTERS = {"temperature": "input:1", "humidity": "input:2"}


class Transport(StrEnum):
    """Every way in which roommon reaches a device."""

    TCP = "tcp"
    TLS = "tls"
    RTU = "rtu"
    SERIAL = "serial"
    V1 = "v1"
    V2C = "v2c"
    V3 = "v3"

    @property
    def is_snmp(self) -> bool:
        return self in {Transport.V1, Transport.V2C, Transport.V3}

    @property
    def sensors(self) -> tuple[str, str]:
        """The two sensors of every probe."""
        return ("charge", "voltage") if self.is_snmp else ("temperature", "humidity")

    @property
    def place(self) -> str:
        """Where the simulator has the first of them."""
        return OIDS["charge"] if self.is_snmp else REGISTERS["temperature"]


class Endpoints:
    """Endpoints of one transport, by name."""

    def __init__(
        self,
        folder: Path,
        transport: Transport,
        names: Sequence[str],
        every_ms: int = EVERY_MS,
        timeout_ms: int = TIMEOUT_MS,
    ) -> None:
        self._folder = folder
        self._transport = transport
        self.names = names
        self._every = f"{every_ms} ms"
        self._timeout = f"{timeout_ms} ms"
        if transport is Transport.TLS:
            authority = Authority(folder)
            self._ca = str(authority.ca_file)
            self._server = authority.issue("gateway", folder)
            self.client = authority.issue("roommon", folder)
        if transport is Transport.V3:
            for name, passphrase in PASSPHRASES.items():
                (folder / name).touch(0o600)
                (folder / name).write_text(passphrase)

    @property
    def ca_file(self) -> str:
        return self._ca

    def room_file(self) -> Path:
        """Write what `python -m simulators room` wants."""
        servers = [self._server_of(name) for name in self.names]
        path = self._folder / f"{self._transport}-room.yaml"
        path.write_text(yaml.safe_dump({"upses": {"ups-1": {"rated_kva": 10, "battery_kwh": 4}}, "servers": servers}))
        return path

    def config(self, room: Room, ports: dict[str, int] | None = None) -> dict[str, Any]:
        """The configuration that reads them; `ports` stand between, by server."""
        ports = ports or {}
        at = {name: ports.get(f"{name}-at") or self._port(room, f"{name}-at") for name in self.names}
        config: dict[str, Any] = {"site": "hospital-a", "room": "server-room", "language": "en"}
        config["journal"] = {"commit_every": "200 ms"}
        if self._transport.is_snmp:
            config["devices"] = [self._agent(name, at[name]) for name in self.names]
        else:
            config["buses"] = [self._bus(name, at[name]) for name in self.names]
            config["devices"] = [
                self._unit(name, device, unit)
                for name in self.names
                for unit, device in enumerate((name, f"{name}-mate"), 1)
            ]
        config["rules"] = [{"id": "no-value", "bad_quality": {"priority": "low"}, "sensors": {"room": "server-room"}}]
        return config

    def _port(self, room: Room, server: str) -> int:
        return 0 if self._transport is Transport.SERIAL else room.port(server)

    def _server_of(self, name: str) -> dict[str, Any]:
        if self._transport.is_snmp:
            device = {"id": name, "family": "rfc1628-ups", "place": "ups-1"}
            return {"id": f"{name}-at", "snmp": self._access(), "devices": [device]}
        units = [{"id": name, "unit": 1}, {"id": f"{name}-mate", "unit": 2}]
        devices = [unit | {"family": "xy-md02"} for unit in units]
        modbus: dict[str, Any] = {"framing": str(self._transport)}
        if self._transport is Transport.SERIAL:
            modbus["link"] = str(self._folder / f"{name}.tty")
        if self._transport is Transport.TLS:
            pair = self._server
            modbus["tls"] = {"certificate": str(pair.certificate), "key": str(pair.key), "ca_file": self._ca}
        return {"id": f"{name}-at", "modbus": modbus, "devices": devices}

    def _access(self) -> dict[str, Any]:
        if self._transport is not Transport.V3:
            return {"community": "hospital"}
        secrets = {f"{name}_passphrase": passphrase for name, passphrase in PASSPHRASES.items()}
        return {"user": "roommon", "auth": "sha256", "privacy": "aes128", **secrets}

    def _bus(self, name: str, port: int) -> dict[str, Any]:
        if self._transport is Transport.SERIAL:
            line = {"port": str(self._folder / f"{name}.tty"), "baud": 115200, "timeout": self._timeout}
            return {"id": f"{name}-at", "modbus_serial": line}
        at: dict[str, Any] = {"host": "127.0.0.1", "port": port, "timeout": self._timeout}
        if self._transport is Transport.RTU:
            at["framer"] = "rtu"
        if self._transport is Transport.TLS:
            ours = self.client
            at["tls"] = {"ca_file": self._ca, "certificate": str(ours.certificate), "key": str(ours.key)}
        return {"id": f"{name}-at", "modbus_tcp": at}

    def _unit(self, name: str, device: str, unit: int) -> dict[str, Any]:
        sensors = [
            {"id": "temperature", "quantity": "temperature", "read": "input 1", "type": "int16", "scale": 0.1},
            {"id": "humidity", "quantity": "relative_humidity", "read": "input 2", "type": "uint16", "scale": 0.1},
        ]
        return {"id": device, "bus": f"{name}-at", "unit": unit, "every": self._every, "sensors": sensors}

    def _agent(self, name: str, port: int) -> dict[str, Any]:
        snmp: dict[str, Any] = {"host": "127.0.0.1", "port": port, "timeout": self._timeout}
        if self._transport is Transport.V3:
            files = {f"{what}_file": str(self._folder / what) for what in PASSPHRASES}
            snmp |= {"version": 3, "user": "roommon", "auth": "sha256", "privacy": "aes128", **files}
        else:
            snmp |= {"version": 1 if self._transport is Transport.V1 else "2c", "community": "hospital"}
        sensors = [
            {"id": "charge", "quantity": "ratio", "read": f"oid {OIDS['charge']}", "type": "number"},
            {"id": "voltage", "quantity": "voltage", "read": f"oid {OIDS['voltage']}", "type": "number"},
        ]
        return {"id": name, "snmp": snmp, "every": self._every, "sensors": sensors}
