"""The options of `roommon discover`: which addresses, which ports, and how agents are asked."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.spoken import say
from roommon.poll.snmp.endpoint import Auth, Privacy

HELP = say(
    "Look which devices answer at the addresses that you name, and draft a configuration.",
    "查看给定地址上有哪些设备应答，并生成配置草稿。",
)
_FILE = say("A file with it, mode 600.", "存放该内容的文件，权限 600。")


def discover(
    addresses: Annotated[
        list[str],
        typer.Argument(
            metavar="ADDRESS...",
            help=say("10.0.0.0/28, 10.0.0.2-10.0.0.9 or 10.0.0.7.", "10.0.0.0/28、10.0.0.2-10.0.0.9 或 10.0.0.7。"),
        ),
    ],
    *,
    community: Annotated[str | None, typer.Option(metavar="WORD", help=say("Else `public`.", "缺省 public。"))] = None,
    community_file: Annotated[str | None, typer.Option(metavar="FILE", help=_FILE)] = None,
    user: Annotated[str | None, typer.Option(metavar="NAME", help=say("SNMP version 3.", "SNMP 版本 3。"))] = None,
    auth: Annotated[
        Auth | None, typer.Option(help=say("sha256 with --auth-file.", "有 --auth-file 时为 sha256。"))
    ] = None,
    auth_file: Annotated[str | None, typer.Option(metavar="FILE", help=_FILE)] = None,
    privacy: Annotated[
        Privacy | None, typer.Option(help=say("aes128 with --privacy-file.", "有 --privacy-file 时为 aes128。"))
    ] = None,
    privacy_file: Annotated[str | None, typer.Option(metavar="FILE", help=_FILE)] = None,
    snmp_port: Annotated[int, typer.Option(metavar="N", min=1, max=65_535, help=say("UDP.", "UDP 端口。"))] = 161,
    modbus_port: Annotated[int, typer.Option(metavar="N", min=1, max=65_535, help=say("TCP.", "TCP 端口。"))] = 502,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.05, max=60, help=say("For one answer.", "等待一次应答的秒数。"))
    ] = 1.0,
    config: Annotated[
        Path,
        typer.Option(metavar="CONFIG", help=say("Beside it your own profiles lie.", "其旁的 profiles/ 存放自建模板。")),
    ] = Path("/etc/roommon"),
    yes: Annotated[
        bool, typer.Option("--yes", help=say("Ask more than 256 addresses.", "允许询问超过 256 个地址。"))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=say("Print JSON.", "输出 JSON。"))] = False,
) -> None:
    """Print a draft of a configuration; exit 1 when nothing answers."""
    from roommon.cli import discover as command
    from roommon.cli.probe_place import Snmp

    agent = Snmp(None, None, community, community_file, user, auth, auth_file, privacy, privacy_file)
    asked = command.Asked(tuple(addresses), agent, snmp_port, modbus_port, timeout, config, large=yes)
    raise typer.Exit(command.discover(asked, as_json=as_json))
