"""`roommon incidents`, `roommon alarms report` and `roommon alarms test` as they are typed."""

from pathlib import Path
from typing import Annotated

import typer

from roommon.cli.journal_options import AsJson, JournalPath, Since, Until
from roommon.cli.spoken import say

_DEFAULT = Path("/etc/roommon")
Config = Annotated[Path, typer.Option("--config", metavar="CONFIG")]
INCIDENTS = say("Show alarms that belong together, or the hand-over.", "显示同属一个故障的告警，或交接班内容。")
REPORT = say("Show how the alarm system does, by ISA-18.2.", "按 ISA-18.2 显示告警系统的各项指标。")
TRIAL = say("Try a rule over the last days.", "用最近几天的记录试算一条规则。")


def incidents(
    incident: Annotated[
        int | None,
        typer.Argument(metavar="ID", help=say("One of them, by its number.", "按编号查看其中一个。")),
    ] = None,
    *,
    config: Config = _DEFAULT,
    journal: JournalPath = None,
    since: Since = None,
    until: Until = None,
    handover: Annotated[
        bool,
        typer.Option("--handover", help=say("The text for the next shift; --from 12h.", "交接班内容；--from 12h。")),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print incidents; exit 1 when there is none."""
    from roommon.cli import incidents as command

    asked = command.Asked(incident, since, until, handover, as_json)
    raise typer.Exit(command.show(asked, config, journal))


def report(
    config: Annotated[
        Path,
        typer.Argument(
            metavar="CONFIG", help=say("A YAML file or a folder of them.", "YAML 文件，或存放 YAML 文件的目录。")
        ),
    ] = _DEFAULT,
    *,
    journal: JournalPath = None,
    month: Annotated[
        str | None,
        typer.Option(
            metavar="MONTH", help=say("Such as 2026-11; else the last 30 days.", "例如 2026-11；缺省为最近 30 天。")
        ),
    ] = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Print the figures; exit 1 when one is not as recommended."""
    from roommon.cli import alarms_report as command

    asked = command.Asked(month, since, until, as_json)
    raise typer.Exit(command.report(asked, config, journal))


def trial(
    rule: Annotated[str, typer.Argument(metavar="RULE", help=say("Such as inlet-hot.", "例如 inlet-hot。"))],
    *,
    days: Annotated[float, typer.Option(metavar="N", min=0.01, help=say("How far back.", "回看几天。"))] = 7.0,
    config: Config = _DEFAULT,
    journal: JournalPath = None,
    suggest: Annotated[
        bool,
        typer.Option(
            "--suggest",
            help=say("Propose deadband and delays; changes nothing.", "建议死区与延时；不作任何修改。"),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what it would have raised; exit 1 when that is not what was."""
    from roommon.cli import alarms_trial as command

    asked = command.Asked(rule, days, suggest, as_json)
    raise typer.Exit(command.trial(asked, config, journal))
