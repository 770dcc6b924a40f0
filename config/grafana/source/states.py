"""What the values of states are called: in one table for each name of a sensor, out of the profiles.

A state is written as its number (docs/influxdb.md), and what a number means is the profile's to say, which no tag
tells. So a number has its name here when all profiles that have a sensor of that name agree on it, and stays a number
when two of them do not: 3 is `mains` at one maker's `output_source` and `battery` at another's. Dashboards that are
made for one site (`--site`) know each of its sensors, and have all names.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from config.grafana.source.said import Say
from roommon.config.described import described
from roommon.config.site import Site
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.profiles.profile import FOLDER

_COLOURS = ("semi-dark-blue", "semi-dark-purple", "dark-yellow", "semi-dark-orange", "#5794f2", "#b877d9", "#808080")
"""Told apart, and none of them says good or bad: that is for the alarms to say."""
_OFF = "#606060"


def names(say: Say, keys: Collection[str]) -> Mapping[str, dict[str, tuple[str, str]]]:
    """Return the names and colours of values by what sensors are called: a pattern for each of `keys` that has any."""
    if say.states:
        own = {sensor: named for sensor, named in say.states.items() if sensor.rpartition(".")[2] in keys}
        return {f"/^{re.escape(sensor)}$/": _shown(say, named) for sensor, named in sorted(own.items())}
    agreed = _agreed()
    return {f"/[.]{key}$/": _shown(say, agreed[key]) for key in keys if agreed.get(key)}


def of_site(site: Site) -> Mapping[str, Mapping[int, Text]]:
    """Return what the values of every state of `site` are called, by sensor."""
    sensors = (sensor for device in site.sensed() for sensor in device.sensors)
    return {sensor.id: sensor.states for sensor in sensors if sensor.quantity is Quantity.STATE}


def _shown(say: Say, named: Mapping[int, Text]) -> dict[str, tuple[str, str]]:
    return {str(value): (say(text), _colour(at, text)) for at, (value, text) in enumerate(sorted(named.items()))}


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
