"""Drills that a rule demands and that could never be held: nobody reads an alarm that is always overdue."""

from roommon.config.findings import Findings, Spot
from roommon.model.text import Text
from roommon.rules.drills import LONGEST
from roommon.rules.kinds import flatline
from roommon.rules.rule import KindConfig, beyond_drills

_HOURS = LONGEST // 3_600_000


def review(config: KindConfig, spot: Spot, findings: Findings) -> None:
    """Refuse the `drill_every` of a rule that no drill reaches; `spot` is the rule's."""
    why, setting = beyond_drills(config), _too_long(config)
    if why is not None:
        findings.fault(
            spot.below("drill_every").key_place,
            Text(f"no drill can raise this alarm: {why.en}", f"演练无法触发此告警：{why.zh_cn}"),
            Text(
                "remove `drill_every`, and demand the drill of a `limit` or `off_normal` of the same sensors",
                "请删除 `drill_every`，改在同一传感器的 `limit` 或 `off_normal` 规则上要求演练",
            ),
        )
    elif setting is not None:
        findings.fault(
            spot.below("drill_every").key_place,
            Text(
                f"no drill can raise this alarm: a drill lasts {_HOURS} h at most, and `{setting}` is not shorter",
                f"演练无法触发此告警：一次演练最长 {_HOURS} h，而 `{setting}` 不短于此",
            ),
            Text(
                f"remove `drill_every`, or make `{setting}` shorter than {_HOURS} h",
                f"请删除 `drill_every`，或将 `{setting}` 设为短于 {_HOURS} h",
            ),
        )


def _too_long(config: KindConfig) -> str | None:
    """Return the setting that makes an alarm by `config` wait for longer than any drill lasts; None when none does."""
    if isinstance(config, flatline.Config) and config.neighbours_moved is None and config.window >= LONGEST:
        return "window"
    return "on_delay" if config.on_delay >= LONGEST else None
