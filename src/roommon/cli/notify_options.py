"""The options of `roommon notify ...`, and their help."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.journal_options import AsJson, Last, Since
from roommon.cli.spoken import say

DEFAULT = Path("/etc/roommon-notify")
NotifyPath = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG",
        help=say("A YAML file or a folder of them.", "YAML 文件，或存放 YAML 文件的目录。"),
    ),
]
NotifyConfig = Annotated[
    Path,
    typer.Option(
        "--config",
        metavar="CONFIG",
        help=say("A YAML file or a folder of them.", "YAML 文件，或存放 YAML 文件的目录。"),
    ),
]
RUN = say("Tell people of alarms: mail, SMS, ...; in a process of its own.", "以独立进程通知人员：邮件、短信等。")
CHECK = say("Check who is told of what, and what answers.", "检查通知配置，以及代理是否应答。")
TEST = say("Send a test by each channel, and say what came of it.", "逐一试发各通知渠道并报告结果。")
LOG = say("Show what was told to whom: tried, delivered, failed and why.", "显示通知记录：尝试、送达、失败及原因。")


def run(
    config: NotifyPath = DEFAULT,
    *,
    log_level: Annotated[
        str,
        typer.Option(metavar="LEVEL", help=say("debug, info, warning or error.", "debug、info、warning 或 error。")),
    ] = "info",
) -> None:
    """Run until SIGTERM; SIGHUP reads the configuration again."""
    from roommon.cli import notify_run as command

    command.run(config, log_level)


def check(
    config: NotifyPath = DEFAULT,
    *,
    connect: Annotated[bool, typer.Option("--connect", help=say("Talk to the broker.", "与 MQTT 代理通信。"))] = False,
    as_json: AsJson = False,
) -> None:
    """Print every fault with its place, and who is told of what; exit 2 on a fault."""
    from roommon.cli import notify_check as command

    raise typer.Exit(command.check(config, connect=connect, as_json=as_json))


def trial(
    of: Annotated[
        str | None,
        typer.Argument(
            metavar="PERSON|CHANNEL", help=say("Everybody by everything when left out.", "缺省为全部人员的全部渠道。")
        ),
    ] = None,
    *,
    config: NotifyConfig = DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Send; exit 1 when something did not arrive."""
    from roommon.cli import notify_test as command

    raise typer.Exit(command.test(of, config, as_json=as_json))


def log(
    *,
    config: NotifyConfig = DEFAULT,
    since: Since = None,
    last: Last = None,
    as_json: AsJson = False,
) -> None:
    """Print every try; exit 1 when something failed or still waits."""
    from roommon.cli import notify_log as command

    raise typer.Exit(command.log(config, since, last, as_json=as_json))
