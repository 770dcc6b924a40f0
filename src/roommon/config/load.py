"""A configuration from its files to a `Site`, every fault of it in one run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roommon.config import derivations, files, traps, web
from roommon.config.buses import Buses
from roommon.config.derived import DerivedDevices
from roommon.config.devices import Devices
from roommon.config.fault import ConfigInvalid, Fault, Place, Severity
from roommon.config.findings import Findings, Spot
from roommon.config.library import Library
from roommon.config.plan import Plans
from roommon.config.reading import read
from roommon.config.recommended import LeftOut, Origin, Taken, take
from roommon.config.review import review
from roommon.config.room import Room
from roommon.config.rules import Rules
from roommon.config.secret import Surroundings, surroundings
from roommon.config.sinks import named_sinks, named_stores
from roommon.config.site import Site
from roommon.config.source import Source
from roommon.config.standards import Standards
from roommon.config.tolerated import tell_tolerated
from roommon.config.tree import Step, Value
from roommon.config.uncollected import uncollected
from roommon.config.written import Top
from roommon.model.alarm import RuleId
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of reading a configuration."""

    site: Site | None
    """None when there are faults."""
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    origins: Mapping[RuleId, Origin] = field(default_factory=dict)
    """Where each rule comes from."""
    notes: tuple[Fault, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """Rules that profiles recommend, and that are not in force."""


def load(path: Path, environment: Mapping[str, str] = os.environ) -> Site:
    """Return what the file or folder `path` says.

    Raises:
        ConfigInvalid: it has faults; all of them are in the error.
    """
    checked = examine(path, environment)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site


def examine(
    path: Path, environment: Mapping[str, str] = os.environ, *, tolerate_missing_secrets: bool = False
) -> Checked:
    """Return the site, if there are no faults, with all faults and warnings in the order of the files.

    With `tolerate_missing_secrets`, a file that is named and not there is a warning: `check` before the installation.
    """
    with uncollected():
        return _examined(path, environment, tolerate_missing_secrets)


def _examined(path: Path, environment: Mapping[str, str], tolerate_missing_secrets: bool) -> Checked:
    source = files.read(path)
    findings = Findings(list(source.faults))
    around = surroundings(source.folder, environment, tolerate=tolerate_missing_secrets)
    site: Site | None = None
    taken = Taken()
    if source.value:
        site, taken = _site(source, around, findings)
    elif not findings.found:
        _nothing(source, path, findings)
    tell_tolerated(source, around, findings, Text("the daemon", "守护进程"))
    faults = findings.of(Severity.FAULT)
    warnings = tuple(findings.of(Severity.WARNING))
    notes, left_out = tuple(findings.of(Severity.NOTE)), tuple(taken.left_out)
    return Checked(None if faults else site, tuple(faults), warnings, taken.origins, notes, left_out)


def _nothing(source: Source, path: Path, findings: Findings) -> None:
    findings.fault(
        Place(next(iter(source.texts), str(path)), 1, 1),
        Text("the configuration is empty", "配置为空"),
        Text(
            "begin with `site:`, `room:` and `devices:` (see config/roommon.yaml)",
            "请从 `site:`、`room:`、`devices:` 写起（参见 config/roommon.yaml）",
        ),
    )


def _site(source: Source, around: Surroundings, findings: Findings) -> tuple[Site | None, Taken]:
    spot = Spot(source)
    top = read(Top, source.value, spot, around, findings)
    raw = source.value
    name = top.room if top is not None else str(raw.get("room", ""))
    room = Room()
    buses = Buses(room, around, findings)
    devices = Devices(room, name, Library(source.folder, around, findings), around, findings)
    derived = DerivedDevices(room, name, around, findings)
    for key, add in (("buses", buses.add), ("devices", devices.add), ("derived", derived.add)):
        for each, at in _items(raw, key, spot):
            add(each, at)
    derivations.make(derived.asked, room, around, findings)
    rules = Rules(room, around, findings)
    for each, at in _items(raw, "rules", spot):
        rules.add(each, at)
    taken = take(room, rules, around, findings)
    standards = Standards(rules, source.folder, around, findings)
    for each, at in _items(raw, "standards", spot):
        standards.add(each, at)
    taken.origins.update(standards.origins)
    rules.explain()
    stores = named_stores(raw.get("store"), spot.below("store"), around, findings)
    alerts = named_sinks(_items(raw, "alerts", spot), around, findings)
    review(room, rules, findings)
    if top is not None and top.traps is not None:
        traps.review(spot.below("traps"), room, findings)
    page = web.placed(top.web, around) if top is not None else None
    if page is not None:
        web.review(page, spot.below("web"), around, findings)
    plans = Plans(room, name, around, findings)
    for each, at in _items(raw, "plan", spot):
        plans.add(each, at)
    if not raw.get("alerts") and not findings.of(Severity.FAULT):
        findings.warn(
            spot,
            Text("nobody is told of alarms: there is no `alerts`", "没有 `alerts`：告警不会通知任何人"),
            Text("add `alerts: [mqtt: { host: ... }]`", "请添加 `alerts: [mqtt: { host: ... }]`"),
        )
    if top is None:
        return None, taken
    site = Site(
        id=top.site,
        room=top.room,
        language=top.language,
        journal=top.journal,
        stores=stores,
        alerts=alerts,
        buses=tuple(room.buses.values()),
        devices=tuple(room.devices.values()),
        derived_devices=tuple(room.derived_devices.values()),
        derived=tuple(room.derived.values()),
        rules=tuple(rules.rules.values()),
        policy=top.alarms,
        alive=top.alive,
        commands=top.commands,
        traps=top.traps,
        web=page,
        floors=tuple(plans.floors.values()),
        text="".join(f"# {name}\n{text}\n" for name, text in source.texts.items()),
    )
    return site, taken


def _items(raw: Mapping[Step, Value], key: str, spot: Spot) -> list[tuple[Value, Spot]]:
    """Return what stands under `key`, each with its place; one value alone stands for a list of one."""
    value, at = raw.get(key), spot.below(key)
    if isinstance(value, list):
        return [(each, at.below(index)) for index, each in enumerate(value)]
    return [] if value is None else [(value, at)]
