"""The programs that a demonstration runs: simulated room, broker, daemon; each on ports of its own, in one folder."""

import asyncio
import json
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from roommon.cli.shipped import shipped
from roommon.cli.spoken import say
from roommon.web.config import DEFAULT as PAGE

_READY_S = 30.0
_END_S = 10.0


class DemoFailed(Exception):
    """A part of the demonstration did not start; the message says which and what it said."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the messages go."""

    host: str
    port: int
    name: str
    version: str = "auto"
    """Of MQTT; the embedded broker stalls on a version 5 CONNECT that carries a will."""


@asynccontextmanager
async def simulated_room(folder: Path, speed: float) -> AsyncIterator[Mapping[str, Any]]:
    """Run the simulated room with the demo's scenario; yield its ready line."""
    command = [sys.executable, "-m", "simulators", "room", str(shipped("config/examples/demo-room.yaml"))]
    command += ["--base-port", "0", "--scenario", "demo", "--speed", str(speed), "--until-stdin-closes"]
    async with _running(command, folder / "room.log", capture=True) as process:
        assert process.stdout is not None  # noqa: S101  # it was asked for
        try:
            line = await asyncio.wait_for(process.stdout.readline(), _READY_S)
        except TimeoutError:
            line = b""
        if not line:
            raise DemoFailed(f"the simulated room did not start: {(folder / 'room.log').read_text()[-2000:]}")
        yield json.loads(line)


@asynccontextmanager
async def broker(folder: Path, given: str | None) -> AsyncIterator[Broker]:
    """Yield the broker at `given` (host:port), or run mosquitto where it is installed, or one inside this process."""
    if given:
        yield _named(given)
        return
    port = _free_port()
    mosquitto = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
    if mosquitto:
        conf = folder / "mosquitto.conf"
        conf.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
        async with _running([mosquitto, "-c", str(conf)], folder / "mosquitto.log"):
            await _until_open(port)
            yield Broker("127.0.0.1", port, "mosquitto")
    else:
        async with _embedded(port):
            yield Broker("127.0.0.1", port, say("an embedded broker", "内置代理"), "3.1.1")


def _named(given: str) -> Broker:
    host, colon, port = given.partition(":")
    if not host or (colon and not (port.isdecimal() and 0 < int(port) < 65_536)):
        raise DemoFailed(
            say(
                f"{given!r} is no broker; write it like 127.0.0.1:1883",
                f"{given!r} 不是代理地址；请写成 127.0.0.1:1883",
            )
        )
    return Broker(host, int(port or 1883), say("the broker you named", "指定的代理"))


@asynccontextmanager
async def _embedded(port: int) -> AsyncIterator[None]:
    import logging

    from amqtt.broker import Broker as Embedded

    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    listener = {"type": "tcp", "bind": f"127.0.0.1:{port}"}
    plugins = {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}}
    embedded = Embedded({"listeners": {"default": listener}, "plugins": plugins})
    await embedded.start()
    try:
        yield
    finally:
        await embedded.shutdown()


@asynccontextmanager
async def daemon(config: Path, folder: Path) -> AsyncIterator[None]:
    """Run `roommon run` on `config`."""
    command = [sys.executable, "-m", "roommon", "run", str(config), "--log-level", "info"]
    async with _running(command, folder / "roommon.log"):
        yield


@asynccontextmanager
async def _running(
    command: list[str], log: Path, *, capture: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE if capture else output,
            stderr=output,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), _END_S)
                except TimeoutError:
                    process.kill()
                    await process.wait()


def written_config(folder: Path, room: Mapping[str, Any], to: Broker, influxdb: str | None, language: str) -> Path:
    """Write the demo's configuration, with the ports that hold now, into `folder` and return its path."""
    config = yaml.safe_load(shipped("config/examples/demo.yaml").read_text(encoding="utf-8"))
    servers = room["servers"]
    config["language"] = language
    config["journal"]["path"] = str(folder / "journal.db")
    config["commands"] = {"socket": str(folder / "command.sock")}  # the usual place may be that of a real daemon
    config["web"] = {"listen": f"127.0.0.1:{_page_port()}"}
    config["alerts"] = [{"mqtt": {"host": to.host, "port": to.port, "version": to.version}}]
    if influxdb:
        config["store"] = {"influxdb": {"url": influxdb, "org": "demo", "bucket": "roommon"}}
    for bus in config["buses"]:
        bus["modbus_tcp"]["port"] = servers[bus["id"]]["port"]
    for device in config["devices"]:
        if "snmp" in device:
            device["snmp"]["port"] = servers[device["id"]]["port"]
    _write_secrets(folder)
    path = folder / "roommon.yaml"
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _write_secrets(folder: Path) -> None:
    """Write the passphrases of the simulated UPS, as the simulated room's file has them."""
    room = yaml.safe_load(shipped("config/examples/demo-room.yaml").read_text(encoding="utf-8"))
    agent = next(server["snmp"] for server in room["servers"] if server["id"] == "ups-1")
    secrets = folder / "demo-secrets"
    secrets.mkdir(mode=0o700)
    for name, key in (("ups-auth", "auth_passphrase"), ("ups-privacy", "privacy_passphrase")):
        path = secrets / name
        path.touch(mode=0o600)
        path.write_text(agent[key], encoding="utf-8")


def _page_port() -> int:
    """Return the status page's usual port, or a free one where another program has that."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((str(PAGE.host), PAGE.port))
        except OSError:
            return _free_port()
        return PAGE.port


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _until_open(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise DemoFailed(f"nobody listens at port {port}")
