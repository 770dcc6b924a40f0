"""What every dashboard has around its panels: variables, annotations of alarms, links to the others, time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as parts

from config.grafana.source import influxql, said
from config.grafana.source.panels import Panel
from config.grafana.source.said import Say
from config.grafana.source.target import SOURCE
from roommon.cli.words import PRIORITIES
from roommon.model.text import Language, Text

DATA_SOURCE: Final = "roommon"
"""Name and uid of the data source that config/grafana/provisioning makes; another one can be chosen."""
REFRESH: Final = "10s"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the panels below it."""

    heading: Text
    panels: list[Panel]
    shut: bool = False
    """Whether a person must open it: its panels ask for much, or are for who knows what to look for."""


_SCHEMA: Final = 36
"""Of Grafana 9.0; every later one brings it up to date when it reads the file."""
_SITE, _ROOM, _DEVICE = Text("Site", "站点"), Text("Room", "机房"), Text("Device", "设备")
_ZONES: Final = (
    "UTC,Asia/Shanghai,Asia/Hong_Kong,Asia/Singapore,Asia/Tokyo,Europe/Berlin,Europe/London,America/New_York"
)


def framed(
    name: str,
    title: Text,
    about: Text,
    say: Say,
    sections: Iterable[Section],
    *,
    hours: int,
    refresh: str = REFRESH,
    with_days: bool = False,
) -> parts.Dashboard:
    """Return the dashboard `name`; `with_days` asks in which zone days begin."""
    board = (
        builders.Dashboard(say(title))
        .uid(f"roommon-{name}-{say.language.lower()}")
        .description(say(about))
        .tags(["roommon", _tag(say.language)])
        .timezone("browser")
        .time(f"now-{hours}h", "now")
        .refresh(refresh)
        .tooltip(parts.DashboardCursorSync.CROSSHAIR)
        .link(_links(say))
    )
    for variable in (*_variables(say), *([_zone(say)] if with_days else [])):
        board.with_variable(variable)
    for annotation in _annotations(say):
        board.annotation(annotation)
    for section in sections:
        _add(board, say, section)
    made = board.build()
    made.schema_version = _SCHEMA
    for number, part in enumerate(_all(made), 1):
        part.id_val = number
    return made


def _add(board: builders.Dashboard, say: Say, section: Section) -> None:
    """Add the section; one that is shut has its panels within its heading, and asks nothing until it is opened."""
    row = builders.Row(say(section.heading)).collapsed(section.shut)
    if section.shut:
        for panel in section.panels:
            row.with_panel(panel)
    board.with_row(row)
    if not section.shut:
        for panel in section.panels:
            board.with_panel(panel)


def _all(board: parts.Dashboard) -> Iterator[parts.Panel | parts.RowPanel]:
    for part in board.panels or ():
        yield part
        if isinstance(part, parts.RowPanel):
            yield from part.panels


def _zone(say: Say) -> builders.CustomVariable:
    """Return the variable of the zone in which days begin; InfluxQL does not know the browser's."""
    first = say(Text("UTC", "Asia/Shanghai"))
    rest = [name for name in _ZONES.split(",") if name != first]
    return (
        builders.CustomVariable("zone")
        .label(say(Text("Days in", "按时区分日")))
        .values(",".join([first, *rest]))
        .current(parts.VariableOption(selected=True, text=first, value=first))
    )


def _tag(language: Language) -> str:
    return f"roommon-{language.lower()}"


def _links(say: Say) -> builders.DashboardLink:
    """Return the links to all dashboards of this language, with the variables and the time as they are."""
    return (
        builders.DashboardLink(say(Text("roommon", "roommon")))
        .type(parts.DashboardLinkType.DASHBOARDS)
        .tags([_tag(say.language)])
        .include_vars(include_vars=True)
        .keep_time(keep_time=True)
    )


def _variables(say: Say) -> Iterable[builders.QueryVariable | builders.DatasourceVariable | builders.CustomVariable]:
    chosen = parts.VariableOption(selected=True, text=DATA_SOURCE, value=DATA_SOURCE)
    yield (builders.DatasourceVariable("datasource").label("InfluxDB").type("influxdb").current(chosen))
    yield _variable(say, "site", _SITE, influxql.values_of("site", '"contact"'))
    yield _variable(say, "room", _ROOM, influxql.values_of("room", '"contact"', influxql.SITE))
    yield _variable(say, "device", _DEVICE, influxql.values_of("device", influxql.EVERY_QUANTITY, influxql.ROOM))


def _variable(say: Say, name: str, label: Text, query: str) -> builders.QueryVariable:
    """Return a variable with several values; `All` is every value, those that come later too."""
    return (
        builders.QueryVariable(name)
        .label(say(label))
        .datasource(SOURCE)
        .query(query)
        .refresh(parts.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(parts.VariableSort.ALPHABETICAL_ASC)
        .multi(multi=True)
        .include_all(include_all=True)
        .all_value(".*")
        .current(parts.VariableOption(selected=True, text="All", value="$__all"))
    )


class _Marks(parts.AnnotationQuery, Builder[parts.AnnotationQuery]):
    """An annotation in InfluxQL, which the SDK has no type for; it is its own builder.

    `prepareAnnotation` of Grafana's influxdb/migrations.ts keeps a `target` that has a query; versions before it read
    the same from the annotation itself.
    """

    def __init__(self, name: str, colour: str, query: str, *, on: bool = True) -> None:
        super().__init__(name=name, datasource=SOURCE, enable=on, hide=False, icon_color=colour)
        self._asked = {"query": query, "textColumn": "text", "tagsColumn": "device,alarm"}

    def build(self) -> parts.AnnotationQuery:
        """Return itself."""
        return self

    def to_json(self) -> dict[str, object]:
        """Return what stands in the dashboard's file."""
        target = {**self._asked, "fromAnnotations": True, "queryType": "tags", "rawQuery": True, "refId": "Anno"}
        return {**super().to_json(), **self._asked, "target": target}


def _annotations(say: Say) -> Iterable[_Marks]:
    """Return the alarms that people were told of, in the colour of their priority; and, if wanted, their ends."""
    for priority, colour in said.PRIORITY_COLOURS.items():
        condition = f'"trigger" = \'raised\' AND "tell" = true AND "priority" = \'{priority.name.lower()}\''
        words = f"{say(Text('Alarms', '告警'))}: {say(PRIORITIES[priority])}"
        yield _Marks(words, colour, influxql.marks(condition))
    ended = influxql.marks('"state" = \'normal\' AND "tell" = true')
    yield _Marks(say(Text("Alarms: back to normal", "告警：恢复")), said.GREEN, ended, on=False)
