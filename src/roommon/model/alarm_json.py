"""The one JSON of an alarm event: what is compared byte for byte when a day is judged again."""

import json
from dataclasses import asdict

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.text import Text


def to_json(event: AlarmEvent) -> str:
    """Return `event` on one line: members in the order of its fields, instants in ms, shortest exact floats."""
    return json.dumps(asdict(event), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def from_json(line: str) -> AlarmEvent:
    """Return the event that `to_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: the line is something else.
    """
    members = json.loads(line)
    return AlarmEvent(
        at=Instant(members["at"]),
        alarm=AlarmId(members["alarm"]),
        rule=RuleId(members["rule"]),
        sensor=SensorId(members["sensor"]),
        device=DeviceId(members["device"]),
        room=members["room"],
        priority=Priority(members["priority"]),
        was=State(members["was"]),
        state=State(members["state"]),
        trigger=Trigger(members["trigger"]),
        by=members["by"],
        quantity=Quantity(members["quantity"]),
        value=members["value"],
        setpoint=members["setpoint"],
        quality=Quality(members["quality"]),
        text=Text(**members["text"]),
        response=Text(**members["response"]),
    )
