"""The demo's room with a latching alarm, a broker, and roommon with its command socket: where people do things."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tests.peers import asyncapi, simulated
from tests.peers.daemon import Daemon
from tests.peers.mosquitto import Mosquitto, Seen, Setup, Subscriber, subscribed
from tests.peers.simulated import Room, demo_room

EXAMPLE = simulated.ROOT / "config" / "examples" / "demo.yaml"
SITE = "roommon/demo"
HOT = "inlet-hot.rack-a.temperature"
HOT_B = "inlet-hot.rack-b.temperature"
_AS_IT_IS: Mapping[str, str] = MappingProxyType({})


@dataclass
class House:
    """Everything that runs."""

    room: Room
    daemon: Daemon
    broker: Mosquitto
    subscriber: Subscriber

    def events(self, alarm: str, after: int = 0) -> list[dict[str, Any]]:
        """Every event of `alarm` that was told over MQTT, after number `after`; each as docs/asyncapi.yaml says."""
        self.subscriber.gather(lambda _: True)
        found = [message.document for message in self.subscriber.seen if self._is_event(message)]
        return [one for one in found if one["alarm"] == alarm and int(str(one["number"])) > after]

    def _is_event(self, message: Seen) -> bool:
        if message.payload:
            asyncapi.validate(message.topic, message.payload)
        return message.topic == f"{SITE}/event"

    def until(self, alarm: str, trigger: str, after: int = 0) -> dict[str, Any]:
        """The first event of `alarm` that `trigger` moved after number `after`."""
        self.subscriber.until(lambda _: any(one["trigger"] == trigger for one in self.events(alarm, after)))
        return next(one for one in self.events(alarm, after) if one["trigger"] == trigger)

    def heat(self, rack: str, tenths: int) -> None:
        self.room.poke(rack, "holding:1", tenths)

    def roommon(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """What `roommon` says."""
        return subprocess.run(
            [sys.executable, "-m", "roommon", *words],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={**os.environ, "ROOMMON_LANGUAGE": language, "TZ": "UTC"},
        )

    def commands(self, *words: str, language: str = "en") -> subprocess.CompletedProcess[str]:
        """What `roommon` says to a command for this daemon."""
        return self.roommon(*words, "--config", str(self.daemon.path), language=language)

    def shows(self, *words: str) -> list[dict[str, Any]]:
        """The lines of `roommon WORDS --json`."""
        said = self.roommon(*words, str(self.daemon.path), "--json")
        assert said.stderr == ""
        return [json.loads(line) for line in said.stdout.splitlines()]


def _config(folder: Path, room: Room, broker: Mosquitto, more: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    written["journal"] = {"commit_every": "200 ms", "path": str(folder / "journal.db")}
    written["commands"] = {"socket": str(folder / "command.sock")}
    written["alerts"] = [{"mqtt": {"host": broker.address.host, "port": broker.address.port}}]
    written["buses"][0]["modbus_tcp"]["port"] = room.port(written["buses"][0]["id"])
    written["devices"] = [device for device in written["devices"] if device["id"] in ("rack-a", "rack-b")]
    [hot] = [rule for rule in written["rules"] if rule["id"] == "inlet-hot"]
    hot["limit"] |= {"on_delay": "0 s", "off_delay": "0 s", "acknowledge": "person"}
    written["rules"] = [hot | {"reset": "person"}]
    return written | dict(more)


@contextmanager
def a_house(folder: Path, environment: Mapping[str, str] = _AS_IT_IS, **more: Any) -> Iterator[House]:
    """All of it, running, with somebody who listens to everything; `more` goes into the configuration."""
    with ExitStack() as stack:
        (folder / "broker").mkdir()
        broker = Mosquitto(folder / "broker", Setup())
        stack.callback(broker.kill)
        broker.start()
        room = stack.enter_context(demo_room(folder))
        daemon = Daemon(folder, _config(folder, room, broker, more), environment)
        stack.callback(daemon.end)
        subscriber = stack.enter_context(subscribed(broker.address, f"{SITE}/#"))
        daemon.start()
        subscriber.until(lambda seen: Seen(f"{SITE}/status", "online", retained=False) in seen)
        yield House(room, daemon, broker, subscriber)
