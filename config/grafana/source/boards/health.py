"""roommon itself: whether it runs, whether it reads, whether what it reads is good."""

from collections.abc import Iterator

from config.grafana.source import influxql, protections, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import (
    Panel,
    bars,
    called,
    curve,
    lamp,
    last_heard,
    least,
    most_first,
    sized,
    stacked,
    timeline,
)
from config.grafana.source.said import GREEN, RED, YELLOW, Say, quantities
from config.grafana.source.target import Target
from roommon.model.quantity import Quantity
from roommon.model.text import Text

NAME = "health"
TITLE = Text("7 roommon itself", "7 roommon 自身")
ABOUT = Text(
    "When this is not in order, nothing on the other dashboards can be trusted. For the case that roommon is gone "
    "altogether there is the dead man's switch (docs/dead-mans-switch.md).",
    "此页异常时，其余各页均不可信。roommon 完全失效时的告警见 docs/dead-mans-switch.zh-CN.md。",
)
HOURS = 6
REFRESH = "1m"

_TROUBLE = Text(
    "Journal, configuration, database, brokers: red is trouble. Read `journalctl -u roommon`; measuring goes on.",
    "日志库、配置、时序库、代理：红色为故障。请看 `journalctl -u roommon`，其间测量照常。",
)


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    well = influxql.present(Quantity.CONTACT, "max", "", influxql.ITSELF)
    yield Section(
        Text("roommon", "roommon"),
        [
            *tiles.row(
                6,
                4,
                lamp(say, Text("Its parts", "各组成部分"), _TROUBLE, well),
                _heard(say),
                tiles.silent_devices(say),
                _share_now(say),
            ),
            sized(_parts(say), 24, 6),
        ],
    )
    yield Section(Text("Devices", "设备"), [sized(_links(say), 12, 10), sized(tiles.bad_table(say), 12, 10)])
    yield Section(
        Text("Readings (asks the database for much)", "读数（查询量大）"),
        [
            *(panel.time_from("1h") for panel in tiles.row(12, 8, _share(say), _stored(say))),
            sized(_worst(say), 24, 9).time_from("1h"),
        ],
        shut=True,
    )


def _heard(say: Say) -> Panel:
    hint = Text(
        "When roommon last wrote of itself; it does so every 5 s. Long ago: it does not run, or cannot reach InfluxDB.",
        "roommon 最近一次写入自身状态的时间（每 5 s 一次）。时间过久：进程未运行，或无法连接时序库。",
    )
    where = f"{influxql.ITSELF} AND {influxql.before('1d')}"
    query = f'SELECT last("value") FROM "{Quantity.CONTACT}" WHERE {where}'
    return last_heard(say, Text("Last heard", "最近上报"), hint, query)


def _share_now(say: Say) -> Panel:
    hint = Text(
        "Of the readings of the last minutes, those that had a value, in the quantity that does worst.",
        "最近数分钟内有数值的读数占比，取最差的量。",
    )
    query = f'SELECT 100 * sum("good") / sum("said") FROM ({_good(influxql.before(influxql.FRESH), "1m")})'
    title = Text("Readings with a value", "有效读数占比")
    steps = [(0, RED), (95, YELLOW), (99, GREEN)]
    return least(say, title, hint, Quantity.RATIO, Target(query, alias="$m"), steps)


def _parts(say: Say) -> Panel:
    query = influxql.states(Quantity.CONTACT, "", influxql.ITSELF)
    return timeline(say, Text("Its parts", "各组成部分"), _TROUBLE, query, every="10s")


def _links(say: Say) -> Panel:
    hint = Text(
        "Which devices and buses answered. Several of one bus at once: the gateway or the line, not the devices.",
        "各设备与总线的应答情况。同一总线多台同时中断：查网关或线路，而非设备。",
    )
    query = influxql.states(Quantity.CONTACT, protections.LINK)
    return timeline(say, Text("Answers", "通信状态"), hint, query, every="2m")


def _share(say: Say) -> Panel:
    hint = Text(
        "How many of a hundred readings had a value, by quantity. A step down is a device or a line that went.",
        "各量每百次读数中有数值的次数。突降说明某台设备或某条线路中断。",
    )
    counted = _good("$timeFilter", "$__interval")
    query = f'SELECT 100 * sum("good") / sum("said") FROM ({counted}) WHERE $timeFilter GROUP BY time($__interval)'
    panel = curve(say, Text("Readings with a value", "有效读数占比"), hint, Quantity.RATIO, steps=[(95, YELLOW)])
    panel.with_target(Target(f"{query} fill(none)", alias="$m")).min(0).max(100)
    for name, (words, _) in quantities(say).items():
        panel.override_by_name(name, [called(words)])
    return panel


def _good(when: str, every: str) -> str:
    """Return the query for how many readings there were in each stretch, and how many of them had a value.

    Stretches make a number of what is not there: 0 of 0 has no share, and 0 of 12 is none and not nothing.
    """
    what = 'count("value") AS "good", count("quality") AS "said"'
    where = f"{influxql.CHOSEN} AND {when}"
    return f"SELECT {what} FROM {influxql.EVERY_QUANTITY} WHERE {where} GROUP BY time({every})"


def _stored(say: Say) -> Panel:
    hint = Text(
        "Readings that the database has, by quantity. It should be flat. A dent: one of them was away; "
        "it fills when the journal is delivered.",
        "时序库中的读数数量，按量统计，应保持平稳。凹陷为 roommon 或时序库中断，补传后自动填平。",
    )
    where = f"{influxql.CHOSEN} AND $timeFilter"
    query = f'SELECT count("quality") FROM {influxql.EVERY_QUANTITY} WHERE {where} GROUP BY time($__interval) fill(0)'
    return stacked(bars(say, Text("Readings stored", "入库读数"), hint, Target(query, alias="$m")), quantities(say))


def _worst(say: Say) -> Panel:
    hint = Text(
        "The ten sensors of each quantity that had most readings without a value. A few each day: raise the "
        "device's timeout.",
        "各量中无数值读数最多的 10 个传感器。每日零星出现：适当加大设备超时。",
    )
    where = f"{influxql.CHOSEN} AND \"quality\" = 'bad' AND $timeFilter"
    counted = f'SELECT count("quality") AS "n" FROM {influxql.EVERY_QUANTITY} WHERE {where} GROUP BY "sensor"'
    query = f'SELECT top("n", "sensor", 10) FROM ({counted})'
    return most_first(say, Text("Most readings without a value", "无数值读数最多"), hint, query)
