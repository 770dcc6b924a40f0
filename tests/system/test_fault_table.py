"""Every fault on every transport: what the bad readings say, that all others keep their beats, that it heals by itself.

One room and one daemon per transport; each fault has an endpoint of its own, and all strike at once.
"""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

import simulators.faults
from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason
from simulators.faults import Kind
from simulators.modbus import connection
from simulators.snmp import udp
from tests.peers import beats
from tests.peers.daemon import Daemon, a_daemon, eventually, now
from tests.peers.fault_rows import Fault, rows_of
from tests.peers.simulated import Room, simulated
from tests.peers.transports import EVERY_MS, Endpoints, Transport

pytestmark = pytest.mark.system

WITNESS = "witness"


@pytest.mark.parametrize("transport", list(Transport))
def test_every_fault_costs_only_itself_says_what_it_is_and_heals(transport: Transport, tmp_path: Path) -> None:
    endpoints = Endpoints(tmp_path, transport, [WITNESS, *(fault.name for fault in rows_of(transport))])
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
        assert room.state()["writes"] == 0
        assert not complaints, "\n".join([*complaints, str(table), daemon.log[-6000:]])


@pytest.mark.parametrize("transport", list(Transport))
def test_the_table_has_every_fault_that_the_simulated_room_can_have(transport: Transport) -> None:
    possible = {kind for kind in Kind if kind is not Kind.OK and _can_happen(kind, transport)}
    assert {Kind(fault.words.split()[0]) for fault in rows_of(transport)} == possible


def _can_happen(kind: Kind, transport: Transport) -> bool:
    try:
        if transport.is_snmp:
            udp.checked(simulators.faults.Fault(kind))
        else:
            connection.checked(simulators.faults.Fault(kind), connection.Framing(transport))
    except ValueError:
        return False
    return True


class Table:
    """One column of the table: all faults of a transport, at once."""

    def __init__(self, transport: Transport, endpoints: Endpoints, room: Room, daemon: Daemon) -> None:
        self._transport = transport
        self._endpoints = endpoints
        self._room = room
        self._daemon = daemon
        self._rows = rows_of(transport)
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
            reasons = [self._reasons(sensor) - self._excused(fault) for sensor in struck]
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

    def _excused(self, fault: Fault) -> set[str]:
        """On a line where all are silent the timeouts add up, nearly to a beat; on a busy box to more."""
        return {str(Reason.OVERDUE)} if fault.of_server and not self._transport.is_snmp else set()

    def _reasons(self, sensor: str) -> set[str]:
        return {str(one.reason) for one in self._seen[sensor] if not _is_good(one)}

    def _beats(self, sensor: str, *, good: bool) -> Iterator[str]:
        return beats.faults(self._seen[sensor], EVERY_MS, self._struck_at, self._ended_at, good=good)


def _is_good(reading: Reading) -> bool:
    return reading.quality is Quality.GOOD


def _taken_at(reading: Reading) -> Instant:
    return reading.taken_at
