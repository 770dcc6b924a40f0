"""The options of `roommon service`: what is out of service, and who takes it out and puts it back."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.command_options import Also, Config, Lasts, Socket, Until, Why
from roommon.cli.journal_options import AsJson
from roommon.cli.spoken import say

LIST = say("Show what is out of service.", "显示已停用的设备、传感器、机房和规则。")
OUT = say("Take something out of service for work on it.", "检修前停用设备、传感器、机房或规则。")
IN = say("Put something back in service.", "恢复投用。")

_Device = Annotated[str | None, typer.Option("--device", metavar="ID", help=say("A device.", "设备。"))]
_Sensor = Annotated[str | None, typer.Option("--sensor", metavar="ID", help=say("A sensor.", "传感器。"))]
_Room = Annotated[str | None, typer.Option("--room", metavar="ID", help=say("A room.", "机房。"))]
_Rule = Annotated[str | None, typer.Option("--rule", metavar="ID", help=say("A rule.", "规则。"))]
_DEFAULT = Path("/etc/roommon")


def out(
    *,
    note: Why,
    device: _Device = None,
    sensor: _Sensor = None,
    room: _Room = None,
    rule: _Rule = None,
    lasts: Lasts = None,
    until: Until = None,
    config: Config = _DEFAULT,
    socket: Socket = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    from roommon.cli import commanding

    what = _what(device=device, sensor=sensor, room=room, rule=rule)
    members = {**what, "note": note, **commanding.ending(lasts, until)}
    place = commanding.Place(config, socket)
    raise typer.Exit(commanding.send("out_of_service", members, place, as_json=as_json))


def back(
    *,
    device: _Device = None,
    sensor: _Sensor = None,
    room: _Room = None,
    rule: _Rule = None,
    note: Also = "",
    config: Config = _DEFAULT,
    socket: Socket = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it was done, 1 when it was refused."""
    from roommon.cli import commanding

    members = {**_what(device=device, sensor=sensor, room=room, rule=rule), "note": note}
    place = commanding.Place(config, socket)
    raise typer.Exit(commanding.send("in_service", members, place, as_json=as_json))


def _what(**named: str | None) -> dict[str, object]:
    from roommon.cli.complaint import Complaint

    given: dict[str, object] = {scope: target for scope, target in named.items() if target is not None}
    if len(given) != 1:
        raise Complaint(
            say("give one of --device, --sensor, --room, --rule", "请给出 --device、--sensor、--room、--rule 之一")
        )
    return given
