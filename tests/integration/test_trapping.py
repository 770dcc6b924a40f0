"""The trap listener as the daemon runs it: opened, moved and closed by reloads; a port that is taken is waited for."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from roommon.config.load import load
from roommon.config.site import Site
from roommon.daemon import trapping
from roommon.daemon.build import own_parts
from roommon.daemon.trapping import Trapping, sources_of
from roommon.model.device import DeviceId
from roommon.model.text import Text
from roommon.poll.clock import SystemClock
from tests.peers.process import free_address
from tests.peers.recorded_traps import V2C

pytestmark = pytest.mark.integration

HOUSE = """
site: s
room: r
devices:
  - { id: ups-1, snmp: { host: 127.0.0.1, community: public }, profile: rfc1628-ups }
  - { id: probe, modbus_tcp: { host: 127.0.0.1 }, unit: 1, profile: xy-md02 }
"""


def site(folder: Path, port: int | None) -> Site:
    path = folder / "roommon.yaml"
    path.write_text(HOUSE + (f"traps: {{ host: 127.0.0.1, port: {port} }}\n" if port else ""))
    return load(path, {})


@dataclass
class Desk:
    trapping: Trapping = field(init=False)
    asked: "asyncio.Queue[DeviceId]" = field(default_factory=asyncio.Queue)
    troubles: "asyncio.Queue[Text | None]" = field(default_factory=asyncio.Queue)

    def __post_init__(self) -> None:
        self.trapping = Trapping(self.asked.put_nowait, self.troubles.put_nowait, SystemClock())

    async def trouble(self) -> Text | None:
        async with asyncio.timeout(10):
            return await self.troubles.get()

    async def trap(self, port: int) -> DeviceId:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as device:
            device.sendto(V2C, ("127.0.0.1", port))
        async with asyncio.timeout(10):
            return await self.asked.get()


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Desk]:
    desk = Desk()
    task = asyncio.create_task(desk.trapping.run())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.wait([task])


def free_port() -> int:
    return free_address(socket.SOCK_DGRAM).port


def test_snmp_devices_alone_send_traps(tmp_path: Path) -> None:
    assert [source.device for source in sources_of(site(tmp_path, 1162))] == ["ups-1"]


def test_traps_can_be_in_trouble_only_where_they_are_listened_for(tmp_path: Path) -> None:
    assert "traps" in dict(own_parts(site(tmp_path, 1162)))
    assert "traps" not in dict(own_parts(site(tmp_path, None)))


async def test_a_reload_opens_moves_and_closes_the_listener(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    first, second = free_port(), free_port()
    async with running() as desk:
        desk.trapping.take(site(tmp_path, None))
        for port in (first, second):
            desk.trapping.take(site(tmp_path, port))
            assert await desk.trouble() is None
            assert await desk.trap(port) == "ups-1"
        desk.trapping.take(site(tmp_path, None))
        await until_free(second)
    assert [line for line in caplog.messages if "listening" in line] == [
        f"traps: listening at 127.0.0.1:{port}" for port in (first, second)
    ]


async def test_a_port_that_is_taken_is_said_once_and_taken_when_it_is_free(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trapping, "_AGAIN_S", 0.05)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as another:
        another.bind(("127.0.0.1", 0))
        port = another.getsockname()[1]
        async with running() as desk:
            desk.trapping.take(site(tmp_path, port))
            words = f"127.0.0.1:{port}: Address already in use"
            for _ in range(2):
                assert await desk.trouble() == Text(words, f"127.0.0.1:{port}：地址已被占用")
            another.close()
            while await desk.trouble() is not None:
                pass
            assert await desk.trap(port) == "ups-1"
    assert caplog.messages == [f"traps: cannot listen at {words}"]


async def until_free(port: int) -> None:
    """Wait until nobody listens at `port`."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.bind(("127.0.0.1", port))
                return
            await asyncio.sleep(0.01)
