"""`roommon alarms`: what stands now. A record that ended some time ago says nothing of now, and that is said first."""

import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Styled

from roommon.alerts.payload import alarm_message
from roommon.cli import alarms_shown
from roommon.cli.alarms_shown import Shelved
from roommon.cli.moments import lasted, local
from roommon.cli.screen import console
from roommon.cli.sites import opened
from roommon.cli.spoken import language, say
from roommon.cli.words import COLOURS, PRIORITIES, word
from roommon.journal.record import NumberedEvent
from roommon.journal.standing import StandingAlarm, standing_alarms
from roommon.model.clock import Instant

_AWAKE_MS = 20_000
"""A running daemon records its own health every 5 s; beyond this it does not run, or its disk takes nothing."""


def alarms(config: Path, journal: Path | None, *, as_json: bool) -> int:
    """Print the alarms that are not normal, the most urgent first, and what is shelved besides.

    Return 0 when none stands and roommon is awake, else 1.
    """
    with opened(config, journal) as reader:
        standing, last = sorted(standing_alarms(reader), key=_urgency), reader.last_instant()
        shelved = alarms_shown.shelved(reader)
    now = datetime.now().astimezone()
    asleep = _asleep(last, now)
    if asleep is not None:
        print(asleep, file=sys.stderr)
    if as_json:
        _print_json([*(each.newest for each in standing), *(each.event for each in shelved if each.event)])
    else:
        _print(standing, shelved, now, is_awake=asleep is None)
    return 0 if not standing and asleep is None else 1


def _print_json(events: Sequence[NumberedEvent]) -> None:
    for numbered in events:
        print(alarm_message(numbered.number, numbered.event, language()).decode())


def _print(standing: Sequence[StandingAlarm], shelved: Sequence[Shelved], now: datetime, *, is_awake: bool) -> None:
    if standing:
        console().print(table(standing, now))
    else:
        print(say("No alarm stands.", "当前没有告警。") if is_awake else say("none.", "无。"))
    if shelved:
        print(say("Shelved, and normal now:", "已搁置，目前正常："))
    for each in shelved:
        print(f"  {alarms_shown.on_the_shelf(each)}")


def _asleep(last: Instant | None, now: datetime) -> str | None:
    """Return what to say when the newest reading is too old for a daemon that runs; None when it is not."""
    if last is None:
        return say(
            "Nothing was recorded yet: does roommon run? (systemctl status roommon)",
            "尚无任何记录：roommon 是否在运行？（systemctl status roommon）",
        )
    ago = round(now.timestamp() * 1000) - last
    if ago <= _AWAKE_MS:
        return None
    return say(
        f"Nothing was recorded since {local(last)}, {lasted(ago)} ago: does roommon run, has its disk room? "
        "(systemctl status roommon)\nWhat stood then:",
        f"自 {local(last)}（{lasted(ago)}前）起再无记录：roommon 是否在运行，磁盘是否有空间？"
        "（systemctl status roommon）\n当时的告警：",
    )


def _urgency(alarm: StandingAlarm) -> tuple[int, str, int]:
    event = alarm.event
    return event.priority, event.response.en, alarm.newest.number


def table(standing: Sequence[StandingAlarm], now: datetime) -> Group:
    """Return the alarms for the screen; what to do stands once below those that want the same."""
    shown: list[RenderableType] = []
    wants = groupby(standing, key=lambda alarm: (alarm.event.priority, alarm.event.response))
    for (priority, response), alike in wants:
        grid = Table.grid(padding=(0, 2))
        for alarm in alike:
            event = alarm.event
            grid.add_row(
                Styled(f" {word(PRIORITIES[priority])} ", style=COLOURS[priority]),
                local(alarm.since),
                lasted(round(now.timestamp() * 1000) - alarm.since),
                _said(alarm),
                alarms_shown.state(alarm),
                Styled(event.alarm, style="dim"),
            )
        shown.append(grid)
        if response:
            shown.append(Styled(f"    → {response.in_language(language())}\n"))
    return Group(*shown)


def _said(alarm: StandingAlarm) -> Styled:
    """Return what is so, and below it what people did and what keeps it from them."""
    about = alarm.event.about or alarm.event.text
    said = Styled(about.in_language(language()), style="bold")
    for line in alarms_shown.details(alarm):
        said.append(f"\n{line}", style="not bold")
    return said
