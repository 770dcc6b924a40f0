"""`roommon alarms`: what stands now."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from roommon.alerts.payload import alarm_message
from roommon.cli.moments import lasted, local
from roommon.cli.screen import console
from roommon.cli.sites import opened
from roommon.cli.spoken import language, say
from roommon.cli.words import COLOURS, PRIORITIES, STATES, word
from roommon.journal.record import NumberedEvent


def alarms(config: Path, journal: Path | None, *, as_json: bool) -> int:
    """Print the alarms that are not normal, the most urgent first; return 0 when there is none, else 1."""
    with opened(config, journal) as reader:
        standing = sorted(reader.standing(), key=_urgency)
    if as_json:
        for numbered in standing:
            print(alarm_message(numbered.number, numbered.event, language()).decode())
    elif standing:
        console().print(table(standing, datetime.now().astimezone()))
    else:
        print(say("No alarm stands.", "当前没有报警。"))
    return 1 if standing else 0


def _urgency(numbered: NumberedEvent) -> tuple[int, str, int]:
    event = numbered.event
    return event.priority, event.response.en, numbered.number


def table(standing: Sequence[NumberedEvent], now: datetime) -> Group:
    """Return the alarms for the screen; what to do stands once below those that want the same."""
    shown: list[RenderableType] = []
    wants = groupby(standing, key=lambda numbered: (numbered.event.priority, numbered.event.response))
    for (priority, response), alike in wants:
        grid = Table.grid(padding=(0, 2))
        for numbered in alike:
            event = numbered.event
            grid.add_row(
                Styled(f" {word(PRIORITIES[priority])} ", style=COLOURS[priority]),
                local(event.at),
                lasted(round(now.timestamp() * 1000) - event.at),
                Styled(event.text.in_language(language()), style="bold"),
                word(STATES[event.state]),
                Styled(event.alarm, style="dim"),
            )
        shown.append(grid)
        if response:
            shown.append(Styled(f"    → {response.in_language(language())}\n"))
    return Group(*shown)
