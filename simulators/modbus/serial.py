"""A serial line: a pty whose far end answers RTU. Its path may be a link that stays the same."""

import asyncio
import contextlib
import os
import tty
from collections.abc import Mapping
from pathlib import Path

from simulators.faults import OK, Fault, Kind
from simulators.modbus.connection import Conversation, Framing, Station
from simulators.modbus.device import Device
from simulators.modbus.settings import LineSettings


class SerialServer:
    """Opens its pty itself; `path` is what the client opens."""

    def __init__(
        self,
        devices: Mapping[int, Device],
        link: Path | None = None,
        baud: int = 0,
        settings: LineSettings | None = None,
    ) -> None:
        self._settings = settings
        self.path = link or Path()
        self._link = link
        self._station = Station(Framing.SERIAL, devices, baud)
        self._ends: tuple[int, int] | None = None
        self._conversation = Conversation(self._station, self)
        self._fault = OK
        self._returning: asyncio.TimerHandle | None = None

    @property
    def fault(self) -> Fault:
        """What is wrong with the line."""
        return self._fault

    async def open(self) -> None:
        """Plug the line in."""
        self._plug_in()

    async def close(self) -> None:
        """Pull the line out."""
        if self._returning:
            self._returning.cancel()
            self._returning = None
        self._unplug()

    async def suffer(self, fault: Fault) -> None:
        """Take the fault `fault`, and with it lose the one of before; dead is an adapter pulled out."""
        self._station.fault = OK
        self._fault = fault
        if self._returning:
            self._returning.cancel()
            self._returning = None
        match fault.kind:
            case Kind.DEAD:
                self._unplug()
            case Kind.REBOOT:
                self._unplug()
                self._returning = asyncio.get_running_loop().call_later(fault.seconds, self._come_back)
            case _:
                self._plug_in()
                self._station.fault = fault

    def write(self, data: bytes) -> None:
        """Send `data`; what the line cannot take is lost, as on a wire."""
        if self._ends:
            with contextlib.suppress(BlockingIOError):
                os.write(self._ends[0], data)

    def reset(self) -> None:
        """A line cannot be reset."""

    def _come_back(self) -> None:
        self._fault = OK
        self._plug_in()

    def _plug_in(self) -> None:
        if self._ends:
            return
        near, far = os.openpty()
        tty.setraw(far)
        os.set_blocking(near, False)
        self._ends = near, far
        self._conversation = Conversation(self._station, self)
        asyncio.get_running_loop().add_reader(near, self._hear, near)
        self._name(Path(os.ttyname(far)))

    def _name(self, real: Path) -> None:
        if self._link is None:
            self.path = real
            return
        fresh = self._link.with_name(f".{self._link.name}.new")
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(real)
        fresh.replace(self._link)

    def _hear(self, near: int) -> None:
        with contextlib.suppress(BlockingIOError):
            data = os.read(near, 1024)
            if self._settings is None or self._settings.are_of(near):
                self._conversation.feed(data)

    def _unplug(self) -> None:
        if self._ends is None:
            return
        near, far = self._ends
        self._ends = None
        asyncio.get_running_loop().remove_reader(near)
        os.close(near)
        os.close(far)
        if self._link:
            self._link.unlink(missing_ok=True)
