"""The options of `roommon drill` and `roommon drills`."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.command_options import Also, Config, Lasts, Socket, Until
from roommon.cli.journal_options import AsJson
from roommon.cli.spoken import say

DRILL = say("Prove the chain from a sensor to a person.", "演练：验证从传感器到人的整条链路。")
DRILLS = say("Show what was drilled, and who answered.", "显示演练记录及应答者。")
END = say("End a drill.", "结束演练。")

_Sensor = Annotated[str, typer.Argument(metavar="SENSOR", help=say("Such as leak-3.leak.", "例如 leak-3.leak。"))]
_Value = Annotated[
    float,
    typer.Option(metavar="NUMBER", help=say("What it is read as, in its own unit.", "演练读数，单位与传感器一致。")),
]
_DEFAULT = Path("/etc/roommon")


def drill(
    sensor: _Sensor,
    *,
    value: _Value = 1.0,
    lasts: Lasts = "10min",
    until: Until = None,
    note: Also = "",
    config: Config = _DEFAULT,
    socket: Socket = None,
    as_json: AsJson = False,
) -> None:
    """Exit 0 when it runs, 1 when it was refused."""
    from roommon.cli import commanding

    ends = commanding.ending(None if until is not None else lasts, until)
    members = {"sensor": sensor, "value": value, "note": note, **ends}
    raise typer.Exit(commanding.send("drill", members, commanding.Place(config, socket), as_json=as_json))


def end(
    sensor: _Sensor, *, note: Also = "", config: Config = _DEFAULT, socket: Socket = None, as_json: AsJson = False
) -> None:
    """Exit 0 when it is over, 1 when it was refused."""
    from roommon.cli import commanding

    members = {"sensor": sensor, "note": note}
    raise typer.Exit(commanding.send("end_drill", members, commanding.Place(config, socket), as_json=as_json))
