"""The discovery document of a device, and the state of its alarms. Pure.

Device discovery: one retained document for a device with all its entities, at `<prefix>/device/<node>/<device>/config`
(https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload; Home Assistant 2024.12 or newer).
"""

import importlib.metadata
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypedDict

from roommon.alerts.home_assistant.entities import Document, of_alarm, of_sensor
from roommon.alerts.topics import Topics
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Language
from roommon.record.members import SCHEMA, of_event

_BEATS = 3
_SLACK_S = 10
_IDENTITY = {"maker": "manufacturer", "model": "model", "firmware": "sw_version", "serial": "serial_number"}
_VERSION = importlib.metadata.version("roommon")


@dataclass(frozen=True, slots=True)
class Places:
    """The topics of discovery; a node is all that one roommon tells of one site."""

    prefix: str
    topics: Topics

    @property
    def node(self) -> str:
        """Letters, digits, `_` and `-` alone: Home Assistant takes nothing else."""
        return re.sub(r"[^A-Za-z0-9_-]", "-", f"{self.topics.prefix}-{self.topics.site}")

    @property
    def every_device(self) -> str:
        """The filter of all our discovery documents."""
        return self.device(DeviceId("+"))

    def device(self, device: DeviceId) -> str:
        """Return where the discovery document of `device` is retained."""
        return f"{self.prefix}/device/{self.node}/{device}/config"

    def device_of(self, topic: str) -> DeviceId | None:
        """Return whose discovery document stands at `topic`; None when it is none of ours."""
        before, after = f"{self.prefix}/device/{self.node}/", "/config"
        if not (topic.startswith(before) and topic.endswith(after)):
            return None
        return DeviceId(topic.removeprefix(before).removesuffix(after))


class Discovery(TypedDict):
    """A discovery document."""

    device: Document
    origin: Document
    components: dict[str, Document]
    """The entities, by their names within the device."""


@dataclass(frozen=True, slots=True)
class Described:
    """One device as it is told."""

    device: Device
    alarms: Mapping[AlarmId, Sensor]
    """Those that can be of it."""
    identity: Mapping[str, str]
    """What it said of itself: `maker`, `model`, ..."""


def document(described: Described, beats: Mapping[SensorId, Duration], places: Places, language: Language) -> Discovery:
    """Return the discovery document of a device."""
    components = {sensor.key: _sensor(sensor, beats, places, language) for sensor in described.device.sensors}
    components |= {alarm: _alarm(alarm, sensor, places, language) for alarm, sensor in described.alarms.items()}
    return {
        "device": _device(described, places, language),
        "origin": {"name": "roommon", "sw_version": _VERSION},
        "components": components,
    }


def _device(described: Described, places: Places, language: Language) -> Document:
    device = described.device
    said = {theirs: described.identity[ours] for ours, theirs in _IDENTITY.items() if described.identity.get(ours)}
    return {
        "identifiers": [f"{places.node}-{device.id}"],
        "name": device.name.in_language(language),
        "suggested_area": device.room,
        **said,
    }


def _sensor(sensor: Sensor, beats: Mapping[SensorId, Duration], places: Places, language: Language) -> Document:
    reading = places.topics.reading(sensor)
    readable = "{{ 'offline' if value_json.value is none else 'online' }}"
    found: Document = {
        **of_sensor(sensor, language),
        "unique_id": f"{places.node}-{sensor.id}",
        "state_topic": reading,
        "availability_mode": "all",
        "availability": [{"topic": places.topics.status}, {"topic": reading, "value_template": readable}],
    }
    if sensor.id in beats:
        found["expire_after"] = _BEATS * beats[sensor.id] // 1000 + _SLACK_S
    return found


def _alarm(alarm: AlarmId, sensor: Sensor, places: Places, language: Language) -> Document:
    topic = places.topics.alarms_of(sensor.device)
    return {
        **of_alarm(alarm, sensor, language),
        "unique_id": f"{places.node}-alarm-{alarm}",
        "state_topic": topic,
        "json_attributes_topic": topic,
        "availability": [{"topic": places.topics.status}],
    }


def leaving(before: object, now: Discovery) -> Discovery | None:
    """Return `now` with the entities of the retained document `before` that leave; None when none does.

    Home Assistant removes an entity when it is told of it with its platform alone, not when it is told of it no more.
    """
    old = before.get("components") if isinstance(before, dict) else None
    platforms = {name: one.get("platform") for name, one in _items(old) if isinstance(one, dict)}
    staying = {name: one["platform"] for name, one in now["components"].items()}
    gone: dict[str, Document] = {
        name: {"platform": platform}
        for name, platform in platforms.items()
        if platform is not None and staying.get(name) != platform
    }
    return {**now, "components": {**now["components"], **gone}} if gone else None


def _items(components: object) -> Iterable[tuple[str, object]]:
    return components.items() if isinstance(components, dict) else ()


def standing_of(device: DeviceId, standing: Iterable[NumberedEvent], language: Language) -> Document:
    """Return the alarms of `device` that stand, by their ids."""
    own = [each for each in standing if each.event.device == device]
    return {
        "schema": SCHEMA,
        "device": device,
        "alarms": {each.event.alarm: of_event(each.number, each.event, language) for each in own},
    }
