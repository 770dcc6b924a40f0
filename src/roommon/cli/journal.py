"""`roommon journal`: what the journal holds, what each deliverer has still to send, and what was lost or refused."""

import json
from datetime import datetime
from pathlib import Path

from roommon.cli.journal_shown import Account, print_account
from roommon.cli.moments import instant
from roommon.cli.sites import opened
from roommon.journal.damage import put_aside_before
from roommon.journal.holdings import Standing
from roommon.journal.reader import JournalReader
from roommon.journal.record import Lost, Rejected
from roommon.journal.series import SummariesHeld
from roommon.model.clock import Instant
from roommon.record.members import iso_8601

_SHOWN = 10
"""Losses and refusals on the screen, when nobody says how many."""


def show(config: Path, journal: Path | None, since: str | None, last: int | None, *, as_json: bool) -> int:
    """Print what the journal holds; return 0 when nothing was lost, refused or set aside, else 1."""
    first = None if since is None else instant(since, datetime.now().astimezone())
    with opened(config, journal) as reader:
        account = account_of(reader, first, last)
        shown = _SHOWN if last is None else last
    if as_json:
        print(json.dumps(_document(account), ensure_ascii=False))
    else:
        print_account(account, shown)
    return 0 if account.is_whole else 1


def account_of(reader: JournalReader, since: Instant | None, newest: int | None) -> Account:
    """Return what is told of the journal; of losses and refusals the `newest` from `since` on."""
    path = reader.path
    files = (path.with_name(path.name + ending) for ending in ("", "-wal"))
    return Account(
        file=path.absolute(),
        size=sum(file.stat().st_size for file in files if file.exists()),
        holdings=reader.holdings(),
        standings=reader.standings(),
        lost=reader.lost(since, newest),
        refused=reader.refused(since, newest),
        damaged=put_aside_before(path, "damaged"),
        foreign=put_aside_before(path, "foreign"),
    )


def _document(account: Account) -> dict[str, object]:
    holds = account.holdings
    return {
        "file": str(account.file),
        "bytes": account.size,
        "schema": holds.schema,
        "readings": holds.readings,
        "oldest": _time(holds.oldest),
        "newest": _time(holds.newest),
        "events": holds.events,
        "last_event": holds.last_event,
        "summaries": [_held(held) for held in holds.summaries],
        "summarised_until": _time(holds.summarised_until),
        "deliverers": [_deliverer(standing) for standing in account.standings],
        "lost": [_lost(lost) for lost in account.lost],
        "refused": [_refused(refused) for refused in account.refused],
        "damaged": account.damaged,
        "foreign": account.foreign,
    }


def _held(held: SummariesHeld) -> dict[str, object]:
    return {"step_s": held.step // 1000, "oldest": _time(held.oldest), "bytes": held.size}


def _deliverer(standing: Standing) -> dict[str, object]:
    waiting = standing.waiting
    return {
        "name": standing.deliverer,
        "sent": {
            "readings": standing.sent_readings if standing.takes_readings else None,
            "last_event": standing.last_event if standing.takes_events else None,
        },
        "waiting": {"readings": waiting.readings, "events": waiting.events, "oldest": _time(waiting.oldest)},
    }


def _lost(lost: Lost) -> dict[str, object]:
    return {
        "deliverer": lost.deliverer,
        "first": _time(lost.first_at),
        "last": _time(lost.last_at),
        "readings": lost.readings,
        "events": lost.events,
        "why": lost.why,
    }


def _refused(refused: Rejected) -> dict[str, object]:
    return {
        "deliverer": refused.deliverer,
        "at": _time(refused.at),
        "lines": refused.what.split("\n"),
        "words": refused.why,
    }


def _time(at: Instant | None) -> str | None:
    return None if at is None else iso_8601(at)
