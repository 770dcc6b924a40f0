"""Publishes the discovery documents and the alarms of each device over one link, and removes what is no more.

Nothing is remembered here: what an earlier run told stands on the broker, retained, and is heard when the link opens. A
document of a device that is gone is emptied; one that held entities that are gone is told once more with those marked.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence

from roommon.alerts.home_assistant.discovery import Described, Discovery, Places, document, leaving, standing_of
from roommon.alerts.link import Link, Message, Received, Refused
from roommon.alerts.report import Report
from roommon.alerts.sink import Context
from roommon.journal.record import NumberedEvent
from roommon.model.alarm import AlarmId
from roommon.model.device import DeviceId, Sensor

LOOK_S = 1.0
"""How often it is looked whether an alarm moved: what stands is in memory."""
_PAUSE_S = 5.0
"""How long a broker that refused a message is left alone."""
_SUBJECT = "Home Assistant discovery"

Numbers = Mapping[AlarmId, int]
"""The number of the newest event of each alarm that stands."""


class Publisher:
    """One link's publisher of what Home Assistant is told."""

    def __init__(self, link: Link, places: Places, context: Context, report: Report) -> None:
        self._link = link
        self._places = places
        self._context = context
        self._report = report
        self._documents: dict[DeviceId, Discovery] = {}
        self._told: dict[DeviceId, Numbers] = {}
        self._found: asyncio.Queue[Received] = asyncio.Queue()

    def receive(self, message: Received) -> None:
        """Take what the broker retains; what is published while we listen is our own."""
        if message.retained and message.payload:
            self._found.put_nowait(message)

    async def carry(self) -> None:
        """Publish for ever; raise SinkUnavailable when the link is lost."""
        self._link.hear(self.receive)
        self._documents = await self._described()
        await self._listen()
        while True:
            try:
                await self._show_everything()
                await self._follow()
            except Refused as refusal:
                self._report.note(_SUBJECT, str(refusal))
                self._told.clear()
                await asyncio.sleep(_PAUSE_S)

    async def _described(self) -> dict[DeviceId, Discovery]:
        context = self._context
        identities = {each.device: each.identity for each in await context.journal.identities()}
        return {
            id_: document(
                Described(device, _alarms_of(id_, context.alarms), identities.get(id_, {})),
                context.beats,
                self._places,
                context.language,
            )
            for id_, device in context.devices.items()
        }

    async def _listen(self) -> None:
        """Hear what an earlier run left; a broker that does not let us read keeps what it has."""
        for topics in (self._places.every_device, self._places.topics.every_device_alarms):
            try:
                await self._link.subscribe(topics)
            except Refused as refusal:
                self._report.note(topics, f"{refusal}; what an earlier run left for Home Assistant is not removed")
            else:
                self._report.note(topics, None)

    async def _show_everything(self) -> None:
        for device, described in self._documents.items():
            await self._retain(self._places.device(device), described)
        self._report.note(_SUBJECT, None)

    async def _follow(self) -> None:
        while True:
            await self._tell_alarms(await self._context.journal.standing())
            while not self._found.empty():
                await self._tidy(self._found.get_nowait())
            await asyncio.sleep(LOOK_S)

    async def _tell_alarms(self, standing: Sequence[NumberedEvent]) -> None:
        """Publish the alarms of each device whose alarms moved, or of which nothing was told yet."""
        numbers: dict[DeviceId, dict[AlarmId, int]] = {device: {} for device in self._documents}
        for each in standing:
            if each.event.device in numbers:
                numbers[each.event.device][each.event.alarm] = each.number
        for device, own in numbers.items():
            if self._told.get(device) != own:
                topic = self._places.topics.alarms_of(device)
                await self._retain(topic, standing_of(device, standing, self._context.language))
                self._told[device] = own

    async def _tidy(self, found: Received) -> None:
        """Remove from the broker what of `found` is no more."""
        device = self._places.device_of(found.topic) or self._places.topics.device_of_alarms(found.topic)
        if device is None:
            return
        now = self._documents.get(device)
        if now is None:
            await self._retain(found.topic, None)
        elif self._places.device_of(found.topic) is not None:
            last = leaving(_parsed(found.payload), now)
            if last is not None:
                await self._retain(found.topic, last)
                await self._retain(found.topic, now)

    async def _retain(self, topic: str, content: Mapping[str, object] | None) -> None:
        """Let `content` stand at `topic`; None removes what stands there."""
        payload = b"" if content is None else json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
        await self._link.room()
        await self._link.publish(Message(topic, payload, retained=True))


def _alarms_of(device: DeviceId, alarms: Mapping[AlarmId, Sensor]) -> dict[AlarmId, Sensor]:
    return {alarm: sensor for alarm, sensor in alarms.items() if sensor.device == device}


def _parsed(payload: bytes) -> object:
    try:
        return json.loads(payload)
    except ValueError:
        return None
