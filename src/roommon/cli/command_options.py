"""The options of what people do to alarms: `roommon alarms acknowledge|shelve|unshelve|reset|note`."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.journal_options import AsJson
from roommon.cli.spoken import say

ACKNOWLEDGE = say("Say that you have seen an alarm.", "确认告警：表示已看到。")
SHELVE = say("Set an alarm aside for a time.", "将告警搁置一段时间。")
UNSHELVE = say("Take an alarm off the shelf.", "结束搁置。")
RESET = say("Set back a latched alarm.", "复位已锁存的告警。")
NOTE = say("Write a note on an alarm.", "为告警写备注。")

Config = Annotated[
    Path,
    typer.Option(
        "--config", metavar="CONFIG", readable=False, help=say("Of the daemon that is meant.", "所指守护进程的配置。")
    ),
]
Socket = Annotated[
    Path | None,
    typer.Option(
        "--socket",
        metavar="FILE",
        help=say("Its socket; else the configuration names it.", "其套接字；缺省取自配置。"),
    ),
]
Lasts = Annotated[
    str | None, typer.Option("--for", metavar="2h", help=say("How long: 30min, 2h, 1d.", "时长：30min、2h、1d。"))
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", metavar="TIME", help=say("Until 18:00, or 2026-11-23T08:00.", "截止：18:00 或 2026-11-23T08:00。")
    ),
]
Why = Annotated[str, typer.Option("--note", metavar="WHY", help=say("Why; people read it.", "原因，供他人查看。"))]
Also = Annotated[
    str, typer.Option("--note", metavar="WORDS", help=say("What you know of it.", "您了解的情况。"), show_default=False)
]
_Alarm = Annotated[
    str,
    typer.Argument(
        metavar="ALARM",
        help=say(
            "Its name in `roommon alarms`; or a pattern for one.", "`roommon alarms` 中的名称，或只对应一个的通配符。"
        ),
    ),
]
_DEFAULT = Path("/etc/roommon")


def acknowledge(
    alarm: _Alarm, *, note: Also = "", config: Config = _DEFAULT, socket: Socket = None, as_json: AsJson = False
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    _send("acknowledge", alarm, {"note": note}, config, socket, as_json=as_json)


def shelve(
    alarm: _Alarm,
    *,
    note: Why,
    lasts: Lasts = None,
    until: Until = None,
    one_shot: Annotated[
        bool,
        typer.Option("--one-shot", help=say("Only until it is normal again.", "恢复正常即结束。")),
    ] = False,
    config: Config = _DEFAULT,
    socket: Socket = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    from roommon.cli import commanding
    from roommon.cli.complaint import Complaint

    ends = commanding.ending(lasts, until)
    if not ends:
        raise Complaint(say("for how long? --for 2h or --until 18:00", "搁置多久？--for 2h 或 --until 18:00"))
    _send("shelve", alarm, {"note": note, "one_shot": one_shot, **ends}, config, socket, as_json=as_json)


def unshelve(
    alarm: _Alarm, *, note: Also = "", config: Config = _DEFAULT, socket: Socket = None, as_json: AsJson = False
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    _send("unshelve", alarm, {"note": note}, config, socket, as_json=as_json)


def reset(
    alarm: _Alarm, *, note: Also = "", config: Config = _DEFAULT, socket: Socket = None, as_json: AsJson = False
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    _send("reset", alarm, {"note": note}, config, socket, as_json=as_json)


def note(
    alarm: _Alarm,
    words: Annotated[list[str], typer.Argument(metavar="WORDS...", help=say("The note.", "备注内容。"))],
    *,
    config: Config = _DEFAULT,
    socket: Socket = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    _send("note", alarm, {"note": " ".join(words)}, config, socket, as_json=as_json)


def _send(
    verb: str, alarm: str, members: dict[str, object], config: Path, socket: Path | None, *, as_json: bool
) -> None:
    from roommon.cli import commanding

    place = commanding.Place(config, socket)
    named = {"alarm": commanding.alarm_of(alarm, place), **members}
    raise typer.Exit(commanding.send(verb, named, place, as_json=as_json))
