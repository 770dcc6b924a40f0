"""The options of `roommon discover`: which addresses, which ports, and how agents are asked."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli import agent_options
from roommon.cli.spoken import say

HELP = say(
    "Look which devices answer at the addresses that you name, and draft a configuration.",
    "查看给定地址上有哪些设备应答，并生成配置草稿。",
)


def discover(
    addresses: Annotated[
        list[str],
        typer.Argument(
            metavar="ADDRESS...",
            help=say("10.0.0.0/28, 10.0.0.2-10.0.0.9 or 10.0.0.7.", "10.0.0.0/28、10.0.0.2-10.0.0.9 或 10.0.0.7。"),
        ),
    ],
    *,
    community: agent_options.Community = None,
    community_file: agent_options.File = None,
    user: agent_options.User = None,
    auth: agent_options.AuthBy = None,
    auth_file: agent_options.File = None,
    privacy: agent_options.PrivacyBy = None,
    privacy_file: agent_options.File = None,
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
