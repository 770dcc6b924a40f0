"""Configurations for the daemon and for Telegraf that poll the same simulated devices."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulators.bench import COMMUNITY, ENTERPRISE

VALUES = 10
SETPOINT_C = 150
"""The simulator's registers mean 0 to 99.9 °C."""
HOT = 2000
"""A raw value beyond the setpoint."""
MODBUS, SNMP = "bench-modbus", "bench-snmp"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the readings and the alarms go."""

    influxdb: str
    mqtt: tuple[str, int]


def write(
    folder: Path,
    ready: Mapping[str, Any],
    servers: Servers,
    every: str,
    *,
    in_full: bool = False,
    page: str | None = None,
) -> Path:
    """Write a configuration that polls all devices of the simulator's ready line into `folder`; return its path.

    With `in_full` every register stands in the file itself instead of in a profile. The status page is at `page`.
    """
    (folder / "profiles").mkdir(parents=True, exist_ok=True)
    _write(folder / "profiles" / f"{MODBUS}.yaml", _profile(MODBUS, [f"holding {n}" for n in range(VALUES)], "int16"))
    oids = [f"{ENTERPRISE}.{n}.0" for n in range(1, VALUES + 1)]
    _write(folder / "profiles" / f"{SNMP}.yaml", _profile(SNMP, oids, "number"))
    path = folder / ("in-full.yaml" if in_full else "roommon.yaml")
    _write(
        path,
        {
            "site": "bench",
            "room": "hall",
            "journal": {"path": str(folder / "journal.db")},
            "store": {"influxdb": {"url": servers.influxdb, "bucket": "roommon/autogen"}},
            "alerts": [{"mqtt": {"host": servers.mqtt[0], "port": servers.mqtt[1]}}],
            "devices": [_in_full(device) if in_full else device for device in _devices(ready, every)],
            "rules": RULES,
            **({} if page is None else {"web": {"listen": page}}),
        },
    )
    return path


RULES = [
    {
        "id": "hot",
        "limit": {"above": f"{SETPOINT_C} °C", "deadband": "1 K", "priority": "high"},
        "sensors": {"quantity": "temperature"},
    },
    {"id": "no-value", "bad_quality": {"on_delay": "10 min", "priority": "low"}, "sensors": {"room": "hall"}},
]
"""Two on every sensor."""


def _in_full(device: Mapping[str, Any]) -> dict[str, Any]:
    points = _points([f"holding {n}" for n in range(VALUES)], "int16")
    return {key: value for key, value in device.items() if key != "profile"} | {"sensors": points}


def _profile(name: str, places: list[str], kind: str) -> dict[str, Any]:
    return {
        "id": name,
        "vendor": "bench",
        "model": name,
        "name": {"en": name, "zh-CN": name},
        "confidence": "solid",
        "sources": ["simulators/bench.py"],
        "points": _points(places, kind),
    }


def _points(places: list[str], kind: str) -> list[dict[str, Any]]:
    return [
        {
            "id": f"t{number}",
            "name": {"en": f"t{number}", "zh-CN": f"t{number}"},
            "quantity": "temperature",
            "read": place,
            "type": kind,
            "scale": 0.1,
            "range": "-40 °C .. 500 °C",
        }
        for number, place in enumerate(places)
    ]


def _devices(ready: Mapping[str, Any], every: str) -> Iterator[dict[str, Any]]:
    for name, protocol, host, port in addresses(ready):
        at = {"host": host, "port": port}
        if protocol == "snmp":
            yield {"id": name, "every": every, "profile": SNMP, "snmp": at | {"version": "2c", "community": COMMUNITY}}
        else:
            yield {"id": name, "every": every, "profile": MODBUS, "modbus_tcp": at}


def addresses(ready: Mapping[str, Any]) -> Iterator[tuple[str, str, str, int]]:
    """Name, protocol, host and port of every device."""
    for name, device in ready["devices"].items():
        server = ready["servers"][device["server"]]
        yield name, server["protocol"], server["host"], server["port"]


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")


def write_telegraf(folder: Path, ready: Mapping[str, Any], influxdb: str, every: str, jitter: str) -> Path:
    """Write a configuration for Telegraf that polls the same into the same server; return its path.

    `jitter` is over how long it spreads the devices.
    """
    devices = list(addresses(ready))
    parts = [_TELEGRAF.format(every=_short(every), jitter=_short(jitter), influxdb=influxdb)]
    parts += [_controller(name, host, port) for name, protocol, host, port in devices if protocol == "modbus"]
    agents = [f"udp://{host}:{port}" for _, protocol, host, port in devices if protocol == "snmp"]
    if agents:
        parts.append(_agents(agents))
    path = folder / "telegraf.conf"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _short(duration: str) -> str:
    return duration.replace(" ", "")


_TELEGRAF = """
[agent]
  interval = "{every}"
  collection_jitter = "{jitter}"
  flush_interval = "1s"
  metric_batch_size = 5000
  metric_buffer_limit = 100000
  omit_hostname = true
  quiet = true
[[outputs.influxdb_v2]]
  urls = ["{influxdb}"]
  organization = ""
  bucket = "telegraf/autogen"
  token = "none"
"""


def _controller(name: str, host: str, port: int) -> str:
    fields = ",\n".join(
        f'    {{ name = "t{n}", byte_order = "AB", data_type = "FIXED", scale = 0.1, address = [{n}] }}'
        for n in range(VALUES)
    )
    return f"""[[inputs.modbus]]
  name = "{name}"
  slave_id = 1
  timeout = "1s"
  controller = "tcp://{host}:{port}"
  holding_registers = [
{fields}
  ]"""


def _agents(agents: list[str]) -> str:
    fields = "\n".join(
        f'  [[inputs.snmp.field]]\n    name = "t{n}"\n    oid = "{ENTERPRISE}.{n}.0"' for n in range(1, VALUES + 1)
    )
    return f"""[[inputs.snmp]]
  agents = {json.dumps(agents)}
  version = 2
  community = "{COMMUNITY}"
  timeout = "1s"
  retries = 0
{fields}"""
