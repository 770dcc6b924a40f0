"""The log tells each change of an alarm once, in a line."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from roommon.daemon.fold import log_alarms
from roommon.journal.reader import JournalReader
from roommon.model.alarm import AlarmId, Trigger
from roommon.model.device import DeviceId
from tests.peers.recorded_day import recorded_day


def test_each_event_of_a_day_is_one_line_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "roommon.daemon.fold")
    recorded_day(tmp_path)
    lines = [record for record in caplog.records if record.getMessage().startswith("alarm ")]
    said = [record.getMessage() for record in lines]
    assert "alarm hot.rack-a.inlet: raised (medium): Rack A inlet: 25.8 °C (limit 25.0 °C)" in said
    assert any(line.startswith("alarm hot.rack-a.inlet: acknowledged (medium): Acknowledged by li: ") for line in said)
    with JournalReader(tmp_path / "journal.db") as reader:
        events = [numbered.event for numbered in reader.events()]
    assert len(said) == len(events)
    loud = [event.tell and event.trigger in (Trigger.RAISED, Trigger.RELEASED) for event in events]
    assert [record.levelno == logging.WARNING for record in lines] == loud
    assert any(event.trigger is Trigger.RELEASED for event in events)


def test_a_device_that_falls_silent_is_one_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with JournalReader(recorded_day(tmp_path).parent / "journal.db") as reader:
        silent = next(numbered.event for numbered in reader.events() if numbered.event.rule == "blind")
    caplog.clear()
    silent = replace(silent, tell=True)
    alike = [replace(silent, alarm=AlarmId(f"blind.rack-a.{number}")) for number in range(21)]
    log_alarms([*alike, replace(silent, device=DeviceId("rack-b"), alarm=AlarmId("blind.rack-b.inlet"))])
    assert [record.getMessage() for record in caplog.records] == [
        "alarm blind.rack-a.0: raised (low): Rack A inlet: no value (no communication); and 20 more of rack-a alike",
        "alarm blind.rack-b.inlet: raised (low): Rack A inlet: no value (no communication)",
    ]
