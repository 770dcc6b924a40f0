"""The rules that standards bring, taken by a site that names them: `standards: [ashrae-2021-a1-recommended]`.

A rule is called `<standard>.<rule>` and says in its response from which clause it comes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roommon.config import files, kinds
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family
from roommon.config.reading import read
from roommon.config.recommended import Origin, changed
from roommon.config.rules import Rules
from roommon.config.secret import Surroundings
from roommon.config.selections import Selections
from roommon.config.shape import keys
from roommon.config.sheet import Entry, entries
from roommon.config.tree import Step, Value
from roommon.config.wording import listed, meant, no_such
from roommon.config.written import RuleSpec, StandardSpec
from roommon.model.alarm import RuleId
from roommon.model.text import Text
from roommon.standards.standard import FOLDER, ClauseSpec, Standard, StandardId, shipped

_UNVERIFIED = Text("figure from a secondary source, unverified", "数值来自二手资料，未经核实")
_OWN = frozenset(keys(ClauseSpec))


@dataclass(slots=True)
class Standards:
    """Adds the rules of standards to `rules`, noting every fault and what no sensor is there for."""

    rules: Rules
    folder: Path
    """The configuration's; the user's own standards lie in its `standards/`."""
    around: Surroundings
    findings: Findings
    origins: dict[RuleId, Origin] = field(default_factory=dict)
    _taken: dict[StandardId, Spot] = field(default_factory=dict)

    def add(self, raw: Value, spot: Spot) -> None:
        """Take one entry of `standards`: a name, or `{ id, drop, change }`."""
        spec = read(StandardSpec, {"id": raw} if isinstance(raw, str) else raw, spot, self.around, self.findings)
        if spec is None or self._twice(spec, spot):
            return
        path = self._path(spec.id)
        if path is None:
            known = self._names()
            words = listed(known)
            otherwise = Text(f"known are {words}", f"可用的标准：{words}")
            self.findings.fault(spot.below("id"), *no_such(Text("standard", "标准"), spec.id, known, otherwise))
            return
        self._add(spec, path, spot)

    def _twice(self, spec: StandardSpec, spot: Spot) -> bool:
        first = self._taken.setdefault(spec.id, spot)
        if first is spot:
            return False
        self.findings.fault(
            spot,
            Text(f"`{spec.id}` is already taken at {first.place}", f"`{spec.id}` 已在 {first.place} 采用"),
            Text("take it once", "只能采用一次"),
        )
        return True

    def _names(self) -> list[str]:
        return sorted({*shipped(), *(path.stem for path in (self.folder / "standards").glob("*.yaml"))})

    def _path(self, name: str) -> Path | None:
        paths = (self.folder / "standards" / f"{name}.yaml", FOLDER / f"{name}.yaml")
        return next((path for path in paths if path.is_file()), None)

    def _add(self, spec: StandardSpec, path: Path, spot: Spot) -> None:
        source = files.read(path)
        self.findings.found.extend(source.faults)
        at = Spot(source)
        standard = read(Standard, source.value, at, self.around, self.findings) if source.value else None
        if standard is None:
            return
        rules = entries(source.value.get("rules"), at.below("rules"), self.findings)
        self._check_names(spec, rules, spot)
        missing = [name for name, entry in rules.items() if name not in spec.drop and not self._take(entry, spec, spot)]
        if missing:
            self._say_missing(spec.id, missing, rules, spot)

    def _check_names(self, spec: StandardSpec, rules: Mapping[str, Entry], spot: Spot) -> None:
        places = {str(name): spot.below("change", name).key_place for name in spec.change}
        places |= {str(name): spot.below("drop", index).place for index, name in enumerate(spec.drop)}
        for name, at in places.items():
            if name not in rules:
                problem = Text(f"`{spec.id}` has no rule `{name}`", f"`{spec.id}` 没有规则 `{name}`")
                self.findings.fault(at, problem, meant(name, rules) or Text("remove it", "请删除"))

    def _take(self, entry: Entry, spec: StandardSpec, spot: Spot) -> bool:
        """Add one rule; return False when no sensor is there for it, and that is worth saying."""
        raw = entry.raw if isinstance(entry.raw, dict) else {}
        own = {key: value for key, value in raw.items() if key in _OWN}
        clause = read(ClauseSpec, own, entry.spot, self.around, self.findings)
        if clause is None:
            return True
        name = RuleId(str(raw.get("id")))
        change = spec.change.get(name)
        written = {key: value for key, value in raw.items() if key not in _OWN}
        rule = changed(written, change) if isinstance(change, dict) else written
        if not self._means_any(rule.get("sensors"), entry.spot):
            return clause.optional
        at = entry.spot if change is None else spot.below("change", name)
        before = set(self.rules.rules)
        self.rules.add({**rule, "response": _with_clause(_response(rule), clause)}, at, spec.id)
        origin = Origin(at.key_place, None, change is not None, spec.id, clause.clause, unverified=clause.unverified)
        self.origins.update(dict.fromkeys(self.rules.rules.keys() - before, origin))
        return True

    def _means_any(self, raw: Value, spot: Spot) -> bool:
        selections = Selections(self.rules.room, self.around, self.findings)
        selection = selections.selection(raw, spot.below("sensors"))
        return selection is not None and (
            bool(selections.selected(selection)) or selections.may_mean_a_ghost(selection)
        )

    def _say_missing(self, name: str, missing: list[str], rules: Mapping[str, Entry], spot: Spot) -> None:
        wanted = dict.fromkeys(_wanted(rules[each].raw) for each in missing)
        lacking, words = ", ".join(wanted), listed(missing)
        self.findings.note(
            spot,
            Text(f"`{name}`: no sensor for {words} ({lacking})", f"`{name}`：{words} 没有对应的传感器（{lacking}）"),
            Text("label such sensors, or `drop` these rules", "请给相应传感器加标签，或用 `drop` 去掉这些规则"),
        )


def _wanted(raw: Value) -> str:
    sensors = raw.get("sensors") if isinstance(raw, dict) else None
    return " ".join(f"{key}: {value}" for key, value in sensors.items()) if isinstance(sensors, dict) else str(sensors)


def _response(rule: Mapping[Step, Value]) -> Value:
    """Return what to do: as the rule says it, or as its kind does."""
    if rule.get("response"):
        return rule["response"]
    kind = next((kinds.find(Family.RULE, str(key)) for key in rule if key not in keys(RuleSpec)), None)
    usual = Text("", "") if kind is None else kind.config.__dict__["RESPONSE"]
    return {"en": usual.en, "zh-CN": usual.zh_cn}


def _with_clause(response: Value, clause: ClauseSpec) -> Mapping[Step, Value]:
    """Return what to do, and behind it where the figure stands."""
    words = response if isinstance(response, dict) else {"en": response, "zh-CN": response}
    said = _cited(clause)
    return {
        "en": f"{words.get('en', '')} [{said.en}]".strip(),
        "zh-CN": f"{words.get('zh-CN', '')}［{said.zh_cn}］".strip(),
    }


def _cited(clause: ClauseSpec) -> Text:
    if not clause.unverified:
        return clause.clause
    en, zh_cn = clause.clause.en, clause.clause.zh_cn
    return Text(f"{en}; {_UNVERIFIED.en}", f"{zh_cn}；{_UNVERIFIED.zh_cn}")
