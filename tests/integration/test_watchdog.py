"""What systemd is told: by a socket of its kind, and by the watchdog while everything makes progress."""

import asyncio
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from roommon.daemon import service, watch
from roommon.daemon.fold import Fold
from roommon.model.clock import Instant

pytestmark = pytest.mark.integration


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager's end; its watchdog wants a word every 40 ms."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.bind(str(tmp_path / "notify"))
        end.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "40000")
        monkeypatch.delenv("WATCHDOG_PID", raising=False)
        yield end


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


class _Fold:
    progress_at = 0.0


async def _feed(clock: _Clock, *, journal: bool = True, stalled: str | None = None, for_s: float = 0.3) -> None:
    async def answers() -> None:
        if not journal:
            await asyncio.Event().wait()

    feeding = watch.feed_watchdog(cast("Fold", _Fold()), answers, lambda: stalled, clock)
    try:
        async with asyncio.timeout(for_s):
            await feeding
    except TimeoutError:
        return


def _heard(manager: socket.socket) -> list[str]:
    heard = []
    while True:
        try:
            heard.append(manager.recv(4096).decode())
        except BlockingIOError:
            return heard


def test_without_a_manager_nothing_is_said() -> None:
    service.notify("READY=1", environment={})


def test_the_manager_hears_what_is_said(manager: socket.socket) -> None:
    service.notify("READY=1", "STATUS=3 devices")
    assert _heard(manager) == ["READY=1\nSTATUS=3 devices"]


def test_a_manager_that_is_away_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    service.notify("WATCHDOG=1", environment={"NOTIFY_SOCKET": str(tmp_path / "nobody")})
    assert "systemd does not hear WATCHDOG=1" in caplog.text


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_the_watchdog_is_fed_twice_as_often_as_it_must_be(environment: dict[str, str], seconds: float | None) -> None:
    assert service.watchdog_interval_s(environment) == seconds


async def test_progress_feeds_the_watchdog(manager: socket.socket) -> None:
    await _feed(_Clock())
    assert set(_heard(manager)) == {"WATCHDOG=1"}


async def test_rules_that_stand_still_starve_it_and_are_said_once(
    manager: socket.socket, caplog: pytest.LogCaptureFixture
) -> None:
    clock = _Clock()
    clock.now = 21.0
    with caplog.at_level(logging.CRITICAL):
        await _feed(clock)
    assert _heard(manager) == []
    assert [record.getMessage() for record in caplog.records] == [
        "no progress: no reading was judged; the watchdog is not fed until it goes on"
    ]


async def test_pollers_that_are_stuck_starve_it(manager: socket.socket) -> None:
    await _feed(_Clock(), stalled="1 pollers are stuck, rack-a among them")
    assert _heard(manager) == []


async def test_a_journal_that_is_slow_does_not_starve_it_and_one_that_is_stuck_does(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock()
    monkeypatch.setattr(_Fold, "progress_at", 1000.0)
    feeding = asyncio.create_task(_feed(clock, journal=False, for_s=10))
    await asyncio.sleep(0.1)
    clock.now = 59.0
    await asyncio.sleep(0.1)
    assert _heard(manager)
    clock.now = 61.0
    await asyncio.sleep(0.2)
    _heard(manager)
    await asyncio.sleep(0.2)
    assert _heard(manager) == []
    feeding.cancel()
    await asyncio.wait([feeding])
