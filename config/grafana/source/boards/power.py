"""UPSes and mains: how long it lasts, how much it carries, what it costs."""

from collections.abc import Iterator

from config.grafana.source import curves, influxql, protections, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import Panel, bars, curve, number
from config.grafana.source.said import GREEN, ORANGE, RED, YELLOW, Say, unit
from config.grafana.source.target import Target
from roommon.model.quantity import Quantity
from roommon.model.text import Text

NAME = "power"
TITLE = Text("3 UPS and mains", "3 UPS 与市电")
ABOUT = Text("What comes in, what the batteries hold, what is drawn.", "市电输入、电池储备与用电。")
HOURS = 12
WITH_DAYS = True


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    yield Section(
        Text("Now", "当前"),
        tiles.row(
            4,
            4,
            tiles.lowest_mains(say),
            tiles.lowest_charge(say),
            tiles.shortest_runtime(say),
            _highest_load(say),
            _hottest_battery(say),
            _power_now(say),
        ),
    )
    yield Section(
        Text("UPS", "UPS"),
        [
            *tiles.row(12, 8, _ups_states(say), _contacts(say)),
            *tiles.row(12, 8, _charge(say), _runtime(say)),
            *tiles.row(12, 8, curves.load(say), _battery_warmth(say)),
        ],
    )
    yield Section(
        Text("Mains", "市电"),
        [
            *tiles.row(12, 8, curves.incoming(say), _frequency(say)),
            *tiles.row(12, 8, _currents(say), _power(say)),
            *tiles.row(12, 8, _energy(say), _power_factor(say)),
        ],
    )


def _highest_load(say: Say) -> Panel:
    hint = Text(
        "The UPS that carries most, of what it can carry. From 90 % on take load off before it goes to bypass.",
        "负载率最高的 UPS。达到 90 % 时应减载，以免转旁路。",
    )
    query = influxql.present(Quantity.RATIO, "max", protections.LOAD)
    return number(say, Text("Highest load", "最高负载率"), hint, Quantity.RATIO, query, tiles.LOAD_STEPS)


def _hottest_battery(say: Say) -> Panel:
    hint = Text(
        "Batteries age twice as fast for each 10 K above 20 to 25 °C. Above 30 °C: cool them.",
        "高于 20 至 25 °C 后，每升高 10 K 电池寿命约减半。高于 30 °C 应改善散热。",
    )
    query = influxql.present(Quantity.TEMPERATURE, "max", protections.BATTERY_WARMTH)
    steps = [(-50, GREEN), (30, YELLOW), (40, RED)]
    return number(say, Text("Hottest battery", "最高电池温度"), hint, Quantity.TEMPERATURE, query, steps)


def _power_now(say: Say) -> Panel:
    hint = Text(
        "The meter with most power: that of the room's feed.", "示值最大的电表（通常为机房总进线）当前有功功率。"
    )
    query = influxql.present(Quantity.ACTIVE_POWER, "max", protections.METERED)
    title = Text("Largest meter", "最大电表功率")
    return number(say, title, hint, Quantity.ACTIVE_POWER, query, [(-1e9, GREEN)])


def _ups_states(say: Say) -> Panel:
    hint = Text(
        "Where the output comes from and how the batteries are. A number has no name here when makers disagree on it: "
        "`roommon profiles NAME` tells, and dashboards made for one site have all names (docs/grafana.md).",
        "输出来源与电池状态。各厂家含义不同的数值不显示名称，请查 `roommon profiles 模板名`；"
        "按站点生成的仪表板显示全部名称（见 docs/grafana.zh-CN.md）。",
    )
    return curves.named_states(say, Text("States", "状态"), hint, protections.UPS_STATES)


def _contacts(say: Say) -> Panel:
    hint = Text(
        "On battery, on bypass, overload, battery low or to be replaced; transfer switch and breakers.",
        "电池供电、旁路、过载、电池电量低或待更换；双电源切换与断路器。",
    )
    return curves.contacts(say, Text("UPS and switches", "UPS 与开关"), hint, protections.POWER)


def _charge(say: Say) -> Panel:
    hint = Text(
        "Falling while the mains are there: the charger or the battery is broken.",
        "市电正常而电量下降：充电器或电池故障。",
    )
    query = influxql.curves(Quantity.RATIO, protections.CHARGE)
    title = Text("Battery charge", "电池电量")
    return curve(say, title, hint, Quantity.RATIO, query, steps=[(50, YELLOW)]).min(0).max(100)


def _runtime(say: Say) -> Panel:
    hint = Text(
        "At the present load. Shorter from month to month: the batteries age; plan their exchange.",
        "按当前负载估算。逐月变短说明电池老化，应安排更换。",
    )
    query = influxql.curves(Quantity.DURATION, protections.RUNTIME)
    return curve(say, Text("Runtime", "续航"), hint, Quantity.DURATION, query, steps=[(600, RED)]).min(0)


def _battery_warmth(say: Say) -> Panel:
    hint = Text(
        "Of batteries, and of UPSes inside. One that warms up alone: a cell is failing; call the service.",
        "电池及 UPS 内部温度。单台异常升温可能是单体失效，应联系维保。",
    )
    query = influxql.curves(Quantity.TEMPERATURE, protections.BATTERY_WARMTH)
    title = Text("Battery temperature", "电池温度")
    return curve(say, title, hint, Quantity.TEMPERATURE, query, steps=[(30, YELLOW), (40, RED)])


def _frequency(say: Say) -> Panel:
    hint = Text(
        "Of mains, bypass and output. Far from its usual value: a generator is feeding, or the grid is in trouble.",
        "市电、旁路与输出频率。市电频率明显偏离：发电机供电，或电网异常。",
    )
    query = influxql.curves(Quantity.FREQUENCY, protections.MAINS_FREQUENCY)
    return curve(say, Text("Frequency", "频率"), hint, Quantity.FREQUENCY, query)


def _currents(say: Say) -> Panel:
    hint = Text(
        "Phases that differ much: spread the load. Near the breaker's value: add nothing.",
        "各相差异过大应调整负载分配；接近断路器额定值时不得再加负载。",
    )
    query = influxql.curves(Quantity.CURRENT, protections.PHASE_CURRENTS)
    return curve(say, Text("Currents", "电流"), hint, Quantity.CURRENT, query).min(0)


def _power(say: Say) -> Panel:
    hint = Text("Of meters, phases and UPS outputs.", "电表、各相及 UPS 输出的有功功率。")
    return curve(say, Text("Power", "有功功率"), hint, Quantity.ACTIVE_POWER, influxql.curves(Quantity.ACTIVE_POWER))


def _energy(say: Say) -> Panel:
    hint = Text(
        "What each meter counted on each day. Show seven days or more.",
        "各电表每日用电量。建议选择 7 天以上的时段。",
    )
    target = Target(influxql.daily(Quantity.ENERGY, protections.IMPORT))
    panel = bars(say, Text("Energy per day", "每日用电量"), hint, target)
    return panel.unit(unit(Quantity.ENERGY)).decimals(1)


def _power_factor(say: Say) -> Panel:
    hint = Text(
        "Below 90 %: the utility may charge for reactive power; look at the compensation.",
        "低于 90 % 可能产生力调电费，检查无功补偿。",
    )
    query = influxql.curves(Quantity.RATIO, protections.POWER_FACTOR)
    return curve(say, Text("Power factor", "功率因数"), hint, Quantity.RATIO, query, steps=[(90, ORANGE)])
