"""The names in an InfluxQL query: whether roommon writes them at all, and the same query with one of them wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from roommon.config.described import described
from roommon.config.load import examine
from roommon.model.alarm import Priority, State, Trigger
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reason
from roommon.profiles.profile import FOLDER
from roommon.store.line_protocol import ALARM_EVENT

EXAMPLES = Path(__file__).parents[2] / "config" / "examples"
TAGS = {"site", "room", "device", "sensor", "alarm", "priority"}
FIELDS = {"value", "quality", "reason", "state", "trigger", "text", "tell", "drill", "number"}
WORDS: Mapping[str, set[str]] = {
    "state": set(State),
    "trigger": set(Trigger),
    "priority": {each.name.lower() for each in Priority},
    "quality": set(Quality),
    "reason": set(Reason),
    "device": {"roommon"},
}
"""What the fields and tags that are words can say."""

_MEASUREMENT = re.compile(r'FROM (?:"(\w+)"|/\^\(([\w|]+)\)\$/)')
_COMPARED = re.compile(r"\"(\w+)\" (?:=|<>) '([^']*)'")
_MATCHED = re.compile(r'"sensor" [=!]~ /(?:\^\[\^\.\]\+)?(?:\[\.\])?\(?([\w|]+)\)?\$?/')
_DEFINED = re.compile(r'AS "?(\w+)"?')
_QUOTED = re.compile(r'"(\w+)"')
_NAME = re.compile(r"\"\w+\"|'\w+'|(?<=[|(/.\]])[a-z]\w+(?=[|)$/])")
"""A quoted identifier, a quoted word, a word within a regular expression."""


@cache
def sensor_names() -> frozenset[tuple[str, str]]:
    """Quantity and last part of the name of every sensor that profiles and examples know."""
    profiles, _ = described(FOLDER / "none-but-the-shipped")
    known = {(str(spec.quantity), key.rpartition(".")[2]) for each in profiles for key, spec in each.sensors.items()}
    known |= {(str(sensor.quantity), sensor.key.rpartition(".")[2]) for sensor in _of_examples()}
    return frozenset(known | {(Quantity.CONTACT.value, "link")})


@cache
def labels() -> frozenset[tuple[str, str]]:
    """Every label that the examples give, with its value."""
    return frozenset(pair for sensor in _of_examples() for pair in sensor.labels.items())


@cache
def _of_examples() -> tuple[Any, ...]:
    paths = [path for path in EXAMPLES.glob("*.yaml") if path.stem != "demo-room"]
    sites = [examine(path, {}, tolerate_missing_secrets=True).site for path in paths]
    return tuple(sensor for site in sites if site for device in site.sensed() for sensor in device.sensors)


def unknown(query: str) -> list[str]:
    """What `query` names that roommon never writes."""
    measurements = [name for one, several in _MEASUREMENT.findall(query) for name in (one or several).split("|")]
    found = [name for name in measurements if name not in {*Quantity, ALARM_EVENT}]
    defined, keys = set(_DEFINED.findall(query)), {key for key, _ in labels()}
    known = TAGS | FIELDS | keys | defined | set(measurements)
    found += [name for name in _QUOTED.findall(query) if name not in known]
    found += [f"{name}={word}" for name, word in _COMPARED.findall(query) if not _says(name, word)]
    for words in _MATCHED.findall(query):
        found += [word for word in words.split("|") if not _called(word, measurements)]
    return found


def _says(name: str, word: str) -> bool:
    return word in WORDS.get(name, ()) or (name, word) in labels()


def _called(word: str, quantities: list[str]) -> bool:
    """Whether a sensor of one of `quantities` has this last part of its name; `supply` may be a part of it."""
    return any(
        quantity in quantities and (key == word or key.startswith(f"{word}_")) for quantity, key in sensor_names()
    )


@dataclass(frozen=True, slots=True)
class Wrong:
    """A query with one name wrong, at one place."""

    name: str
    text: str


def wrong(query: str) -> Iterator[Wrong]:
    """The query with each of its names wrong in turn."""
    for found in _NAME.finditer(query):
        name = found.group()
        misspelt = f"{name[:-1]}_wrong{name[-1]}" if name[0] in "\"'" else f"{name}_wrong"
        yield Wrong(f"{name} at {found.start()}", query[: found.start()] + misspelt + query[found.end() :])
