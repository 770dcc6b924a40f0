"""Publishes the present readings over one link, for those who watch: the newest, never the backlog.

Its place in the journal is a cursor of its own, which holds nothing back while there is no link: a reading that nobody
took in time is in InfluxDB, not here.
"""

import asyncio
from collections.abc import Iterator, Sequence

from roommon.alerts.link import Link, Message, Refused
from roommon.alerts.payload import reading_message
from roommon.alerts.report import Report
from roommon.alerts.sink import Context
from roommon.alerts.topics import Topics
from roommon.journal.journal import Batch
from roommon.model.clock import Duration
from roommon.model.reading import Reading

AT_MOST = 2000
"""Readings at once; of more, the oldest are passed over."""


class Live:
    """One link's publisher of readings."""

    def __init__(self, link: Link, topics: Topics, context: Context, report: Report, expire: Duration) -> None:
        self._link = link
        self._topics = topics
        self._context = context
        self._report = report
        self._expire = expire
        self._cursor = f"{context.name}.readings"
        self._sensors = {
            sensor.id: (sensor, device.room) for device in context.devices.values() for sensor in device.sensors
        }

    async def carry(self) -> None:
        """Publish for ever; raise SinkUnavailable when the link is lost."""
        journal = self._context.journal
        try:
            while True:
                await journal.register(self._cursor, readings=True, events=False)
                await journal.changed(self._cursor)
                await self._publish(await journal.unsent_readings(self._cursor, newest=True, at_most=AT_MOST))
        finally:
            await journal.register(self._cursor, readings=False, events=False)

    async def _publish(self, newest_first: Sequence[Batch]) -> None:
        if not newest_first:
            return
        confirmations = [await self._send(message) for message in self._messages(newest_first[::-1])]
        try:
            for confirmation in confirmations:
                await confirmation
        except Refused as refusal:
            self._report.note("readings", str(refusal))
        else:
            self._report.note("readings", None)
        await self._pass_by(newest_first[0].number)

    async def _send(self, message: Message) -> asyncio.Future[None]:
        await self._link.room()
        return self._link.publish(message)

    async def _pass_by(self, number: int) -> None:
        """Move on to what comes after batch `number`; what is older and was not published never will be."""
        await self._context.journal.readings_sent(self._cursor, range(number + 1))

    def _messages(self, batches: Sequence[Batch]) -> Iterator[Message]:
        clock = self._context.clock
        oldest = clock.instant(clock.monotonic()) - self._expire
        for batch in batches:
            for reading in batch.readings:
                if reading.taken_at >= oldest and reading.sensor in self._sensors:
                    yield self._message(reading)

    def _message(self, reading: Reading) -> Message:
        sensor, room = self._sensors[reading.sensor]
        payload = reading_message(reading, sensor, room)
        return Message(self._topics.reading(sensor), payload, expires_s=self._expire // 1000)
