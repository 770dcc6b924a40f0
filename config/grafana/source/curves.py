"""Panels of curves and timelines that stand on more than one dashboard."""

from collections.abc import Sequence

from config.grafana.source import influxql, protections, states
from config.grafana.source.panels import Panel, bars, curve, naming, timeline
from config.grafana.source.said import ORANGE, RED, YELLOW, Say
from config.grafana.source.target import Target
from roommon.model.quantity import Quantity
from roommon.model.text import Text


def inlets(say: Say) -> Panel:
    """Return the temperatures at the servers' inlets."""
    hint = Text(
        "Air that servers draw in. A gap is a time without a reading. One row above the others: a grid is shut, or hot "
        "air comes round. All rise: the cooling is failing.",
        "服务器进风温度，断开处为无读数。单列偏高：送风口被关或热风回流；整体上升：制冷正在失效。",
    )
    query = influxql.curves(Quantity.TEMPERATURE, protections.INLET)
    title = Text("Inlet temperatures", "进风温度")
    return curve(say, title, hint, Quantity.TEMPERATURE, query, steps=[(27, YELLOW), (32, RED)])


def humidity(say: Say) -> Panel:
    """Return all humidities."""
    hint = Text(
        "Below 30 % static electricity is a danger: wrist straps, humidifier. Above 70 %: look for water, open doors.",
        "低于 30 % 有静电风险：佩戴防静电手环，检查加湿器。高于 70 %：查找积水，检查门窗。",
    )
    query = influxql.curves(Quantity.RELATIVE_HUMIDITY)
    title = Text("Humidity", "湿度")
    return curve(say, title, hint, Quantity.RELATIVE_HUMIDITY, query, steps=[(30, YELLOW), (70, YELLOW)])


def incoming(say: Say) -> Panel:
    """Return the voltages that come in."""
    hint = Text(
        "Phases at the meters and at the UPS inputs. One at zero is a lost phase; all are the mains.",
        "电表与 UPS 输入的各相电压。单相为零即缺相，全部为零即停电。",
    )
    query = influxql.curves(Quantity.VOLTAGE, protections.PHASES)
    title = Text("Mains voltage", "市电电压")
    return curve(say, title, hint, Quantity.VOLTAGE, query, steps=[(198, ORANGE), (242, ORANGE)])


def load(say: Say) -> Panel:
    """Return the UPSes' load."""
    hint = Text(
        "Two UPSes that stand in for each other must stay below half of what one can carry.",
        "互为备用的两台 UPS，各自负载应低于单台容量的一半。",
    )
    query = influxql.curves(Quantity.RATIO, protections.LOAD)
    return curve(say, Text("UPS load", "UPS 负载率"), hint, Quantity.RATIO, query, steps=[(70, YELLOW), (90, RED)])


def surges(say: Say) -> Panel:
    """Return the surges that were counted, stretch by stretch."""
    hint = Text(
        "Surges that the counters counted. Several at once: have the earthing and the arresters measured.",
        "雷击计数器新增次数。短时多次：检测接地电阻与浪涌保护器。",
    )
    target = Target(influxql.steps(Quantity.COUNT, protections.SURGES))
    return bars(say, Text("Surges", "雷击次数"), hint, target)


def residual(say: Say) -> Panel:
    """Return the residual currents."""
    hint = Text(
        "Current that leaks to earth. Rising: switch circuits off one by one; an arrester that wears out leaks too.",
        "对地泄漏电流。持续上升：逐路断开排查；老化的浪涌保护器也会漏电。",
    )
    query = influxql.curves(Quantity.LEAKAGE_CURRENT, protections.RESIDUAL)
    title = Text("Residual current", "剩余电流")
    return curve(say, title, hint, Quantity.LEAKAGE_CURRENT, query, steps=[(300, YELLOW), (1000, RED)])


def position(say: Say) -> Panel:
    """Return where on the ropes there is water."""
    hint = Text(
        "Where on the rope there is water, from the controller on; 0 is nowhere. Lift the floor there and uphill.",
        "感应线上的漏水位置（自控制器起算），0 表示无漏水。掀开该处地板，并查看地势较高的一侧。",
    )
    query = influxql.curves(Quantity.DISTANCE, protections.POSITION, of='max("value")')
    return curve(say, Text("Water at", "漏水位置"), hint, Quantity.DISTANCE, query)


def shaking(say: Say) -> Panel:
    """Return how the floor shakes, as its highest values."""
    hint = Text(
        "Peak acceleration of each stretch (label `protection: quake`). Look for a week at the floor at rest.",
        "各时段内的最大加速度（标签 `protection: quake`）。投用前先观察一周静态数值。",
    )
    query = influxql.curves(Quantity.ACCELERATION, protections.SHAKING, of='max("value")')
    return curve(say, Text("Floor", "地面振动"), hint, Quantity.ACCELERATION, query, steps=[(0.5, RED)])


def contacts(say: Say, title: Text, hint: Text, condition: str) -> Panel:
    """Return the timeline of the contacts that `condition` picks."""
    return timeline(say, title, hint, influxql.states(Quantity.CONTACT, condition))


def named_states(say: Say, title: Text, hint: Text, keys: Sequence[str]) -> Panel:
    """Return the timeline of the states called `keys`, each value by its name where it has one name alone."""
    panel = timeline(say, title, hint, influxql.states(Quantity.STATE, influxql.called(*keys)), names={})
    for pattern, names in states.names(say, keys).items():
        panel.override_by_regexp(pattern, [naming(names)])
    return panel
