"""The configuration of `roommon notify`: YAML to `Settings`, every fault with its place."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from roommon.config import files
from roommon.config.choice import split
from roommon.config.fault import ConfigInvalid, Fault, Place, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.notify_review import review
from roommon.config.reading import read
from roommon.config.schedule import local_zone
from roommon.config.secret import Surroundings, surroundings
from roommon.config.tolerated import tell_tolerated
from roommon.config.tree import Step, Value
from roommon.config.wording import shown
from roommon.config.written import SinkSpec
from roommon.model.text import Text
from roommon.notify.settings import Channel, Name, Person, Rota, Settings, Top


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading it."""

    settings: Settings | None
    """None when there are faults."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Return what the file or folder `path` says.

    Raises:
        ConfigInvalid: it has faults; all of them are in the error.
    """
    checked = examine(path, environment)
    if checked.settings is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.settings


def examine(
    path: Path, environment: Mapping[str, str] = os.environ, *, tolerate_missing_secrets: bool = False
) -> Checked:
    """Return the settings, if there are no faults, with all faults and warnings in the order of the files."""
    source = files.read(path)
    findings = Findings(list(source.faults))
    around = surroundings(source.folder, environment, tolerate=tolerate_missing_secrets)
    settings: Settings | None = None
    if source.value:
        settings = _settings(source.value, Spot(source), around, findings)
    elif not findings.found:
        findings.fault(
            Place(next(iter(source.texts), str(path)), 1, 1),
            Text("the configuration is empty", "配置为空"),
            Text(
                "begin with `sites:` and `broker:` (see config/notify.yaml)",
                "请从 `sites:`、`broker:` 写起（参见 config/notify.yaml）",
            ),
        )
    tell_tolerated(source, around, findings, Text("roommon notify", "通知程序（roommon notify）"))
    faults = tuple(findings.of(Severity.FAULT))
    return Checked(None if faults else settings, faults, tuple(findings.of(Severity.WARNING)))


def _settings(raw: Mapping[Step, Value], spot: Spot, around: Surroundings, findings: Findings) -> Settings | None:
    top = read(Top, raw, spot, around, findings)
    channels = _channels(raw.get("channels"), spot.below("channels"), around, findings)
    if top is None:
        return None
    if not top.sites:
        problem = Text("no site is named", "没有给出站点")
        findings.fault(spot.below("sites"), problem, Text("write `sites: [hospital-a]`", "请写 `sites: [hospital-a]`"))
    people = _by_id(top.people, spot.below("people"), findings)
    rotas = _by_id(top.rotas, spot.below("rotas"), findings, taken=people)
    settings = Settings(top, people, rotas, channels, top.zone or local_zone())
    review(settings, spot, findings)
    return settings


def _channels(raw: Value, spot: Spot, around: Surroundings, findings: Findings) -> dict[Name, Channel]:
    """Return the channels of `channels: [ { mail: {...} }, ... ]`; the second of a kind without a name is `mail-2`.

    A single one may stand without the brackets, as in other lists.
    """
    made: dict[Name, Channel] = {}
    counts: dict[str, int] = {}
    several = [(spot.below(index), each) for index, each in enumerate(raw)] if isinstance(raw, list) else [(spot, raw)]
    for at, value in several if raw is not None else []:
        parts = split(value, SinkSpec, Family.CHANNEL, at, findings)
        if parts is None or parts.kind is None:
            continue
        kind = parts.kind
        spec = read(SinkSpec, parts.rest, at, around, findings)
        config = read(kind.config, parts.config, at.below(kind.key), around, findings)
        counts[kind.key] = counts.get(kind.key, 0) + 1
        own = kind.key if counts[kind.key] == 1 else f"{kind.key}-{counts[kind.key]}"
        if spec is None or config is None:
            made.setdefault(Name((spec and spec.name) or own), Channel(Name(own), kind.key, kind.module, config))
            continue
        name = Name(spec.name or own)
        if name in made:
            _say_twice(at.below("name"), name, findings)
        made[name] = Channel(name, kind.key, kind.module, config)
    return made


Named = TypeVar("Named", Person, Rota)


def _by_id(given: Iterable[Named], spot: Spot, findings: Findings, taken: Iterable[Name] = ()) -> dict[Name, Named]:
    made: dict[Name, Named] = {}
    for index, each in enumerate(given):
        if each.id in made or each.id in taken:
            _say_twice(spot.below(index, "id"), each.id, findings)
        made[each.id] = each
    return made


def _say_twice(spot: Spot, name: str, findings: Findings) -> None:
    findings.fault(
        spot,
        Text(f"`{shown(name)}` is already a name here", f"`{shown(name)}` 已被使用"),
        Text("give people, rotas and channels each their own", "人员、值班表与渠道请各用不同的名称"),
    )
