"""Runs a command for each event that people are to be told of: subscriber.py SITE COMMAND HOST [PORT].

Needs paho-mqtt. COMMAND gets one sentence. What came is kept in SITE.place: a repeat is dropped, a gap is said, and
an event that comes late is taken.
"""

import json
import subprocess
import sys
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

site, command, host, *rest = sys.argv[1:]
place = Path(f"{site}.place")


def take(client: Client, _: object, message: MQTTMessage) -> None:
    event = json.loads(message.payload)
    number, came = event["number"], json.loads(place.read_text()) if place.exists() else None
    last, missing = came or (number - 1, [])
    if number > last or number in missing:
        gap = list(range(last + 1, number))
        if gap:
            tell(f"events {gap[0]} to {gap[-1]} of {site} have not come")
        if event["tell"]:
            tell(f"[{event['priority']}] {event['text']}. {event['response']}")
        place.write_text(json.dumps((max(last, number), [each for each in missing + gap if each != number])))
    client.ack(message.mid, message.qos)  # only now the broker forgets it


def tell(sentence: str) -> None:
    subprocess.run([command, sentence], check=True)


# A session of our own, which the broker keeps while we are away; acknowledged by hand, after the work.
client = Client(CallbackAPIVersion.VERSION2, f"subscriber-{site}", clean_session=False, manual_ack=True)
client.on_connect = lambda *_: client.subscribe(f"roommon/{site}/event", qos=1)
client.on_message = take
client.connect(host, int(*rest) if rest else 1883)
client.loop_forever()
