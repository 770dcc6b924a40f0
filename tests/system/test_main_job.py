"""The main job: a register changes, and there is a row in InfluxDB and an alarm on MQTT. It ends, so does the alarm."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.peers import asyncapi, simulated
from tests.peers.daemon import Daemon, eventually
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.mosquitto import Mosquitto, Seen, Setup, Subscriber, retained, subscribed
from tests.peers.simulated import Room, demo_room

pytestmark = pytest.mark.system

EXAMPLE = simulated.ROOT / "config" / "examples" / "demo.yaml"
SITE = "roommon/hospital-a"
HOT = "inlet-hot.rack-a.temperature"


def config(folder: Path, room: Room, broker: Mosquitto, influxd: Influxd) -> dict[str, Any]:
    """The demo's configuration in Chinese, with quick delays, for the ports that hold now."""
    written: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    written |= {"site": "hospital-a", "language": "zh-CN"}
    written["journal"] = {"commit_every": "200 ms"}
    written["store"] = {"influxdb": {"url": influxd.url, "org": "hospital", "bucket": "roommon/autogen"}}
    written["alerts"] = [{"mqtt": {"host": broker.address.host, "port": broker.address.port}}]
    for bus in written["buses"]:
        bus["modbus_tcp"]["port"] = room.port(bus["id"])
    for device in written["devices"]:
        if "snmp" in device:
            device["snmp"]["port"] = room.port(device["id"])
    secrets = folder / "demo-secrets"
    secrets.mkdir(mode=0o700)
    for name, passphrase in (("ups-auth", "demo-auth-passphrase"), ("ups-privacy", "demo-privacy-passphrase")):
        (secrets / name).touch(0o600)
        (secrets / name).write_text(passphrase)
    for rule in written["rules"]:
        if rule["id"] == "inlet-hot":
            rule["limit"] |= {"on_delay": "1 s", "off_delay": "0 s"}
    return written


@dataclass
class House:
    """Everything: the room, roommon (not yet started), and who is told."""

    room: Room
    daemon: Daemon
    broker: Mosquitto
    influxd: Influxd


@contextmanager
def a_house(folder: Path) -> Iterator[House]:
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", Setup())
        stack.callback(broker.kill)
        influxd = stack.enter_context(an_influxd(folder / "influxd", start=False))
        room = stack.enter_context(demo_room(folder))
        daemon = Daemon(folder, config(folder, room, broker, influxd))
        stack.callback(daemon.end)
        yield House(room, daemon, broker, influxd)


def start_servers(house: House) -> None:
    house.broker.start()
    house.influxd.start()
    house.influxd.ask("CREATE DATABASE roommon", database="")


def events(subscriber: Subscriber, alarm: str, count: int, seconds: float = 20.0) -> list[dict[str, Any]]:
    """The first `count` events about `alarm`, once they are here; every message on the way is as documented."""
    seen = subscriber.until(lambda all_: len(_about(all_, alarm)) >= count, seconds)
    for message in seen:
        if message.payload:
            asyncapi.validate(message.topic, message.payload)
    numbers = [message.document["number"] for message in seen if message.topic == f"{SITE}/event"]
    assert numbers == list(range(1, len(numbers) + 1))
    return _about(seen, alarm)[:count]


def _about(seen: list[Seen], alarm: str) -> list[dict[str, Any]]:
    found = [message.document for message in seen if message.topic == f"{SITE}/event"]
    return [document for document in found if document["alarm"] == alarm]


def rows(influxd: Influxd, sensor: str, condition: str = "") -> list[dict[str, Any]]:
    """The rows of one temperature sensor, with all tags and fields."""
    return influxd.ask(f'SELECT * FROM "temperature" WHERE "sensor" = \'{sensor}\' {condition}')


def test_a_register_becomes_a_row_and_an_alarm_that_comes_and_goes(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        start_servers(house)
        with subscribed(house.broker.address, f"{SITE}/#") as subscriber:
            house.daemon.start()
            subscriber.until(lambda seen: Seen(f"{SITE}/status", "online", retained=False) in seen)
            house.room.poke("rack-a", "holding:1", 315)
            (raised,) = events(subscriber, HOT, 1)
            expected = {
                "state": "unacknowledged", "was": "normal", "trigger": "raised", "priority": "medium",
                "device": "rack-a", "sensor": "rack-a.temperature", "room": "server-room",
                "value": 31.5, "unit": "Cel", "setpoint": 27.0, "quality": "good",
                "text": "A 列机柜 进风 31.5 °C", "response": "检查空调。",
            }  # fmt: skip
            assert {key: raised[key] for key in expected} == expected
            kept = eventually(lambda: retained(house.broker.address, f"{SITE}/alarm/+"))
            assert {topic: json.loads(payload) for topic, payload in kept.items()} == {f"{SITE}/alarm/{HOT}": raised}

            (hot,) = eventually(lambda: rows(house.influxd, "rack-a.temperature", 'AND "value" > 31 LIMIT 1'))
            assert hot.pop("time") > 0
            assert hot == {
                "site": "hospital-a", "room": "server-room", "device": "rack-a", "sensor": "rack-a.temperature",
                "rack": "a", "location": "inlet", "value": 31.5, "quality": "good",
            }  # fmt: skip

            house.room.poke("rack-a", "holding:1", 250)
            _, ended = events(subscriber, HOT, 2)
            assert (ended["state"], ended["trigger"], ended["value"]) == ("normal", "returned", 25.0)
            eventually(lambda: not retained(house.broker.address, f"{SITE}/alarm/+"))
            alarm_rows = eventually(lambda: both(house.influxd))
            assert [(row["number"], row["state"], row["text"]) for row in alarm_rows] == [
                (raised["number"], "unacknowledged", raised["text"]),
                (ended["number"], "normal", ended["text"]),
            ]
            assert {row["priority"] for row in alarm_rows} == {"medium"}

            assert_all_is_stored(house)
            assert house.daemon.stop() < 5
            subscriber.until(lambda seen: Seen(f"{SITE}/status", "offline", retained=False) in seen)


def assert_all_is_stored(house: House) -> None:
    """What the journal has of a sensor now is in InfluxDB soon, each reading once, at the moment when it was asked."""
    asked = {one.taken_at for one in house.daemon.readings("rack-a.temperature")}
    eventually(lambda: asked <= {row["time"] for row in rows(house.influxd, "rack-a.temperature")}, 30)


def both(influxd: Influxd) -> list[dict[str, Any]]:
    """The two rows of the alarm, once they are there."""
    found = influxd.ask(f'SELECT * FROM "alarm_event" WHERE "alarm" = \'{HOT}\'')
    return found if len(found) == 2 else []


def test_with_both_servers_away_it_polls_and_judges_and_they_get_everything_when_they_come(tmp_path: Path) -> None:
    with a_house(tmp_path) as house:
        house.daemon.start()
        house.room.poke("rack-a", "holding:1", 315)
        eventually(lambda: HOT in house.daemon.standing())
        house.room.poke("rack-b", "holding:1", 320)
        eventually(lambda: "inlet-hot.rack-b.temperature" in house.daemon.standing())
        house.room.poke("rack-b", "holding:1", 250)
        eventually(lambda: "inlet-hot.rack-b.temperature" not in house.daemon.standing())
        before = house.daemon.everything()
        assert len(before["rack-a.temperature"]) > 3

        start_servers(house)
        with subscribed(house.broker.address, f"{SITE}/#") as subscriber:
            events(subscriber, "inlet-hot.rack-b.temperature", 2, 30)
            eventually(lambda: f"{SITE}/alarm/{HOT}" in retained(house.broker.address, f"{SITE}/alarm/+"))
            assert f"{SITE}/alarm/inlet-hot.rack-b.temperature" not in retained(house.broker.address, f"{SITE}/alarm/+")
        assert_all_is_stored(house)
        assert house.daemon.stop() < 5
