"""The commands, their options and their help."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from roommon.cli import (
    command_options,
    discover_options,
    drill_options,
    help_page,
    mendable,
    notify_options,
    probe_options,
    record_options,
    service_options,
    usage,
    user_options,
)
from roommon.cli.journal_options import AsJson, JournalPath, Last, Since, Until
from roommon.cli.spoken import say

app = typer.Typer(
    name="roommon",
    cls=help_page.Group,
    help=say("Watch a server room.", "机房环境监测。"),
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

_DEFAULT = Path("/etc/roommon")
ConfigPath = Annotated[
    Path,
    typer.Argument(
        metavar="CONFIG", help=say("A YAML file or a folder of them.", "YAML 文件，或存放 YAML 文件的目录。")
    ),
]


@app.command(cls=help_page.Command, help=say("Run the daemon.", "运行守护进程。"))
def run(
    config: ConfigPath = _DEFAULT,
    *,
    log_level: Annotated[
        str,
        typer.Option(metavar="LEVEL", help=say("debug, info, warning or error.", "debug、info、warning 或 error。")),
    ] = "info",
) -> None:
    """Run until SIGTERM; SIGHUP reads the configuration again."""
    from roommon.cli import run as command

    command.run(config, log_level)


@app.command(
    cls=help_page.Command,
    help=say("Show it all with a simulated room; no server needed.", "用模拟机房演示全部过程，无需服务器。"),
)
def demo(
    broker: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help=say("Use this MQTT broker.", "使用这个 MQTT 代理。")),
    ] = None,
    influxdb: Annotated[
        str | None, typer.Option(metavar="URL", help=say("Write to this InfluxDB too.", "同时写入这个 InfluxDB。"))
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.2, max=10, help=say("How fast the room's time runs.", "模拟机房时间的快慢。"))
    ] = 1.0,
) -> None:
    """Run the demonstration: heat, water, mains lost; about two minutes."""
    from roommon.cli import demo as command

    raise typer.Exit(command.demo(broker, influxdb, speed))


@app.command(
    cls=help_page.Command, help=say("Check a configuration, and what answers.", "检查配置，以及各设备是否应答。")
)
def check(
    config: ConfigPath = _DEFAULT,
    *,
    connect: Annotated[
        bool, typer.Option("--connect", help=say("Talk to every device and server.", "与每台设备和服务器通信。"))
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help=say("Show the rules in force, and where each comes from.", "显示生效的规则及其来源。"),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print every fault with its place."""
    from roommon.cli import check as command

    raise typer.Exit(command.check(config, connect=connect, explain=explain, as_json=as_json))


app.command(cls=help_page.Command, help=probe_options.HELP)(probe_options.probe)
app.command(cls=help_page.Command, help=discover_options.HELP)(discover_options.discover)


@app.command(
    cls=help_page.Command,
    help=say("List the devices that roommon knows, or show one.", "列出支持的设备，或查看其中一种。"),
)
def profiles(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help=say("Such as rfc1628-ups.", "例如 rfc1628-ups。")),
    ] = None,
    *,
    config: Annotated[
        Path,
        typer.Option(
            "--config",
            metavar="CONFIG",
            help=say("Your own profiles lie beside it, in profiles/.", "自建模板位于其旁的 profiles/ 目录。"),
        ),
    ] = _DEFAULT,
    as_json: AsJson = False,
) -> None:
    """Print what is shipped and what lies beside the configuration."""
    from roommon.cli import profiles as command

    raise typer.Exit(command.profiles(name, config, as_json=as_json))


@app.command(
    "profiles import",
    cls=help_page.Command,
    help=say(
        "Make a profile of a maker's register sheet, for you to go over.", "由厂家的寄存器点表生成设备模板，供核对。"
    ),
)
def profiles_import(
    sheet: Annotated[Path, typer.Argument(metavar="SHEET", help=say("A csv or xlsx file.", "csv 或 xlsx 文件。"))],
    *,
    name: Annotated[
        str | None,
        typer.Option(metavar="ID", help=say("What it is called; else like the file.", "模板标识，缺省取自文件名。")),
    ] = None,
    write: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|-",
            help=say(
                "Where the profile goes, such as profiles/our-probe.yaml.", "写入的文件，例如 profiles/our-probe.yaml。"
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the points and what was not understood; exit 1 when a row was not."""
    from roommon.cli import profiles_import as command

    raise typer.Exit(command.profiles_import(command.Asked(sheet, name, write), as_json=as_json))


@app.command(cls=help_page.Command, help=say("Show what stands now.", "显示当前告警。"))
def alarms(config: ConfigPath = _DEFAULT, *, journal: JournalPath = None, as_json: AsJson = False) -> None:
    """Print the alarms that are not normal, and those that are shelved."""
    from roommon.cli import alarms as command

    raise typer.Exit(command.alarms(config, journal, as_json=as_json))


@app.command(
    cls=help_page.Command, help=say("Show the room at a glance, live; q ends it.", "实时显示机房概况，按 q 退出。")
)
def top(
    config: ConfigPath = _DEFAULT,
    *,
    journal: JournalPath = None,
    once: Annotated[bool, typer.Option("--once", help=say("Print it once.", "只输出一次。"))] = False,
    as_json: AsJson = False,
) -> None:
    """Show the wall; exit 1 when not all is normal."""
    from roommon.cli import top as command

    raise typer.Exit(command.top(config, journal, once=once, as_json=as_json))


app.command("alarms report", cls=help_page.Command, help=record_options.REPORT)(record_options.report)
app.command("alarms test", cls=help_page.Command, help=record_options.TRIAL)(record_options.trial)
app.command(cls=help_page.Command, help=record_options.INCIDENTS)(record_options.incidents)

for _name, _help, _do in (
    ("acknowledge", command_options.ACKNOWLEDGE, command_options.acknowledge),
    ("shelve", command_options.SHELVE, command_options.shelve),
    ("unshelve", command_options.UNSHELVE, command_options.unshelve),
    ("reset", command_options.RESET, command_options.reset),
    ("note", command_options.NOTE, command_options.note),
):
    app.command(f"alarms {_name}", cls=help_page.Command, help=_help)(_do)


@app.command(cls=help_page.Command, help=service_options.LIST)
def service(config: ConfigPath = _DEFAULT, *, journal: JournalPath = None, as_json: AsJson = False) -> None:
    """Print what is out of service; exit 1 when something is."""
    from roommon.cli import out_of_service as command

    raise typer.Exit(command.show(config, journal, as_json=as_json))


app.command("service out", cls=help_page.Command, help=service_options.OUT)(service_options.out)
app.command("service in", cls=help_page.Command, help=service_options.IN)(service_options.back)
app.command(cls=help_page.Command, help=drill_options.DRILL)(drill_options.drill)


@app.command(cls=help_page.Command, help=drill_options.DRILLS)
def drills(
    config: ConfigPath = _DEFAULT, *, journal: JournalPath = None, since: Since = None, as_json: AsJson = False
) -> None:
    """Print the drills; exit 1 when one brought no alarm, or nobody answered."""
    from roommon.cli import drills as command

    raise typer.Exit(command.show(config, journal, since, as_json=as_json))


app.command("drills end", cls=help_page.Command, help=drill_options.END)(drill_options.end)
app.command("user add", cls=help_page.Command, help=user_options.ADD)(user_options.add)
app.command("user password", cls=help_page.Command, help=user_options.PASSWORD)(user_options.password)
app.command("user role", cls=help_page.Command, help=user_options.ROLE)(user_options.role)
app.command("user remove", cls=help_page.Command, help=user_options.REMOVE)(user_options.remove)
app.command("user list", cls=help_page.Command, help=user_options.LIST)(user_options.show)
app.command("user logins", cls=help_page.Command, help=user_options.LOGINS)(user_options.logins)


@app.command(
    cls=help_page.Command, help=say("Show readings of a sensor, or alarm events.", "显示传感器读数或告警事件的历史。")
)
def history(
    of: Annotated[
        str | None,
        typer.Argument(
            metavar="SENSOR|ALARM",
            help=say(
                "rack-a.inlet, or an alarm; all events when left out.",
                "例如 rack-a.inlet，或某个告警；缺省为全部事件。",
            ),
        ),
    ] = None,
    *,
    config: Annotated[Path, typer.Option("--config", metavar="CONFIG")] = _DEFAULT,
    journal: JournalPath = None,
    since: Since = None,
    until: Until = None,
    last: Last = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="minute|hour|day",
            help=say(
                "The smallest, mean and largest value of each, for as long as the journal keeps them.",
                "每分钟、每小时或每天的最小、平均和最大值，可查日志库保留的整段时间。",
            ),
        ),
    ] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=say("Print CSV.", "输出 CSV。"))] = False,
) -> None:
    """Print what the journal holds."""
    from roommon.cli import history as command

    shape = command.form(as_json=as_json, as_csv=as_csv)
    asked = command.Asked(of, since, until, last, shape, command.by(by))
    raise typer.Exit(command.history(asked, config, journal))


@app.command(
    cls=help_page.Command,
    help=say("Show what the journal holds, owes, and lost.", "显示日志库的内容、待送与丢失情况。"),
)
def journal(
    config: ConfigPath = _DEFAULT,
    *,
    journal: JournalPath = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help=say("What was lost or refused since: `24h`.", "只看此后丢失或被拒的：`24h`。"),
        ),
    ] = None,
    last: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help=say("The newest N losses and refusals.", "最新 N 条丢失与拒收。")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print file, deliverers, losses and refusals; exit 1 when something was lost, refused or set aside."""
    from roommon.cli import journal as command

    raise typer.Exit(command.show(config, journal, since, last, as_json=as_json))


@app.command(
    cls=help_page.Command,
    help=say("Show who the devices say that they are.", "显示各设备自报的身份。"),
)
def devices(
    config: ConfigPath = _DEFAULT,
    *,
    journal: JournalPath = None,
    device: Annotated[
        str | None,
        typer.Option(metavar="ID", help=say("One device, with all that changed.", "某一设备及其全部变更。")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print maker, model, firmware, serial number and location; exit 1 when no device said anything yet."""
    from roommon.cli import devices as command

    raise typer.Exit(command.show(config, journal, device, as_json=as_json))


@app.command(
    cls=help_page.Command, help=say("Fold the journal again and compare the events.", "用日志库重新推演告警并比对。")
)
def replay(
    config: ConfigPath = _DEFAULT,
    *,
    journal: JournalPath = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """Judge recorded readings again; exit 1 when the events differ."""
    from roommon.cli import replay as command

    raise typer.Exit(command.replay(config, journal, since, until, as_json=as_json))


app.command("notify run", cls=help_page.Command, help=notify_options.RUN)(notify_options.run)
app.command("notify check", cls=help_page.Command, help=notify_options.CHECK)(notify_options.check)
app.command("notify test", cls=help_page.Command, help=notify_options.TEST)(notify_options.trial)
app.command("notify log", cls=help_page.Command, help=notify_options.LOG)(notify_options.log)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"roommon {version('roommon')}")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=say("Print the version.", "显示版本。")),
    ] = False,
) -> None:
    """Take what stands before the command."""


def main() -> None:
    """Run the command line; what a user can mend is told in a line, and a traceback means a bug."""
    mendable.run(_typed)


def _typed() -> None:
    """Run the command that was typed.

    Raises:
        WrongUsage: it cannot be understood.
    """
    try:
        sys.exit(app(standalone_mode=False))
    except typer.TyperException as error:
        if not isinstance(error, usage.UsageError):
            raise
        raise usage.WrongUsage(usage.told(error)) from error
