"""Every fault on every transport: what the bad readings say, that all others keep their beats, that it heals by itself.

One room and one daemon per transport; each fault has an endpoint of its own, and all strike at once.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason
from tests.peers import beats
from tests.peers.daemon import Daemon, a_daemon, eventually, now
from tests.peers.simulated import Room, simulated
from tests.peers.transports import EVERY_MS, Endpoints, Transport

pytestmark = pytest.mark.system

SILENT, FAILED, REFUSED = Reason.NO_COMMUNICATION, Reason.DEVICE_FAILURE, Reason.CONFIGURATION_ERROR
GONE = Reason.NOT_CONNECTED
MODBUS = (Transport.TCP, Transport.TLS, Transport.RTU, Transport.SERIAL)
MBAP = (Transport.TCP, Transport.TLS)
SOCKETS = (Transport.TCP, Transport.TLS, Transport.RTU)
SNMP = (Transport.V1, Transport.V2C, Transport.V3)
Expected = Mapping[Transport, Reason | None]


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    name: str
    words: str
    """As the simulator's command line takes it; `@` stands for the first sensor's register or OID."""
    says: Expected
    """Where it can happen, and the reason of the bad readings; None where the device is read on as if nothing were."""
    of_server: bool = False
    ends_itself: bool = False
    one_beat: bool = False
    """It costs one beat of whoever asks first."""
    one_sensor: bool = False
    """It strikes the first sensor of the device; the second is read on."""
    heals: bool = True
    """False: only after the 10 minutes after which a refused register is asked again."""


def _all(reason: Reason | None, *transports: Transport) -> dict[Transport, Reason | None]:
    return dict.fromkeys(transports, reason)


ON_TCP_AND_RTU = _all(FAILED, *MBAP) | _all(SILENT, Transport.RTU, Transport.SERIAL)
ON_SNMP = _all(FAILED, Transport.V2C, Transport.V3) | _all(GONE, Transport.V1)
"""Of version 1, noSuchName and genErr reach us alike; what had a value before is taken for unplugged."""
TABLE = (
    Fault("dead", "dead", _all(SILENT, *Transport), of_server=True),
    Fault("black-hole", "black-hole", _all(SILENT, *SOCKETS, *SNMP), of_server=True),
    Fault("half-open", "half-open", _all(SILENT, *SOCKETS), of_server=True, ends_itself=True, one_beat=True),
    Fault("one-client", "one-client", _all(SILENT, *SOCKETS), of_server=True),
    Fault("reboot", "reboot 2", _all(SILENT, *Transport), of_server=True, ends_itself=True),
    Fault("mute", "mute", _all(SILENT, *Transport)),
    Fault("mute-server", "mute", _all(SILENT, *MODBUS), of_server=True),
    Fault("late", "late 3", _all(SILENT, *Transport)),
    Fault("a-little-late", "late 0.1", _all(None, *Transport)),
    Fault("truncated", "truncated", _all(SILENT, *MODBUS) | _all(FAILED, *SNMP)),
    Fault("short", "short", ON_TCP_AND_RTU),
    Fault("reset", "reset", _all(SILENT, *SOCKETS)),
    Fault("byte-by-byte", "byte-by-byte", _all(None, *MODBUS)),
    Fault("slow-bytes", "byte-by-byte 0.2", _all(SILENT, *MODBUS)),
    Fault("wrong-unit", "wrong-unit", ON_TCP_AND_RTU),
    Fault("wrong-function", "wrong-function", ON_TCP_AND_RTU),
    Fault("wrong-transaction", "wrong-transaction", _all(SILENT, *MBAP, *SNMP)),
    Fault("crc", "crc", _all(SILENT, Transport.RTU, Transport.SERIAL)),
    Fault("exception-1", "exception 1", _all(REFUSED, *MODBUS)),
    Fault("exception-2", "exception 2", _all(REFUSED, *MODBUS)),
    Fault("exception-2-one", "exception 2 @", _all(REFUSED, *MODBUS), one_sensor=True, heals=False),
    Fault("exception-4", "exception 4", _all(FAILED, *MODBUS)),
    Fault("exception-4-one", "exception 4 @", _all(FAILED, *MODBUS), one_sensor=True),
    Fault("exception-6", "exception 6", _all(FAILED, *MODBUS)),
    Fault("exception-11", "exception 11", _all(SILENT, *MODBUS)),
    Fault("no-such-name", "exception 2 @", _all(GONE, Transport.V1), one_sensor=True),
    Fault("gen-err", "exception 5", ON_SNMP),
    Fault("gen-err-one", "exception 5 @", ON_SNMP, one_sensor=True),
    Fault("too-big", "exception 1", ON_SNMP),
)
WITNESS = "witness"


def rows(transport: Transport) -> list[Fault]:
    return [fault for fault in TABLE if transport in fault.says]


@pytest.mark.parametrize("transport", list(Transport))
def test_every_fault_costs_only_itself_says_what_it_is_and_heals(transport: Transport, tmp_path: Path) -> None:
    endpoints = Endpoints(tmp_path, transport, [WITNESS, *(fault.name for fault in rows(transport))])
    arguments = ("room", str(endpoints.room_file()), "--base-port", "0")
    with (
        simulated(*arguments, log=tmp_path / "room.log") as room,
        a_daemon(tmp_path, endpoints.config(room)) as daemon,
    ):
        table = Table(transport, endpoints, room, daemon)
        table.strike()
        table.heal()
        complaints = list(table.complaints())
        print(table)
        assert not complaints, "\n".join([*complaints, str(table), daemon.log[-6000:]])


class Table:
    """One column of the table: all faults of a transport, at once."""

    def __init__(self, transport: Transport, endpoints: Endpoints, room: Room, daemon: Daemon) -> None:
        self._transport = transport
        self._endpoints = endpoints
        self._room = room
        self._daemon = daemon
        self._rows = rows(transport)
        self._others: contextlib.ExitStack = contextlib.ExitStack()
        eventually(lambda: all(map(_is_good, self._lasts().values())) and len(self._lasts()) >= len(self._sensors()))
        self._struck_at = now()
        self._healed_at = self._ended_at = Instant(0)
        self._seen: dict[str, list[Reading]] = {}

    def strike(self) -> None:
        """Let all faults happen, until each was felt, and those that are none were not, for three beats."""
        for fault in self._rows:
            if fault.name == "one-client":
                self._take_the_only_place(fault)
            else:
                self._inflict(fault, fault.words.replace("@", self._transport.place))
        with contextlib.suppress(AssertionError):  # what was not felt is told by name
            eventually(lambda: not list(self._unfelt()), 8)
        eventually(lambda: now() - self._struck_at > 3 * EVERY_MS)

    def heal(self) -> None:
        """End all faults, and wait until everything is read again for two beats."""
        self._healed_at = now()
        self._others.close()
        for fault in self._rows:
            if not fault.ends_itself:
                self._inflict(fault, "ok")
        with contextlib.suppress(AssertionError):  # what did not heal is told by name
            eventually(lambda: not list(self._ill()), 20)
        self._ended_at = now()
        eventually(lambda: min(map(_taken_at, self._lasts().values())) > self._ended_at, 5)
        self._seen = self._daemon.everything(self._struck_at)

    def complaints(self) -> Iterator[str]:
        """Yield what is not as it should be, by the name of the cell."""
        for fault in self._rows:
            struck = self._struck(fault)
            reasons = [self._reasons(sensor) for sensor in struck]
            felt = [set().union(*reasons)] if fault.one_beat else reasons
            if any(reason != self._due(fault) for reason in felt):
                yield f"{fault.name}: bad with {reasons} instead of {self._due(fault) or 'nothing'}"
            for sensor in struck:
                yield from self._complaints_of(fault, sensor)
        for sensor in sorted(self._sensors() - self._all_struck()):
            yield from (f"{sensor}: {wrong}" for wrong in self._beats(sensor, good=True))

    def _complaints_of(self, fault: Fault, sensor: str) -> Iterator[str]:
        if fault.heals and not _is_good(self._seen[sensor][-1]):
            yield f"{sensor}: not healed after {self._ended_at - self._healed_at} ms"
        yield from (f"{sensor}: {wrong}" for wrong in self._beats(sensor, good=False))

    def __str__(self) -> str:
        """The table for people."""
        lines = [f"{self._transport}: fault -> reason of the bad readings, seconds until the first good one"]
        for fault in self._rows:
            sensor = max(self._struck(fault), key=lambda each: len(self._reasons(each)))
            reasons = ", ".join(sorted(self._reasons(sensor))) or "read on"
            lines.append(f"  {fault.name:18} {reasons:22} {self._healing(fault, sensor)}")
        return "\n".join(lines)

    def _healing(self, fault: Fault, sensor: str) -> str:
        bad = [one.taken_at for one in self._seen[sensor] if not _is_good(one)]
        if not bad:
            return "-"
        good = [one.taken_at for one in self._seen[sensor] if _is_good(one) and one.taken_at > bad[-1]]
        from_when = bad[0] if fault.ends_itself else self._healed_at
        return f"{max(0, good[0] - from_when) / 1000:.1f} s" if good else "asked again in 10 min"

    def _inflict(self, fault: Fault, words: str) -> None:
        kind, *arguments = words.split()
        self._room.fault(f"{fault.name}-at" if fault.of_server else fault.name, kind, *arguments)

    def _take_the_only_place(self, fault: Fault) -> None:
        """The gateway starts anew and takes one client only; somebody else is quicker than roommon."""
        self._inflict(fault, "dead")
        self._inflict(fault, "one-client")
        wire = self._others.enter_context(socket.create_connection(("127.0.0.1", self._room.port(f"{fault.name}-at"))))
        if self._transport is Transport.TLS:
            ours = self._endpoints.client
            context = ssl.create_default_context(cafile=self._endpoints.ca_file)
            context.load_cert_chain(ours.certificate, ours.key)
            self._others.enter_context(context.wrap_socket(wire, server_hostname="127.0.0.1"))

    def _unfelt(self) -> Iterator[str]:
        seen = self._daemon.everything(self._struck_at)
        for fault in self._rows:
            bad = [sum(not _is_good(one) for one in seen.get(sensor, ())) for sensor in self._struck(fault)]
            if self._due(fault) and (max(bad) < 1 if fault.one_beat else min(bad) < 2):
                yield fault.name

    def _ill(self) -> Iterator[str]:
        lasts = self._lasts()
        for sensor in self._sensors() - {
            each for fault in self._rows if not fault.heals for each in self._struck(fault)
        }:
            if not _is_good(lasts[sensor]) or lasts[sensor].taken_at < self._healed_at:
                yield sensor

    def _lasts(self) -> dict[str, Reading]:
        every = self._daemon.everything(Instant(now() - 4 * EVERY_MS))
        return {sensor: readings[-1] for sensor, readings in every.items() if not sensor.startswith("roommon.")}

    def _sensors(self) -> set[str]:
        names = [WITNESS, *(fault.name for fault in self._rows)]
        devices = names if self._transport.is_snmp else [*names, *(f"{name}-mate" for name in names)]
        return {f"{device}.{key}" for device in devices for key in self._transport.sensors}

    def _struck(self, fault: Fault) -> list[str]:
        """The sensors that `fault` strikes: of a device, or of all behind a server."""
        devices = [fault.name]
        if fault.of_server and not self._transport.is_snmp:
            devices.append(f"{fault.name}-mate")
        keys = self._transport.sensors[:1] if fault.one_sensor else self._transport.sensors
        return [f"{device}.{key}" for device in devices for key in keys]

    def _all_struck(self) -> set[str]:
        return {sensor for fault in self._rows for sensor in self._struck(fault)}

    def _due(self, fault: Fault) -> set[str]:
        reason = fault.says[self._transport]
        return set() if reason is None else {str(reason)}

    def _reasons(self, sensor: str) -> set[str]:
        return {str(one.reason) for one in self._seen[sensor] if not _is_good(one)}

    def _beats(self, sensor: str, *, good: bool) -> Iterator[str]:
        return beats.faults(self._seen[sensor], EVERY_MS, self._struck_at, self._ended_at, good=good)


def _is_good(reading: Reading) -> bool:
    return reading.quality is Quality.GOOD


def _taken_at(reading: Reading) -> Instant:
    return reading.taken_at
