"""A `band` is as many `limit` rules as it has setpoints: `<id>.high`, `<id>.high-high` and so on."""

from collections.abc import Mapping

from roommon.model.alarm import Priority, RuleId
from roommon.rules.kinds import band, limit
from roommon.rules.rule import KindConfig

_URGENT = ("low_low", "high_high")


def configs(name: RuleId, config: KindConfig | band.Config) -> Mapping[RuleId, KindConfig]:
    """Return the rules that the rule `name` stands for: itself, unless it is a band."""
    if not isinstance(config, band.Config):
        return {name: config}
    return {RuleId(f"{name}.{tier.replace('_', '-')}"): _limit(config, tier) for tier in config.setpoints}


def _limit(config: band.Config, tier: str) -> limit.Config:
    setpoint, urgent = config.setpoints[tier], tier in _URGENT
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
