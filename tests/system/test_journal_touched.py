"""Somebody removes the journal under the running daemon: people hear of it, and nothing is lost."""

from pathlib import Path

import pytest

from tests.peers.daemon import a_daemon, eventually

pytestmark = pytest.mark.system

TROUBLE = "roommon-trouble.roommon.journal"
HEALTH = "roommon.journal"


def test_a_journal_that_is_removed_is_an_alarm_and_every_reading_is_in_the_file_that_was_put_back(
    tmp_path: Path,
) -> None:
    config = {"site": "hospital-a", "room": "server-room", "language": "en", "devices": []}
    with a_daemon(tmp_path, config) as daemon:
        eventually(lambda: len(daemon.readings(HEALTH)) >= 1)
        before = daemon.readings(HEALTH)
        daemon.journal.unlink()
        eventually(daemon.journal.exists)
        standing = eventually(lambda: daemon.standing().get(TROUBLE), 40)
        assert daemon.readings(HEALTH)[: len(before)] == before
        assert "it was removed; the journal was put back whole" in daemon.log
        assert daemon.stop() < 5
        assert daemon.standing()[TROUBLE] == standing
