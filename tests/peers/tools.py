"""Debian's command-line clients, which look at the simulators from outside: net-snmp's tools and mbpoll."""

import asyncio
import os
import re
from collections.abc import Mapping
from tempfile import TemporaryDirectory

from roommon.poll.snmp.endpoint import Auth, Privacy
from tests.peers.process import program

NET_SNMP_AUTH = {
    Auth.MD5: "MD5",
    Auth.SHA1: "SHA",
    Auth.SHA224: "SHA-224",
    Auth.SHA256: "SHA-256",
    Auth.SHA384: "SHA-384",
    Auth.SHA512: "SHA-512",
}
"""Net-snmp's words for the protocols of version 3."""
NET_SNMP_PRIVACY = {
    Privacy.DES: "DES",
    Privacy.AES128: "AES",
    Privacy.AES192: "AES-192",
    Privacy.AES256: "AES-256",
    Privacy.AES192_CISCO: "AES-192-C",
    Privacy.AES256_CISCO: "AES-256-C",
}


async def net_snmp(name: str, *arguments: str) -> tuple[int, str]:
    """The exit status of a net-snmp tool, which reads neither MIBs nor configuration, and what it says."""
    with TemporaryDirectory(prefix="net-snmp-") as folder:
        own = {"MIBS": "", "SNMPCONFPATH": folder, "SNMP_PERSISTENT_DIR": folder}
        status, said = await _run(program(name, "snmp"), *arguments, environment=os.environ | own)
    lines = [line for line in said.splitlines(keepends=True) if not line.startswith("Created directory")]
    return status, "".join(lines)


async def mbpoll(*arguments: str) -> dict[int, str]:
    """What mbpoll reads once: reference (from 1) to value."""
    status, said = await mbpoll_says(*arguments)
    assert status == 0, said
    return {int(place): value for place, value in re.findall(r"^\[(\d+)\]:\s+(\S+)", said, re.MULTILINE)}


async def mbpoll_says(*arguments: str) -> tuple[int, str]:
    """The exit status of mbpoll, which polls once, and what it says."""
    return await _run(program("mbpoll", "mbpoll"), "-1", "-q", "-o", "5", *arguments)


async def _run(command: str, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        command, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, env=environment
    )
    said, _ = await asyncio.wait_for(process.communicate(), 20)
    return process.returncode or 0, said.decode()
