"""A configuration from its files to a `Site`, every fault of it in one run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from roommon.config import devices, rules, source
from roommon.config.fault import ConfigInvalid, Fault, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.library import Library
from roommon.config.reading import read
from roommon.config.review import review
from roommon.config.secret import Surroundings, surroundings
from roommon.config.sinks import named_sinks, named_stores
from roommon.config.site import Site
from roommon.config.source import Source, Value
from roommon.config.written import Top
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading a configuration."""

    site: Site | None
    """None when there are faults."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Site:
    """Return what the file or folder `path` says.

    Raises:
        ConfigInvalid: it has faults; all of them are in the error.
    """
    checked = examine(path, environment)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site


def examine(path: Path, environment: Mapping[str, str] = os.environ, *, tolerate_missing_secrets: bool = False) -> Checked:
    """Return the site, if there are no faults, with all faults and warnings in the order of the files.

    With `tolerate_missing_secrets`, a file that is named and not there is a warning: `check` before the installation.
    """
    files = source.read(path)
    findings = Findings(list(files.faults))
    around = surroundings(files.folder, environment, tolerate=tolerate_missing_secrets)
    site = _site(files, around, findings) if files.value else _nothing(files, path, findings)
    _tell_tolerated(files, around, findings)
    faults = findings.of(Severity.FAULT)
    return Checked(None if faults else site, tuple(faults), tuple(findings.of(Severity.WARNING)))


def _nothing(files: Source, path: Path, findings: Findings) -> None:
    if not findings.found:
        findings.fault(
            Spot(files).place if files.texts else Spot(files).place._replace(file=str(path)),
            Text("the configuration is empty", "配置为空"),
            Text("begin with `site:`, `room:` and `devices:` (see config/roommon.yaml)", "请从 `site:`、`room:`、`devices:` 写起（参见 config/roommon.yaml）"),
        )


def _site(files: Source, around: Surroundings, findings: Findings) -> Site | None:
    spot = Spot(files)
    top = read(Top, files.value, spot, around, findings)
    raw = files.value
    name = top.room if top is not None else str(raw.get("room", ""))
    builder = devices.Builder(name, Library(files.folder, around, findings), around, findings)
    for index, each in enumerate(_items(raw, "buses")):
        builder.bus(each, spot.below("buses", index))
    for index, each in enumerate(_items(raw, "devices")):
        builder.device(each, spot.below("devices", index))
    judge = rules.Builder(builder.room, around, findings)
    for index, each in enumerate(_items(raw, "rules")):
        judge.rule(each, spot.below("rules", index))
    stores = named_stores(raw.get("store"), spot.below("store"), around, findings)
    alerts = named_sinks(_items(raw, "alerts"), spot.below("alerts"), around, findings)
    review(builder.room, judge, findings)
    if top is None:
        return None
    return Site(
        id=top.site,
        room=top.room,
        language=top.language,
        journal=top.journal,
        stores=stores,
        alerts=alerts,
        buses=tuple(builder.room.buses.values()),
        devices=tuple(builder.room.devices.values()),
        rules=tuple(judge.rules.values()),
        text="".join(f"# {name}\n{text}\n" for name, text in files.texts.items()),
    )


def _items(raw: Mapping[source.Step, Value], key: str) -> list[Value]:
    value = raw.get(key)
    return value if isinstance(value, list) else []


def _tell_tolerated(files: Source, around: Surroundings, findings: Findings) -> None:
    for name in dict.fromkeys(around.tolerated or ()):
        places = [spot for spot in _named(files.value, Spot(files), name)]
        for at in places:
            findings.warn(
                at,
                Text(f"there is no file `{name}` yet", f"文件 `{name}` 尚不存在"),
                Text("put it in place before the daemon starts", "请在启动守护进程前放置该文件"),
            )


def _named(value: Value, spot: Spot, name: str) -> "list[Spot]":
    """Return where `value` names the file `name`."""
    if isinstance(value, dict):
        here = [spot.below(key) for key, each in value.items() if each == name and str(key).endswith("_file")]
        return here + [found for key, each in value.items() for found in _named(each, spot.below(key), name)]
    if isinstance(value, list):
        return [found for index, each in enumerate(value) for found in _named(each, spot.below(index), name)]
    return []
