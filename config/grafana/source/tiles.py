"""Tiles and tables that stand on more than one dashboard."""

from typing import Final

from config.grafana.source import influxql, protections, said
from config.grafana.source.panels import Panel, Steps, lamp, newest_first, number, sized, table, tally
from config.grafana.source.said import GREEN, ORANGE, RED, YELLOW, Say
from config.grafana.source.target import Target
from config.grafana.source.target import table as rows_of
from roommon.model.quantity import Quantity
from roommon.model.text import Text

INLET_STEPS: Final[Steps] = [(-50, GREEN), (27, YELLOW), (32, RED)]
"""27 °C is the end of ASHRAE's recommended range, 32 °C that of class A1; the rules of the examples have the same."""
HUMIDITY_STEPS: Final[Steps] = [(0, YELLOW), (30, GREEN), (70, YELLOW)]
CHARGE_STEPS: Final[Steps] = [(0, RED), (50, YELLOW), (90, GREEN)]
RUNTIME_STEPS: Final[Steps] = [(0, RED), (600, YELLOW), (1200, GREEN)]
LOAD_STEPS: Final[Steps] = [(0, GREEN), (70, YELLOW), (90, RED)]
MAINS_STEPS: Final[Steps] = [(0, RED), (198, GREEN), (242, RED)]
"""220 V or 230 V, less ten and more five to ten per cent."""
SHAKING_STEPS: Final[Steps] = [(0, GREEN), (0.5, RED)]
"""500 mm/s2, GB 50174-2008 5.2.2."""
MARGIN_STEPS: Final[Steps] = [(-100, RED), (2, YELLOW), (4, GREEN)]
RESIDUAL_STEPS: Final[Steps] = [(0, GREEN), (300, YELLOW), (1000, RED)]
_SILENT_STEPS: Final[Steps] = [(0, GREEN), (1, RED)]
_ALARM_COLUMNS: Final = ("priority", "state", "text", "device", "tell", "drill")


def standing_tally(say: Say) -> Panel:
    """Return the tile of how many alarms stand, by priority."""
    names = said.priority_words(say)
    targets = [
        Target(influxql.standing_count(priority), alias=priority, name=name)
        for name, priority in zip("ABCD", names, strict=True)
    ]
    hint = Text(
        "Alarms that stand, by priority. The table below says what to look at; `roommon alarms` says what to do.",
        "按级别统计的当前告警。详见下表；处置方法见 `roommon alarms`。",
    )
    return tally(say, Text("Alarms that stand", "当前告警"), hint, targets, names)


def standing_table(say: Say) -> Panel:
    """Return the table of the alarms that stand."""
    hint = Text(
        "Every alarm that stands at the end of the time that is shown, raised within 90 days before it. "
        "One that is not told is shelved, out of service, or explained by another.",
        "所选时段结束时仍存在的告警（此前 90 天内发生）。“通知”为“否”的告警已搁置、已停用，或由其他告警引起。",
    )
    columns = {
        "priority": said.priority_words(say),
        "state": said.state_words(say),
        "tell": _yes_no(say),
        "drill": _yes_no(say),
    }
    target = rows_of(influxql.standing(_ALARM_COLUMNS))
    return newest_first(say, table(say, Text("What stands now", "当前告警明细"), hint, target, columns))


def event_table(say: Say, most: int = 200) -> Panel:
    """Return the table of the last alarm events."""
    hint = Text(
        f"The last {most} alarm events of the time that is shown, the newest first; `roommon history` has them all.",
        f"所选时段内最近 {most} 条告警事件，最新在前；完整记录见 `roommon history`。",
    )
    columns = {
        "priority": said.priority_words(say),
        "state": said.state_words(say),
        "trigger": said.trigger_words(say),
        "tell": _yes_no(say),
        "drill": _yes_no(say),
    }
    query = influxql.log(("priority", "trigger", "state", "text", "device", "tell", "drill"), most)
    return table(say, Text("Alarm events", "告警事件"), hint, rows_of(query), columns)


def bad_table(say: Say) -> Panel:
    """Return the table of the sensors that have no value now."""
    what = 'last("quality") AS "quality", "reason"'
    where = f"{influxql.CHOSEN} AND {influxql.before(influxql.FRESH)}"
    latest = f'SELECT {what} FROM {influxql.EVERY_QUANTITY} WHERE {where} GROUP BY "site", "device", "sensor"'
    query = f'SELECT "device", "sensor", "quality", "reason" FROM ({latest}) WHERE "quality" = \'bad\''
    hint = Text(
        "Sensors whose last reading is bad: nobody watches what they measure. No communication: power, cable, address. "
        "Out of range or sensor failure: the probe.",
        "最近一次读数为“坏”的传感器，其测量对象目前无人监视。通信中断：查电源、接线、地址；超出量程或传感器故障：查探头。",
    )
    columns = {"quality": said.quality_words(say), "reason": said.reason_words(say)}
    return table(say, Text("Sensors without a value now", "当前无数值的传感器"), hint, rows_of(query), columns)


def warmest_inlet(say: Say) -> Panel:
    """Return the tile of the warmest inlet."""
    hint = Text(
        "The warmest air that servers draw in (label `location: inlet`). From 27 °C on look at the air conditioners; "
        "from 32 °C on shut down what can be spared.",
        "服务器进风最高温度（标签 `location: inlet`）。27 °C 起检查空调，32 °C 起关停可停的设备。",
    )
    query = influxql.present(Quantity.TEMPERATURE, "max", protections.INLET)
    return number(say, Text("Warmest inlet", "最高进风温度"), hint, Quantity.TEMPERATURE, query, INLET_STEPS)


def lowest_mains(say: Say) -> Panel:
    """Return the tile of the lowest phase."""
    hint = Text(
        "The lowest phase of meters and UPS inputs. Nothing at all: the mains are gone, and the batteries count down.",
        "电表与 UPS 输入中最低的一相电压。为零即停电，电池正在放电。",
    )
    query = influxql.present(Quantity.VOLTAGE, "min", protections.PHASES)
    return number(say, Text("Lowest phase", "最低相电压"), hint, Quantity.VOLTAGE, query, MAINS_STEPS)


def lowest_charge(say: Say) -> Panel:
    """Return the tile of the emptiest battery."""
    hint = Text(
        "The emptiest UPS battery. While the mains are away: begin the shutdown that is planned for this charge.",
        "电量最低的 UPS 电池。停电期间按预案在相应电量开始关机。",
    )
    query = influxql.present(Quantity.RATIO, "min", protections.CHARGE)
    return number(say, Text("Lowest battery", "最低电池电量"), hint, Quantity.RATIO, query, CHARGE_STEPS)


def shortest_runtime(say: Say) -> Panel:
    """Return the tile of the shortest runtime."""
    hint = Text(
        "How long the weakest UPS lasts at its present load. Below 10 min on battery: shut the servers down now.",
        "续航最短的 UPS 在当前负载下的剩余时间。电池供电且低于 10 min 时，立即关停服务器。",
    )
    query = influxql.present(Quantity.DURATION, "min", protections.RUNTIME)
    return number(say, Text("Shortest runtime", "最短续航"), hint, Quantity.DURATION, query, RUNTIME_STEPS)


def silent_devices(say: Say) -> Panel:
    """Return the tile of how many devices do not answer."""
    hint = Text(
        "Devices and buses that do not answer: none of their values is watched. Look at their power and their line.",
        "无应答的设备与总线，其全部数值无人监视。请检查其电源与通信线路。",
    )
    query = influxql.present(Quantity.CONTACT, "sum", protections.LINK)
    return number(say, Text("Silent devices", "失联设备"), hint, Quantity.COUNT, query, _SILENT_STEPS)


def damp_margin(say: Say) -> Panel:
    """Return the tile of the least dew margin."""
    hint = Text(
        "How much warmer the coldest surface is than the dew point (docs/derived.md). Below 2 K water condenses on it.",
        "最冷表面温度高于露点的差值（见 docs/derived.zh-CN.md）。低于 2 K 将结露。",
    )
    query = influxql.present(Quantity.TEMPERATURE_DIFFERENCE, "min", protections.MARGIN)
    title = Text("Dew margin", "露点裕度")
    return number(say, title, hint, Quantity.TEMPERATURE_DIFFERENCE, query, MARGIN_STEPS)


def shaking(say: Say) -> Panel:
    """Return the tile of how much the floor shakes."""
    hint = Text(
        "Peak acceleration of the floor (label `protection: quake`). 0.5 m/s² is the limit of GB 50174-2008. "
        "Building work: have it stopped. Earthquake: people first.",
        "地面振动加速度峰值（标签 `protection: quake`）。GB 50174-2008 限值为 0.5 m/s²。"
        "施工所致立即叫停；地震先保证人身安全。",
    )
    query = influxql.present(Quantity.ACCELERATION, "max", protections.SHAKING)
    return number(say, Text("Quake", "震动"), hint, Quantity.ACCELERATION, query, SHAKING_STEPS)


def protection_lamp(say: Say, title: Text, hint: Text, condition: str) -> Panel:
    """Return the lamp of one protection's contacts."""
    worst, blind = influxql.present(Quantity.CONTACT, "max", condition), influxql.blind(Quantity.CONTACT, condition)
    return lamp(say, title, hint, worst, blind)


def row(width: int, height: int, *panels: Panel) -> list[Panel]:
    """Return `panels`, each of this size."""
    return [sized(panel, width, height) for panel in panels]


def _yes_no(say: Say) -> dict[str, tuple[str, str]]:
    return {"true": (say(Text("yes", "是")), ORANGE), "false": (say(Text("no", "否")), "text")}
