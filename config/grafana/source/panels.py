"""The kinds of panel that the dashboards are made of, each with what all of its kind have in common.

What holds for all: an empty stretch stays empty, and what has no reading is grey and says so; it is never green.
A panel that a person can do something about says what, in its description.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, statetimeline, timeseries
from grafana_foundation_sdk.builders import table as tables
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models import dashboard as parts

from config.grafana.source import said
from config.grafana.source.said import GREEN, GREY, ORANGE, RED, Say, unit
from config.grafana.source.target import SOURCE, Target
from config.grafana.source.target import table as table_of
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Text

Steps = Sequence[tuple[float, str]]
"""From which value on which colour; below the first there is none."""
Names = Mapping[str, tuple[str, str]]
"""What a value is called, and its colour."""
Panel = timeseries.Panel | stat.Panel | statetimeline.Panel | tables.Panel | bargauge.Panel

_POINTS: Final = 500
"""Of a curve: what the eye tells apart on half a screen, and what the database is asked for."""
_LETTERS: Final = common.VizTextDisplayOptions().title_size(14).value_size(28)
_LOWEST: Final = -1e9
"""Below every value that is measured: what has no reading has the colour before it."""


def curve(say: Say, title: Text, hint: Text, quantity: Quantity, *queries: str, steps: Steps = ()) -> timeseries.Panel:
    """Return a panel of curves; `steps` are the lines of the limits in it."""
    panel = (
        timeseries.Panel()
        .title(say(title))
        .description(say(hint))
        .datasource(SOURCE)
        .unit(unit(quantity))
        .decimals(UNITS[quantity].decimals)
        .max_data_points(_POINTS)
        .line_width(1)
        .fill_opacity(0)
        .span_nulls(span_nulls=False)
        .show_points(looks.VisibilityMode.AUTO)
        .point_size(4)
        .color_scheme(dashboard.FieldColor().mode(parts.FieldColorModeId.PALETTE_CLASSIC))
        .thresholds(_thresholds([(_LOWEST, "transparent"), *steps]))
        .legend(_legend())
        .tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
    )
    if steps:
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(looks.GraphTresholdsStyleMode.DASHED))
    for name, query in zip("ABCD", queries, strict=False):
        panel.with_target(Target(query, name=name))
    return panel


def bars(say: Say, title: Text, hint: Text, target: Target, *, steps: Steps = ()) -> timeseries.Panel:
    """Return a panel of bars, one for each stretch of time."""
    panel = curve(say, title, hint, Quantity.COUNT, steps=steps)
    panel.with_target(target).draw_style(looks.GraphDrawStyle.BARS).fill_opacity(60).min(0)
    return panel.bar_alignment(looks.BarAlignment.AFTER).show_points(looks.VisibilityMode.NEVER)


def number(say: Say, title: Text, hint: Text, quantity: Quantity, query: str, steps: Steps) -> stat.Panel:
    """Return a panel with one number on the colour that its value has."""
    return (
        _tile(say, title, hint, Target(query, alias=""))
        .unit(unit(quantity))
        .decimals(UNITS[quantity].decimals)
        .thresholds(_thresholds([(_LOWEST, steps[0][1]), *steps[1:]]))
    )


def lamp(say: Say, title: Text, hint: Text, worst: str, blind: str | None = None) -> stat.Panel:
    """Return a panel that is green while all of its contacts are normal, red while any is not.

    Beside it stands how many of them have no value, if any: they may be what they like.
    """
    names = {"0": (say(said.NORMAL), GREEN), "1": (say(said.ABNORMAL), RED)}
    panel = _tile(say, title, hint, Target(worst, alias="contacts"))
    if blind is not None:
        panel.with_target(Target(blind, alias="blind", name="B"))
    panel.override_by_name("contacts", [naming(names), called(say(said.CONTACTS))])
    panel.override_by_name("blind", [_coloured(ORANGE), called(say(said.NO_READING))])
    return panel.text_mode(looks.BigValueTextMode.VALUE_AND_NAME).text(_LETTERS)


def tally(say: Say, title: Text, hint: Text, targets: list[Target], names: Names) -> stat.Panel:
    """Return a panel with a number for each of `names` of which there is any; for none it says so."""
    panel = _tile(say, title, hint, targets[0]).targets(list(targets)).no_value(say(said.NOTHING))
    panel.text_mode(looks.BigValueTextMode.VALUE_AND_NAME)
    for name, (words, colour) in names.items():
        panel.override_by_name(name, [called(words), _coloured(colour)])
    return panel


def timeline(
    say: Say, title: Text, hint: Text, *queries: str, names: Names | None = None, every: str = "1m"
) -> statetimeline.Panel:
    """Return a panel with a bar of states for each sensor; `every` is the shortest stretch that has one reading."""
    contacts = {"0": (say(said.NORMAL), GREEN), "1": (say(said.ABNORMAL), RED)}
    panel = (
        statetimeline.Panel()
        .title(say(title))
        .description(say(hint))
        .datasource(SOURCE)
        .interval(every)
        .max_data_points(_POINTS)
        .mappings([value_map(contacts if names is None else names)])
        .thresholds(_thresholds([]))
        .no_value(say(said.NO_READING))
        .merge_values(merge_values=True)
        .show_value(looks.VisibilityMode.NEVER if names is None else looks.VisibilityMode.AUTO)
        .row_height(0.8)
        .legend(_legend().show_legend(show_legend=False))
    )
    for name, query in zip("ABCD", queries, strict=False):
        panel.with_target(Target(query, name=name))
    return panel


def table(
    say: Say, title: Text, hint: Text, target: Target, columns: Mapping[str, Names], *, nothing: Text = said.NOTHING
) -> tables.Panel:
    """Return a panel of rows; `columns` are those whose values have names and colours."""
    panel = (
        tables.Panel()
        .title(say(title))
        .description(say(hint))
        .datasource(SOURCE)
        .with_target(target)
        .no_value(say(nothing))
        .cell_height(looks.TableCellHeight.SM)
    )
    for column, words in said.COLUMNS.items():
        properties = [called(say(words)), *_width(column)]
        if column in ("count", "top"):
            properties += [parts.DynamicConfigValue(id_val="custom.align", value="left")]
        if column in columns:
            properties += [naming(columns[column])]
        if column in ("priority", "state", "quality") and column in columns:
            properties += [parts.DynamicConfigValue(id_val="custom.cellOptions", value=_ON_COLOUR)]
        panel.override_by_name(column, properties)
    return panel


def most_first(say: Say, title: Text, hint: Text, query: str) -> tables.Panel:
    """Return a panel of rows with a number (InfluxQL's `top`), the highest first."""
    by_number = common.TableSortByFieldState().display_name(say(said.COLUMNS["top"])).desc(desc=True)
    panel = table(say, title, hint, table_of(query), {}).sort_by([by_number])
    return panel.override_by_field_type("time", [parts.DynamicConfigValue(id_val="custom.hidden", value=True)])


def newest_first(say: Say, panel: tables.Panel) -> tables.Panel:
    """Return `panel` with its newest rows at the top."""
    return panel.sort_by([common.TableSortByFieldState().display_name(say(said.COLUMNS["Time"])).desc(desc=True)])


def value_map(names: Names) -> parts.ValueMap:
    """Return `names` as Grafana maps values."""
    return parts.ValueMap(
        {
            value: parts.ValueMappingResult(text=words, color=colour, index=at)
            for at, (value, (words, colour)) in enumerate(names.items())
        }
    )


def gauge(say: Say, title: Text, hint: Text, target: Target, names: Names) -> bargauge.Panel:
    """Return a panel of lying bars, one for each of `names`."""
    panel = (
        bargauge.Panel()
        .title(say(title))
        .description(say(hint))
        .datasource(SOURCE)
        .with_target(target)
        .orientation(looks.VizOrientation.HORIZONTAL)
        .text(common.VizTextDisplayOptions().title_size(14).value_size(20))
        .display_mode(looks.BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["sum"]))
        .thresholds(_thresholds([]))
        .min(0)
        .no_value(say(said.NOTHING))
    )
    for name, (words, colour) in names.items():
        panel.override_by_name(name, [called(words), _coloured(colour)])
    return panel


def last_heard(say: Say, title: Text, hint: Text, query: str) -> stat.Panel:
    """Return a panel that says how long ago the time of the answer was."""
    panel = _tile(say, title, hint, table_of(query)).unit("dateTimeFromNow").color_mode(looks.BigValueColorMode.NONE)
    panel.text(common.VizTextDisplayOptions().value_size(28))
    return panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]).fields("/^[Tt]ime$/"))


def least(say: Say, title: Text, hint: Text, quantity: Quantity, target: Target, steps: Steps) -> stat.Panel:
    """Return a panel with the least of the numbers that the series of `target` have."""
    panel = (
        number(say, title, hint, quantity, target.query, steps)
        .targets([target])
        .with_transformation(parts.DataTransformerConfig(id_val="seriesToRows", options={}))
    )
    return panel.reduce_options(common.ReduceDataOptions().calcs(["min"]))


def stacked(panel: timeseries.Panel, names: Names) -> timeseries.Panel:
    """Return `panel` with its bars on top of each other, called and coloured as `names` say."""
    panel.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL).group("A"))
    for name, (words, colour) in names.items():
        panel.override_by_name(name, [called(words), *([_coloured(colour)] if colour else [])])
    return panel


def naming(names: Names) -> parts.DynamicConfigValue:
    """Return the property of a field that its values are called by `names`."""
    return parts.DynamicConfigValue(id_val="mappings", value=[value_map(names)])


def sized(panel: Panel, width: int, height: int) -> Panel:
    """Return `panel` with its size: of 24 columns, and in lines of some 30 pixels."""
    return panel.span(width).height(height)


def _tile(say: Say, title: Text, hint: Text, target: Target) -> stat.Panel:
    return (
        stat.Panel()
        .title(say(title))
        .description(say(hint))
        .datasource(SOURCE)
        .with_target(target)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .color_scheme(dashboard.FieldColor().mode(parts.FieldColorModeId.THRESHOLDS))
        .color_mode(looks.BigValueColorMode.BACKGROUND)
        .graph_mode(looks.BigValueGraphMode.NONE)
        .text_mode(looks.BigValueTextMode.VALUE)
        .thresholds(_thresholds([]))
        .no_value(say(said.NO_READING))
    )


_ON_COLOUR: Final = {"type": "color-background", "mode": "basic"}
_WIDTHS: Final = {
    "Time": 175, "time": 175, "priority": 90, "state": 190, "tell": 90, "drill": 90, "device": 160, "trigger": 130,
    "count": 110, "top": 110, "quality": 110, "reason": 200,
}  # fmt: skip
"""In pixels; a column that is not here takes what is left."""


def _width(column: str) -> Iterable[parts.DynamicConfigValue]:
    return [parts.DynamicConfigValue(id_val="custom.width", value=_WIDTHS[column])] if column in _WIDTHS else []


def called(words: str) -> parts.DynamicConfigValue:
    """Return the property of a field that it is called by `words`."""
    return parts.DynamicConfigValue(id_val="displayName", value=words)


def _coloured(colour: str) -> parts.DynamicConfigValue:
    return parts.DynamicConfigValue(id_val="color", value={"mode": "fixed", "fixedColor": colour})


def _thresholds(steps: Steps) -> dashboard.ThresholdsConfig:
    written = [parts.Threshold(value=None, color=GREY), *(parts.Threshold(value, colour) for value, colour in steps)]
    return dashboard.ThresholdsConfig().mode(parts.ThresholdsMode.ABSOLUTE).steps(written)


def _legend() -> common.VizLegendOptions:
    return (
        common.VizLegendOptions()
        .display_mode(looks.LegendDisplayMode.LIST)
        .placement(looks.LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
    )
