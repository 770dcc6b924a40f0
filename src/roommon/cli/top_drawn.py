"""The wall as lines of a terminal of any size: the room in one word, six protections, what stands, what is not seen."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.text import Text as Styled

from roommon.cli.moments import lasted, local
from roommon.cli.spoken import say
from roommon.cli.top_present import Seen
from roommon.cli.words import COLOURS, PRIORITIES, REASONS, STATES, word
from roommon.model.alarm import ACTIVE
from roommon.model.alive import SetAside
from roommon.model.suppression import SuppressedAs
from roommon.web import mood
from roommon.web.mood import Mood
from roommon.web.wall import Blind, Row, Tile, Wall, wall

_COLOURS = {
    Mood.CRITICAL: "bold white on red",
    Mood.HIGH: "red",
    Mood.MEDIUM: "yellow",
    Mood.BLIND: "magenta",
    Mood.LOW: "cyan",
    Mood.NORMAL: "green",
    Mood.EMPTY: "dim",
}
_NAMES = 16
_STATES = 11
_FEWEST = 3
"""Lines that what is not seen and what is set aside have at least, where there is so much of it."""

Block = list[Styled]
"""The lines of one thing, which stay together."""


class Part(NamedTuple):
    """A part of the screen that is cut where there is no room for it."""

    entries: Sequence[Block]
    beyond: int = 0
    """Things of which there are no lines."""

    @property
    def height(self) -> int:
        """Lines of all of it."""
        return sum(map(len, self.entries)) + bool(self.beyond)


def lines(seen: Seen, width: int, height: int | None) -> list[Styled]:
    """Return what is shown in `width` columns and `height` lines; None has all lines that it takes."""
    drawn = wall(seen.building, seen.present)
    head = [_title(seen, width), _word(drawn, seen), *_asleep(seen), Styled(), *map(_tile, drawn.tiles), Styled()]
    parts = [_standing(drawn, seen), Part(_unseen(drawn)), Part(_aside(drawn))]
    room = None if height is None else max(height - len(head), 0)
    found = [*head, *_fitted(parts, room)]
    for line in found:
        line.truncate(width, overflow="ellipsis")
    return found if height is None else found[:height]


def _title(seen: Seen, width: int) -> Styled:
    left, right = f"{seen.building.site}  {seen.building.room}", local(seen.present.at)
    gap = max(2, width - Styled(left).cell_len - len(right))
    return Styled(left + " " * gap + right, "bold")


def _word(drawn: Wall, seen: Seen) -> Styled:
    unseen, standing = len(drawn.unseen), len(drawn.rows) + drawn.more
    told = [say(f"standing alarms: {standing}", f"当前告警 {standing} 条")] if standing else []
    if unseen:
        of = drawn.watched
        told.append(say(f"{unseen} of {of} sensors cannot be read", f"{of} 个测点中有 {unseen} 个无法读取"))
    if not told:
        told.append(say(f"all {drawn.watched} sensors are read", f"全部 {drawn.watched} 个测点读数正常"))
    state = drawn.mood if seen.is_awake else Mood.BLIND
    return Styled.assemble((f" {word(mood.ROOM[state])} ", _COLOURS[state] + " reverse"), "  ", " · ".join(told))


def _asleep(seen: Seen) -> list[Styled]:
    if seen.is_awake:
        return []
    if seen.last is None:
        words = say("Nothing was recorded yet: does roommon run?", "尚无任何记录：roommon 是否在运行？")
        return [Styled(words, "bold")]
    ago = lasted(seen.present.at - seen.last)
    words = say(
        f"Nothing was recorded for {ago}: does roommon run? What stands below stood then.",
        f"已有 {ago}没有记录：roommon 是否在运行？以下为当时的状态。",
    )
    return [Styled(words, "bold")]


def _tile(tile: Tile) -> Styled:
    state = Styled(_padded(word(mood.PART[tile.mood]), _STATES), _COLOURS[tile.mood])
    telling = "  ".join(part for each in (tile.value, tile.says) if (part := word(each)))
    return Styled.assemble(_padded(word(tile.name), _NAMES + 2), state, "  ", telling)


def _padded(words: str, width: int) -> str:
    return words + " " * max(0, width - Styled(words).cell_len)


def _standing(drawn: Wall, seen: Seen) -> Part:
    found = [[_drill(row)] for row in drawn.drills] + [_alarm(row, seen) for row in drawn.rows]
    quiet = [[Styled(say("No alarm stands.", "当前没有告警。"))]] if seen.is_awake else []
    return Part(found or quiet, drawn.more)


def _alarm(row: Row, seen: Seen) -> Block:
    event, at = row.alarm.event, seen.present.at
    head = Styled.assemble(
        (f" {word(PRIORITIES[event.priority])} ", COLOURS[event.priority]), " ", word(event.about or event.text)
    )
    has = row.alarm.taken_by
    facts = [
        say(f"for {lasted(at - row.alarm.since)}", f"已持续 {lasted(at - row.alarm.since)}"),
        say(f"{has} has it", f"{has} 处理中") if has else say("nobody has it yet", "尚无人确认"),
        *([] if event.state in ACTIVE else [word(STATES[event.state])]),
        *([say(f"now {row.now}", f"当前 {row.now}")] if row.now else []),
        *([word(event.response)] if event.response else []),
    ]
    return [head, Styled("   " + " · ".join(facts), "" if has else "bold")]


def _drill(row: Row) -> Styled:
    return Styled(f"{say('DRILL', '演练')}  {word(row.alarm.event.text)}", "italic")


def _unseen(drawn: Wall) -> list[Block]:
    if not drawn.unseen:
        return []
    heading = Styled(say("Cannot be read", "无法读取"), "bold")
    return [[heading], *([_blind(each)] for each in drawn.blind)]


def _blind(each: Blind) -> Styled:
    silent = say("has said nothing for some time", "已有一段时间没有读数")
    return Styled(f"   {word(each.what)}  {silent if each.reason is None else word(REASONS[each.reason])}")


def _aside(drawn: Wall) -> list[Block]:
    if not drawn.aside and not drawn.kept_back:
        return []
    heading = Styled(say("Set aside: people are not told of this", "搁置与停用：以下不通知"), "bold")
    kept = [Styled(f"   {word(row.alarm.event.about or row.alarm.event.text)}") for row in drawn.kept_back]
    return [[heading], *([_set_aside(each)] for each in drawn.aside), *([line] for line in kept)]


def _set_aside(one: SetAside) -> Styled:
    kind = say("shelved", "已搁置") if one.kind is SuppressedAs.SHELVED else say("out of service", "已停用")
    end = "" if one.until is None else local(one.until)
    until = say(f"until {end}", f"至 {end}") if end else say("until somebody ends it", "直至有人恢复")
    return Styled(f"   {one.what}  {kind} {until}  {one.by}{say(': ', '：')}{one.why}")


def _fitted(parts: Sequence[Part], room: int | None) -> Iterable[Styled]:
    """Yield the parts, each cut to its share of `room` lines, the first before the others."""
    left = room
    for index, part in enumerate(parts):
        kept = sum(min(_FEWEST, part.height) for part in parts[index + 1 :])
        shown = _cut(part, None if left is None else max(left - kept, 0))
        left = None if left is None else left - len(shown)
        yield from shown


def _cut(part: Part, room: int | None) -> list[Styled]:
    """Return as much of `part` as there is room for; the last line counts the rest."""
    if room is None or part.height <= room:
        return [line for entry in part.entries for line in entry] + _rest(part.beyond)
    shown: list[Styled] = []
    for index, entry in enumerate(part.entries):
        if len(shown) + len(entry) > room - 1:
            return [*shown, *_rest(len(part.entries) - index + part.beyond)][:room]
        shown += entry
    return [*shown, *_rest(part.beyond)][:room]


def _rest(number: int) -> list[Styled]:
    return [Styled(say(f"   and {number} more", f"   另有 {number} 项"), "dim")] if number else []
