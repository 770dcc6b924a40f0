"""Leaks and lightning: what comes rarely, and must be found in the record when it came."""

from collections.abc import Iterator

from config.grafana.source import curves, influxql, protections, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import Panel, curve, number, sized
from config.grafana.source.said import GREEN, RED, Say
from roommon.model.quantity import Quantity
from roommon.model.text import Text

NAME = "leak-and-lightning"
TITLE = Text("5 Leak and lightning", "5 漏水与雷击")
ABOUT = Text(
    "Ropes, probes, surge counters, arresters, residual current.", "感应线、探头、雷击计数、浪涌保护器、剩余电流。"
)
HOURS = 24

_WATER = Text(
    "Find the water where the rope says. A rope that is broken watches nothing: walk round until it is mended.",
    "按感应线位置查找漏点。断线后漏水无人监视，修复前须人工巡查。",
)
_LIGHTNING = Text(
    "Until a failed arrester is replaced, the next surge reaches the equipment.",
    "失效的浪涌保护器更换之前，浪涌会直达设备。",
)


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    yield Section(
        Text("Now", "当前"),
        [
            *tiles.row(
                4,
                4,
                tiles.protection_lamp(say, Text("Water", "漏水"), _WATER, protections.WATER),
                _where(say),
                tiles.damp_margin(say),
                tiles.protection_lamp(say, Text("Arresters", "浪涌保护器"), _LIGHTNING, protections.LIGHTNING),
                _counted(say),
                _residual(say),
            )
        ],
    )
    yield Section(
        Text("Water", "漏水"),
        [
            *tiles.row(
                12,
                8,
                curves.contacts(say, Text("Ropes and probes", "感应线与探头"), _WATER, protections.WATER),
                curves.position(say),
            ),
            *tiles.row(12, 8, _rope_current(say), _rope_legs(say)),
        ],
    )
    yield Section(
        Text("Lightning", "雷击"),
        [
            *tiles.row(
                12,
                8,
                curves.contacts(say, Text("Arresters", "浪涌保护器"), _LIGHTNING, protections.LIGHTNING),
                curves.surges(say),
            ),
            sized(curves.residual(say), 24, 8),
        ],
    )


def _where(say: Say) -> Panel:
    hint = Text("The farthest place with water on a rope; 0 is no place.", "感应线上最远的漏水位置，0 表示无漏水。")
    query = influxql.present(Quantity.DISTANCE, "max", protections.POSITION)
    steps = [(-1, GREEN), (0.05, RED)]
    return number(say, Text("Water at", "漏水位置"), hint, Quantity.DISTANCE, query, steps)


def _counted(say: Say) -> Panel:
    hint = Text(
        "Surges since the counters began, all together. A step shows in the bars below.",
        "各雷击计数器累计次数之和，新增次数见下方柱图。",
    )
    query = influxql.present(Quantity.COUNT, "sum", protections.SURGES)
    return number(say, Text("Surges counted", "累计雷击"), hint, Quantity.COUNT, query, [(-1, GREEN)])


def _residual(say: Say) -> Panel:
    hint = Text(
        "The highest residual current. From 300 mA on it can start a fire.",
        "最大剩余电流。300 mA 以上有引发火灾的危险。",
    )
    query = influxql.present(Quantity.LEAKAGE_CURRENT, "max", protections.RESIDUAL)
    title = Text("Residual current", "剩余电流")
    return number(say, title, hint, Quantity.LEAKAGE_CURRENT, query, tiles.RESIDUAL_STEPS)


def _rope_current(say: Say) -> Panel:
    hint = Text(
        "Current through the rope's water or dirt. Rising slowly: the rope is dirty; clean it before it alarms.",
        "感应线因水或污物产生的电流。缓慢上升说明感应线脏污，应在误报之前清洁。",
    )
    query = influxql.curves(Quantity.LEAKAGE_CURRENT, protections.ROPE_CURRENT)
    return curve(say, Text("Rope current", "感应线电流"), hint, Quantity.LEAKAGE_CURRENT, query)


def _rope_legs(say: Say) -> Panel:
    hint = Text(
        "Both legs of a sound rope are alike. One far above the other: a connector or the wire is going.",
        "完好感应线的两芯电阻相近。一芯明显偏大：接头或导线即将断开。",
    )
    query = influxql.curves(Quantity.RESISTANCE, protections.ROPE_LEGS)
    return curve(say, Text("Rope resistance", "感应线电阻"), hint, Quantity.RESISTANCE, query)
