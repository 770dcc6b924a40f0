"""The options of `roommon user`: who may log in at the status page, and what they may do there."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.journal_options import AsJson, JournalPath, Last, Since
from roommon.cli.spoken import say
from roommon.model.text import Language
from roommon.web.roles import Role

ADD = say("Add somebody who may log in at the status page.", "添加可登录状态页面的用户。")
PASSWORD = say("Set somebody's password.", "设置用户密码。")
ROLE = say("Say what somebody may do.", "设置用户角色。")
REMOVE = say("Remove somebody.", "删除用户。")
LOGINS = say("Show who logged in, and who tried to.", "显示登录记录，包括失败的尝试。")
LIST = say("Show who may log in.", "列出可登录的用户。")

_Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help=say("What they log in with, such as wang.", "登录名，例如 wang。")),
]
_ROLES = say(
    "viewer looks; operator acknowledges, shelves, notes, resets, drills; administrator also takes out of service.",
    "viewer：查看；operator：确认、搁置、备注、复位、演练；administrator：另可停用。",
)
_Config = Annotated[
    Path,
    typer.Option(
        "--config",
        metavar="CONFIG",
        readable=False,
        help=say("It says where the users are: `web: { users: FILE }`.", "其中 `web: { users: FILE }` 指明用户文件。"),
    ),
]
_File = Annotated[
    Path | None,
    typer.Option("--file", metavar="FILE", help=say("The users file itself.", "直接指定用户文件。")),
]
_Stdin = Annotated[
    bool,
    typer.Option("--stdin", help=say("Read the password from a pipe, one line.", "从管道读取密码（一行）。")),
]
_DEFAULT = Path("/etc/roommon")


def add(
    name: _Name,
    *,
    role: Annotated[Role, typer.Option(help=_ROLES)] = Role.VIEWER,
    called: Annotated[
        str | None,
        typer.Option("--name", metavar="WORDS", help=say("Their name, such as Wang Wei.", "显示姓名，例如 王工。")),
    ] = None,
    language: Annotated[
        Language | None,
        typer.Option(help=say("The browser's when left out.", "缺省时采用浏览器的语言。")),
    ] = None,
    stdin: _Stdin = False,
    file: _File = None,
    config: _Config = _DEFAULT,
) -> None:
    """Ask for the password twice, and add them."""
    from roommon.cli import user

    user.add(user.New(name, role, called, language), user.place(file, config), from_pipe=stdin)


def password(name: _Name, *, stdin: _Stdin = False, file: _File = None, config: _Config = _DEFAULT) -> None:
    """Ask for the new password twice; their sessions end."""
    from roommon.cli import user

    user.set_password(name, user.place(file, config).file, from_pipe=stdin)


def role(
    name: _Name,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help=_ROLES)],
    *,
    file: _File = None,
    config: _Config = _DEFAULT,
) -> None:
    """Change what they may do; their sessions end."""
    from roommon.cli import user

    user.set_role(name, role, user.place(file, config).file)


def remove(name: _Name, *, file: _File = None, config: _Config = _DEFAULT) -> None:
    """Remove them; their sessions end."""
    from roommon.cli import user

    user.remove(name, user.place(file, config).file)


def show(*, file: _File = None, config: _Config = _DEFAULT, as_json: AsJson = False) -> None:
    """Print the users; exit 1 when there are none, or something is wrong in the file."""
    from roommon.cli import user

    raise typer.Exit(user.show(user.place(file, config).file, as_json=as_json))


def logins(
    *,
    config: Annotated[Path, typer.Option("--config", metavar="CONFIG")] = _DEFAULT,
    journal: JournalPath = None,
    since: Since = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Print the record of those who logged in at the status page, the newest last."""
    from roommon.cli import logins as command

    command.show(config, journal, since, last, as_json=as_json)
