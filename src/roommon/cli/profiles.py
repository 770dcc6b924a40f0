"""`roommon profiles`: the device families that roommon knows, shipped and the user's own; or one of them in full."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from roommon.cli import profile_document, profile_page
from roommon.cli.complaint import Complaint, near
from roommon.cli.profile_words import CATEGORIES, CONFIDENCE, by_category, protocol
from roommon.cli.screen import print_table
from roommon.cli.spoken import language, say
from roommon.cli.words import word
from roommon.config.described import Described, described, names
from roommon.config.fault import ConfigInvalid

WRONG = 2


def profiles(name: str | None, config: Path, *, as_json: bool) -> int:
    """Print all profiles, or `name`; return 2 when a profile of the user's own has faults."""
    folder = config if config.is_dir() else config.parent
    if name is not None:
        return _show(name, folder, as_json=as_json)
    found, faults = described(folder)
    for fault in faults:
        print(fault.told(language()), file=sys.stderr)
    if as_json:
        print(json.dumps([profile_document.summary(one) for one in by_category(found)], ensure_ascii=False))
    else:
        _print_list(by_category(found))
    return WRONG if faults else 0


def _show(name: str, folder: Path, *, as_json: bool) -> int:
    known = names(folder)
    if name not in known:
        raise Complaint(say(f"there is no profile {name}", f"没有设备模板 {name}") + near(name, known))
    found, faults = described(folder, name)
    if faults:
        raise ConfigInvalid(faults)
    if as_json:
        print(json.dumps(profile_document.whole(found[0]), ensure_ascii=False))
    else:
        profile_page.show(found[0])
    return 0


def _print_list(found: Sequence[Described]) -> None:
    headings = (
        say("for", "类别"),
        say("profile", "模板"),
        say("device", "设备"),
        say("protocol", "协议"),
        say("values", "点位"),
        say("rules", "规则"),
        say("rests on", "依据"),
    )
    print_table(headings, [_row(one) for one in found])
    print(say("`roommon profiles NAME` shows one.", "`roommon profiles 模板名` 查看其中一个。"))


def _row(one: Described) -> list[str]:
    profile = one.profile
    rests = word(CONFIDENCE[profile.confidence])
    return [
        word(CATEGORIES[profile.category]),
        profile.id,
        f"{profile.vendor} {profile.model}",
        protocol(one),
        str(len(one.sensors)),
        str(len(one.rules)),
        rests if one.is_shipped else say(f"your own file; {rests}", f"自建；{rests}"),
    ]
