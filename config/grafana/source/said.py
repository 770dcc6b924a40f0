"""Words, colours and units that several dashboards share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from roommon.cli.words import PRIORITIES, QUALITIES, REASONS, STATES, TRIGGERS
from roommon.model.alarm import Priority, State
from roommon.model.quantity import UNITS, Quantity
from roommon.model.reading import Quality
from roommon.model.text import Language, Text


@dataclass(frozen=True, slots=True)
class Say:
    """Says words in the language of the dashboard that is made."""

    language: Language
    states: Mapping[str, Mapping[int, Text]] = field(default_factory=dict)
    """Of one site's own dashboards: what the values of each of its states are called, by sensor."""

    def __call__(self, text: Text) -> str:
        """Return the words."""
        return text.in_language(self.language)


RED, ORANGE, YELLOW, BLUE, GREEN, GREY, PURPLE = (
    "semi-dark-red",
    "semi-dark-orange",
    "dark-yellow",
    "semi-dark-blue",
    "semi-dark-green",
    "#808080",
    "semi-dark-purple",
)
"""Readable on both of Grafana's themes."""
PRIORITY_COLOURS: Final[Mapping[Priority, str]] = {
    Priority.CRITICAL: RED,
    Priority.HIGH: ORANGE,
    Priority.MEDIUM: YELLOW,
    Priority.LOW: BLUE,
}
STATE_COLOURS: Final[Mapping[State, str]] = {
    State.NORMAL: GREEN,
    State.UNACKNOWLEDGED: RED,
    State.ACKNOWLEDGED: ORANGE,
    State.RETURNED: YELLOW,
    State.LATCHED: PURPLE,
    State.LATCHED_ACKNOWLEDGED: BLUE,
}
QUALITY_COLOURS: Final[Mapping[Quality, str]] = {Quality.GOOD: GREEN, Quality.UNCERTAIN: YELLOW, Quality.BAD: RED}

NORMAL, ABNORMAL = Text("normal", "正常"), Text("abnormal", "异常")
CONTACTS = Text("contacts", "触点")
NOTHING = Text("none", "无")
NO_READING = Text("no reading", "无读数")
COLUMNS: Final[Mapping[str, Text]] = {
    "Time": Text("time", "时间"),
    "time": Text("time", "时间"),
    "priority": Text("priority", "级别"),
    "state": Text("state", "状态"),
    "text": Text("what", "内容"),
    "device": Text("device", "设备"),
    "sensor": Text("sensor", "传感器"),
    "alarm": Text("alarm", "告警"),
    "trigger": Text("event", "事件"),
    "tell": Text("told", "通知"),
    "drill": Text("drill", "演练"),
    "quality": Text("quality", "质量"),
    "reason": Text("reason", "原因"),
    "count": Text("number", "次数"),
    "top": Text("number", "次数"),
    "site": Text("site", "站点"),
}
"""What the columns of tables are called."""

_GRAFANA: Final[Mapping[Quantity, str]] = {
    Quantity.TEMPERATURE: "celsius",
    Quantity.DEW_POINT: "celsius",
    Quantity.RELATIVE_HUMIDITY: "percent",
    Quantity.VOLTAGE: "volt",
    Quantity.CURRENT: "amp",
    Quantity.ACTIVE_POWER: "watt",
    Quantity.APPARENT_POWER: "voltamp",
    Quantity.ENERGY: "kwatth",
    Quantity.FREQUENCY: "hertz",
    Quantity.RATIO: "percent",
    Quantity.DURATION: "s",
    Quantity.DISTANCE: "lengthm",
    Quantity.LEAKAGE_CURRENT: "mamp",
}


def unit(quantity: Quantity) -> str:
    """Return how Grafana calls the unit of `quantity`; for others the unit stands behind the number as we write it."""
    symbol = UNITS[quantity].symbol
    return _GRAFANA.get(quantity, f"suffix:{symbol}" if symbol else "none")


def quantities(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each measurement of readings is called."""
    return {str(quantity): (say(unit.name), "") for quantity, unit in UNITS.items()}


def priority_words(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each value of the tag `priority` is called, and its colour."""
    return {each.name.lower(): (say(PRIORITIES[each]), colour) for each, colour in PRIORITY_COLOURS.items()}


def state_words(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each value of the field `state` is called, and its colour."""
    return {each.value: (say(STATES[each]), colour) for each, colour in STATE_COLOURS.items()}


def quality_words(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each value of the field `quality` is called, and its colour."""
    return {each.value: (say(QUALITIES[each]), colour) for each, colour in QUALITY_COLOURS.items()}


def trigger_words(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each value of the field `trigger` is called."""
    return {each.value: (say(word), "text") for each, word in TRIGGERS.items()}


def reason_words(say: Say) -> dict[str, tuple[str, str]]:
    """Return what each value of the field `reason` is called."""
    return {each.value: (say(word), "text") for each, word in REASONS.items()}
