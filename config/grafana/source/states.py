"""What the values of states are called: in one table for each name of a sensor, out of the profiles.

A state is written as its number (docs/influxdb.md), and what a number means is the profile's to say, which no tag
tells. So a number has its name here when all profiles that have a sensor of that name agree on it, and stays a number
when two of them do not: 3 is `mains` at one maker's `output_source` and `battery` at another's.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from config.grafana.source.said import Say
from roommon.config.described import described
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.profile import FOLDER

_COLOURS = ("semi-dark-blue", "semi-dark-purple", "dark-yellow", "semi-dark-orange", "#5794f2", "#b877d9", "#808080")
"""Told apart, and none of them says good or bad: that is for the alarms to say."""
_OFF = "#606060"


def names(say: Say, keys: Collection[str]) -> Mapping[str, dict[str, tuple[str, str]]]:
    """Return the names and colours of values, of the sensors called `keys`, where it is known."""
    return {
        key: {str(value): (say(text), _colour(at, text)) for at, (value, text) in enumerate(sorted(agreed.items()))}
        for key, agreed in sorted(_agreed().items())
        if agreed and key in keys
    }


def _colour(at: int, text: Text) -> str:
    return _OFF if text.en in ("off", "no", "none") else _COLOURS[at % len(_COLOURS)]


@cache
def _agreed() -> Mapping[str, Mapping[int, Text]]:
    said: dict[str, dict[int, set[tuple[str, str]]]] = {}
    for key, value, text in _told():
        said.setdefault(key, {}).setdefault(value, set()).add((text.en, text.zh_cn))
    return {
        key: {value: Text(*next(iter(texts))) for value, texts in values.items() if len(texts) == 1}
        for key, values in said.items()
    }


def _told() -> Iterator[tuple[str, int, Text]]:
    profiles, faults = described(FOLDER / "none-but-the-shipped")
    assert not faults, faults  # noqa: S101  # the shipped profiles are tested
    for profile in profiles:
        for name, spec in profile.sensors.items():
            if spec.quantity is Quantity.STATE:
                for value, text in spec.states.items():
                    yield name.rpartition(".")[2], value, text
