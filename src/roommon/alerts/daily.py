"""Tells over one link what is said once a day, each message until the broker has confirmed it, the oldest first."""

import asyncio

from roommon.alerts.link import Link, Message, Refused
from roommon.alerts.payload import alive_message
from roommon.alerts.report import Report
from roommon.alerts.sink import Context
from roommon.alerts.topics import Topics

_REFUSED_PAUSE_S = 60.0


class Daily:
    """One link's teller of the daily message."""

    def __init__(self, link: Link, topics: Topics, context: Context, report: Report) -> None:
        self._link = link
        self._topics = topics
        self._context = context
        self._report = report

    async def carry(self) -> None:
        """Tell for ever; raise SinkUnavailable when the link is lost."""
        voice, name = self._context.journal.voice, self._context.name
        while True:
            try:
                for number, alive in await voice.untold(name):
                    await self._link.room()
                    await self._link.publish(Message(self._topics.alive, alive_message(alive, self._context.language)))
                    await voice.told(name, number)
            except Refused as refusal:
                self._report.note("the daily message", str(refusal))
                await asyncio.sleep(_REFUSED_PAUSE_S)
            else:
                self._report.note("the daily message", None)
                await voice.news()
