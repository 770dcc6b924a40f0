"""Settings of `roommon notify` from YAML, and events for it, for tests of what is pure."""

from pathlib import Path

from roommon.config.notify import examine
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify.event import Event, instant
from roommon.notify.settings import Settings

TWO_PEOPLE = """
sites: [hospital-a]
broker: { host: 127.0.0.1 }
channels:
  - mail: { host: 127.0.0.1, from: roommon@hospital.example, tls: none }
  - command: { run: [/bin/true] }
    name: siren
people:
  - { id: wang, language: zh-CN, reach: { mail: wang@hospital.example, siren: w } }
  - { id: li, reach: { mail: li@hospital.example } }
"""


THREE_PEOPLE = TWO_PEOPLE + "  - { id: zhao, reach: { mail: zhao@hospital.example } }\n"


def settings(folder: Path, more: str, people: str = TWO_PEOPLE) -> Settings:
    """What the file with `more` at its end says."""
    path = folder / "notify.yaml"
    path.write_text(people + more, encoding="utf-8")
    checked = examine(path, {})
    assert checked.settings is not None, [str(fault) for fault in checked.faults]
    return checked.settings


def at(moment: str) -> Instant:
    return instant(moment)


def happened(alarm: str = "inlet-hot.rack-a.inlet", **changes: object) -> Event:
    """An event of `alarm`, high, in the server room."""
    members: dict[str, object] = {
        "site": "hospital-a",
        "number": 1,
        "at": at("2026-11-23T20:16:05Z"),
        "alarm": alarm,
        "priority": Priority.HIGH,
        "state": "unacknowledged",
        "trigger": "raised",
        "tell": True,
        "text": Text("Rack A inlet is 31.2 °C", "A 列机柜进风 31.2 °C"),
        "response": Text("Check the air conditioners.", "检查空调。"),
        "room": "server-room",
    }
    return Event(**(members | changes))  # type: ignore[arg-type]
