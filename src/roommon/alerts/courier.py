"""Carries alarms over one link, from connect to loss. It holds no queue: what is not confirmed is still in the journal.

Three rules keep a subscriber right whatever happens to the broker, the network or us:

- The retained states are the journal's. They are shown whole when a link opens, and a state that stands on the broker
  but not in the journal is removed (`tidy`).
- Events go out in order of `number`. The cursor moves to k when the broker has confirmed all up to k; after a loss or a
  refusal everything from the first unconfirmed event on goes out again, so a gap never stays.
- The state of an alarm goes out before its event, and the cursor passes both or neither. So even where the broker does
  not let us read, a state that ended while it was away is removed with the event that says so.
"""

import asyncio
import itertools
import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from roommon.alerts import commands
from roommon.alerts.link import Link, Message, Received, Refused
from roommon.alerts.payload import alarm_message
from roommon.alerts.report import Report
from roommon.alerts.sink import Context, SinkUnavailable
from roommon.alerts.topics import Topics
from roommon.journal.journal import NumberedEvent
from roommon.model.alarm import AlarmId, State

log = logging.getLogger(__name__)

ROUND = 500
"""Events that are confirmed together, at most."""
REFUSED_PAUSE_S = 5.0
"""How long a broker that refused a message is left alone."""
GOODBYE_S = 1.0

ONLINE = b"online"
OFFLINE = b"offline"


class _Sent(NamedTuple):
    number: int | None
    """Of an event; None for an alarm's state."""
    confirmation: asyncio.Future[None]

    def is_confirmed(self) -> bool:
        return self.confirmation.done() and self.confirmation.exception() is None


class Courier:
    """One link's deliverer of alarm states and events, and taker of commands."""

    def __init__(self, link: Link, topics: Topics, context: Context, report: Report) -> None:
        self._link = link
        self._topics = topics
        self._context = context
        self._report = report
        self._shown: set[AlarmId] = set()
        """Alarms whose state this link has put on the broker and not removed."""
        self._ready = asyncio.Event()
        self._found: set[AlarmId] = set()
        self._finding = asyncio.Event()

    async def carry(self) -> None:
        """Deliver for ever; raise SinkUnavailable when the link is lost."""
        while True:
            try:
                await self._show_everything()
                await self._follow()
            except Refused as refusal:
                self._report.trouble(refusal.words)
                self._shown.clear()
                await asyncio.sleep(REFUSED_PAUSE_S)

    async def listen(self) -> None:
        """Take commands, and look for states that an earlier run or broker left behind."""
        await self._subscribe(self._topics.every_command, "commands are not taken")
        await self._ready.wait()
        await self._subscribe(self._topics.every_alarm, "alarm states left by an earlier run are not found")

    async def tidy(self) -> None:
        """Remove the states that stand on the broker and not in the journal; raise SinkUnavailable."""
        while True:
            await self._finding.wait()
            self._finding.clear()
            while self._found:
                await self._remove(self._found.pop())

    def receive(self, message: Received) -> None:
        """Take what arrived: a command, or a state that the broker retains."""
        alarm, verb = self._topics.alarm_of(message.topic), self._topics.verb_of(message.topic)
        if alarm is not None and message.retained and message.payload:
            self._found.add(alarm)
            self._finding.set()
        elif verb is not None:
            self._command(verb, message)

    async def leave(self) -> None:
        """Say that we go; the broker's last will says it for us when this cannot."""
        try:
            async with asyncio.timeout(GOODBYE_S):
                await self._link.room()
                await self._link.publish(Message(self._topics.status, OFFLINE, retained=True))
            self._link.part()
        except (SinkUnavailable, TimeoutError):
            log.info("%s: could not say goodbye; its last will does", self._context.name)

    async def _show_everything(self) -> None:
        standing = await self._context.journal.standing()
        await self._link.room()
        confirmations = [self._link.publish(Message(self._topics.status, ONLINE, retained=True))]
        confirmations += [await self._show(numbered.event.alarm, numbered) for numbered in standing]
        for confirmation in confirmations:
            await confirmation
        self._ready.set()

    async def _follow(self) -> None:
        journal, name = self._context.journal, self._context.name
        while True:
            events = await journal.unsent_events(name, ROUND)
            if events:
                await self._carry_round(events)
            self._report.well(self._link.how)
            if not events:
                await journal.changed(name)

    async def _carry_round(self, events: Sequence[NumberedEvent]) -> None:
        sent: list[_Sent] = []
        try:
            for alarm, standing in (await self._present(events)).items():
                sent.append(_Sent(None, await self._show(alarm, standing)))
            for numbered in events:
                confirmation = await self._tell(numbered)
                sent.append(_Sent(numbered.number, confirmation))
            for each in sent:
                await each.confirmation
        finally:
            await self._advance(sent)

    async def _present(self, events: Sequence[NumberedEvent]) -> Mapping[AlarmId, NumberedEvent | None]:
        """Return how each alarm of `events` stands now; None when it does not."""
        if len(events) < ROUND:
            newest = {numbered.event.alarm: numbered for numbered in events}
        else:
            newest = {numbered.event.alarm: numbered for numbered in await self._context.journal.standing()}
        alarms = dict.fromkeys(numbered.event.alarm for numbered in events)
        return {alarm: _if_standing(newest.get(alarm)) for alarm in alarms}

    async def _advance(self, sent: Sequence[_Sent]) -> None:
        confirmed = itertools.takewhile(_Sent.is_confirmed, sent)
        numbers = [each.number for each in confirmed if each.number is not None]
        if numbers:
            await self._context.journal.events_sent(self._context.name, numbers[-1])

    async def _show(self, alarm: AlarmId, standing: NumberedEvent | None) -> asyncio.Future[None]:
        await self._link.room()
        if standing is None:
            self._shown.discard(alarm)
            return self._link.publish(Message(self._topics.alarm(alarm), b"", retained=True))
        self._shown.add(alarm)
        return self._link.publish(Message(self._topics.alarm(alarm), self._json(standing), retained=True))

    async def _tell(self, numbered: NumberedEvent) -> asyncio.Future[None]:
        await self._link.room()
        return self._link.publish(Message(self._topics.event, self._json(numbered)))

    async def _remove(self, alarm: AlarmId) -> None:
        await self._link.room()
        if alarm in self._shown:
            return
        try:
            await self._link.publish(Message(self._topics.alarm(alarm), b"", retained=True))
        except Refused as refusal:
            self._report.note("removing alarm states that ended", str(refusal))

    async def _subscribe(self, topics: str, otherwise: str) -> None:
        try:
            await self._link.subscribe(topics)
        except Refused as refusal:
            self._report.note(topics, f"{refusal}; {otherwise}")
        else:
            self._report.note(topics, None)

    def _command(self, verb: str, message: Received) -> None:
        clock = self._context.clock
        try:
            command = commands.parse(verb, message, clock.instant(clock.monotonic()))
        except commands.CommandRefused as refusal:
            log.warning("%s: refused what came to %s: %s", self._context.name, message.topic, refusal)
        else:
            self._context.command(command)

    def _json(self, numbered: NumberedEvent) -> bytes:
        return alarm_message(numbered.number, numbered.event, self._context.language)


def _if_standing(numbered: NumberedEvent | None) -> NumberedEvent | None:
    return None if numbered is None or numbered.event.state is State.NORMAL else numbered
