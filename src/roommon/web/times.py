"""Instants as a page shows them beside `record.moments`."""

from datetime import UTC, datetime

from roommon.model.clock import Instant
from roommon.record.moments import local, moment


def clock(at: Instant) -> str:
    """Return the time of day: `08:00:00`."""
    return moment(at).strftime("%H:%M:%S")


def day(at: Instant) -> str:
    """Return the day of `at` in UTC, as certificates are dated: `2026-11-23`."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d")


def iso_8601(at: Instant) -> str:
    """Return `at` in UTC with milliseconds: `2026-11-23T20:16:05.120Z`."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def since(at: Instant, now: Instant) -> str:
    """Return `08:00:00` if `at` is of today, else with its day."""
    return clock(at) if moment(at).date() == moment(now).date() else local(at)
