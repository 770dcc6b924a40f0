"""The whole program: one TaskGroup per configuration, and the queue that outlives them all."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify import mqtt
from roommon.notify.delivering import Deliverer
from roommon.notify.error import QueueUnusable
from roommon.notify.handover import HandOver
from roommon.notify.intake import Intake
from roommon.notify.queue import Queue, opened
from roommon.notify.settings import Settings
from roommon.notify.trouble import Troubles
from roommon.notify.watch import Watch

LOOK_S: Final = 1.0
CLEAN_S: Final = 3_600.0
SHELTER_S: Final = 2.0
THREADS: Final = 64
"""For what blocks, such as smtplib: a mail server that hangs must not use up those of another channel."""
_MAKE_ROOM: Final = Text(
    "Make room, and look at the disk: what is in memory is lost when the power goes.",
    "请腾出空间并检查磁盘：断电时内存中的内容会丢失。",
)
PAUSE_S: Final = 5.0
"""Before a task that failed is started again."""
_log = logging.getLogger(__name__)

Load = Callable[[], Settings]
"""Reads the configuration; raises the same as it did at the start, or OSError."""
SaySystemd = Callable[[str], None]


def now() -> Instant:
    """Return this moment by the wall clock."""
    return Instant(time.time_ns() // 1_000_000)


async def run(settings: Settings, load: Load, say: SaySystemd, feed_every_s: float | None) -> None:
    """Run until SIGTERM; on SIGHUP go on by what `load` returns.

    Raises:
        QueueUnusable: the queue cannot be opened.
    """
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "notify"))
    ends, reloads = asyncio.Event(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ends.set)
    loop.add_signal_handler(signal.SIGINT, ends.set)
    loop.add_signal_handler(signal.SIGHUP, reloads.set)
    settings.top.queue.parent.mkdir(parents=True, exist_ok=True)
    with opened(settings.top.queue) as queue:
        feeding = asyncio.create_task(_feed(say, feed_every_s), name="notify:watchdog")
        while not ends.is_set():
            reloads.clear()
            with_these = asyncio.create_task(_serve(settings, queue, say), name="notify:serve")
            await _first(ends, reloads, with_these)
            with_these.cancel()
            await asyncio.gather(with_these, return_exceptions=True)
            if reloads.is_set():
                settings = _reloaded(settings, load)
        feeding.cancel()
        say("STOPPING=1")
    _log.info("roommon notify ends")


async def _first(ends: asyncio.Event, reloads: asyncio.Event, serving: asyncio.Task[None]) -> None:
    """Wait for what comes first; raise what `serving` raised."""
    waits = [asyncio.create_task(each.wait()) for each in (ends, reloads)]
    await asyncio.wait([*waits, serving], return_when=asyncio.FIRST_COMPLETED)
    for each in waits:
        each.cancel()
    if serving.done():
        serving.result()


def _reloaded(before: Settings, load: Load) -> Settings:
    try:
        settings = load()
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the new one, the old one holds
        _log.error("reload: refused; the running configuration stays: %s", error)
        return before
    if settings.top.queue != before.top.queue:
        _log.warning("reload: another queue wants a restart; %s stays", before.top.queue)
    _log.info("reload: done")
    return settings


async def _serve(settings: Settings, queue: Queue, say: SaySystemd) -> None:
    """Take and deliver by these settings, for ever."""
    deliverers: list[Deliverer] = []

    def wake() -> None:
        for each in deliverers:
            each.woken.set()

    troubles = Troubles(settings, queue, now, wake)
    intake = Intake(settings, queue, troubles, now, wake)
    watch = Watch(settings, queue, troubles, now)
    duties = HandOver(settings, queue, now, wake)
    deliverers.extend(Deliverer(settings, target, queue, troubles, now) for target in settings.targets())
    _abandon_strangers(settings, queue)

    def connected(words: Text | None, how: str) -> None:
        watch.broker(words)
        if words is None:
            _log.info("%s: listens %s", settings.top.broker, how)
            say("READY=1")
        else:
            _log.warning("%s: %s", settings.top.broker, words.en)

    async with asyncio.TaskGroup() as tasks:
        listening = mqtt.keep_listening(settings.top.broker, intake.topics, intake.receive, _changes(connected))
        tasks.create_task(listening, name="notify:mqtt")
        tasks.create_task(intake.run(), name="notify:intake")
        tasks.create_task(_look(watch, intake, duties), name="notify:look")
        tasks.create_task(_shelter(settings, queue, troubles), name="notify:shelter")
        tasks.create_task(_clean(settings, queue), name="notify:clean")
        for each in deliverers:
            tasks.create_task(_kept(each), name=f"notify:{each.target}")
        say("READY=1")
        people = len(settings.people)
        _log.info("roommon notify tells %d people by %d channels", people, len(settings.channels))


def _changes(tell: Callable[[Text | None, str], None]) -> Callable[[Text | None, str], None]:
    """Return `tell` without repeats: one line per change."""
    last: tuple[Text | None, str] | None = None

    def told(words: Text | None, how: str) -> None:
        nonlocal last
        if (words, how) != last:
            last = (words, how)
            tell(words, how)

    return told


async def _kept(deliverer: Deliverer) -> None:
    """Keep one deliverer going, whatever happens to it: a fault of one channel costs no other."""
    while True:
        try:
            await deliverer.run()
        except QueueUnusable as error:
            _log.error("%s: %s; tried again", deliverer.target, error)
        except Exception:  # noqa: BLE001 - the supervisor of a deliverer
            _log.exception("%s: failed; started again", deliverer.target)
        await asyncio.sleep(PAUSE_S)


async def _look(watch: Watch, intake: Intake, duties: HandOver) -> None:
    while True:
        try:
            watch.look()
            intake.look()
            duties.look()
        except QueueUnusable as error:
            _log.error("the watch cannot note what it saw: %s", error)
            await asyncio.sleep(PAUSE_S)
        await asyncio.sleep(LOOK_S)


async def _shelter(settings: Settings, queue: Queue, troubles: Troubles) -> None:
    """Say when the queue is in memory because the disk takes nothing, and bring it back to the disk."""
    site = settings.top.sites[0]
    while True:
        if queue.refuge is not None and not queue.go_home():
            why = queue.refuge
            text = Text(
                f"The disk of roommon notify takes nothing ({why.en}); it goes on in memory",
                f"roommon notify 的磁盘无法写入（{why.zh_cn}）；暂在内存中运行",
            )
            troubles.begin(site, "disk", text, _MAKE_ROOM)
        elif queue.refuge is None:
            troubles.over(
                site, "disk", Text("The disk of roommon notify works again.", "roommon notify 的磁盘已恢复。")
            )
        await asyncio.sleep(SHELTER_S)


async def _clean(settings: Settings, queue: Queue) -> None:
    while True:
        try:
            queue.drop_before(Instant(now() - settings.top.keep))
        except QueueUnusable as error:
            _log.error("old records are kept: %s", error)
        await asyncio.sleep(CLEAN_S)


def _abandon_strangers(settings: Settings, queue: Queue) -> None:
    for target in queue.strangers(settings.targets()):
        count = queue.abandon(target, now())
        _log.error("%s is no longer configured: %d waiting messages are given up", target, count)


async def _feed(say: SaySystemd, every_s: float | None) -> None:
    while every_s is not None:
        say("WATCHDOG=1")
        await asyncio.sleep(every_s)
