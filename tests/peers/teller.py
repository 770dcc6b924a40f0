"""Publishes alarm events on a broker as roommon does: in order, numbered, at QoS 1."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from roommon.alerts.payload import alarm_message
from roommon.model.alarm import AlarmEvent, State
from roommon.model.text import Language, Text
from tests.peers.events import event
from tests.peers.process import Address

SITE = "hospital-a"


class Teller:
    """What a daemon says of its alarms."""

    def __init__(self, client: Client) -> None:
        self.number = 0
        self._client = client

    def tell(self, alarm: str, state: State = State.UNACKNOWLEDGED, **changes: Any) -> AlarmEvent:
        """Publish the next event: that `alarm` came into `state`."""
        self.number += 1
        made = changed(alarm, state, **changes)
        self.publish(self.number, made)
        return made

    def publish(self, number: int, made: AlarmEvent) -> None:
        """As roommon does it: first the state, retained while it stands, then the event."""
        payload = alarm_message(number, made, Language.ENGLISH)
        self.say(f"alarm/{made.alarm}", b"" if made.state is State.NORMAL else payload, retain=True)
        self.say("event", payload)

    def say(self, what: str, payload: bytes | str, *, retain: bool = False) -> None:
        self._client.publish(f"roommon/{SITE}/{what}", payload, qos=1, retain=retain).wait_for_publish(20)


def changed(alarm: str, state: State = State.UNACKNOWLEDGED, **changes: Any) -> AlarmEvent:
    """An event of `alarm`; its text names it."""
    text = Text(f"{alarm} is 27.3 °C", f"{alarm} 为 27.3 °C")
    if state is State.NORMAL:
        text = Text(f"Returned to normal: {text.en}", f"已恢复：{text.zh_cn}")
    return replace(event(alarm, state), **({"text": text} | changes))


@contextmanager
def teller(address: Address) -> Iterator[Teller]:
    """Somebody who speaks for the site."""
    client = Client(CallbackAPIVersion.VERSION2, f"teller-{time.monotonic_ns()}")
    client.connect(address.host, address.port)
    client.loop_start()
    try:
        yield Teller(client)
    finally:
        client.disconnect()
        client.loop_stop()
