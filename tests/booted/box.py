"""A Debian box with roommon on it, in a container: the service, mosquitto, and the simulated demo room to watch."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.peers.container import Container

PYTHON = "/opt/roommon/bin/python"
EXAMPLES = "/usr/share/doc/roommon/examples"
CONFIG = "/etc/roommon/roommon.yaml"
JOURNAL = "/var/lib/roommon/journal.db"
PASSPHRASES = {"ups-auth": "demo-auth-passphrase", "ups-privacy": "demo-privacy-passphrase"}
"""Those of the simulated UPS."""

_TOLD = "/run/told"
_WITNESS = f"mosquitto_sub -h 127.0.0.1 -V 5 -i witness -c -x 3600 -q 1 -t 'roommon/demo/event' > {_TOLD}"


def until(holds: Callable[[], object], seconds: float, what: str) -> float:
    """Wait until `holds`; return after how many seconds it did."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, f"not within {seconds} s: {what}"
        time.sleep(0.3)
    return time.monotonic() - began


@dataclass(frozen=True)
class Box:
    """The box and what is asked of it."""

    container: Container

    def run(self, command: str, *, check: bool = True, timeout: float = 120) -> str:
        return self.container.run(command, check=check, timeout=timeout)

    def configure(self, *changes: tuple[str, str]) -> None:
        """Write the demo's configuration, each text of `changes` replaced by the other."""
        config = self.run(f"cat {EXAMPLES}/demo.yaml")
        for old, new in (("demo-secrets/", ""), ("path: demo-journal.db", f"path: {JOURNAL}"), *changes):
            assert old in config, old
            config = config.replace(old, new)
        self.container.write(CONFIG, config, "640")
        self.run(f"chgrp roommon {CONFIG}")

    def start_over(self) -> None:
        """Bring everything to a fresh start: an empty journal, the demo's configuration, all servers up and well."""
        self.run("systemctl stop roommon witness room mosquitto; systemctl reset-failed", check=False)
        self.run(f"rm -rf /var/lib/roommon/* /etc/systemd/system/roommon.service.d {_TOLD} /var/lib/mosquitto/*")
        self.run("systemctl daemon-reload; journalctl --rotate --vacuum-time=1s; systemctl start mosquitto")
        self.unit("room", f"{PYTHON} -m simulators room {EXAMPLES}/demo-room.yaml --control /run/room")
        self.unit("witness", f"until {_WITNESS}; do sleep 0.2; done")
        self.configure()
        self.container.wait("test -S /run/room")
        self.run("systemctl start roommon")
        self.container.wait(f"roommon history rack-a.temperature --journal {JOURNAL} --json")

    def unit(self, name: str, command: str) -> None:
        """Run a line of shell as a service called `name`."""
        self.run(f'systemd-run --quiet --collect --unit={name} /bin/sh -c "{command}"')

    def simulate(self, command: str) -> None:
        """Tell the simulated room: `set smoke true`."""
        verb, rest = command.split(" ", 1)
        self.run(f"{PYTHON} -m simulators {verb} --control /run/room {rest}")

    def unit_says(self, what: str) -> str:
        return self.run(f"systemctl show --property={what} --value roommon").strip()

    def pid(self) -> int:
        return int(self.unit_says("MainPID"))

    def log(self) -> str:
        return self.run("journalctl --unit=roommon --output=cat --no-pager")

    def standing(self) -> set[str]:
        """The alarms that stand, by `roommon alarms`."""
        return {line["alarm"] for line in self._lines("roommon alarms --json")}

    def events(self) -> list[dict[str, Any]]:
        """All events, by the journal."""
        return self._lines(f"roommon history --journal {JOURNAL} --json")

    def readings(self, sensor: str) -> list[dict[str, Any]]:
        """All readings of `sensor`, by the journal."""
        return self._lines(f"roommon history {sensor} --journal {JOURNAL} --json")

    def told(self) -> list[dict[str, Any]]:
        """All events, by a subscriber of the broker."""
        return [line for line in self._lines(f"cat {_TOLD}") if "number" in line]

    def was_told(self, alarm: str, state: str) -> bool:
        """Whether the subscriber heard that `alarm` moved to `state`."""
        return any((event["alarm"], event["state"]) == (alarm, state) for event in self.told())

    def _lines(self, command: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(command, check=False).splitlines() if line.startswith("{")]
