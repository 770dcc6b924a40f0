"""What people send, over MQTT or through the socket: a verb and a JSON object become a command of the rules.

What makes no sense is refused with the reason; members that are not known are left aside.
"""

import json
import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from unicodedata import category

from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.command import (
    Acknowledge,
    Command,
    EndDrill,
    Note,
    Person,
    PutBack,
    Reset,
    Scope,
    Shelve,
    StartDrill,
    TakeOut,
    Unshelve,
)
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.model.worded import Worded

LONGEST = 4096
"""Bytes of a command; whoever sends more is not a person."""
LONGEST_NAME = 200
LONGEST_NOTE = 1000
DRILL_MS = 600_000
"""How long a drill lasts when nobody says it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_S = 10 * 366 * 86_400

Members = Mapping[str, object]
Take = Callable[[Members, Instant, Person], Command]
"""Makes a command of what its JSON object says, when it arrived, and who sent it."""


class CommandRefused(Worded):
    """The command makes no sense; the words say what is wrong and what would be right."""


def parse(verb: str, payload: bytes, at: Instant, source: str) -> Command:
    """Return the command `verb` with the JSON object `payload`; see `command_of`."""
    return command_of(verb, members(payload), at, source)


def command_of(verb: str, given: Members, at: Instant, source: str) -> Command:
    """Return the command `verb` that arrived at `at` from `source` (`mqtt`, `socket`).

    Raises:
        CommandRefused: the verb is not known, or `given` is not what it takes.
    """
    take = _VERBS.get(verb)
    if take is None:
        raise unknown(verb)
    person: Person = {
        "at": at,
        "by": _words(given, "by", LONGEST_NAME),
        "note": _words(given, "note", LONGEST_NOTE, needed=False),
        "source": source,
        "id": _words(given, "id", LONGEST_NAME, needed=False),
    }
    return take(given, at, person)


def unknown(verb: object) -> CommandRefused:
    """Return what to say of a `verb` that is none."""
    known = ", ".join(_VERBS)
    return CommandRefused(Text(f"{verb!r} is no command; there are {known}", f"没有命令 {verb!r}；可用：{known}"))


def members(payload: bytes) -> Members:
    """Return the JSON object that `payload` is.

    Raises:
        CommandRefused: it is none.
    """
    if len(payload) > LONGEST:
        raise CommandRefused(
            Text(
                f"{len(payload)} bytes are more than the {LONGEST} of a command",
                f"{len(payload)} 字节，超过命令上限 {LONGEST} 字节",
            )
        )
    right = '{"alarm": "<alarm id>", "by": "<name>"}'
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise CommandRefused(Text(f"not JSON ({error}); {right} is", f"不是 JSON（{error}）；应如 {right}")) from error
    if not isinstance(found, dict):
        raise CommandRefused(Text(f"not a JSON object; {right} is", f"不是 JSON 对象；应如 {right}"))
    return found


def _of_alarm(kind: Callable[..., Command]) -> Take:
    return lambda given, _at, person: kind(**person, alarm=_alarm(given))


def _shelve(given: Members, at: Instant, person: Person) -> Command:
    until = _until(given, at)
    if until is None:
        raise CommandRefused(
            Text(
                'for how long is missing: give "for_s": 7200, or "until": "2026-11-28T18:00:00Z"',
                '缺少搁置时长：请给出 "for_s": 7200 或 "until": "2026-11-28T18:00:00Z"',
            )
        )
    one_shot = given.get("one_shot", False)
    if not isinstance(one_shot, bool):
        raise CommandRefused(Text('"one_shot" must be true or false', '"one_shot" 须为 true 或 false'))
    return Shelve(**person, alarm=_alarm(given), until=until, one_shot=one_shot)


def _take_out(given: Members, at: Instant, person: Person) -> Command:
    scope, target = _place(given)
    return TakeOut(**person, scope=scope, target=target, until=_until(given, at))


def _put_back(given: Members, _at: Instant, person: Person) -> Command:
    scope, target = _place(given)
    return PutBack(**person, scope=scope, target=target)


def _drill(given: Members, at: Instant, person: Person) -> Command:
    value = given.get("value", 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise CommandRefused(
            Text('"value" must be a number, in the unit of the sensor', '"value" 须为数值，单位与传感器一致')
        )
    until = _until(given, at) or Instant(at + DRILL_MS)
    return StartDrill(**person, sensor=_sensor(given), value=float(value), until=until)


def _end_drill(given: Members, _at: Instant, person: Person) -> Command:
    return EndDrill(**person, sensor=_sensor(given))


def _sensor(given: Members) -> SensorId:
    return SensorId(_words(given, "sensor", LONGEST_NAME))


_VERBS: Mapping[str, Take] = {
    "acknowledge": _of_alarm(Acknowledge),
    "shelve": _shelve,
    "unshelve": _of_alarm(Unshelve),
    "reset": _of_alarm(Reset),
    "note": _of_alarm(Note),
    "out_of_service": _take_out,
    "in_service": _put_back,
    "drill": _drill,
    "end_drill": _end_drill,
}
VERBS = tuple(_VERBS)


def _alarm(given: Members) -> AlarmId:
    return AlarmId(_words(given, "alarm", LONGEST_NAME))


def _place(given: Members) -> tuple[Scope, str]:
    named = [scope for scope in Scope if scope in given]
    if len(named) != 1:
        words = ", ".join(f'"{scope}"' for scope in Scope)
        raise CommandRefused(Text(f"give one of {words}", f"请给出 {words} 之一"))
    return named[0], _words(given, named[0], LONGEST_NAME)


def _until(given: Members, at: Instant) -> Instant | None:
    """Return when it ends: `for_s` seconds from now, or `until`, an instant with its zone."""
    lasts, until = given.get("for_s"), given.get("until")
    if lasts is None and until is None:
        return None
    match lasts, until:
        case (bool(), _):
            pass
        case (int() | float() as seconds, None) if 0 < seconds < _LONGEST_S:
            return Instant(at + round(seconds * 1000))
        case (None, str() as text):
            return _instant(text, at)
    raise CommandRefused(
        Text(
            '"for_s" must be seconds, or "until" an instant like "2026-11-28T18:00:00Z"',
            '"for_s" 须为秒数，或以 "until" 给出时刻，例如 "2026-11-28T18:00:00Z"',
        )
    )


def _instant(text: str, at: Instant) -> Instant:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = datetime.min  # noqa: DTZ901  # it has no zone, like what a person forgot
    if moment.tzinfo is None:
        raise CommandRefused(
            Text(
                f'"until": {text!r} is no instant with its zone; "2026-11-28T18:00:00Z" is',
                f'"until"：{text!r} 不是带时区的时刻；应如 "2026-11-28T18:00:00+08:00"',
            )
        )
    instant = Instant((moment - _EPOCH) // timedelta(milliseconds=1))
    if instant - at > _LONGEST_S * 1000:
        raise CommandRefused(Text(f'"until": {text!r} is too far away', f'"until"：{text!r} 太遥远'))
    return instant


def _words(given: Members, key: str, longest: int, *, needed: bool = True) -> str:
    value = given.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or not (not needed or value.strip()) or len(value.strip()) > longest:
        raise CommandRefused(
            Text(
                f'"{key}" must be a text of {int(needed)} to {longest} characters',
                f'"{key}" 须为 {int(needed)} 至 {longest} 个字符的文字',
            )
        )
    if not all(letter.isprintable() or category(letter) == "Zs" for letter in value):
        raise CommandRefused(Text(f'"{key}" holds characters that cannot be printed', f'"{key}" 含有不可显示的字符'))
    return value.strip()
