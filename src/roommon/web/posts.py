"""Sensors where they are: those of one place are a post, with what is written beside it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web import labels
from roommon.web.box import Box
from roommon.web.floor import At, Floor, Placed
from roommon.web.labels import Label, Mark, Standing
from roommon.web.mood import Mood
from roommon.web.scale import Scale
from roommon.web.sheet import Line, Post
from roommon.web.tables import SensorRow

FONT = 19.0
"""Height of letters on the drawing, as plan.css has it."""
_RADIUS, _AMISS_RADIUS = 11.0, 14.0
"""Of a mark."""
_MOST = 4
"""Lines of a label."""
_WORDS = (Quantity.CONTACT, Quantity.STATE)
_UNREAD = Text("not read", "无读数")
_ALARMS = (Mood.CRITICAL, Mood.HIGH, Mood.MEDIUM)


def posts(floor: Floor, rows: Mapping[SensorId, SensorRow], scale: Scale, sheet: Box, standing: Standing) -> list[Post]:
    """Return the posts of a floor, each with its label where there is room for one."""
    placed = sorted((each for each in floor.placed if each.sensor in rows), key=_from_the_top)
    groups = [
        (scale.at(at), [_line(each, rows[each.sensor]) for each in several])
        for at, several in groupby(placed, key=lambda each: each.at)
    ]
    written = [_written(lines) for _, lines in groups]
    marks = [_mark(at, some, len(lines)) for (at, lines), some in zip(groups, written, strict=True)]
    found = labels.placed(tuple(marks), sheet, standing)
    return [_post(at, lines, some, label) for (at, lines), some, label in zip(groups, written, found, strict=True)]


def boxes(found: Sequence[Post]) -> Iterator[Box]:
    """Yield what is taken of a drawing by posts: their marks, and their labels."""
    for post in found:
        yield Box.around(post.at, 2 * post.radius, 2 * post.radius)
        if post.label is not None:
            yield post.label.box


def leaders(found: Sequence[Post]) -> Iterator[tuple[At, At]]:
    """Yield the lines that lead from marks to their labels."""
    for post in found:
        if post.label is not None and post.label.led_to is not None:
            yield post.at, post.label.led_to


def longer(text: Text) -> str:
    """Return the one of both languages that is drawn wider."""
    return max(text.en, text.zh_cn, key=lambda words: labels.width(words, FONT))


def _from_the_top(placed: Placed) -> tuple[At, float]:
    return placed.at, -(placed.height or 0.0)


def _mark(at: At, written: Sequence[Line], lines: int) -> Mark:
    more = ["."] if lines > len(written) else []
    width, height = labels.size([*(longer(line.text) for line in written), *more], FONT)
    return Mark(at, _AMISS_RADIUS, width, height, any(line.row.mood is not Mood.NORMAL for line in written))


def _written(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of a label: all of them, or the worst where there are many."""
    if len(lines) <= _MOST:
        return lines
    worst = sorted(range(len(lines)), key=lambda index: lines[index].row.mood.rank)[: _MOST - 1]
    return [lines[index] for index in sorted(worst)]


def _post(at: At, lines: Sequence[Line], written: Sequence[Line], label: Label | None) -> Post:
    mood = min((line.row.mood for line in lines), key=lambda each: each.rank)
    return Post(at, _AMISS_RADIUS if mood in _ALARMS else _RADIUS, mood, lines, written, label)


def _line(placed: Placed, row: SensorRow) -> Line:
    """Return what is written of a sensor: its value, with its height; of a contact its name, and what is amiss."""
    said = row.value or _UNREAD
    sensor = row.watched.sensor
    if sensor.quantity in _WORDS:
        name = sensor.name
        if row.mood is not Mood.NORMAL:
            name = Text(f"{name.en}: {said.en}", f"{name.zh_cn}：{said.zh_cn}")
        return Line(row, placed, name)
    if placed.height is None:
        return Line(row, placed, said)
    height = f"{placed.height:.1f} m"
    return Line(row, placed, Text(f"{height} · {said.en}", f"{height} · {said.zh_cn}"))
