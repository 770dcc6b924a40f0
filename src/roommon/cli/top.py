"""`roommon top`: the wall in a terminal, live; read from the journal, so it shows also what a dead daemon left."""

import json
import sys
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live

from roommon.cli.screen import console
from roommon.cli.top_drawn import lines
from roommon.cli.top_keys import keys
from roommon.cli.top_present import Seen, Watching
from roommon.web.api import documents
from roommon.web.mood import Mood
from roommon.web.wall import wall

EVERY_S = 1.0
_QUIT = frozenset({"q", "Q", "\x03", "\x04"})


def top(config: Path, journal: Path | None, *, once: bool, as_json: bool) -> int:
    """Show how everything is until `q`, or once; return 0 when all is normal and roommon is awake, else 1."""
    watching = Watching(config, journal)
    if as_json or once or not sys.stdout.isatty():
        seen = watching.look()
        _print(seen, as_json=as_json)
    else:
        seen = _live(watching, console())
    return 0 if seen.is_awake and _mood(seen) in (Mood.NORMAL, Mood.EMPTY) else 1


def _live(watching: Watching, screen: Console) -> Seen:
    seen = watching.look()
    with keys() as pressed, Live(console=screen, screen=True, auto_refresh=False) as live:
        try:
            while True:
                live.update(Group(*lines(seen, screen.width, screen.height)), refresh=True)
                if pressed(EVERY_S) in _QUIT:
                    return seen
                seen = watching.look()
        except KeyboardInterrupt:
            return seen


def _print(seen: Seen, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_document(seen), ensure_ascii=False, allow_nan=False))
        return
    screen = console()
    for line in lines(seen, screen.width, None):
        screen.print(line)


def _document(seen: Seen) -> dict[str, object]:
    """Return what the API says of the site, with what stands and what cannot be read."""
    drawn, language = wall(seen.building, seen.present), seen.building.language
    return {
        **documents.site(seen.building, seen.present),
        "awake": seen.is_awake,
        "alarms": documents.alarms(seen.building, seen.present)["alarms"],
        "unseen": [
            {
                "sensor": each.watched.sensor.id,
                "name": each.watched.name.in_language(language),
                "reason": each.reason,
            }
            for each in drawn.unseen
        ],
    }


def _mood(seen: Seen) -> Mood:
    return wall(seen.building, seen.present).mood
