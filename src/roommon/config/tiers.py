"""A `band` is as many `limit` rules as it has setpoints: `<id>.high`, `<id>.high-high` and so on.

The outer one is a cause of the inner one of the same sensor: who is told that it is very hot need not be told that it
is hot.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from roommon.model.alarm import Priority, RuleId
from roommon.rules.kinds import band, limit
from roommon.rules.rule import Cause, KindConfig, Where

_OUTER = {"low": "low_low", "high": "high_high"}
_FIRST = (*_OUTER.values(), *_OUTER)
"""A cause is judged before what it explains."""


class Tier(NamedTuple):
    """What is a rule of its own, and what explains its alarms."""

    config: KindConfig
    causes: tuple[Cause, ...] = ()


def of(name: RuleId, config: KindConfig | band.Config) -> Mapping[RuleId, Tier]:
    """Return the rules that the rule `name` stands for: itself, unless it is a band."""
    if not isinstance(config, band.Config):
        return {name: Tier(config)}
    given = [tier for tier in _FIRST if tier in config.setpoints]
    return {_named(name, tier): Tier(_limit(config, tier), _causes(name, config, tier)) for tier in given}


def settings_of(name: RuleId) -> Mapping[str, Sequence[RuleId]]:
    """Return what the rules of a band called `name` may be called, by the setting that has their on-delay."""
    return {
        "on_delay": [_named(name, tier) for tier in _OUTER],
        "urgent_on_delay": [_named(name, tier) for tier in _OUTER.values()],
    }


def _named(name: RuleId, tier: str) -> RuleId:
    return RuleId(f"{name}.{tier.replace('_', '-')}")


def _causes(name: RuleId, config: band.Config, tier: str) -> tuple[Cause, ...]:
    outer = _OUTER.get(tier)
    return (Cause(rule=_named(name, outer), same=Where.SENSOR),) if outer in config.setpoints and outer else ()


def _limit(config: band.Config, tier: str) -> limit.Config:
    setpoint, urgent = config.setpoints[tier], tier not in _OUTER
    own_delay = config.urgent_on_delay if urgent else None
    return limit.Config(
        above=None if tier.startswith("low") else setpoint,
        below=setpoint if tier.startswith("low") else None,
        deadband=config.deadband,
        priority=_urgent(config) if urgent else config.priority,
        on_delay=config.on_delay if own_delay is None else own_delay,
        off_delay=config.off_delay,
        acknowledge=config.acknowledge,
    )


def _urgent(config: band.Config) -> Priority:
    return config.urgent_priority or Priority(max(Priority.CRITICAL, config.priority - 1))
