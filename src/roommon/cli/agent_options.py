"""The options by which a person says how SNMP agents are asked, the same for every command that asks one."""

from typing import Annotated

import typer

from roommon.cli.spoken import say
from roommon.poll.snmp.endpoint import Auth, Privacy

_FILE = say("A file with it, mode 600.", "存放该内容的文件，权限 600。")

Community = Annotated[str | None, typer.Option(metavar="WORD", help=say("Else `public`.", "缺省 public。"))]
File = Annotated[str | None, typer.Option(metavar="FILE", help=_FILE)]
User = Annotated[str | None, typer.Option(metavar="NAME", help=say("SNMP version 3.", "SNMP 版本 3。"))]
AuthBy = Annotated[Auth | None, typer.Option(help=say("sha256 with --auth-file.", "有 --auth-file 时为 sha256。"))]
PrivacyBy = Annotated[
    Privacy | None, typer.Option(help=say("aes128 with --privacy-file.", "有 --privacy-file 时为 aes128。"))
]
