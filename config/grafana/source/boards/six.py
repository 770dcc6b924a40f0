"""The six protections: a lamp for each, and below it what it is made of.

Electricity has two tiles, contacts and the lowest phase, and water has the dew margin besides: a lamp of contacts alone
would be green beside a phase that is lost, and above a pipe that is about to drip.
"""

from collections.abc import Iterator

from config.grafana.source import curves, protections, tiles
from config.grafana.source.frame import Section
from config.grafana.source.said import Say
from roommon.model.text import Text

NAME = "six-protections"
TITLE = Text("2 Six protections", "2 六防")
ABOUT = Text(
    "Lightning, fire, water, electricity, quake, high temperature: what is behind each lamp. Contact modules need "
    "the label `protection` (docs/grafana.md).",
    "防雷、消防、漏水、供配电、震动、高温。开关量模块的触点需加标签 `protection`（见 docs/grafana.zh-CN.md）。",
)
HOURS = 6

_LIGHTNING = Text(
    "Arresters and surge counters. Failed: replace the red module before the next thunderstorm, look at its fuse.",
    "浪涌保护器与雷击计数器。失效：下次雷雨前更换变红的模块，并检查后备熔断器。",
)
_FIRE = Text(
    "Smoke and fire panel. One group: two people go and look, at once. Both, or countdown: everybody out, doors shut.",
    "烟感与消防控制器。单组报警：两人立即到场确认；两组报警或倒计时：人员撤离，关好门。",
)
_WATER = Text(
    "Ropes and spot probes, drain and pumps. Shut the humidifier's and the chilled water's valve first.",
    "感应线、点式探头、排水。先关加湿器进水阀与冷冻水阀。",
)
_POWER = Text(
    "Mains, transfer switch, breaker, UPSes. On battery: whole room or one UPS? Then generator and planned shutdown.",
    "市电、双电源切换、断路器与 UPS。电池供电：先分清整个机房停电还是单台断电，再启动发电机、有序关机。",
)
_HEAT = Text(
    "Faults that the air conditioners tell. Call their service and watch the inlets.",
    "空调上报的故障。联系空调维保，并关注进风温度。",
)


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    yield Section(
        Text("Now", "当前"),
        tiles.row(
            3,
            4,
            tiles.protection_lamp(say, Text("Lightning", "防雷"), _LIGHTNING, protections.LIGHTNING),
            tiles.protection_lamp(say, Text("Fire", "消防"), _FIRE, protections.FIRE),
            tiles.protection_lamp(say, Text("Water", "漏水"), _WATER, protections.WATER),
            tiles.protection_lamp(say, Text("Electricity", "供配电"), _POWER, protections.POWER),
            tiles.lowest_mains(say),
            tiles.shaking(say),
            tiles.warmest_inlet(say),
            tiles.damp_margin(say),
        ),
    )
    yield Section(
        Text("Lightning", "防雷"),
        tiles.row(
            12,
            7,
            curves.contacts(say, Text("Arresters", "浪涌保护器"), _LIGHTNING, protections.LIGHTNING),
            curves.surges(say),
        ),
    )
    yield Section(
        Text("Fire", "消防"),
        tiles.row(24, 7, curves.contacts(say, Text("Smoke and panel", "烟感与控制器"), _FIRE, protections.FIRE)),
    )
    yield Section(
        Text("Water", "漏水"),
        tiles.row(
            12,
            8,
            curves.contacts(say, Text("Ropes and probes", "感应线与探头"), _WATER, protections.WATER),
            curves.position(say),
        ),
    )
    yield Section(
        Text("Electricity", "供配电"),
        tiles.row(
            12,
            8,
            curves.contacts(say, Text("Switches and UPSes", "开关与 UPS"), _POWER, protections.POWER),
            curves.incoming(say),
        ),
    )
    yield Section(Text("Quake", "震动"), tiles.row(24, 7, curves.shaking(say)))
    yield Section(
        Text("High temperature", "高温"),
        tiles.row(
            12,
            8,
            curves.inlets(say),
            curves.contacts(say, Text("Air conditioners", "空调"), _HEAT, protections.COOLING),
        ),
    )
