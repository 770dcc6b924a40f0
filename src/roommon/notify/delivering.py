"""One person by one channel: takes what is due, sends it as one note, notes what came of it, and tries again."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Final

from roommon.model.alarm import Priority
from roommon.model.clock import Instant, lasting
from roommon.model.text import Text
from roommon.notify.channel import NotDelivered, sender, shown
from roommon.notify.event import Event
from roommon.notify.queue import Message, Outage, Queue, Try
from roommon.notify.settings import Person, Settings, Target
from roommon.notify.trouble import Troubles
from roommon.notify.wording import Note

FIRST_PAUSE_MS: Final = 10_000
LOOK_AGAIN_S: Final = 5.0
"""How long it sleeps at most, whatever falls due: somebody may have set the clock."""
PARTING_S: Final = 20.0
"""How long something under way may last when the program ends or reloads."""
MANY: Final = 200
"""Messages in one note at most."""
_log = logging.getLogger(__name__)


class Deliverer:
    """Delivers to one target for ever."""

    def __init__(
        self, settings: Settings, target: Target, queue: Queue, troubles: Troubles, now: Callable[[], Instant]
    ) -> None:
        self.woken = asyncio.Event()
        self._settings = settings
        self.target = target
        self._queue = queue
        self._troubles = troubles
        self._now = now
        self._channel = settings.channels[target.channel]
        self._person = settings.people[target.person]

    async def run(self) -> None:
        """Deliver what is due, for ever."""
        while True:
            self.woken.clear()
            due_at = self._due_at()
            now = self._now()
            if due_at is not None and due_at <= now:
                await _to_its_end(self._deliver(self._queue.waiting(self.target, now)[:MANY]))
                continue
            pause = LOOK_AGAIN_S if due_at is None else min((due_at - now) / 1000, LOOK_AGAIN_S)
            await _first_of(self.woken, pause)

    def _due_at(self) -> Instant | None:
        """Return when the next note goes: not right after the last one, unless it is critical."""
        due, now = self._queue.next_due(self.target), self._now()
        last = self._queue.last_delivered(self.target)
        if due is None or last is None or due > now:
            return due
        apart, together = self._settings.top.delivery.apart, self._settings.top.delivery.together
        urgent = any(message.event.priority is Priority.CRITICAL for message in self._queue.waiting(self.target, now))
        again = Instant(last + min(apart, together) if urgent else last + apart)
        return due if last > now else max(due, again)

    async def _deliver(self, messages: Sequence[Message]) -> None:
        note = note_for(self._settings, self._person, [message.event for message in messages])
        began, at = time.monotonic(), self._now()
        failure = await send(self._settings, self.target, note)
        took = round((time.monotonic() - began) * 1000)
        made = Try(self.target, at, took, shown(self._channel, note), None if failure is None else failure.words)
        if failure is None:
            self._arrived(made, messages)
        else:
            self._missed(made, messages, failure)

    def _arrived(self, made: Try, messages: Sequence[Message]) -> None:
        ended = self._queue.delivered(made, messages)
        _log.info("%s: delivered %d", self.target, len(messages))
        if ended is not None:
            lasted = lasting((self._now() - ended.since) / 1000)
            _log.info("%s: works again, after %s", self.target, lasted)
            words = Text(
                f"{self._who()} is reached by {self.target.channel} again, after {lasted}.",
                f"经 {self.target.channel} 又能通知 {self._who()}，中断了 {lasted}。",
            )
            self._troubles.over(self._site(), self._name(), words)

    def _missed(self, made: Try, messages: Sequence[Message], failure: NotDelivered) -> None:
        again = {message.id: self._again_at(message, failure) for message in messages}
        outage = self._queue.failed(made, messages, again)
        _log.warning("%s: not delivered: %s", self.target, failure)
        lost = [message for message in messages if again[message.id] is None]
        if lost:
            _log.error("%s: given up: %s", self.target, "; ".join(each.event.text.en for each in lost))
        after = self._settings.top.delivery.trouble_after
        if (lost or self._now() - outage.since >= after) and not outage.told:
            self._tell(outage, failure, messages)

    def _tell(self, outage: Outage, failure: NotDelivered, messages: Sequence[Message]) -> None:
        """Tell others that this channel fails, with the most urgent of what it did not tell."""
        untold = max(messages, key=lambda message: (-message.event.priority, message.event.at)).event
        words = failure.words
        text = Text(
            f"{self._who()} cannot be reached by {self.target.channel} ({words.en}). Not told: {untold.text.en}",
            f"无法经 {self.target.channel} 通知 {self._who()}（{words.zh_cn}）。未送达：{untold.text.zh_cn}",
        )
        response = Text("Call them, and mend the channel.", "请直接联系此人，并修复该渠道。")
        self._troubles.begin(self._site(), self._name(), text, response, spared=frozenset({self.target}))
        self._queue.outage_told(outage.target)

    def _again_at(self, message: Message, failure: NotDelivered) -> Instant | None:
        """Return when `message` is tried again; None when it is too old, or there is no use."""
        delivery, now = self._settings.top.delivery, self._now()
        pause = min(FIRST_PAUSE_MS << min(message.tries, 20), delivery.retry_at_most)
        if failure.for_good or now + pause - message.created_at > delivery.give_up:
            return None
        return Instant(now + pause)

    def _who(self) -> str:
        return self._person.name or self._person.id

    def _name(self) -> str:
        return f"channel.{self.target.channel}.{self.target.person}"

    def _site(self) -> str:
        return str(self._settings.top.sites[0])


def note_for(settings: Settings, person: Person, events: Sequence[Event]) -> Note:
    """Return what `person` is told of `events`, the most urgent first."""
    return Note(
        events=ordered(events),
        language=settings.language_of(person.id),
        zone=settings.zone,
        link=settings.top.link,
        several_sites=len(settings.top.sites) > 1,
    )


def ordered(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return `events` with the most urgent first, of these what is over last, and those of one alarm together."""
    over = {(each.site, each.alarm): each.is_over for each in sorted(events, key=lambda each: each.at)}
    first = {(each.site, each.alarm): each.at for each in sorted(events, key=lambda each: -each.at)}

    def place(event: Event) -> tuple[int, bool, Instant, str, Instant]:
        alarm = (event.site, event.alarm)
        return event.priority, over[alarm], first[alarm], event.alarm, event.at

    return tuple(sorted(events, key=place))


async def send(settings: Settings, target: Target, note: Note) -> NotDelivered | None:
    """Send `note` to `target`; return why it did not arrive, or None. A bug of a channel costs this try alone."""
    channel, address = settings.channels[target.channel], settings.people[target.person].reach[target.channel]
    try:
        async with asyncio.timeout(settings.top.delivery.timeout / 1000):
            await sender(channel)(channel.config, note, address)
    except NotDelivered as failure:
        return failure
    except TimeoutError:
        seconds = settings.top.delivery.timeout / 1000
        return NotDelivered(Text(f"it took longer than {seconds:g} s", f"超过 {seconds:g} s 未完成"))
    except Exception as error:  # noqa: BLE001 - whatever a channel does, it costs this try alone
        _log.exception("%s: a bug in this channel", target)
        return NotDelivered(f"{type(error).__name__}: {error}")
    return None


async def _to_its_end(sending: Coroutine[None, None, None]) -> None:
    """Wait for `sending`; when we are to end meanwhile, let it end first, so that it is on record and sent once."""
    task = asyncio.ensure_future(sending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=PARTING_S)
        task.cancel()
        raise


async def _first_of(event: asyncio.Event, seconds: float) -> None:
    """Wait for `event`, but no longer."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
