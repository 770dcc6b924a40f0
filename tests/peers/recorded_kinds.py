"""Thirty hours in a journal with a rule of every kind that looks at more than one value: what ran is in the record."""

import asyncio
import math
from collections.abc import Iterator
from pathlib import Path

from roommon.journal.journal import open_journal
from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Command, Reset
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from tests.peers.journal import START
from tests.peers.recorded_day import MINUTE, Day

RACKS = ("rack-a", "rack-b", "rack-c", "rack-d")
BEGIN = Instant(START + 10 * 60 * MINUTE)
"""Ten hours after the first reading: a rule that is tried from here on has a past to remember."""
RULES = (
    *("two-hot", "two-wet", "odd", "uncooled", "stuck", "inlet", "too-long", "restless", "soon", "manned", "wet"),
    *("uneven", "rising", "blind", "frozen", "steady"),
)
_RACK = """\
  - id: {id}
    bus: gateway
    unit: {unit}
    labels: {{ location: inlet }}
    every: 1 min
    sensors:
      - {{ id: inlet, quantity: temperature, read: input 1, type: int16, scale: 0.01, range: -40 °C .. 80 °C }}
      - id: leak
        quantity: contact
        read: discrete 0
        states: {{ 0: {{ en: dry, zh-CN: 干燥 }}, 1: {{ en: water, zh-CN: 有水 }} }}
"""
_CONFIG = """\
site: hospital-a
room: server-room
journal: {{ path: {journal}, commit_every: 100 ms }}
buses:
  - {{ id: gateway, modbus_tcp: {{ host: 127.0.0.1, port: 1502 }} }}
devices:
{racks}
  - id: crac
    modbus_tcp: {{ host: 127.0.0.1, port: 1503 }}
    every: 1 min
    sensors:
      - {{ id: supply, quantity: temperature, read: input 1, type: int16, scale: 0.01, range: -40 °C .. 80 °C }}
      - {{ id: fixed, quantity: temperature, read: input 3, type: int16 }}
      - {{ id: starts, quantity: count, read: input 2, type: uint16 }}

derived:
  - id: room
    sensors:
      - {{ id: spread, spread: {{ of: {{ quantity: temperature, location: inlet }} }} }}
      - {{ id: rise, rate: {{ of: room.hottest, window: 20 min }} }}
      - {{ id: drift, rate: {{ of: crac.fixed, window: 26 h }} }}
      - {{ id: hottest, maximum: {{ of: [{inlets}] }} }}

rules:
  - id: two-hot
    vote: {{ at_least: 2, above: 28 °C, deadband: 0.5 K, on_delay: 2 min, priority: high }}
    sensors: [{inlets}]
  - {{ id: two-wet, vote: {{ at_least: 2, priority: critical }}, sensors: [{leaks}] }}
  - {{ id: odd, deviation: {{ more_than: 3 K, deadband: 0.5 K, priority: medium }}, sensors: [{inlets}] }}
  - {{ id: uncooled, deviation: {{ more_than: 10 K, from: crac.supply, priority: medium }}, sensors: [rack-a.inlet] }}
  - id: stuck
    flatline: {{ moved: 0.1 K, window: 2 h, neighbours_moved: 0.5 K, priority: low }}
    sensors: [{inlets}]
  - id: inlet
    band: {{ low: 22 °C, high: 27.5 °C, high_high: 28.5 °C, deadband: 0.5 K, priority: low, urgent_on_delay: 3 min }}
    sensors: [{inlets}]
  - {{ id: too-long, duration: {{ above: 27 °C, more_than: 2 h, zone: UTC, priority: low }}, sensors: [rack-a.inlet] }}
  - {{ id: restless, increment: {{ by: 3, within: 1 h, priority: low }}, sensors: [crac.starts] }}
  - {{ id: soon, forecast: {{ above: 28.5 °C, within: 20 min, window: 15 min, priority: high }}, sensors: [{inlets}] }}
  - id: manned
    limit: {{ above: 26 °C, priority: low }}
    sensors: [rack-a.inlet]
    active: mon-fri 08:00-18:00 UTC
  - {{ id: wet, off_normal: {{ priority: critical }}, sensors: [{leaks}], reset: person }}
  - {{ id: uneven, limit: {{ above: 4 K, deadband: 0.5 K, priority: low }}, sensors: [room.spread] }}
  - {{ id: rising, limit: {{ above: 5 K/h, deadband: 1 K/h, priority: low }}, sensors: [room.rise] }}
  - {{ id: frozen, flatline: {{ window: 27 h, priority: low }}, sensors: [crac.fixed] }}
  - {{ id: steady, limit: {{ below: 1 K/h, priority: low }}, sensors: [room.drift] }}
  - {{ id: blind, bad_quality: {{ on_delay: 3 min, priority: low }}, sensors: [{inlets}] }}
"""


def config(folder: Path) -> str:
    racks = "".join(_RACK.format(id=rack, unit=number) for number, rack in enumerate(RACKS, 1))
    inlets, leaks = (", ".join(f"{rack}.{key}" for rack in RACKS) for key in ("inlet", "leak"))
    return _CONFIG.format(journal=folder / "journal.db", racks=racks, inlets=inlets, leaks=leaks)


class Kinds(Day):
    """Four racks that warm and cool once in four hours, with what the rules look for."""

    async def record(self, folder: Path) -> None:
        """Twenty hours; a stop of ten minutes; ten hours, with a step of the clock."""
        site = self.site(config(folder))
        async with open_journal(site.journal, self.clock, lambda _: None) as journal:
            await self.minutes(await self.begun(site, journal), 1200)
        self.clock.now = Instant(self.clock.now + 10 * MINUTE)
        async with open_journal(site.journal, self.clock, lambda _: None) as journal:
            fold = await self.begun(site, journal)
            await self.minutes(fold, 300)
            self.clock.now = Instant(self.clock.now + 60 * MINUTE)
            await fold.take(ClockStep(self.clock.now, Duration(60 * MINUTE)))
            await self.minutes(fold, 300)

    def deeds(self) -> Iterator[Command]:
        """Somebody sets the leak back some hours after it dried."""
        if self.minute % 500 == 450:
            yield Reset(at=self.clock.now, alarm=AlarmId("wet.rack-a.leak"), by="li")

    def readings(self) -> Iterator[Reading]:
        for number, rack in enumerate(RACKS):
            inlet = SensorId(f"{rack}.inlet")
            fails = (number == 1 and self.minute % 310 < 6) or (number == 2 and 1010 <= self.minute < 1030)
            at, value = self.clock.now, self._inlet(number)
            yield bad(inlet, at, Reason.NO_COMMUNICATION) if fails else good(inlet, at, value)
            is_wet = number < 2 and (self.minute + 40 * number) % 500 in range(200, 260)
            yield good(SensorId(f"{rack}.leak"), at, float(is_wet))
        yield good(SensorId("crac.supply"), self.clock.now, round(16 + 1.5 * math.sin(self.minute / 50), 2))
        yield good(SensorId("crac.fixed"), self.clock.now, 20.0)
        yield good(SensorId("crac.starts"), self.clock.now, float(self._starts()))

    def _inlet(self, number: int) -> float:
        """One stands still for three hours, another is far too warm for half an hour, once in ten hours."""
        minute = 500 if number == 2 and 500 <= self.minute < 700 else self.minute
        noise = ((minute * 7919 + number * 104_729) % 11 - 5) / 50
        apart = (0.0, 0.8, -0.3, 4.7 if self.minute % 600 in range(300, 330) else 0.2)[number]
        return round(25 + 3.2 * math.sin(minute / 240 * 2 * math.pi) + apart + noise, 2)

    def _starts(self) -> int:
        """One start in fifty minutes, and five more within ten, once in 400; the counter is set back once."""
        bursts, since = divmod(self.minute, 400)
        count = self.minute // 50 + 5 * bursts + min(5, max(0, since - 100) // 2)
        return count if self.minute < 1100 else count - 36


def recorded_kinds(folder: Path) -> Path:
    """Record those hours below `folder`; return the configuration."""
    written = folder / "roommon.yaml"
    asyncio.run(Kinds(written).record(folder))
    return written
