"""A real Debian snmpd of a test's own: v1, v2c and v3 users, and values that the test chooses and changes."""

import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.peers.process import Address, free_address, program, running

VALUES = "1.3.6.1.4.1.99999"
"""The subtree whose values the test chooses."""
SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
COMMUNITY = "room"


@dataclass(frozen=True)
class User:
    """An SNMPv3 user, in net-snmp's words: SHA-256, AES."""

    name: str
    auth: str | None = None
    auth_passphrase: str = "auth-passphrase"
    privacy: str | None = None
    privacy_passphrase: str = "privacy-passphrase"

    @property
    def lines(self) -> str:
        auth = f" {self.auth} {self.auth_passphrase}" if self.auth else ""
        privacy = f" {self.privacy} {self.privacy_passphrase}" if self.privacy else ""
        level = "priv" if self.privacy else "auth" if self.auth else "noauth"
        return f"createUser {self.name}{auth}{privacy}\nrouser {self.name} {level}\n"


@dataclass
class Snmpd:
    """Where it listens, what it serves, and its process."""

    address: Address
    folder: Path
    users: Sequence[User] = ()
    speed: int = 1
    """How many times faster than ours its clock runs (libfaketime)."""
    starts: int = 0
    process: subprocess.Popen[bytes] | None = None
    values: dict[str, tuple[str, str]] = field(default_factory=dict)

    def serve(self, values: Mapping[str, tuple[str, str]]) -> None:
        """Serve `values` (below VALUES: type, value) from now on, and nothing else there."""
        rows = [f"{VALUES}.{oid} {kind} {value}" for oid, (kind, value) in values.items()]
        fresh = self.folder / "values.new"
        fresh.write_text("\n".join(rows))
        fresh.rename(self.folder / "values")

    def freeze(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def forget(self) -> None:
        """Lose the persistent folder: the engine gets another id and starts its boots anew."""
        for path in (self.folder / "persistent").iterdir():
            if path.is_file():
                path.unlink()

    @contextlib.contextmanager
    def up(self) -> Iterator["Snmpd"]:
        """Run it at its address, again and again if need be: each start is an agent's reboot."""
        self.starts += 1
        (self.folder / "persistent").mkdir(exist_ok=True)
        (self.folder / "snmpd.conf").write_text(self._configuration())
        log = self.folder / f"snmpd-{self.starts}.log"
        with running(self._command(), log) as process:
            self.process = process
            self._wait_until_up(log)
            try:
                yield self
            finally:
                self.thaw()

    def _command(self) -> list[str | Path]:
        kept = self.folder / "persistent" / "snmpd.conf"
        conf = f"{self.folder / 'snmpd.conf'}{f',{kept}' if kept.exists() else ''}"
        environment = [f"SNMP_PERSISTENT_DIR={self.folder / 'persistent'}", "MIBS=", *_faster(self.speed)]
        return [
            program("env", "coreutils"),
            *environment,
            program("snmpd", "snmpd"),
            "-C",
            "-c",
            conf,
            "-f",
            "-Lo",
            "-r",
        ]

    def _configuration(self) -> str:
        script = Path(__file__).with_name("snmpd_values.py")
        return "".join(
            [
                f"agentaddress udp:{self.address.host}:{self.address.port}\n",
                f"rocommunity {COMMUNITY}\ndontLogTCPWrappersConnects yes\n",
                "sysDescr a card in the room\nsysObjectID .1.3.6.1.4.1.99999.1\nload 1 1 1\n",
                f"pass_persist .{VALUES} {sys.executable} -S {script} {self.folder / 'values'}\n",
                *(user.lines for user in self.users),
            ]
        )

    def _wait_until_up(self, log: Path) -> None:
        deadline = time.monotonic() + 20
        while "NET-SNMP version" not in log.read_text():
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.01)


def _faster(speed: int) -> list[str]:
    """The environment of a program whose clocks run `speed` times as fast as ours."""
    if speed == 1:
        return []
    libraries = list(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
    assert libraries, "libfaketime is missing: apt install faketime"
    return [f"LD_PRELOAD={libraries[0]}", f"FAKETIME=+0 x{speed}"]


@contextlib.contextmanager
def snmpd(
    folder: Path, users: Sequence[User] = (), values: Mapping[str, tuple[str, str]] | None = None, speed: int = 1
) -> Iterator[Snmpd]:
    """A running agent on a free port of the loopback interface."""
    agent = Snmpd(free_address(socket.SOCK_DGRAM), folder, users, speed)
    agent.serve(values or {})
    with agent.up():
        yield agent
