"""Calls for help when a roommon falls silent (needs paho-mqtt): dead_mans_switch.py SITE SILENCE_S COMMAND HOST [PORT].

COMMAND is run with one sentence, once per change; SILENCE_S is how long nothing at all may come.
"""

import queue
import subprocess
import sys

from paho.mqtt.client import CallbackAPIVersion, Client

site, silence_s, command, host, *rest = sys.argv[1:]
heard: queue.Queue[tuple[str, bytes]] = queue.Queue()
kinds = ("status", "alive", "event", "reading/#")

client = Client(CallbackAPIVersion.VERSION2)
client.on_connect = lambda *_: client.subscribe([(f"roommon/{site}/{kind}", 1) for kind in kinds])
client.on_message = lambda _, __, message: heard.put((message.topic, message.payload))
client.connect_async(host, int(*rest) if rest else 1883)
client.loop_start()

told = ""
while True:
    try:
        topic, payload = heard.get(timeout=float(silence_s))
        offline = topic.endswith("/status") and payload == b"offline"
        trouble = f"roommon {site} is offline: nobody watches the room" if offline else ""
    except queue.Empty:
        trouble = f"nothing of roommon {site} for {silence_s} s: look at it, at the broker and at the network"
    if trouble != told:
        told = trouble
        subprocess.run([command, trouble or f"roommon {site} is back"], check=False)
