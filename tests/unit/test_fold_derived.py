"""The fold derives of what was read, and of nothing else: not of a drill that is laid over it."""

import asyncio
from pathlib import Path

from roommon.config.load import load
from roommon.daemon.daemon import _listening, _resumed
from roommon.daemon.fold import Fold
from roommon.journal.journal import open_journal
from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.command import StartDrill
from roommon.model.reading import Reading, SensorId, good
from tests.peers.recorded_day import DayClock

CONFIG = """
site: a
room: r
journal: {{ path: {journal}, commit_every: 100 ms }}
devices:
  - id: probe
    modbus_tcp: {{ host: 127.0.0.1, port: 1502 }}
    sensors:
      - {{ id: air, quantity: temperature, read: input 1, type: int16 }}
      - {{ id: pipe, quantity: temperature, read: input 2, type: int16 }}
derived:
  - {{ id: room, sensors: [{{ id: gap, difference: {{ of: probe.air, minus: probe.pipe }} }}] }}
rules:
  - {{ id: hot, limit: {{ above: 30 °C, priority: low }}, sensors: probe.air }}
  - {{ id: near, limit: {{ below: 3 K, priority: low }}, sensors: room.gap }}
"""


async def beat(fold: Fold, clock: DayClock) -> None:
    clock.now = Instant(clock.now + 10_000)
    await fold.take([good(SensorId("probe.air"), clock.now, 24.0), good(SensorId("probe.pipe"), clock.now, 14.0)])


async def recorded(path: Path) -> None:
    site, clock = load(path), DayClock()
    async with open_journal(site.journal, clock, lambda _: None) as journal:
        engine = await _resumed(site, journal, clock)
        fold = Fold(engine, journal, asyncio.Queue(), clock, await _listening(site, journal, clock))
        await beat(fold, clock)
        for sensor, value in (("probe.air", 40.0), ("room.gap", 1.0)):
            until = Instant(clock.now + 600_000)
            drill = StartDrill(at=clock.now, by="li", sensor=SensorId(sensor), value=value, until=until)
            await fold.take(drill)
        await beat(fold, clock)


def test_a_drill_moves_nothing_that_is_derived_and_a_derived_sensor_can_be_drilled(tmp_path: Path) -> None:
    path = tmp_path / "roommon.yaml"
    path.write_text(CONFIG.format(journal=tmp_path / "journal.db"), "utf-8")
    asyncio.run(recorded(path))
    with JournalReader(tmp_path / "journal.db") as reader:
        readings = [each for each in reader.inputs() if isinstance(each, Reading)]
    said = {
        sensor: [each.value for each in readings if each.sensor == sensor] for sensor in {r.sensor for r in readings}
    }
    assert said == {
        "probe.air": [24.0, 24.0],
        "probe.pipe": [14.0, 14.0],
        "room.gap": [10.0, 10.0],
        "drill.probe.air": [40.0],
        "drill.room.gap": [1.0],
    }
