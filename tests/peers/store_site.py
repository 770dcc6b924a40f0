"""A small site whose journal a store delivers: devices, one beat after the other, and a deliverer at work."""

import asyncio
import contextlib
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from roommon.journal.journal import Config as JournalConfig
from roommon.journal.journal import Journal, open_journal
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from roommon.model.text import Language, Text
from roommon.store import influxdb
from roommon.store.context import Context

START = Instant(1_790_000_000_000)
"""2026-09-21; later than any retention of a test would drop."""


class BoxClock:
    """The clocks of this box; the wall clock is the test's own."""

    def monotonic(self) -> float:
        return time.monotonic()

    def instant(self, monotonic: float) -> Instant:
        return Instant(START + round(monotonic * 1000))


def device(number: int, sensors: int = 9) -> Device:
    """A rack with temperatures and one humidity."""
    name = DeviceId(f"rack-{number}")
    labels = {"location": "inlet", "rack": str(number)}
    temperatures = [
        Sensor(name, f"t{one}", Quantity.TEMPERATURE, Text.same(f"t{one}"), labels) for one in range(sensors)
    ]
    humidity = Sensor(name, "humidity", Quantity.RELATIVE_HUMIDITY, Text.same("humidity"), labels)
    return Device(name, Text.same(f"Rack {number}"), "server-room", (*temperatures, humidity))


def beat(devices: Sequence[Device], number: int) -> list[Reading]:
    """What every sensor says at the beat with that number, one a second; the last temperature is bad."""
    at = Instant(START + number * 1000)
    sensors = [sensor.id for device in devices for sensor in device.sensors]
    return [
        bad(sensor, at, Reason.NO_COMMUNICATION) if place % 10 == 8 else good(sensor, at, 20.0 + place % 7 / 8)
        for place, sensor in enumerate(sensors)
    ]


def event(number: int, sensor: SensorId) -> AlarmEvent:
    return AlarmEvent(
        at=Instant(START + number),
        alarm=AlarmId(f"inlet-hot.{sensor}"),
        rule=RuleId("inlet-hot"),
        sensor=sensor,
        device=DeviceId(sensor.partition(".")[0]),
        room="server-room",
        priority=Priority.MEDIUM,
        was=State.NORMAL,
        state=State.UNACKNOWLEDGED,
        trigger=Trigger.RAISED,
        by=None,
        quantity=Quantity.TEMPERATURE,
        value=27.5,
        setpoint=27.0,
        quality=Quality.GOOD,
        text=Text("Rack 1 inlet is 27.5 °C", "1 号机柜进风 27.5 °C"),
        response=Text.same(""),
    )


class Site:
    """Devices, a journal, and what the store said about its health."""

    def __init__(self, journal: Journal, journal_path: Path, devices: list[Device]) -> None:
        self.journal = journal
        self.journal_path = journal_path
        self.devices = devices
        self.health: list[str | None] = []
        self._beats = 0

    async def beats(self, count: int) -> None:
        """Poll every sensor `count` times; each beat is a batch of its own."""
        for _ in range(count):
            readings = beat(self.devices, self._beats)
            self._beats += 1
            await self.journal.append(readings, [], {})
            await self.journal.flush()

    @property
    def readings(self) -> int:
        """How many there have been."""
        return self._beats * sum(len(device.sensors) for device in self.devices)

    def context(self) -> Context:
        return Context(
            name="influxdb",
            site=SiteId("hospital-a"),
            language=Language.ENGLISH,
            devices={device.id: device for device in self.devices},
            journal=self.journal,
            clock=BoxClock(),
            health=lambda words: self.health.append(None if words is None else words.en),
        )

    async def delivered(self, seconds: float = 30.0) -> None:
        """Wait until the journal has nothing more for the store."""
        async with asyncio.timeout(seconds):
            while await self._is_behind():  # noqa: ASYNC110  # as in `until`
                await asyncio.sleep(0.02)

    async def _is_behind(self) -> bool:
        behind = await self.journal.backlog("influxdb")
        return bool(behind.batches or behind.events)

    async def said(self, words: str | None, seconds: float = 20.0) -> None:
        """Wait until the store's health is, or holds, `words`."""
        await until(lambda: bool(self.health) and _holds(self.health[-1], words), seconds)

    async def set_aside(self) -> list[tuple[str, str]]:
        """What was refused, line by line, with the words why."""
        await self.journal.flush()
        with contextlib.closing(sqlite3.connect(self.journal_path)) as journal:
            rows = journal.execute("SELECT what, why FROM rejected").fetchall()
        return [(line, why) for what, why in rows for line in what.split("\n")]


async def until(holds: Callable[[], bool], seconds: float) -> None:
    """Look again and again until `holds` says yes."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110  # what is waited for is another program's doing
            await asyncio.sleep(0.02)


def _holds(said: str | None, words: str | None) -> bool:
    return said is words if said is None or words is None else words in said


@contextlib.asynccontextmanager
async def a_site(folder: Path, devices: int = 5) -> AsyncIterator[Site]:
    config = JournalConfig(path=folder / "journal.db", commit_every=Duration(100))
    async with open_journal(config, BoxClock(), lambda _words: None) as journal:
        await journal.register("influxdb", readings=True, events=True)
        yield Site(journal, config.path, [device(number) for number in range(devices)])


@contextlib.asynccontextmanager
async def delivering(site: Site, config: influxdb.Config) -> AsyncIterator[None]:
    """A deliverer at work; it must not end by itself."""
    task = asyncio.create_task(influxdb.deliver(config, site.context()))
    try:
        yield
        assert not task.done(), task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
