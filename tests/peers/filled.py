"""A real InfluxDB that two real rooms have filled: the demo's, and the hospital's with all six protections.

The daemons poll the simulated devices over Modbus and SNMP and write to the database. Heat, water, smoke, surges, a
mains failure, a quake, a dead device and what people do about them happen in half a minute; then the daemons end, and
the database is asked about that half minute.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.peers.commander import sent
from tests.peers.daemon import Daemon, a_daemon, eventually
from tests.peers.example_house import HOSPITAL, LEAKAGE, THREATS
from tests.peers.example_room import served
from tests.peers.influxd import Influxd, an_influxd
from tests.peers.process import free_address
from tests.peers.simulated import DEMO_ROOM, Room, demo_room

DEMO = DEMO_ROOM.with_name("demo.yaml")
DEMO_ALARMS = {
    "cooling-failed.contacts.di2",
    "door-open.contacts.di4",
    "inlet-hot.rack-a.temperature",
    "inlet-very-hot.rack-a.temperature",
    "no-value.rack-b.temperature",
    "on-battery.ups-1.output_source",
    "roommon-trouble.roommon.mqtt",
    "smoke.contacts.di1",
    "surge-protector-failed.spd.state",
    "water.leak.leak",
}
"""What must have been raised in the demo's room, whatever else was."""
DEAD_IN_THE_END = {
    "spd": "spd.state",
    "contacts": "contacts.di1",
    "leak": "leak.leak",
    "ups-2": "ups-2.alarm_on_battery",
}
"""Devices that no longer answer when the database is asked, one of each protection; and a contact of each."""
HOT = "inlet-hot.rack-a.temperature"
_STROKES = 20
"""More than the protector of the demo's room bears."""
_BEFORE_S, _AFTER_S = 4.0, 4.0
"""How long both rooms are at ease, before anything happens and after it."""
_LONGEST_S = 90.0


@dataclass(frozen=True)
class Filled:
    """The database, and the time that it tells of, in milliseconds since 1970."""

    database: Influxd
    begin: int
    end: int


@contextlib.contextmanager
def filled(folder: Path) -> Iterator[Filled]:
    """Both rooms' half minute, in their database."""
    with an_influxd(folder / "influxd") as database:
        begin = _now()
        (folder / "hospital").mkdir()
        (folder / "hospital" / "leakage.yaml").write_text(LEAKAGE, "utf-8")
        asyncio.run(_half_a_minute(folder, database))
        yield Filled(database, begin, _now())


async def _half_a_minute(folder: Path, database: Influxd) -> None:
    async with asyncio.TaskGroup() as rooms:
        rooms.create_task(_hospital(folder / "hospital", database))
        rooms.create_task(asyncio.to_thread(_demo, folder / "demo", database))


def _demo(folder: Path, database: Influxd) -> None:
    folder.mkdir()
    with demo_room(folder) as room, a_daemon(folder, _demo_config(folder, room, database)) as daemon:
        time.sleep(_BEFORE_S)
        _trouble(room)
        eventually(lambda: daemon.standing().keys() >= DEMO_ALARMS, _LONGEST_S)
        _people(folder / "command.sock")
        _peace(room)
        eventually(lambda: not daemon.standing().keys() & {"water.leak.leak", HOT}, _LONGEST_S)
        for device in DEAD_IN_THE_END:
            room.fault(device, "mute")
        eventually(lambda: all(_is_bad(daemon, sensor) for sensor in DEAD_IN_THE_END.values()), _LONGEST_S)
        time.sleep(_AFTER_S)
        _until_delivered(daemon, database, "demo")


def _is_bad(daemon: Daemon, sensor: str) -> bool:
    last = daemon.last(sensor)
    return last is not None and last.value is None


def _demo_config(folder: Path, room: Room, database: Influxd) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load(DEMO.read_text("utf-8"))
    config["journal"] = {"commit_every": "200 ms", "path": str(folder / "journal.db")}
    config["commands"] = {"socket": str(folder / "command.sock")}
    config["alerts"] = [{"mqtt": {"host": "127.0.0.1", "port": free_address().port}}]  # nobody is there
    config["store"] = _store(database)
    for bus in config["buses"]:
        bus["modbus_tcp"]["port"] = room.port(bus["id"])
    for device in config["devices"]:
        if "snmp" in device:
            device["snmp"]["port"] = room.port(device["id"])
    (folder / "demo-secrets").mkdir()
    for name, phrase in (("ups-auth", "demo-auth-passphrase"), ("ups-privacy", "demo-privacy-passphrase")):
        path = folder / "demo-secrets" / name
        path.touch(mode=0o600)
        path.write_text(phrase, "utf-8")
    return {**config, "rules": [_quick(rule) for rule in config["rules"]]}


def _quick(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule, a second after what it tells of: a person's patience is not what is tested."""
    return {
        key: {**value, "on_delay": "1 s", "off_delay": "0 s"}
        if isinstance(value, dict) and "priority" in value
        else value
        for key, value in rule.items()
    }


def _trouble(room: Room) -> None:
    room.set("rack-a.inlet", 33.5)
    room.set("ac-1.running", value=False)
    room.set("leak", 12.4)
    room.set("smoke", value=True)
    room.set("door", value=True)
    room.set("mains", value=False)
    room.fault("rack-b", "mute")
    for _ in range(_STROKES):
        room.set("surge", 48)


def _people(socket: Path) -> None:
    """Somebody acknowledges, shelves, notes, takes out of service, and drills."""
    who = {"by": "Wang"}
    did = [
        sent(socket, verb="acknowledge", alarm="smoke.contacts.di1", **who),
        sent(socket, verb="acknowledge", alarm="water.leak.leak", **who),
        sent(socket, verb="shelve", alarm="door-open.contacts.di4", for_s=3600, note="painters", **who),
        sent(socket, verb="out_of_service", device="spd", for_s=3600, note="exchanged", **who),
    ]
    assert all(answer["done"] for answer in did), did


def _peace(room: Room) -> None:
    room.set("rack-a.inlet", 22)
    room.set("ac-1.running", value=True)
    room.set("leak", None)
    room.set("mains", value=True)


async def _hospital(folder: Path, database: Influxd) -> None:
    async with served(HOSPITAL, folder) as room:
        room.config["store"] = _store(database)
        room.config["journal"] = {"commit_every": "200 ms"}
        room.config["commands"] = {"socket": str(folder / "command.sock")}
        room.config["alerts"] = []
        daemon = Daemon(folder, room.config)
        try:
            await asyncio.to_thread(daemon.start)
            await asyncio.sleep(_BEFORE_S)
            for device, happens, _ in THREATS.values():
                for place, value in happens.items():
                    room.poke(device, place, value)
            wanted = {alarm for _, _, alarm in THREATS.values()}
            await _until(lambda: daemon.standing().keys() >= wanted)
            await asyncio.sleep(_AFTER_S)
            await asyncio.to_thread(_until_delivered, daemon, database, "hospital-b")
        finally:
            await asyncio.to_thread(daemon.end)


async def _until(true: Callable[[], object]) -> None:
    """Wait until `true`, while the simulated devices go on answering."""
    await asyncio.to_thread(eventually, true, _LONGEST_S)


def _store(database: Influxd) -> dict[str, Any]:
    return {"influxdb": {"url": database.url, "org": "of-no-matter", "bucket": "roommon/autogen"}}


def _until_delivered(daemon: Daemon, database: Influxd, site: str) -> None:
    """Wait until the database has every alarm event of the journal."""
    journal = len(daemon.events())
    query = f'SELECT count("number") FROM "alarm_event" WHERE "site" = \'{site}\''
    eventually(lambda: [row for row in database.ask(query) if int(str(row["count"])) >= journal], _LONGEST_S)


def _now() -> int:
    return time.time_ns() // 1_000_000
