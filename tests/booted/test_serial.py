"""A serial line under the hardened unit, by the drop-in that is shipped.

A pseudo-terminal stands for the adapter. systemd always allows pseudo-terminals, so this shows that the daemon sees the
box's devices and has the group's right; that the kernel lets it use major number 188 needs a real adapter.
"""

import json
import re

import pytest

from tests.booted.box import EXAMPLES, PYTHON, Box, until

DROP_INS = "/etc/systemd/system/roommon.service.d"
ROOM = """
room: { air_c: 22.0, humidity: 45, thermal_mass_kj_per_k: 120, outdoor_c: 31, outdoor_humidity: 65 }
servers:
  - id: line-1
    modbus: { framing: serial }
    devices: [{ id: probe, unit: 1, family: xy-md02 }]
"""
CONFIG = """
site: demo
room: server-room
language: en
journal: { path: /var/lib/roommon/journal.db }
alerts: [{ mqtt: { host: 127.0.0.1 } }]
buses: [{ id: line-1, modbus_serial: { port: /dev/ttyUSB0, baud: 9600, parity: N } }]
devices: [{ id: probe, bus: line-1, unit: 1, every: 1 s, profile: xy-md02 }]
rules: [{ id: no-value, bad_quality: { on_delay: 1 min, priority: low }, sensors: { device: probe } }]
"""


def _plug_in(box: Box) -> None:
    """Begin a simulated probe on a line that is called /dev/ttyUSB0 and belongs to dialout, as an adapter's does."""
    box.run("systemctl stop room roommon")
    box.container.write("/run/serial-room.yaml", ROOM)
    box.unit("room", f"{PYTHON} -m simulators room /run/serial-room.yaml --control /run/room > /run/ready")
    line = json.loads(box.container.wait("grep ready /run/ready"))["servers"]["line-1"]["path"]
    box.run(f"ln -sf {line} /dev/ttyUSB0 && chgrp dialout {line} && chmod 660 {line}")


@pytest.mark.timeout(120)
def test_a_serial_line_works_by_the_drop_in_and_only_by_it(box: Box) -> None:
    _plug_in(box)
    try:
        box.container.write("/etc/roommon/roommon.yaml", CONFIG, "644")
        box.run("systemctl start roommon")
        until(lambda: "/dev/ttyUSB0 9600 N1: unreachable" in box.log(), 30, "the line is closed to it")
        box.run(f"mkdir -p {DROP_INS} && cp {EXAMPLES}/serial.conf {DROP_INS}/")
        box.run("systemctl daemon-reload && systemctl restart roommon")
        until(
            lambda: any(reading["quality"] == "good" for reading in box.readings("probe.temperature")),
            30,
            "a good reading over the line",
        )
        exposure = re.search(r"roommon.service: ([\d.]+)", box.run("systemd-analyze security roommon"))
        assert exposure
        assert float(exposure[1]) <= 1.5
    finally:
        box.run("rm -f /dev/ttyUSB0")
