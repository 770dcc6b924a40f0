"""Debian's NUT: `snmp-ups` reads an agent, `upsd` serves what it read, `upsc` prints it. On a port of its own."""

import asyncio
import os
import pwd
import re
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.peers.process import Address, free_address, program

_DRIVERS = "/lib/nut"
_PATIENCE_S = 30.0


async def upsc(agent: Address, mibs: str) -> dict[str, str]:
    """What NUT reads of the agent (version 1, community `conformance`) with its table `mibs`: `battery.charge: 100`."""
    with TemporaryDirectory(prefix="nut-") as folder:
        port = free_address().port
        _configure(Path(folder), agent, mibs, port)
        home = os.environ | {"NUT_CONFPATH": folder, "NUT_STATEPATH": folder, "NUT_ALTPIDPATH": folder}
        me = ("-F", "-u", pwd.getpwuid(os.getuid()).pw_name)
        async with _running(_driver("snmp-ups"), *me, "-a", "ups", environment=home) as driver:
            await _until(Path(folder, "snmp-ups-ups"), driver)
            async with _running(_driver("upsd"), *me, environment=home) as upsd:
                return await _said(port, upsd)


def _configure(folder: Path, agent: Address, mibs: str, port: int) -> None:
    """Version 1: asked in version 2c for objects that are not there, NUT 2.8.0 counts outlets for ever."""
    ups = f"[ups]\ndriver = snmp-ups\nport = {agent.host}:{agent.port}\ncommunity = conformance\n"
    files = {
        "ups.conf": f"{ups}snmp_version = v1\nmibs = {mibs}\npollinterval = 1\npollfreq = 1\n",
        "upsd.conf": f"LISTEN 127.0.0.1 {port}\n",
        "upsd.users": "",
    }
    for name, text in files.items():
        Path(folder, name).write_text(text, "utf-8")
        Path(folder, name).chmod(0o600)


def _driver(name: str) -> str:
    package = {"snmp-ups": "nut-snmp", "upsd": "nut-server"}[name]
    found = Path(_DRIVERS, name)
    assert found.is_file(), f"{name} is missing: apt install {package}"
    return str(found)


@asynccontextmanager
async def _running(*command: str, environment: dict[str, str]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=STDOUT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def _until(socket: Path, driver: Process) -> None:
    """Wait until the driver listens for upsd: it does when it knows the device."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while not socket.exists():  # noqa: ASYNC240 - a look into a directory of our own
        if driver.returncode is not None:
            said, _ = await driver.communicate()
            raise AssertionError(f"snmp-ups ended: {said.decode()}")
        assert asyncio.get_running_loop().time() < deadline, "snmp-ups does not come up"
        await asyncio.sleep(0.05)


async def _said(port: int, upsd: Process) -> dict[str, str]:
    """What upsc prints as soon as the driver has read everything once."""
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while True:
        asked = await asyncio.create_subprocess_exec(
            program("upsc", "nut-client"), f"ups@127.0.0.1:{port}", stdout=PIPE, stderr=DEVNULL
        )
        said, _ = await asyncio.wait_for(asked.communicate(), _PATIENCE_S)
        found = dict(re.findall(r"^([a-z][\w.-]*): (.*)$", said.decode(), re.MULTILINE))
        if asked.returncode == 0 and found.get("ups.status", "WAIT") != "WAIT":
            return found
        assert upsd.returncode is None, "upsd ended"
        assert asyncio.get_running_loop().time() < deadline, f"upsc says nothing: {found}"
        await asyncio.sleep(0.05)
