"""The options of `roommon probe`: where the device is, and what is read."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from roommon.cli import agent_options
from roommon.cli.spoken import say

HELP = say(
    "Read one device and show all that its answer may mean; it never writes.",
    "读取一台设备，显示其应答的各种可能含义；只读不写。",
)


class Framer(StrEnum):
    """What travels over TCP."""

    TCP = "tcp"
    RTU = "rtu"


class Parity(StrEnum):
    """Of a serial line."""

    NONE = "N"
    EVEN = "E"
    ODD = "O"


class Version(StrEnum):
    """Of SNMP."""

    V1 = "1"
    V2C = "2c"
    V3 = "3"


_FILE = say("A file with it, mode 600.", "存放该内容的文件，权限 600。")


def probe(
    where: Annotated[
        str | None,
        typer.Argument(
            metavar="DEVICE|HOST:PORT",
            help=say(
                "A device of the configuration; an SNMP agent; or, with --unit or --units, a Modbus TCP server.",
                "配置中的设备；SNMP 代理；加 --unit 或 --units 时为 Modbus TCP 服务器。",
            ),
        ),
    ] = None,
    *,
    read: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help=say(
                "'input 1', 'holding 0x7D0', 'coil 3', 'discrete 0', counted from 0, or an OID;"
                " left out: the points of the device or profile, or who it says it is.",
                "'input 1'、'holding 0x7D0'、'coil 3'、'discrete 0'（从 0 起）或 OID；"
                "缺省：设备或模板的全部点位，或设备自述。",
            ),
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help=say(
                "How many registers (2 for 32 bits, 4 for 64), or objects below the OID.",
                "读取多少个寄存器（32 位为 2，64 位为 4），或 OID 之下多少个对象。",
            ),
        ),
    ] = None,
    scan_line: Annotated[
        bool,
        typer.Option(
            "--scan-line",
            help=say(
                "With --serial: at which speed and parity unit 1, or --units, answers.",
                "与 --serial 同用：查找站号 1（或 --units）在何种波特率与校验位下应答。",
            ),
        ),
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=say("Read all points of this profile.", "按此设备模板读取全部点位。")),
    ] = None,
    config: Annotated[
        Path,
        typer.Option(metavar="CONFIG", help=say("Where devices and profiles/ are.", "设备与 profiles/ 所在的配置。")),
    ] = Path("/etc/roommon"),
    unit: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=0,
            max=255,
            help=say("Modbus unit id; 1 unless the profile knows.", "Modbus 站号，缺省 1，或取自模板。"),
        ),
    ] = None,
    units: Annotated[
        str | None,
        typer.Option(
            metavar="1..32",
            help=say(
                "Which units answer, and what they are; or 1,4,7. With --profile, as that reads them.",
                "哪些站号有应答、各是什么设备；也可写 1,4,7。配合 --profile 时按该模板读取。",
            ),
        ),
    ] = None,
    scan: Annotated[
        bool,
        typer.Option(
            "--scan",
            help=say("What registers an unknown unit has, read gently.", "温和地读取未知设备有哪些寄存器。"),
        ),
    ] = False,
    draft: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=say("After --scan: draft a profile in profiles/.", "扫描后在 profiles/ 中生成模板草稿。"),
        ),
    ] = None,
    framer: Annotated[
        Framer | None, typer.Option(help=say("rtu behind a transparent serial server.", "透传串口服务器用 rtu。"))
    ] = None,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.05, max=60, help=say("For one answer.", "等待一次应答的秒数。"))
    ] = 1.0,
    serial: Annotated[
        Path | None, typer.Option(metavar="PORT", help=say("A serial line: /dev/ttyUSB0.", "串口：/dev/ttyUSB0。"))
    ] = None,
    baud: Annotated[
        int | None,
        typer.Option(metavar="N", min=300, help=say("9600 unless the profile knows.", "缺省 9600，或取自模板。")),
    ] = None,
    parity: Annotated[
        Parity | None, typer.Option(help=say("N unless the profile knows.", "缺省 N，或取自模板。"))
    ] = None,
    stop_bits: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, max=2, help=say("1 unless the profile knows.", "缺省 1，或取自模板。")),
    ] = None,
    snmp: Annotated[str | None, typer.Option(metavar="HOST[:PORT]", help=say("An SNMP agent.", "SNMP 代理。"))] = None,
    version: Annotated[
        Version | None, typer.Option(help=say("2c; 3 when a user is given.", "缺省 2c；给出用户时为 3。"))
    ] = None,
    community: agent_options.Community = None,
    community_file: agent_options.File = None,
    user: agent_options.User = None,
    auth: agent_options.AuthBy = None,
    auth_file: agent_options.File = None,
    privacy: agent_options.PrivacyBy = None,
    privacy_file: agent_options.File = None,
    write: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help=say(
                "Write what was found as YAML into FILE, behind what stands there; - is standard output.",
                "将结果以 YAML 写入 FILE（追加在已有内容之后）；- 为标准输出。",
            ),
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=say("Print JSON.", "输出 JSON。"))] = False,
) -> None:
    """Ask one device once."""
    from roommon.cli import probe as command
    from roommon.cli.probe_place import Serial, Snmp, Wanted

    line = Serial(serial, baud, parity, stop_bits)
    agent = Snmp(snmp, version, community, community_file, user, auth, auth_file, privacy, privacy_file)
    wanted = Wanted(where, config, line, agent, framer, unit, timeout, profile)
    raise typer.Exit(
        command.probe(wanted, command.Asked(read, count, write, units, scan, draft, scan_line), as_json=as_json)
    )
