"""Rules: what they judge, which sensors they mean, and whether the two fit."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from roommon.config import drilled, kinds, tiers
from roommon.config.causes import Asked, Causes
from roommon.config.choice import split
from roommon.config.findings import Findings, Spot
from roommon.config.kinds import Family, Kind
from roommon.config.reading import read
from roommon.config.room import Room
from roommon.config.secret import Surroundings
from roommon.config.selections import Selections
from roommon.config.tree import Value
from roommon.config.written import RuleSpec
from roommon.model.alarm import RuleId
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.rules import chatter
from roommon.rules import text as texts
from roommon.rules.rule import KindConfig, Misfit, Rule


@dataclass(slots=True)
class Rules:
    """Makes rules of what YAML gave, noting every fault."""

    room: Room
    around: Surroundings
    findings: Findings
    rules: dict[RuleId, Rule] = field(default_factory=dict)
    judged: dict[str, set[SensorId]] = field(default_factory=dict)
    """The sensors that have a rule, by the rule's kind."""
    spots: dict[RuleId, Spot] = field(default_factory=dict)
    """Where the rules are written, and under the ids that are written there too."""
    caused: dict[RuleId, Asked] = field(default_factory=dict)
    """What rules say of their causes, which may be rules that come later."""

    def add(self, raw: Value, spot: Spot, of: str | None = None) -> None:
        """Add one rule, or the tiers of one; what a profile or a standard brings is called after whose it is: `of`."""
        parts = split(raw, RuleSpec, Family.RULE, spot, self.findings)
        if parts is None:
            return
        spec = read(RuleSpec, parts.rest, spot, self.around, self.findings)
        kind = parts.kind
        config = (
            None if kind is None else read(kind.config, parts.config, spot.below(kind.key), self.around, self.findings)
        )
        selection = None if spec is None else self._selections.selection(spec.sensors, spot.below("sensors"))
        if spec is None or kind is None or selection is None:
            return
        name = spec.id if of is None else RuleId(f"{of}.{spec.id}")
        if self._twice(name, spot):
            return
        meant = self._selections.selected(selection)
        if not meant and not self._selections.may_mean_a_ghost(selection):
            self._selections.selects_nothing(selection, spot)
        if config is None:
            return
        unstable = self._unstable(spec.unstable, spot.below("unstable"))
        made = {
            each: Rule(
                *(each, tier.config, selection, spec.text, spec.response),
                suppressed_by=tier.causes,
                settle=spec.settle,
                latches=spec.reset == "person",
                active=spec.active,
                drill_every=spec.drill_every,
                unstable=unstable,
            )
            for each, tier in tiers.of(name, config).items()
        }
        self.rules |= made
        self.spots |= dict.fromkeys(made, spot)
        if spec.suppressed_by:
            self.caused |= dict.fromkeys(made, Asked(spec.suppressed_by, spot.below("suppressed_by"), of))
        self.judged.setdefault(kind.key, set()).update(sensor.id for _, sensor in meant)
        self._check(kind, config, [sensor for _, sensor in meant], spot)
        if spec.drill_every is not None:
            for rule in made.values():
                drilled.review(rule.config, spot, self.findings)
        for misfit in (misfit for rule in made.values() for misfit in texts.faults(rule)):
            self._misfit(misfit, spot)

    def explain(self) -> None:
        """Give the rules their causes, once all are there."""
        causes = Causes(self.rules, self.room, self.around, self.findings)
        for name, asked in self.caused.items():
            rule = self.rules[name]
            self.rules[name] = replace(rule, suppressed_by=(*rule.suppressed_by, *causes.of(asked)))
        causes.find_cycle(self.rules, self.caused)

    @property
    def _selections(self) -> Selections:
        return Selections(self.room, self.around, self.findings)

    def _unstable(self, raw: Value, spot: Spot) -> chatter.Config | None:
        if isinstance(raw, bool):
            return chatter.Config() if raw else None
        return read(chatter.Config, raw, spot, self.around, self.findings)

    def _twice(self, name: RuleId, spot: Spot) -> bool:
        first = self.spots.setdefault(name, spot)
        if first is spot:
            return False
        self.findings.fault(
            spot.below("id"),
            Text(
                f"`{name}` is already the id of the rule at {first.place}", f"`{name}` 已是 {first.place} 处规则的标识"
            ),
            Text("give each rule its own id", "每条规则须有不同的标识"),
        )
        return True

    def _check(self, kind: Kind, config: KindConfig, sensors: Sequence[Sensor], spot: Spot) -> None:
        beats = {self.room.every(sensor) for sensor in sensors}
        misfits = [misfit for sensor in sensors for misfit in kinds.misfits(kind, config, sensor)]
        misfits += [misfit for every in sorted(beats) for misfit in kinds.beat_misfits(kind, config, every)]
        if not self.room.ghosts:
            site = {sensor.id: sensor for _, sensor in self.room.sensors()}
            misfits += kinds.group_misfits(kind, config, sensors, site)
        for misfit in {(misfit.field, misfit.remedy): misfit for misfit in reversed(misfits)}.values():
            self._misfit(misfit, spot.below(kind.key))

    def _misfit(self, misfit: Misfit, spot: Spot) -> None:
        at = spot.below(misfit.field) if misfit.field else spot.key_place
        self.findings.fault(at, misfit.problem, misfit.remedy)
