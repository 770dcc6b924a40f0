"""The room at a glance: for the wall, and for whoever comes in the morning."""

from collections.abc import Iterator

from config.grafana.source import curves, influxql, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import Panel, sized, timeline
from config.grafana.source.said import Say
from roommon.model.quantity import Quantity
from roommon.model.text import Text

NAME = "overview"
TITLE = Text("1 Room overview", "1 机房总览")
ABOUT = Text(
    "What stands, what is warm, what runs on battery, what does not answer. For a wall: append ?kiosk to the address.",
    "当前告警、温度、供电与失联设备一览。大屏展示请在地址后加 ?kiosk。",
)
HOURS = 6


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    now = (tiles.warmest_inlet, tiles.lowest_mains, tiles.shortest_runtime, tiles.silent_devices)
    yield Section(
        Text("Now", "当前"),
        [
            sized(tiles.standing_tally(say), 8, 4),
            *(sized(tile(say), 4, 4) for tile in now),
            sized(tiles.standing_table(say), 24, 8),
        ],
    )
    yield Section(Text("Air", "环境"), tiles.row(12, 8, curves.inlets(say), curves.humidity(say)))
    yield Section(Text("Power", "供电"), tiles.row(12, 8, curves.incoming(say), curves.load(say)))
    yield Section(Text("Contacts and readings", "触点与读数"), tiles.row(12, 9, _abnormal(say), tiles.bad_table(say)))


def _abnormal(say: Say) -> Panel:
    hint = Text(
        "Contacts that were abnormal in the time that is shown; what is not here was normal or had no reading.",
        "所选时段内出现过异常的触点。未列出的触点一直正常，或没有读数。",
    )
    query = influxql.states(Quantity.CONTACT, '"value" = 1')
    return timeline(say, Text("Contacts that were abnormal", "异常触点"), hint, query)
