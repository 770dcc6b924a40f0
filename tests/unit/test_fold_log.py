"""The log tells each change of an alarm once, in a line."""

import logging
from pathlib import Path

import pytest

from roommon.journal.reader import JournalReader
from tests.peers.recorded_day import recorded_day


def test_each_event_of_a_day_is_one_line_of_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "roommon.daemon.fold")
    recorded_day(tmp_path)
    lines = [record for record in caplog.records if record.getMessage().startswith("alarm ")]
    said = [record.getMessage() for record in lines]
    assert "alarm hot.rack-a.inlet: raised (medium): Rack A inlet: 25.8 °C (limit 25.0 °C)" in said, said
    assert any(
        line.startswith("alarm hot.rack-a.inlet: acknowledged (medium): Acknowledged by li: ") for line in said
    ), said
    assert all((record.levelno == logging.WARNING) is (": raised" in record.getMessage()) for record in lines)
    with JournalReader(tmp_path / "journal.db") as reader:
        assert len(said) == len(list(reader.events()))
