"""`roommon probe --serial PORT --scan-line`: at which speed and parity something answers."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from roommon.cli.complaint import Complaint, complain
from roommon.cli.probe_place import Serial, Wanted, place
from roommon.cli.screen import print_table
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.commissioning.lines import SETTINGS, Heard, Refused, Setting, heard, longest_s
from roommon.config.site import Bus as Endpoint

NO = 1


def scan_line(wanted: Wanted, units: Sequence[int], *, as_json: bool) -> int:
    """Try every setting, and print what answered at which; return 1 when nothing did.

    Raises:
        DeviceUnreachable: the port cannot be opened.
    """
    if wanted.serial.port is None:
        raise Complaint(say("--scan-line needs --serial PORT", "--scan-line 需要 --serial PORT"))
    if wanted.serial != Serial(wanted.serial.port):
        raise Complaint(
            say(
                "--scan-line tries all speeds and parities: leave --baud, --parity and --stop-bits out",
                "--scan-line 会尝试所有波特率与校验位：请去掉 --baud、--parity 与 --stop-bits",
            )
        )
    _announce(units, wanted.timeout_s)
    found = asyncio.run(_heard(wanted, units))
    if as_json:
        print(json.dumps({"port": str(wanted.serial.port), "heard": [_document(one) for one in found]}))
    elif found:
        _print(wanted, found)
    if not any(one.is_clear for one in found):
        complain(say("no unit answers at any setting", "任何设置下均无应答"))
        return NO
    return 0


def _announce(units: Sequence[int], timeout_s: float) -> None:
    many = counted(len(units), "unit", "个站号")
    longest = longest_s(units, timeout_s)
    print(
        say(
            f"{len(SETTINGS)} settings, {many}: up to {longest:.0f} s; stop the daemon first: a line has one client",
            f"{len(SETTINGS)} 种设置，{many}：最长 {longest:.0f} s；请先停止守护进程，串口只能有一个使用者",
        ),
        file=sys.stderr,
    )


async def _heard(wanted: Wanted, units: Sequence[int]) -> list[Heard]:
    def endpoint_at(setting: Setting) -> Endpoint:
        line = Serial(wanted.serial.port, setting.baud, setting.parity, setting.stop_bits)
        return place(replace(wanted, serial=line, unit=None)).endpoint

    found = []
    refused: list[Refused] = []
    async for one in heard(units, endpoint_at):
        if isinstance(one, Refused):
            refused.append(one)
            continue
        print(f"{one.setting}: {_who(one)}: {_how(one)}", file=sys.stderr)
        found.append(one)
    for why in dict.fromkeys(word(one.why) for one in refused):
        settings = ", ".join(str(one.setting) for one in refused if word(one.why) == why)
        print(say(f"the port does not take {settings}: {why}", f"串口不接受 {settings}：{why}"), file=sys.stderr)
    return found


def _who(one: Heard) -> str:
    return say(f"unit {one.unit}", f"站号 {one.unit}")


def _how(one: Heard) -> str:
    if one.is_clear:
        return word(one.how)
    return say(f"garbled, so not at this setting ({word(one.how)})", f"应答杂乱，设置不符（{word(one.how)}）")


def _print(wanted: Wanted, found: Sequence[Heard]) -> None:
    headings = say("setting", "设置"), say("unit", "站号"), say("answer", "应答")
    print_table(headings, [(str(one.setting), str(one.unit), _how(one)) for one in found])
    for setting in dict.fromkeys(one.setting for one in found if one.is_clear):
        units = ",".join(str(one.unit) for one in found if one.setting == setting and one.is_clear)
        line = f"--baud {setting.baud} --parity {setting.parity} --stop-bits {setting.stop_bits}"
        print(f"roommon probe --serial {wanted.serial.port} {line} --units {units}")


def _document(one: Heard) -> dict[str, object]:
    return {
        "baud": one.setting.baud,
        "parity": one.setting.parity,
        "stop_bits": one.setting.stop_bits,
        "unit": one.unit,
        "answers": one.is_clear,
        "how": word(one.how),
    }
