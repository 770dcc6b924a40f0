"""Somebody who commands over MQTT and awaits the reply: mosquitto_rr over MQTT 5, mosquitto_pub and _sub over 3.1.1."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from tests.peers import asyncapi
from tests.peers.mosquitto import TOOLS, publish, subscribed
from tests.peers.process import Address, program


@dataclass(frozen=True)
class Reply:
    """What came back."""

    topic: str
    correlation: str | None
    document: dict[str, Any]

    @property
    def done(self) -> bool:
        return bool(self.document["done"])

    @property
    def text(self) -> str:
        return str(self.document["text"])


def over_5(
    address: Address, site: str, verb: str, members: dict[str, Any], *options: str, to: str = "nurse/7"
) -> Reply:
    """The reply at the response topic `to`."""
    command = [program("mosquitto_rr", TOOLS), "-h", address.host, "-p", str(address.port), "-V", "5", "-q", "1"]
    command += ["-t", f"{site}/command/{verb}", "-e", to, "-D", "PUBLISH", "correlation-data", f"{verb}-1"]
    said = json.dumps(members, ensure_ascii=False)
    command += ["-m", said, "-F", "%t %D %p", "-W", "20", *options]
    output = subprocess.run(command, check=True, timeout=30, capture_output=True, text=True).stdout
    topic, correlation, payload = output.strip().split(" ", 2)
    asyncapi.validate(f"{site}/reply/any", payload)
    return Reply(topic, correlation, json.loads(payload))


def over_311(address: Address, site: str, verb: str, members: dict[str, Any], *options: str) -> Reply:
    """The reply under the command's `id`."""
    topic = f"{site}/reply/{members['id']}"
    with subscribed(address, topic, "-V", "311", *options) as subscriber:
        said = json.dumps(members, ensure_ascii=False)
        publish(address, f"{site}/command/{verb}", said, "-V", "311", *options)
        [message] = subscriber.until(bool)
    asyncapi.validate(message.topic, message.payload)
    return Reply(message.topic, None, dict(message.document))
