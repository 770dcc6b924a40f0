"""Cooling: the air that goes in, the air that comes back, and what the air conditioners do about it."""

from collections.abc import Iterator

from config.grafana.source import curves, influxql, protections, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import Panel, curve, number
from config.grafana.source.said import GREEN, ORANGE, RED, YELLOW, Say
from roommon.model.quantity import Quantity
from roommon.model.text import Text

NAME = "cooling"
TITLE = Text("4 Cooling", "4 制冷")
ABOUT = Text(
    "Inlets carry the label `location: inlet`, return air `location: return`; dew points and differences are derived.",
    "进风探头加标签 `location: inlet`，回风加 `location: return`；露点与温差为派生传感器。",
)
HOURS = 6

_AC = Text(
    "Faults that the air conditioners tell. Call their service and watch the inlets.",
    "空调上报的故障。联系空调维保，并关注进风温度。",
)


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    yield Section(
        Text("Now", "当前"),
        tiles.row(
            4,
            4,
            tiles.warmest_inlet(say),
            _coldest_inlet(say),
            _return_air(say),
            _driest(say),
            tiles.damp_margin(say),
            tiles.protection_lamp(say, Text("Air conditioners", "空调"), _AC, protections.COOLING),
        ),
    )
    yield Section(
        Text("Air", "空气"),
        [
            *tiles.row(12, 9, curves.inlets(say), _supply_and_return(say)),
            *tiles.row(12, 8, curves.humidity(say), _differences(say)),
            *tiles.row(12, 8, _dew_points(say), _capacity(say)),
        ],
    )
    yield Section(
        Text("Air conditioners", "空调"),
        tiles.row(12, 9, _states(say), curves.contacts(say, Text("Faults", "故障"), _AC, protections.COOLING)),
    )


def _coldest_inlet(say: Say) -> Panel:
    hint = Text(
        "Below 18 °C the room is cooled more than it needs: raise the setpoint.",
        "低于 18 °C 属过度制冷，可调高设定温度。",
    )
    query = influxql.present(Quantity.TEMPERATURE, "min", protections.INLET)
    steps = [(-50, YELLOW), (18, GREEN), (27, YELLOW), (32, RED)]
    return number(say, Text("Coldest inlet", "最低进风温度"), hint, Quantity.TEMPERATURE, query, steps)


def _return_air(say: Say) -> Panel:
    hint = Text(
        "Above 35 °C the air conditioners cannot carry the load: start the standby unit.",
        "高于 35 °C 说明制冷能力不足，投入备用机组。",
    )
    query = influxql.present(Quantity.TEMPERATURE, "max", protections.RETURN)
    steps = [(-50, GREEN), (32, YELLOW), (35, RED)]
    return number(say, Text("Return air", "回风温度"), hint, Quantity.TEMPERATURE, query, steps)


def _driest(say: Say) -> Panel:
    hint = Text(
        "The driest place. Below 30 % static electricity is a danger.",
        "湿度最低处。低于 30 % 有静电风险。",
    )
    query = influxql.present(Quantity.RELATIVE_HUMIDITY, "min", "")
    title = Text("Driest", "最低湿度")
    return number(say, title, hint, Quantity.RELATIVE_HUMIDITY, query, tiles.HUMIDITY_STEPS)


def _supply_and_return(say: Say) -> Panel:
    hint = Text(
        "Supply near return: the unit blows without cooling. Both rise: the load is more than it can carry.",
        "送风接近回风：机组只送风不制冷。两者同升：负荷超出制冷能力。",
    )
    supplied = influxql.curves(Quantity.TEMPERATURE, protections.SUPPLY)
    returned = influxql.curves(Quantity.TEMPERATURE, protections.RETURN)
    title = Text("Supply and return air", "送风与回风温度")
    return curve(say, title, hint, Quantity.TEMPERATURE, supplied, returned, steps=[(35, RED)])


def _differences(say: Say) -> Panel:
    hint = Text(
        "Derived: how far the inlets differ, how much the room warms its air, how far the coldest surface is above the "
        "dew point (below 2 K it drips).",
        "派生值：进风温差、回送风温差、露点裕度（低于 2 K 将结露）。",
    )
    query = influxql.curves(Quantity.TEMPERATURE_DIFFERENCE)
    title = Text("Differences", "温差")
    return curve(say, title, hint, Quantity.TEMPERATURE_DIFFERENCE, query, steps=[(2, ORANGE)])


def _dew_points(say: Say) -> Panel:
    hint = Text(
        "The same all over a room. Rising: damp air comes in, or water evaporates.",
        "同一机房内各处相近。上升：有潮湿空气进入，或有水蒸发。",
    )
    return curve(say, Text("Dew point", "露点"), hint, Quantity.DEW_POINT, influxql.curves(Quantity.DEW_POINT))


def _capacity(say: Say) -> Panel:
    hint = Text(
        "How much of what they can do the units do. All at 100 %: there is no reserve.",
        "机组出力占其能力的比例。全部为 100 % 即无余量。",
    )
    query = influxql.curves(Quantity.RATIO, protections.CAPACITY)
    title = Text("Capacity in use", "机组出力")
    return curve(say, title, hint, Quantity.RATIO, query).min(0).max(100)


def _states(say: Say) -> Panel:
    hint = Text(
        "What the units say that they do. Humidifying here and dehumidifying there: they work against each other.",
        "机组运行状态。一台加湿、另一台除湿说明机组相互抵消。",
    )
    return curves.named_states(say, Text("What they do", "运行状态"), hint, protections.AC_STATES)
