"""An MQTT subscriber of its own process: notes when each message came. `python -m bench.subscriber HOST PORT TOPIC`."""

import json
import sys
import time

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion


def main() -> None:
    host, port, topic = sys.argv[1:]
    client = Client(CallbackAPIVersion.VERSION2)

    def subscribe(*_: object) -> None:
        client.subscribe(topic, 1)

    def ready(*_: object) -> None:
        print(json.dumps({"ready": True}), flush=True)

    def note(_client: Client, _data: object, message: MQTTMessage) -> None:
        came = {"at": time.monotonic_ns(), "wall_ms": time.time_ns() / 1e6}
        print(json.dumps(came | {"event": json.loads(message.payload)}), flush=True)

    client.on_connect, client.on_subscribe, client.on_message = subscribe, ready, note
    client.connect(host, int(port))
    client.loop_forever()


if __name__ == "__main__":
    main()
