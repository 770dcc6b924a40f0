"""What `check --connect` shows of a device that answers."""

from pathlib import Path

from roommon.cli.connect import _details
from roommon.config.load import load
from roommon.model.reading import Reason
from roommon.poll.clock import SystemClock
from roommon.poll.driver import Fault, Raw

SITE = """
site: hospital-a
room: server-room
devices:
  id: rack-a
  modbus_tcp: { host: 127.0.0.1 }
  sensors:
    - { id: inlet, quantity: temperature, read: input 1, type: int16, scale: 0.1 }
    - { id: leak, quantity: contact, read: discrete 0, states: { 0: dry, 1: water } }
    - { id: humidity, quantity: relative_humidity, read: input 2, type: uint16 }
"""


def test_values_are_shown_as_in_every_other_command(tmp_path: Path) -> None:
    (tmp_path / "roommon.yaml").write_text(SITE)
    (polled,) = load(tmp_path, {}).devices
    raws: list[Raw | Fault] = [225, 1, Fault(Reason.CONFIGURATION_ERROR, "exception 2")]
    said = list(_details(polled, raws, SystemClock()))
    assert "inlet: 22.5 °C" in said
    assert "leak: water" in said
    assert sum(line.startswith("humidity: ") for line in said) >= 1
