"""Finds the lines that a server refuses, so that they alone are kept back.

A refused body is halved until the culprits stand alone. Its good lines may be written more than once on the way, which
changes nothing: the same line overwrites itself. Lines are sorted first, because culprits are often of one series or
one measurement, and InfluxDB says `dropped=n` when it refused n lines for the types of their fields: a piece that was
dropped whole needs no further halving.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from roommon.model.text import Text
from roommon.store.outcome import Forbidden, Refused

Write = Callable[[Sequence[str]], Awaitable[None]]
"""Writes lines in one request; raises what `outcome` lists."""

HARMLESS = "# roommon asks whether this bucket takes writes"
"""A comment: a write with nothing in it, through every check of address, token, organization and bucket."""

_DROPPED = re.compile(r"\bdropped=(\d+)")


class Culprits(NamedTuple):
    """Lines that the server refuses, for the reason in its own words."""

    lines: Sequence[str]
    words: str


async def write_all_but_refused(write: Write, lines: Sequence[str]) -> list[Culprits]:
    """Write `lines`; return those that the server refuses.

    Raises:
        Unavailable: some lines may not have arrived.
        Forbidden: the server refuses whatever we write, so no line is to blame.
    """
    try:
        await write(lines)
    except Refused as refusal:
        await _blame_the_lines(write, refusal)
        return await _split(write, sorted(lines), refusal)
    return []


async def _blame_the_lines(write: Write, refusal: Refused) -> None:
    """Make sure that the server takes writes: what refuses everything is no InfluxDB, or its address is wrong."""
    try:
        await write([HARMLESS])
    except Refused as again:
        raise Forbidden(
            Text(
                f"refuses every write ({refusal.status}: {again}); is this the address of InfluxDB?",
                f"拒绝所有写入（{refusal.status}：{again}）；这是 InfluxDB 的地址吗？",
            )
        ) from again


async def _split(write: Write, lines: Sequence[str], refusal: Refused) -> list[Culprits]:
    if len(lines) == 1 or _dropped(refusal) == len(lines):
        return [Culprits(lines, str(refusal))]
    middle = len(lines) // 2
    return [*await _find(write, lines[:middle]), *await _find(write, lines[middle:])]


async def _find(write: Write, lines: Sequence[str]) -> list[Culprits]:
    try:
        await write(lines)
    except Refused as refusal:
        return await _split(write, lines, refusal)
    return []


def _dropped(refusal: Refused) -> int:
    said = _DROPPED.search(str(refusal))
    return int(said[1]) if said else 0
