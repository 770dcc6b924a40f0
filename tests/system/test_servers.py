"""InfluxDB and the broker killed, frozen and started again under load: alarmed, and in the end nothing is missing."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from roommon.model.alarm import State
from tests.peers import asyncapi
from tests.peers.daemon import Daemon, eventually, now
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.many import churned, config, many
from tests.peers.mosquitto import Mosquitto, Setup, Subscriber, subscribed

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

EVENTS = "roommon/hospital-a/event"
NO_INFLUXD, NO_BROKER = "roommon-trouble.roommon.influxdb", "roommon-trouble.roommon.mqtt"


@dataclass
class House:
    """Everything, running, with alarms that come and go."""

    daemon: Daemon
    broker: Mosquitto
    influxd: Influxd
    subscriber: Subscriber


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", Setup())
        stack.callback(broker.kill)
        broker.start()
        influxd = stack.enter_context(an_influxd(folder / "influxd"))
        room = stack.enter_context(many(folder, 20))
        session = ("-c", "-i", "watcher", "-x", "3600")
        subscriber = stack.enter_context(subscribed(broker.address, EVENTS, *session))
        daemon = Daemon(folder, config(room, 500, broker, influxd))
        stack.callback(daemon.end)
        daemon.start()
        stack.enter_context(churned(room, list(room.ready["devices"]), 0.1, seed=1))
        yield House(daemon, broker, influxd, subscriber)


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_a_server_that_is_away_is_alarmed_and_gets_everything_when_it_is_back(how: str, tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        hurt(house.influxd, how)
        until_told(house.subscriber, NO_INFLUXD, State.UNACKNOWLEDGED)

        help_up(house.influxd, how)
        hurt(house.broker, how)
        eventually(lambda: NO_BROKER in house.daemon.standing(), 30)
        eventually(lambda: State.UNACKNOWLEDGED in stored_states(house.influxd, NO_BROKER), 30)
        help_up(house.broker, how)
        for alarm in (NO_INFLUXD, NO_BROKER):
            until_told(house.subscriber, alarm, State.NORMAL)

        until = now()
        eventually(lambda: house.daemon.has_read_since(until))
        assert_nothing_is_missing(house, until)
        assert house.daemon.stop() < 5


def hurt(server: Mosquitto | Influxd, how: str) -> None:
    if how == "frozen":
        server.freeze()
    elif isinstance(server, Mosquitto):
        server.stop()  # killed, it would lose what it had confirmed and not yet passed on: not roommon's to mend
    else:
        server.kill()


def help_up(server: Mosquitto | Influxd, how: str) -> None:
    if how == "frozen":
        server.thaw()
    else:
        server.start()


def told(subscriber: Subscriber, alarm: str) -> list[Any]:
    """The states of `alarm` that the subscriber heard of."""
    documents = [message.document for message in subscriber.seen]
    return [document["state"] for document in documents if document["alarm"] == alarm]


def until_told(subscriber: Subscriber, alarm: str, state: State) -> None:
    subscriber.until(lambda _seen: told(subscriber, alarm)[-1:] == [state], 40)


def stored_states(influxd: Influxd, alarm: str) -> set[object]:
    rows = influxd.ask(f'SELECT "state" FROM "alarm_event" WHERE "alarm" = \'{alarm}\'')
    return {row["state"] for row in rows}


def assert_nothing_is_missing(house: House, until: int) -> None:
    """Journal, InfluxDB and subscriber have the same readings and events."""
    everything = house.daemon.everything()
    read = {(name, one.taken_at) for name, all_ in everything.items() for one in all_ if one.taken_at <= until}
    counts = {(sensor, at) for sensor, at in read if not sensor.startswith("roommon.") and not sensor.endswith(".link")}
    query = f'SELECT "quality", "sensor" FROM "count" WHERE time <= {until}ms'
    eventually(lambda: {(row["sensor"], row["time"]) for row in house.influxd.ask(query)} == counts, 30)

    happened = [one for one in house.daemon.events() if one.event.at <= until]
    query = f'SELECT "number" FROM "alarm_event" WHERE time < {until + 1}ms'
    eventually(lambda: {row["number"] for row in house.influxd.ask(query)} == {one.number for one in happened}, 30)

    seen = house.subscriber.until(lambda all_: any(one.document["number"] == happened[-1].number for one in all_), 30)
    heard = 0
    for message in seen:
        asyncapi.validate(message.topic, message.payload)
        number = message.document["number"]
        assert isinstance(number, int)
        heard = max(heard, number) if number <= heard + 1 else heard
    assert heard >= happened[-1].number
