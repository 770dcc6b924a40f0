"""kill -9 at random moments, under load, with the servers there and away: what was committed reaches everybody."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent
from roommon.model.clock import Instant
from roommon.model.command import Resumed
from roommon.model.reading import Reading
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.many import HIGH, churned, config, many
from tests.peers.mosquitto import Mosquitto, Setup, Subscriber, subscribed
from tests.peers.simulated import Room

ROUNDS = int(os.environ.get("ROOMMON_KILLS", "10"))
"""How often it is killed; more in a bench."""
SEED = int(os.environ.get("ROOMMON_SEED", "0")) or time.time_ns()
EVERY_MS = 500
DEVICES = 20
STANDS, DELAYED = "m-001", "m-002"
"""A device whose alarm stands all the time, and one whose on-delay outlives many kills."""
ON_DELAY_MS = 6000
EVENTS = "roommon/hospital-a/event"

pytestmark = [pytest.mark.system, pytest.mark.timeout(60 + 5 * ROUNDS)]


def a_config(room: Room, broker: Mosquitto, influxd: Influxd) -> dict[str, Any]:
    written = config(room, EVERY_MS, broker, influxd)
    limit = {"above": "800", "deadband": "0", "priority": "high", "on_delay": f"{ON_DELAY_MS} ms"}
    written["rules"].append({"id": "delayed", "limit": limit, "sensors": [f"{DELAYED}.r1"]})
    return written


def test_what_was_committed_before_kill_9_reaches_influxdb_and_the_subscriber(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    print(f"ROOMMON_SEED={SEED}")
    with all_of_it(tmp_path) as (room, broker, influxd, daemon, subscriber):
        room.poke(STANDS, "holding:1", HIGH)
        daemon.start()
        stood = eventually(lambda: daemon.standing().get(f"many.{STANDS}.r1"))
        room.poke(DELAYED, "holding:1", HIGH)
        eventually(lambda: daemon.readings(f"{DELAYED}.r1")[-1].value == HIGH)
        committed = Committed()
        for round_ in range(ROUNDS):
            away = [server for server in ((broker, influxd) if round_ % 3 == 2 else ()) if chance.random() < 0.7]
            for server in away:
                server.stop()
            time.sleep(chance.uniform(0, 1.5))
            committed.see(daemon)
            daemon.kill()
            committed.see(daemon)
            assert daemon.standing()[f"many.{STANDS}.r1"] == stood
            for server in away:
                server.start()
            daemon.launch()
            time.sleep(chance.uniform(0, 1.5))
        eventually(lambda: f"delayed.{DELAYED}.r1" in daemon.standing())
        until = now()
        eventually(lambda: daemon.has_read_since(until))
        journal = Committed()
        journal.see(daemon)

        assert committed.readings <= journal.readings
        assert committed.events.items() <= journal.events.items()
        assert daemon.standing()[f"many.{STANDS}.r1"] == stood
        assert_told(subscriber, journal.events)
        assert_stored(influxd, journal, until)
        assert_delay_went_on(daemon)


@contextmanager
def all_of_it(folder: Path) -> Iterator[tuple[Room, Mosquitto, Influxd, Daemon, Subscriber]]:
    """Room with alarms that come and go, broker, InfluxDB, roommon not yet started, and a subscriber with a session."""
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", Setup())
        stack.callback(broker.kill)
        broker.start()
        influxd = stack.enter_context(an_influxd(folder / "influxd"))
        room = stack.enter_context(many(folder, DEVICES))
        session = ("-c", "-i", "watcher", "-x", "3600")
        subscriber = stack.enter_context(subscribed(broker.address, EVENTS, *session))
        daemon = Daemon(folder, a_config(room, broker, influxd))
        stack.callback(daemon.end)
        devices = [name for name in room.ready["devices"] if name not in {STANDS, DELAYED}]
        stack.enter_context(churned(room, devices, 0.05, SEED))
        yield room, broker, influxd, daemon, subscriber


class Committed:
    """What a reader saw in the journal."""

    def __init__(self) -> None:
        self.readings: set[tuple[str, Instant]] = set()
        self.events: dict[int, NumberedEvent] = {}
        self._upto = Instant(0)

    def see(self, daemon: Daemon) -> None:
        """Look at what came since the last look."""
        for readings in daemon.everything(Instant(self._upto - 5000)).values():
            self.readings.update((one.sensor, one.taken_at) for one in readings)
        self._upto = max((at for _, at in self.readings), default=Instant(0))
        self.events |= {one.number: one for one in daemon.events()}
        assert list(self.events) == list(range(1, len(self.events) + 1))


def assert_told(subscriber: Subscriber, events: dict[int, NumberedEvent]) -> None:
    """A good subscriber (docs/mqtt.md) ends up with all events, in order, without a gap; a repeat says the same."""
    heard: dict[object, dict[str, object]] = {}
    last = len(events)
    seen = subscriber.until(lambda all_: any(message.document["number"] == last for message in all_), 30)
    for message in seen:
        document = message.document
        number = document["number"]
        assert isinstance(number, int)
        if number <= len(heard):
            assert heard[number] == document
        elif number == len(heard) + 1:
            heard[number] = document
    assert len(heard) >= last, f"event {len(heard) + 1} never came in its turn"
    for number, one in events.items():
        assert (heard[number]["alarm"], heard[number]["state"]) == (one.event.alarm, one.event.state)


def assert_stored(influxd: Influxd, journal: Committed, until: Instant) -> None:
    """InfluxDB has exactly the readings and events of the journal up to `until`."""
    readings = {(sensor, at) for sensor, at in journal.readings if at <= until and not sensor.startswith("roommon.")}
    query = f'SELECT "quality", "sensor" FROM "count", "contact" WHERE time <= {until}ms'

    def stored() -> set[tuple[str, object]]:
        rows = [(str(row["sensor"]), row["time"]) for row in influxd.ask(query)]
        return {(sensor, at) for sensor, at in rows if not sensor.startswith("roommon.")}

    eventually(lambda: len(stored()) >= len(readings), 30)
    assert stored() == readings
    numbers = {one.number for one in journal.events.values() if one.event.at <= until}
    query = f'SELECT "number" FROM "alarm_event" WHERE time < {until + 1}ms'
    eventually(lambda: len(influxd.ask(query)) >= len(numbers), 30)
    assert {row["number"] for row in influxd.ask(query)} == numbers


def assert_delay_went_on(daemon: Daemon) -> None:
    """The alarm came when the value had been high for the on-delay, stops left out, give or take a beat."""
    (raised,) = [one.event for one in daemon.events() if one.event.alarm == f"delayed.{DELAYED}.r1"]
    high_at, away = Instant(0), 0
    with JournalReader(daemon.journal) as journal:
        for entry in journal.inputs(until=raised.at):
            if isinstance(entry, Reading) and entry.sensor == f"{DELAYED}.r1" and entry.value == HIGH and not high_at:
                high_at = entry.taken_at
            if isinstance(entry, Resumed) and high_at:
                away += entry.after
    watched = raised.at - high_at - away
    assert ON_DELAY_MS <= watched <= ON_DELAY_MS + 2 * EVERY_MS
