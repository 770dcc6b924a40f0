"""Summaries on the disk: parts are put, and sealed into blocks when their time is over.

A part is one step of `GROUP` sensors as it was found; sealing joins it to its block and takes it away in one
transaction, so each reading counts once whatever happens between two. Sealed minutes leave their hours behind as parts.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from roommon.journal.block import GROUP, Block, IllegibleSummaries, empty, packed, part_of, unpacked
from roommon.journal.record import Lost, WhyLost
from roommon.journal.summary import HOURS, MINUTES, Level, Summary, all_joined
from roommon.journal.writing import NOBODY_HAS_IT, insert_lost
from roommon.model.clock import Instant

PART = 1
"""`slots` of a part."""
EVERYBODY = -1
"""Instead of a group: all sensors."""
_FIND = "SELECT body FROM summaries WHERE slots = ? AND step = ? AND begin = ? AND first = ?"


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Parts of a group that one block is to take in."""

    level: Level
    first: int
    begin: Instant
    """Of the earliest of them."""
    end: Instant


def taken_up_to(db: sqlite3.Connection, first: int = EVERYBODY) -> int:
    """Return the last batch whose readings, all or those of a group, are in the summaries; 0 when there is none."""
    (batch,) = db.execute("SELECT max(batch) FROM summarised WHERE first IN (?, ?)", (EVERYBODY, first)).fetchone()
    return int(batch or 0)


def groups_ahead(db: sqlite3.Connection) -> dict[int, int]:
    """Return up to which batch the readings of those groups are in the summaries that are ahead of the others."""
    return dict(db.execute("SELECT first, batch FROM summarised WHERE first <> ?", (EVERYBODY,)))


def note_ahead(db: sqlite3.Connection, first: int, batch: int) -> None:
    """Note that the group has its readings up to `batch`, in the transaction that puts them."""
    db.execute("INSERT OR REPLACE INTO summarised VALUES (?, ?)", (first, batch))


def note_taken(db: sqlite3.Connection, batch: int) -> None:
    """Note that all groups have their readings up to `batch`; some may have more still."""
    db.execute("DELETE FROM summarised WHERE batch <= ?", (batch,))
    db.execute("INSERT OR REPLACE INTO summarised VALUES (?, ?)", (EVERYBODY, batch))


def put_part(db: sqlite3.Connection, level: Level, begin: Instant, first: int, some: Mapping[int, Summary]) -> int:
    """Join summaries of one step, by place, to what its part holds; return the bytes that it takes."""
    row = db.execute(_FIND, (PART, level.step, begin, first)).fetchone()
    part = _legible(db, row[0], PART, begin, level) if row else None
    if part is None:
        part = part_of(some)
    else:
        for place, summary in some.items():
            part.add(place, summary)
    return _put(db, level, PART, begin, first, part)


def _put(db: sqlite3.Connection, level: Level, slots: int, begin: Instant, first: int, block: Block) -> int:
    body = packed(block)
    row = (slots, level.step, begin, first, body)
    db.execute("INSERT OR REPLACE INTO summaries (slots, step, begin, first, body) VALUES (?, ?, ?, ?, ?)", row)
    return len(body)


def _legible(db: sqlite3.Connection, body: bytes, slots: int, begin: Instant, level: Level) -> Block | None:
    """Return what `body` holds, or None when its bytes are damaged, which is noted as lost."""
    try:
        return unpacked(body, slots)
    except IllegibleSummaries:
        end = Instant(begin + slots * level.step - 1)
        insert_lost(db, [Lost(NOBODY_HAS_IT, begin, end, 0, 0, WhyLost.ILLEGIBLE)], end)
        return None


def unsealed(db: sqlite3.Connection, upto: Instant) -> Unsealed | None:
    """Return the oldest parts whose time was over at `upto`; None when there are none."""
    for level in (MINUTES, HOURS):
        query = "SELECT begin, first FROM summaries WHERE slots = ? AND step = ? ORDER BY begin, first LIMIT 1"
        row = db.execute(query, (PART, level.step)).fetchone()
        end = (row[0] // level.sealed_every + 1) * level.sealed_every if row else 0
        if row and end <= upto:
            return Unsealed(level, row[1], Instant(row[0]), Instant(end))
    return None


def seal(db: sqlite3.Connection, due: Unsealed) -> int:
    """Let the block take in these parts, in the transaction that is open; return the bytes that were written."""
    level, begin = due.level, due.level.block_of(due.begin)
    query = (
        "SELECT number, begin, body FROM summaries"
        " WHERE slots = ? AND step = ? AND begin >= ? AND begin < ? AND first = ? ORDER BY begin"
    )
    rows = db.execute(query, (PART, level.step, due.begin, due.end, due.first)).fetchall()
    found = [(at, _legible(db, body, PART, at, level)) for _, at, body in rows]
    parts = [(Instant(at), part) for at, part in found if part is not None]
    written = _join_to_block(db, level, begin, due.first, parts)
    if level is MINUTES:
        written += _put_hour(db, begin, due.first, [part for _, part in parts])
    db.executemany("DELETE FROM summaries WHERE number = ?", [(number,) for number, *_ in rows])
    return written


def _join_to_block(
    db: sqlite3.Connection, level: Level, begin: Instant, first: int, parts: Sequence[tuple[Instant, Block]]
) -> int:
    """Let the block at `begin` take in `parts`; nothing when there are none (all were illegible)."""
    if not parts:
        return 0
    row = db.execute(_FIND, (level.slots, level.step, begin, first)).fetchone()
    before = len(row[0]) if row else 0
    block = (_legible(db, row[0], level.slots, begin, level) if row else None) or empty(level.slots)
    for at, part in parts:
        slot = (at - begin) // level.step
        for place in range(GROUP):
            if part.counts[place]:
                block.add(place * level.slots + slot, part.at(place))
    written = _put(db, level, level.slots, begin, first, block)
    count_block(db, level, begin, min(at for at, _ in parts), written - before)
    return written


def count_block(db: sqlite3.Connection, level: Level, begin: Instant, oldest: Instant, more: int) -> None:
    """Note that the block at `begin` took in steps from `oldest` on, and takes so many bytes more than before."""
    query = (
        "INSERT INTO summary_blocks (step, begin, oldest, bytes) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET oldest = min(oldest, excluded.oldest), bytes = bytes + excluded.bytes"
    )
    db.execute(query, (level.step, begin, oldest, more))


def _put_hour(db: sqlite3.Connection, begin: Instant, first: int, parts: Sequence[Block]) -> int:
    sums = {
        place: all_joined(part.at(place) for part in parts if part.counts[place])
        for place in range(GROUP)
        if any(part.counts[place] for part in parts)
    }
    return put_part(db, HOURS, begin, first, sums) if sums else 0
