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
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from roommon.alerts import commands
from roommon.alerts.link import Link, Message, Received, Refused
from roommon.alerts.payload import alarm_message, reply_message
from roommon.alerts.report import Report
from roommon.alerts.sink import Context, SinkUnavailable
from roommon.alerts.topics import Topics
from roommon.journal.journal import NumberedEvent
from roommon.model.alarm import AlarmId, State
from roommon.model.clock import Instant
from roommon.model.command import Command
from roommon.model.text import Text
from roommon.rules.answer import refused

log = logging.getLogger(__name__)

ROUND = 500
"""Events that are confirmed together, at most."""
REFUSED_PAUSE_S = 5.0
"""How long a broker that refused a message is left alone."""
GOODBYE_S = 1.0
COMMANDS = 100
"""Commands that may wait; more at once do not come from people."""
REPLY_S = 60
"""A reply that nobody took by then is of no use (MQTT 5)."""
_REPLY_NAME = re.compile(r"[\w.:-]{1,100}")
_REPLIES = "replies"
_RETAINED = Text(
    "it is retained; a command is sent once, without the retain flag", "该命令带保留标志；命令只发送一次，不得保留"
)

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
        self._asked: asyncio.Queue[tuple[str, Received]] = asyncio.Queue(COMMANDS)

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
            self._ask(verb, message)

    def _ask(self, verb: str, message: Received) -> None:
        if self._asked.full():
            log.error("%s: %s was not taken: too many commands at once", self._context.name, message.topic)
            return
        self._asked.put_nowait((verb, message))

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

    async def obey(self) -> None:
        """Take the commands that arrive, in their order, and reply to each; raise SinkUnavailable."""
        while True:
            verb, message = await self._asked.get()
            reply = await self._answered(verb, message)
            topic = self._reply_topic(message)
            if topic is not None:
                await self._link.room()
                sent = self._link.publish(Message(topic, reply, expires_s=REPLY_S, correlation=message.correlation))
                sent.add_done_callback(self._on_reply)

    def _on_reply(self, sent: "asyncio.Future[None]") -> None:
        """Take note whether the broker took a reply; the next command does not wait for that."""
        if sent.cancelled():
            return
        match sent.exception():
            case None:
                self._report.note(_REPLIES, None)
            case Refused():
                where = self._topics.reply("+")
                self._report.note(_REPLIES, f"the broker lets none out ({where}); whoever commands hears of nothing")

    async def _answered(self, verb: str, message: Received) -> bytes:
        clock, language = self._context.clock, self._context.language
        at = clock.instant(clock.monotonic())
        try:
            command = _parsed(verb, message, at, self._context.name)
        except commands.CommandRefused as refusal:
            log.warning("%s: refused what came to %s: %s", self._context.name, message.topic, refusal)
            return reply_message(at, verb, refused(refusal.words), language)
        answer = await self._context.command(command)
        if not answer.done:
            log.warning("%s: refused %s by %s: %s", self._context.name, verb, command.by, answer.words.en)
        return reply_message(at, verb, answer, language)

    def _reply_topic(self, message: Received) -> str | None:
        """Return where the sender awaits a reply: where it said (MQTT 5), or under the id that it gave."""
        if message.reply_to:
            return message.reply_to if not message.retained and self._topics.takes_reply(message.reply_to) else None
        try:
            name = commands.members(message.payload).get("id")
        except commands.CommandRefused:
            return None
        usable = isinstance(name, str) and _REPLY_NAME.fullmatch(name)
        return self._topics.reply(str(name)) if usable else None

    def _json(self, numbered: NumberedEvent) -> bytes:
        return alarm_message(numbered.number, numbered.event, self._context.language)


def _parsed(verb: str, message: Received, at: Instant, source: str) -> Command:
    if message.retained:
        raise commands.CommandRefused(_RETAINED)
    return commands.parse(verb, message.payload, at, source)


def _if_standing(numbered: NumberedEvent | None) -> NumberedEvent | None:
    return None if numbered is None or numbered.event.state is State.NORMAL else numbered
