"""InfluxQL as the panels ask it: what is measured where, over the time that is shown, and what stands at its end.

Every name that a query may use is made here of roommon's own: a measurement is a `Quantity` or `alarm_event`, and the
tags and fields are those of docs/influxdb.md. No query is unbounded: it has `$timeFilter`, or a fixed time before the
end of what is shown (`${__to}`), so that a dashboard of last week shows what stood last week.

Curves are mean values of `$__interval`. What is not good has no `value`, so such a stretch is empty and stays so:
nothing is filled, and the panels connect nothing across it.
"""

from collections.abc import Sequence
from typing import Final

from roommon.model.quantity import Quantity
from roommon.store.line_protocol import ALARM_EVENT

SITE: Final = '"site" =~ /^${site:regex}$/'
ROOM: Final = f'{SITE} AND "room" =~ /^${{room:regex}}$/'
CHOSEN: Final = f'{ROOM} AND "device" =~ /^${{device:regex}}$/'
"""What the variables at the top choose."""
ITSELF: Final = f"{SITE} AND \"device\" = 'roommon'"
"""roommon as a device of its own site."""

EVERY_QUANTITY: Final = f"/^({'|'.join(Quantity)})$/"
"""All measurements of readings, and neither alarm events nor drills."""

FRESH: Final = "3m"
"""How old a reading may be that is shown as present: three times the slowest beat that is usual."""
STANDING: Final = "90d"
"""How far back an alarm is looked for that still stands; events are few, some thousands in that time."""

REAL: Final = '"drill" = false'
"""Of alarm events: what is true of the room."""
RAISED: Final = f"\"trigger\" = 'raised' AND {REAL}"


def called(*keys: str) -> str:
    """Return the condition that a sensor's own name is one of `keys`, in whatever device or row."""
    return f'"sensor" =~ /[.]({"|".join(keys)})$/'


def curves(quantity: Quantity, where: str = "", *, of: str = 'mean("value")', fill: str = "null") -> str:
    """Return the query for a curve of each sensor of `quantity`."""
    condition = _and(CHOSEN, where, "$timeFilter")
    return f'SELECT {of} FROM "{quantity}" WHERE {condition} GROUP BY time($__interval), "site", "sensor" fill({fill})'


def states(quantity: Quantity, where: str, chosen: str = CHOSEN) -> str:
    """Return the query for the worst (of contacts) or highest value of each stretch, for a timeline."""
    condition = _and(chosen, where, "$timeFilter")
    return (
        f'SELECT max("value") FROM "{quantity}" WHERE {condition}'
        ' GROUP BY time($__interval), "site", "sensor" fill(null)'
    )


def steps(quantity: Quantity, where: str) -> str:
    """Return the query for how much each counter grew from one stretch with readings to the next.

    One that was set back grew by nothing; a stretch without a reading has no number, and not the number 0.
    """
    condition = _and(CHOSEN, where, "$timeFilter")
    return (
        f'SELECT non_negative_difference(last("value")) FROM "{quantity}" WHERE {condition}'
        ' GROUP BY time($__interval), "site", "sensor" fill(none)'
    )


def daily(quantity: Quantity, where: str) -> str:
    """Return the query for how much each counter grew within each day of the zone that the variable `zone` names."""
    condition = _and(CHOSEN, where, "$timeFilter")
    return (
        f'SELECT spread("value") FROM "{quantity}" WHERE {condition}'
        ' GROUP BY time(1d), "site", "sensor" fill(none) tz(\'${zone}\')'
    )


def present(quantity: Quantity, worst: str, where: str, chosen: str = CHOSEN) -> str:
    """Return the query for one number: the `worst` (max, min, sum) of what the sensors say at the end.

    A sensor says what its last reading says: one whose last reading is bad has no value, and not the one before it.
    """
    latest = f'SELECT last("quality"), "value" FROM "{quantity}" WHERE {_and(chosen, where, before(FRESH))}'
    return f'SELECT {worst}("value") FROM ({latest} GROUP BY "site", "sensor")'


def blind(quantity: Quantity, where: str, chosen: str = CHOSEN) -> str:
    """Return the query for how many sensors have no value at the end; without any it answers nothing."""
    latest = f'SELECT last("quality") AS "quality" FROM "{quantity}" WHERE {_and(chosen, where, before(FRESH))}'
    return f'SELECT count("quality") FROM ({latest} GROUP BY "site", "sensor") WHERE "quality" = \'bad\''


def standing(columns: Sequence[str]) -> str:
    """Return the query for the alarms that stand at the end, one row each; `state` is among the columns."""
    listed = ", ".join(f'"{column}"' for column in columns)
    fields = [f'"{column}"' for column in columns if column not in _OF_AN_ALARM and column != "state"]
    return f"SELECT {listed} FROM ({_last_state(*fields)}) WHERE \"state\" <> 'normal'"


def standing_count(priority: str) -> str:
    """Return the query for how many alarms of `priority` stand at the end."""
    condition = f"\"state\" <> 'normal' AND \"priority\" = '{priority}'"
    return f'SELECT count("state") FROM ({_last_state()}) WHERE {condition}'


def events(condition: str, *, of: str, every: str, by: str = "", zone: str = "") -> str:
    """Return the query for a figure of the alarm events of each stretch of `every`."""
    grouped = ", ".join(part for part in (f"time({every})", by) if part)
    where = _and(CHOSEN, condition, "$timeFilter")
    return f'SELECT {of} FROM "{ALARM_EVENT}" WHERE {where} GROUP BY {grouped} fill(0){zone}'


def told(condition: str, *, of: str, by: str = "") -> str:
    """Return the query for a figure of the alarm events of the whole time that is shown."""
    grouped = f" GROUP BY {by}" if by else ""
    return f'SELECT {of} FROM "{ALARM_EVENT}" WHERE {_and(CHOSEN, condition, "$timeFilter")}{grouped}'


def log(columns: Sequence[str], most: int) -> str:
    """Return the query for the last alarm events of the time that is shown, the newest first."""
    listed = ", ".join(f'"{column}"' for column in columns)
    where = _and(CHOSEN, "$timeFilter")
    return f'SELECT {listed} FROM "{ALARM_EVENT}" WHERE {where} ORDER BY time DESC LIMIT {most}'


def marks(condition: str) -> str:
    """Return the query for annotations: the texts of those alarm events that `condition` picks."""
    where = _and(CHOSEN, condition, REAL, "$timeFilter")
    return f'SELECT "text", "device", "alarm" FROM "{ALARM_EVENT}" WHERE {where}'


def values_of(tag: str, measurements: str, where: str = "") -> str:
    """Return the query for what a variable offers."""
    return f'SHOW TAG VALUES FROM {measurements} WITH KEY = "{tag}"{f" WHERE {where}" if where else ""}'


_OF_AN_ALARM: Final = ("site", "priority", "device", "alarm")
"""The tags that tell alarms apart."""


def _last_state(*fields: str) -> str:
    what = ", ".join(('last("state") AS "state"', *fields))
    grouped = ", ".join(f'"{tag}"' for tag in _OF_AN_ALARM)
    return f'SELECT {what} FROM "{ALARM_EVENT}" WHERE {_and(CHOSEN, before(STANDING))} GROUP BY {grouped}'


def before(span: str) -> str:
    """Return the condition of the last `span` of what is shown."""
    return f"time > ${{__to}}ms - {span} AND time <= ${{__to}}ms"


def _and(*conditions: str) -> str:
    return " AND ".join(condition for condition in conditions if condition)
