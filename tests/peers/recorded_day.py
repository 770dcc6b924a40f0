"""A day in a journal, recorded by the engine and the journal that the daemon uses."""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path

from roommon.config.load import load
from roommon.config.site import Site
from roommon.daemon.build import devices_of, rules_of
from roommon.daemon.daemon import _listening, _resumed
from roommon.daemon.fold import Fold, Reconfigure
from roommon.journal.journal import Journal, open_journal
from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, ClockStep, Command
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from roommon.poll.clock import SystemClock
from tests.peers.journal import START

MINUTE = 60_000
INLET = SensorId("rack-a.inlet")
LEAK = SensorId("rack-a.leak")

BEFORE = """\
site: hospital-a
room: server-room
journal: {{ path: {journal}, commit_every: 100 ms }}
devices:
  - id: rack-a
    name: {{ en: Rack A, zh-CN: A 列机柜 }}
    modbus_tcp: {{ host: 127.0.0.1, port: 1502 }}
    every: 1 min
    sensors:
      - {{ id: inlet, quantity: temperature, read: input 1, type: int16, scale: 0.1, range: -40 °C .. 80 °C }}
      - id: leak
        quantity: contact
        read: discrete 0
        states: {{ 0: {{ en: dry, zh-CN: 干燥 }}, 1: {{ en: water, zh-CN: 有水 }} }}

derived:
  - id: trend
    sensors:
      - {{ id: rise, rate: {{ of: rack-a.inlet, window: 20 min }} }}

# what wakes people
rules:
  - {{ id: hot, limit: {{ above: 27 °C, deadband: 1 K, on_delay: 2 min, priority: medium }}, sensors: [rack-a.inlet] }}
  - {{ id: rising, rate_of_change: {{ above: 8 K/h, window: 20 min, priority: low }}, sensors: [rack-a.inlet] }}
  - {{ id: steep, limit: {{ above: 7 K/h, deadband: 1 K/h, priority: low }}, sensors: [trend.rise] }}
  - {{ id: water, off_normal: {{ on_delay: 1 min, priority: critical }}, sensors: [rack-a.leak] }}
  - {{ id: blind, bad_quality: {{ on_delay: 3 min, priority: low }}, sensors: {{ device: rack-a }} }}
"""


def before(folder: Path) -> str:
    return BEFORE.format(journal=folder / "journal.db")


def reloaded(folder: Path) -> str:
    """The configuration after the reload: another setpoint, and a rule that is gone."""
    lines = before(folder).replace("above: 27 °C", "above: 25 °C").splitlines(keepends=True)
    return "".join(line for line in lines if "id: rising" not in line)


class DayClock(SystemClock):
    """The box's clock with a wall clock that the day sets."""

    now = START

    def instant(self, monotonic: float) -> Instant:  # noqa: ARG002  # the wall clock stands between two minutes
        return self.now


class Day:
    """Folds minute after minute."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.clock = DayClock()
        self.minute = 0

    def site(self, text: str) -> Site:
        self.config.write_text(text, encoding="utf-8")
        return load(self.config)

    async def record(self, folder: Path) -> None:
        """Eight hours, with a reload; a stop of ten minutes; six hours, with a step of the clock."""
        site = self.site(before(folder))
        async with open_journal(site.journal, self.clock, lambda _: None) as journal:
            fold = await self.begun(site, journal)
            await self.minutes(fold, 190)
            site = self.site(reloaded(folder))
            rules, devices = rules_of(site), list(devices_of(site).values())
            await fold.take(Reconfigure(rules, devices, site.policy, site.text, site.derived))
            await self.minutes(fold, 290)
        self.clock.now = Instant(self.clock.now + 10 * MINUTE)
        async with open_journal(site.journal, self.clock, lambda _: None) as journal:
            fold = await self.begun(site, journal)
            await self.minutes(fold, 100)
            self.clock.now = Instant(self.clock.now + 60 * MINUTE)
            await fold.take(ClockStep(self.clock.now, Duration(60 * MINUTE)))
            await self.minutes(fold, 260)

    async def begun(self, site: Site, journal: Journal) -> Fold:
        engine, deriver = await _resumed(site, journal, self.clock), await _listening(site, journal, self.clock)
        fold = Fold(engine, journal, asyncio.Queue(), self.clock, deriver)
        await journal.flush()
        return fold

    async def minutes(self, fold: Fold, count: int) -> None:
        for _ in range(count):
            self.clock.now = Instant(self.clock.now + MINUTE)
            self.minute += 1
            await fold.take(list(self.readings()))
            for command in self.deeds():
                await fold.take(command)

    def deeds(self) -> Iterator[Command | Login]:
        """What people do now and then."""
        if self.minute % 96 == 0:
            yield Login(
                self.clock.now, LoginStep.IN, LoginWay.PAGE, "li", "10.0.0.7", 1, self.clock.now, self.clock.now
            )
        if self.minute % 97 == 0:
            yield Acknowledge(at=self.clock.now, alarm=AlarmId(f"hot.{INLET}"), by="li")

    def readings(self) -> Iterator[Reading]:
        """A room that warms and cools once in 90 minutes, a rope that is wet and a probe that fails now and then."""
        if self.minute % 130 < 8:
            yield bad(INLET, self.clock.now, Reason.NO_COMMUNICATION)
        else:
            yield good(INLET, self.clock.now, round(25 + 4 * math.sin(self.minute / 90 * 2 * math.pi), 1))
        yield good(LEAK, self.clock.now, 1.0 if self.minute % 200 in range(150, 160) else 0.0)


def recorded_day(folder: Path) -> Path:
    """Record a day below `folder`; return its configuration as the daemon last took it."""
    config = folder / "roommon.yaml"
    asyncio.run(Day(config).record(folder))
    return config
