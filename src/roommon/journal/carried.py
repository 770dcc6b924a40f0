"""What the next file takes over of a damaged one's summaries: years of trends must not go with one broken page.

They are copied as far as they are legible, the newest first, for a few seconds at most; the daemon must go on.
"""

import contextlib
import logging
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from roommon.journal.block import GROUP, IllegibleSummaries, unpacked
from roommon.journal.schema import transaction
from roommon.journal.sensors import Sensors
from roommon.journal.summaries import PART, count_block
from roommon.journal.summary import LEVELS
from roommon.model.clock import Duration, Instant
from roommon.model.reading import SensorId

_LOG = logging.getLogger(__name__)

CARRY_S = 5.0
"""About 200 MB on a disk: the hours of 5,000 sensors for most of a year. Minutes come last."""
_NEWEST_FIRST = "SELECT number, slots, step, begin, first FROM summaries ORDER BY slots = 60, begin DESC, first"


class _Place(NamedTuple):
    number: int
    slots: int
    step: int
    begin: int
    first: int


def carry_over(aside: Path, fresh: sqlite3.Connection, sensors: Sensors) -> None:
    """Write into `fresh` what is legible of the summaries in `aside`, and the `sensors` whose numbers they go by.

    When `sensors` is empty it takes its own from `aside`. Nothing is carried over when the numbers mean other sensors.
    """
    with contextlib.suppress(sqlite3.Error), contextlib.closing(_opened(aside)) as old:
        found = old.execute("SELECT number, id FROM sensors ORDER BY number").fetchall()
        ids = [SensorId(sensor) for _, sensor in found]
        if [number for number, _ in found] != list(range(len(ids))) or sensors.ids[: len(ids)] not in ([], ids):
            return
        for sensor in ids:
            sensors.number_of(sensor)
        places = [_Place(*row) for row in old.execute(_NEWEST_FIRST)]
        with transaction(fresh):
            sensors.save(fresh)
            carried = sum(_carried(old, fresh, place, len(ids)) for place in _in_time(places))
        sensors.saved()
        _LOG.warning("journal %s: %d of %d pieces of its summaries are carried over", aside, carried, len(places))


def _opened(aside: Path) -> sqlite3.Connection:
    """Return a connection that leaves the file as it is."""
    return sqlite3.connect(f"{aside.absolute().as_uri()}?immutable=1", uri=True)


def _in_time(places: list[_Place]) -> Iterator[_Place]:
    until = time.monotonic() + CARRY_S
    for place in places:
        if time.monotonic() > until:
            return
        yield place


def _carried(old: sqlite3.Connection, fresh: sqlite3.Connection, place: _Place, sensors: int) -> bool:
    """Copy one part or block, and return whether it was legible."""
    level = LEVELS.get(Duration(place.step))
    if level is None or place.slots not in (PART, level.slots) or place.first not in range(0, sensors, GROUP):
        return False
    try:
        (body,) = old.execute("SELECT body FROM summaries WHERE number = ?", (place.number,)).fetchone()
        unpacked(body, place.slots)
    except (sqlite3.Error, IllegibleSummaries, TypeError):  # TypeError: not even bytes
        return False
    row = (place.slots, place.step, place.begin, place.first, body)
    fresh.execute("INSERT INTO summaries (slots, step, begin, first, body) VALUES (?, ?, ?, ?, ?)", row)
    if place.slots == level.slots:
        count_block(fresh, level, Instant(place.begin), _oldest(old, place), len(body))
    return True


def _oldest(old: sqlite3.Connection, place: _Place) -> Instant:
    """Return the first step of the block that holds something, as far as the file still says so."""
    with contextlib.suppress(sqlite3.Error):
        query = "SELECT oldest FROM summary_blocks WHERE step = ? AND begin = ?"
        row = old.execute(query, (place.step, place.begin)).fetchone()
        return Instant(row[0] if row else place.begin)
    return Instant(place.begin)
