"""The running daemon: journal open, rules folding, devices polled, deliverers under way; until it is told to stop.

The order of the end is the order of the data: pollers stop, what they read is judged and committed, deliverers say
goodbye, the journal closes.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from roommon.config.site import ConfigInvalid, Site
from roommon.config.uncollected import uncollected
from roommon.daemon import calendar, drilling, garbage, health, links, service, watch
from roommon.daemon.build import VERSION, devices_of, engine_of, rules_of
from roommon.daemon.calibrations import Calibrations
from roommon.daemon.commanding import PART as COMMANDS
from roommon.daemon.commanding import Commanding
from roommon.daemon.delivering import Delivering, register
from roommon.daemon.fold import Asked, Fold, Input, Reconfigure, log_alarms
from roommon.daemon.identities import Identities
from roommon.daemon.page_certificate import PageCertificate
from roommon.daemon.polling import Polling
from roommon.daemon.pulse import Pulse
from roommon.daemon.roll_call import RollCall
from roommon.daemon.serving import PART as PAGE
from roommon.daemon.serving import Serving, Telling
from roommon.daemon.showing import Showing
from roommon.daemon.trapping import PART as TRAPS
from roommon.daemon.trapping import Trapping
from roommon.derive.deriver import Deriver
from roommon.journal.error import DiskTrouble
from roommon.journal.journal import Configured, Journal, Login, Started, open_journal
from roommon.model.clock import Duration, Instant
from roommon.model.command import Command, Resumed
from roommon.model.reading import Reading
from roommon.model.text import Language, Text
from roommon.poll.clock import SystemClock
from roommon.rules.answer import Answer
from roommon.rules.engine import Engine

_QUEUE = 256
"""Batches on the way to the rules: some seconds of a large site; beyond that they are lost, counted and said."""

_REFUSED = Text(
    "the file on the disk is wrong; roommon runs on the one before", "磁盘上的配置有误；roommon 仍按此前的配置运行"
)
_SETTLED_S = 15.0
"""By then the devices are connected, and what stores and sinks import late is there."""

_log = logging.getLogger(__name__)


async def run(load: Callable[[], Site]) -> None:
    """Run the daemon on what `load` returns, until SIGTERM or SIGINT; SIGHUP calls `load` again.

    Raises:
        ConfigInvalid: `load` refused at the start. Later refusals are said, and the running site is kept.
        JournalError: the journal cannot be used.
    """
    site, clock = load(), SystemClock()
    signals = Signals.of_process()
    inputs: asyncio.Queue[Input] = asyncio.Queue(_QUEUE)
    own = health.Health(clock, lambda readings: _offer(inputs, readings))
    own.watch(devices_of(site)[health.DEVICE])
    async with (
        open_journal(site.journal, clock, own.reporter("journal")) as journal,
        Polling.of(inputs.put_nowait, clock) as polling,
    ):
        await register(journal, site)
        own.suspect([each.event.sensor for each in await journal.standing() if each.event.device == health.DEVICE])
        own.reporter("configuration")(None)
        engine = await _resumed(site, journal, clock)
        fold = Fold(engine, journal, inputs, clock, await _listening(site, journal, clock))
        identities = Identities(journal, await journal.identities(), clock)
        await Daemon(site, clock, own, journal, fold, inputs, polling, identities).serve(signals, load)
    _log.info("roommon ended")


def _offer(inputs: "asyncio.Queue[Input]", readings: list[Reading]) -> None:
    """Put roommon's own readings; when there is no room the next beat brings them again."""
    with contextlib.suppress(asyncio.QueueFull):
        inputs.put_nowait(readings)


async def _resumed(site: Site, journal: Journal, clock: SystemClock) -> Engine:
    """Return the engine as it was when the journal last heard of it, with the stop folded in."""
    now, before = clock.instant(clock.monotonic()), await journal.last_instant()
    standing = [numbered.event for numbered in await journal.standing()]
    with uncollected():
        engine = engine_of(site, await journal.states(), standing)
    after = Duration(0 if before is None else now - before)
    if before is not None and after >= 0:
        await _remember(engine, journal, before)
    resumed = Resumed(now, after)
    events = [*engine.fold(resumed), *engine.settle(now)]
    inputs = (Started(now, VERSION), Configured(now, site.text), resumed)
    await journal.append(inputs, events, engine.take_changed())
    log_alarms(events)
    return engine


async def _listening(site: Site, journal: Journal, clock: SystemClock) -> Deriver:
    """Return what derives the site's sensors, its windows filled from the journal."""
    deriver = Deriver(site.derived)
    await _remember(deriver, journal, clock.instant(clock.monotonic()))
    return deriver


async def _remember(who: Engine | Deriver, journal: Journal, until: Instant) -> None:
    since = {sensor: Instant(until - history) for sensor, history in who.windows().items()}
    if since:
        who.remember(await journal.readings_since(since))


@dataclass(frozen=True, slots=True)
class Signals:
    """What the service manager or a person asks of the daemon."""

    stop: asyncio.Event
    reload: asyncio.Event

    @classmethod
    def of_process(cls) -> Self:
        """Return the wishes that arrive as signals."""
        signals, loop = cls(asyncio.Event(), asyncio.Event()), asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, signals.stop.set)
        loop.add_signal_handler(signal.SIGHUP, signals.reload.set)
        return signals


class Daemon:
    """The running parts, and what a reload does to them."""

    def __init__(
        self,
        site: Site,
        clock: SystemClock,
        own: health.Health,
        journal: Journal,
        fold: Fold,
        inputs: "asyncio.Queue[Input]",
        polling: Polling,
        identities: Identities,
    ) -> None:
        self._site = site
        self._clock = clock
        self._own = own
        self._journal = journal
        self._fold = fold
        self._inputs = inputs
        self._polling = polling
        self._identities = identities
        self._links = links.Links(clock)
        self._calibrations = Calibrations(clock)
        self._delivering = Delivering(journal, clock, self._command, own.reporter)
        self._roll_call = RollCall(lambda: self._site, fold, journal, clock)
        self._trapping = Trapping(polling.soon, own.reporter(TRAPS), clock)
        self._commanding = Commanding(self._command, own.reporter(COMMANDS), clock)
        self._certificate = PageCertificate(clock)
        pulse = Pulse(polling, journal, inputs, site.journal.path)
        showing = Showing(fold, polling, clock, site)
        telling = Telling(self._command, self._keep, self._certificate.holds_until, own.reporter(PAGE))
        self._serving = Serving(showing, pulse, telling, clock)

    async def serve(self, signals: Signals, load: Callable[[], Site]) -> None:
        """Do the daemon's work until `signals.stop`; at the end all that was read is judged and in the journal."""
        async with calendar.running(self._jobs(), self._clock) as self._days, asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._fold.run(), name="fold"),
                group.create_task(self._beat(), name="health"),
                group.create_task(self._watch_clock(self._days), name="clock"),
                group.create_task(self._feed_watchdog(), name="watchdog"),
                group.create_task(self._trapping.run(), name="traps"),
                group.create_task(self._commanding.run(), name="commands"),
                group.create_task(self._serving.run(), name="web"),
            ]
            await self._delivering.take(self._site, devices_of(self._site))
            await self._polling.take(self._site)
            self._trapping.take(self._site)
            tasks.append(group.create_task(self._roll_call.run(), name="alive"))
            self._commanding.take(self._site)
            self._serving.take(self._site)
            garbage.settle()
            asyncio.get_running_loop().call_later(_SETTLED_S, garbage.settle)
            service.notify("READY=1", f"STATUS={self._status()}")
            _log.info("roommon %s watches %s: %s", VERSION, self._site.id, self._status())
            await self._reload_until_stopped(signals, load)
            service.notify("STOPPING=1")
            await self._polling.schedule.aclose()
            for task in tasks:
                task.cancel()
        await self._fold.drain()
        await self._delivering.aclose()

    def _jobs(self) -> dict[str, tuple[str, calendar.Job]]:
        return {
            "daily": ("0 0 * * *", self._say_how_it_goes),
            "alive": (calendar.daily(self._site.alive), self._roll_call.say),
        }

    async def _reload_until_stopped(self, signals: Signals, load: Callable[[], Site]) -> None:
        stopped = asyncio.create_task(signals.stop.wait(), name="stop")
        while not stopped.done():
            wanted = asyncio.create_task(signals.reload.wait(), name="reload")
            await asyncio.wait([stopped, wanted], return_when=asyncio.FIRST_COMPLETED)
            if wanted.done() and not stopped.done():
                signals.reload.clear()
                await self._reload(load)
            wanted.cancel()

    async def _reload(self, load: Callable[[], Site]) -> None:
        """Read the configuration again and apply the difference; keep the running one when it is wrong."""
        service.notify_reloading()
        try:
            site = await asyncio.to_thread(load)
        except (ConfigInvalid, OSError) as error:
            self._refuse(error)
        else:
            await self._apply(site)
        service.notify("READY=1", f"STATUS={self._status()}")

    def _refuse(self, error: ConfigInvalid | OSError) -> None:
        faults = error.faults if isinstance(error, ConfigInvalid) else ()
        for words in [fault.told(Language.ENGLISH) for fault in faults] or [str(error)]:
            _log.error("reload: %s", words)
        _log.error("reload: refused; the running configuration is kept")
        self._own.reporter("configuration")(_REFUSED)

    async def _apply(self, site: Site) -> None:
        if site.journal != self._site.journal:
            _log.warning("reload: changes of `journal:` take effect when the daemon starts anew")
        devices = devices_of(site)
        self._own.watch(devices[health.DEVICE])
        await self._inputs.put(
            Reconfigure(rules_of(site), list(devices.values()), site.policy, site.text, site.derived)
        )
        ended, begun = await self._polling.take(site)
        self._trapping.take(site)
        self._commanding.take(site)
        self._serving.take(site)
        await self._delivering.take(site, devices)
        self._site = site
        self._days.move("alive", calendar.daily(site.alive))
        garbage.settle()
        self._own.reporter("configuration")(None)
        _log.info("reload: done; %d devices ended, %d begun; now %s", ended, begun, self._status())

    async def _command(self, command: Command) -> Answer:
        """Take a person's command, and return what it came to once it is journalled."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        await self._inputs.put(Asked(command, answer))
        return await answer

    def _keep(self, login: Login) -> bool:
        """Put who logged in on its way to the journal; False when there is no room now."""
        with contextlib.suppress(asyncio.QueueFull):
            self._inputs.put_nowait(login)
            return True
        return False

    async def _beat(self) -> None:
        while True:
            about_devices = await self._identities.readings(self._polling.abouts())
            answers = self._links.readings(self._site, self._polling.answers(), self._polling.silent_buses())
            calibrations = self._calibrations.readings(self._site.devices)
            drills = drilling.readings(self._site.rules, self._fold.drilled, self._clock)
            of_devices = (*about_devices, *answers, *calibrations, *self._certificate.readings(self._site))
            await self._inputs.put([*self._own.readings(), *of_devices, *drills])
            garbage.collect()
            await asyncio.sleep(health.EVERY_S)

    async def _watch_clock(self, days: calendar.Calendar) -> None:
        def stepped() -> None:
            days.clock_stepped()
            self._roll_call.clock_stepped()

        await watch.watch_clock(self._clock, self._inputs, stepped)

    async def _feed_watchdog(self) -> None:
        await watch.feed_watchdog(self._fold, self._journal_answers, self._stalled, self._clock)

    async def _journal_answers(self) -> None:
        """Return when the journal's thread has taken its turn; that the disk does not do its part is an answer too."""
        with contextlib.suppress(DiskTrouble):
            await self._journal.readings_since({})

    def _stalled(self) -> str | None:
        stuck = self._polling.schedule.stuck()
        return f"{len(stuck)} pollers are stuck, {stuck[0]} among them" if stuck else None

    def _status(self) -> str:
        sensors = sum(len(device.sensors) for device in self._site.sensed())
        return f"{len(self._site.devices)} devices, {sensors} sensors, {len(self._site.rules)} rules"

    async def _say_how_it_goes(self) -> None:
        """Once a day: the line that shows afterwards that roommon was awake."""
        tally, standing = self._polling.schedule.tally, await self._journal.standing()
        _log.info(
            "daily: %s; %d beats, %d without an answer, %d missed since the start; %d alarms stand",
            self._status(),
            tally.beats,
            tally.unreachable,
            tally.missed,
            len(standing),
        )
