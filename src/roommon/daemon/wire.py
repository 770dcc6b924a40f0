"""What the last beat of a device brought, for people who look why a value is what it is: words beside values."""

from roommon.config.site import Polled
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.poll.driver import Came, Fault, Raw
from roommon.poll.poller import Last
from roommon.poll.shown import how, number, place
from roommon.profiles.point import Point
from roommon.web.facts import Heard, Wire

_NONE = Text.same("")


def wire_of(polled: Polled, last: Last) -> Wire:
    """Return what `last` brought, point by point."""
    made = {reading.sensor.partition(".")[2]: reading for reading in last.beat.readings}
    came = {} if last.heard is None else last.heard.came()
    points = [
        _heard(point, came.get(index), last.raws[index] if last.raws else None, made.get(point.key))
        for index, point in enumerate(polled.points)
    ]
    return Wire(last.beat.taken_at, points, last.why)


def _heard(point: Point, came: Came | None, raw: Raw | Fault | None, reading: Reading | None) -> Heard:
    return Heard(
        key=point.key,
        reading=reading,
        at=_at(point, came),
        kind=_NONE if came is None else came.kind,
        words="" if came is None else came.words,
        how=how(point),
        raw="" if raw is None or isinstance(raw, Fault) else number(point, raw),
        why=raw.detail if isinstance(raw, Fault) else _NONE,
    )


def _at(point: Point, came: Came | None) -> str:
    """Return where it stands: as it is configured, and where that is not where it was found, the place too."""
    configured = place(point)
    if came is None or came.at in configured or came.at == configured.removeprefix("."):
        return configured
    return f"{configured}: {came.at}"
