"""Many small simulated devices that answer with counts, the configuration that reads them, and who changes them."""

import contextlib
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.peers.influxd import Influxd
from tests.peers.mosquitto import Mosquitto
from tests.peers.simulated import Room, simulated

REGISTERS = 5
HIGH = 900
"""Above the setpoint of every rule; what the simulator begins with may be too, so a test sets what it watches."""


@contextlib.contextmanager
def many(folder: Path, devices: int) -> Iterator[Room]:
    """So many Modbus TCP devices, `m-001` and so on, with holding registers 0 to 4; all at 0."""
    arguments = ("bench", "--modbus", str(devices), "--registers", str(REGISTERS))
    with simulated(*arguments, log=folder / "room.log") as room:
        for device in room.ready["devices"]:
            for register in range(REGISTERS):
                room.poke(device, f"holding:{register}", 0)
        yield room


def config(
    room: Room, every_ms: int, broker: Mosquitto | None = None, influxd: Influxd | None = None
) -> dict[str, Any]:
    """Read them all every `every_ms`; what is above 800 is an alarm at once."""
    written: dict[str, Any] = {"site": "hospital-a", "room": "server-room", "language": "en"}
    written["journal"] = {"commit_every": "100 ms"}
    if influxd:
        url = influxd.url
        written["store"] = {"influxdb": {"url": url, "bucket": "roommon/autogen", "org": "hospital", "timeout": "1 s"}}
    if broker:
        host, port = broker.address
        written["alerts"] = [{"mqtt": {"host": host, "port": port, "keepalive": "2 s"}}]
    servers = {device: entry["server"] for device, entry in room.ready["devices"].items()}
    written["buses"] = [
        {"id": server, "modbus_tcp": {"host": "127.0.0.1", "port": room.port(server), "timeout": "1 s"}}
        for server in servers.values()
    ]
    written["devices"] = [
        {"id": device, "bus": server, "unit": 1, "every": f"{every_ms} ms", "sensors": _sensors()}
        for device, server in servers.items()
    ]
    limit = {"above": "800", "deadband": "0", "priority": "low"}
    written["rules"] = [{"id": "many", "limit": limit, "sensors": {"quantity": "count"}}]
    return written


def _sensors() -> list[dict[str, Any]]:
    return [
        {"id": f"r{register}", "quantity": "count", "read": f"holding {register}", "type": "uint16"}
        for register in range(REGISTERS)
    ]


@contextlib.contextmanager
def churned(room: Room, devices: list[str], pause_s: float, seed: int) -> Iterator[None]:
    """Let alarms of the first registers of `devices` come and go by chance."""
    ended, chance = threading.Event(), random.Random(seed)

    def churn() -> None:
        while not ended.wait(pause_s):
            room.poke(chance.choice(devices), "holding:0", chance.choice((0, HIGH)))

    thread = threading.Thread(target=churn, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(10)
