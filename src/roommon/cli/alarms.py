"""`roommon alarms`: what stands now."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from roommon.alerts.payload import alarm_message
from roommon.cli.journals import opened
from roommon.cli.moments import lasted, local
from roommon.cli.spoken import language, say
from roommon.cli.words import COLOURS, PRIORITIES, STATES, word
from roommon.journal.record import NumberedEvent
from roommon.model.clock import Instant


def alarms(config: Path, journal: Path | None, *, as_json: bool) -> int:
    """Print the alarms that are not normal, the most urgent first; return 0 when there is none, else 1."""
    with opened(config, journal) as reader:
        standing = sorted(reader.standing(), key=lambda numbered: (numbered.event.priority, numbered.number))
    if as_json:
        for numbered in standing:
            print(alarm_message(numbered.number, numbered.event, language()).decode())
    elif standing:
        Console().print(table(standing, datetime.now().astimezone()))
    else:
        print(say("No alarm stands.", "当前没有报警。"))
    return 1 if standing else 0


def table(standing: Sequence[NumberedEvent], now: datetime) -> Table:
    """Return the alarms for the screen; with each what to do."""
    shown = Table(box=box.SIMPLE_HEAD, expand=False)
    for heading in (say("priority", "优先级"), say("since", "时间"), say("for", "历时"), say("state", "状态")):
        shown.add_column(heading, no_wrap=True)
    shown.add_column(say("alarm", "报警"), ratio=1)
    for numbered in standing:
        event = numbered.event
        told = Styled(event.text.in_language(language()), style="bold")
        if event.response:
            told.append(f"\n→ {event.response.in_language(language())}", style="not bold")
        told.append(f"\n{event.alarm}", style="dim not bold")
        shown.add_row(
            Styled(word(PRIORITIES[event.priority]), style=COLOURS[event.priority]),
            local(event.at),
            lasted(_since(event.at, now)),
            word(STATES[event.state]),
            told,
        )
    return shown


def _since(at: Instant, now: datetime) -> int:
    return round(now.timestamp() * 1000) - at
