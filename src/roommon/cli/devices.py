"""`roommon devices`: who each device said that it was, and when it began to say something else."""

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from roommon.cli.complaint import Complaint
from roommon.cli.moments import local
from roommon.cli.screen import print_table
from roommon.cli.sites import opened
from roommon.cli.spoken import say
from roommon.journal.record import Identified
from roommon.record.members import iso_8601

_KEYS = ("maker", "model", "firmware", "serial", "location")


def show(config: Path, journal: Path | None, device: str | None, *, as_json: bool) -> int:
    """Print the newest identity of every device, or with `device` all that it ever had; return 1 if there is none."""
    with opened(config, journal) as reader:
        said = [one for one in reader.identities() if device in (None, one.device)]
    if device is not None and not said:
        raise Complaint(say(f"{device} never said who it is", f"{device} 从未报告过身份"))
    shown = said if device is not None else list({one.device: one for one in said}.values())
    if as_json:
        for one in shown:
            print(json.dumps(_document(one), ensure_ascii=False))
    elif shown:
        times = {one.device: sum(other.device == one.device for other in said) - 1 for one in shown}
        print_table(_headings(), [_row(one, times[one.device]) for one in _ordered(shown)])
        if device is not None:
            _print_changes(shown)
    else:
        print(say("No device has said yet who it is.", "尚无设备报告过身份。"))
    return 0 if shown else 1


def _ordered(shown: Sequence[Identified]) -> list[Identified]:
    return sorted(shown, key=lambda one: (one.device, one.at))


def _headings() -> tuple[str, ...]:
    return (
        say("device", "设备"),
        say("maker", "厂商"),
        say("model", "型号"),
        say("firmware", "固件"),
        say("serial number", "序列号"),
        say("location", "位置"),
        say("since", "自"),
        say("changes", "变更次数"),
    )


def _row(one: Identified, changes: int) -> list[str]:
    return [one.device, *(one.identity.get(key, "") for key in _KEYS), local(one.at), str(changes)]


def _print_changes(said: Sequence[Identified]) -> None:
    """Say in sentences what each change was."""
    words = dict(zip(_KEYS, _headings()[1:], strict=False))
    for before, after in pairwise(said):
        for key, name in words.items():
            was, is_ = before.identity.get(key, ""), after.identity.get(key, "")
            if was and was != is_:
                print(say(f"{local(after.at)}  {name}: {was} -> {is_}", f"{local(after.at)}  {name}：{was} → {is_}"))


def _document(one: Identified) -> dict[str, object]:
    return {"device": one.device, "at": iso_8601(one.at), **one.identity}
