"""`roommon incidents --handover`: the text for the next shift, on the terminal and for programs."""

import json
from typing import TYPE_CHECKING

from roommon.alerts.payload import alarm_message
from roommon.cli.moments import local
from roommon.cli.spoken import language, say
from roommon.cli.words import word
from roommon.model.alive import SetAside
from roommon.record.handover import NOTHING, Line, happened, parts, watch
from roommon.record.members import iso_8601
from roommon.record.shift import Shift

if TYPE_CHECKING:
    from roommon.config.site import Site


def print_handover(shift: Shift, site: "Site | None", *, as_json: bool) -> None:
    """Print it."""
    if as_json:
        print(json.dumps(_document(shift), ensure_ascii=False))
        return
    name = f"{site.id}, {site.room}" if site else ""
    print(say(f"Hand-over {name}", f"交接班 {name}").strip())
    print(f"{local(shift.begin)} – {local(shift.end)}")
    for part in parts(shift):
        print(f"\n{word(part.heading)}")
        for line in part.lines or (Line(NOTHING),):
            print(f"  {word(line.text)}")


def _document(shift: Shift) -> dict[str, object]:
    return {
        "from": iso_8601(shift.begin),
        "to": iso_8601(shift.end),
        "incidents": [each.id for each in shift.incidents],
        "happened": [word(happened(each, shift.end).text) for each in shift.incidents],
        "standing": [json.loads(alarm_message(life.newest, life.last, language())) for life in shift.standing],
        "aside": [_aside_facts(each) for each in shift.aside],
        "watch": [word(each) for each in watch(shift)],
    }


def _aside_facts(one: SetAside) -> dict[str, object]:
    until = None if one.until is None else iso_8601(one.until)
    return {"what": one.what, "kind": one.kind, "until": until, "by": one.by, "why": one.why}
