"""The deliverers under way: each store and sink a supervised task, begun anew when what it was given changes."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from roommon.alerts import sink
from roommon.config.site import Named, Site
from roommon.daemon.build import alarms_of, beats_of
from roommon.daemon.supervise import supervised
from roommon.journal.journal import Journal
from roommon.model.alarm import AlarmId
from roommon.model.clock import Clock, Duration
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.store import context as store

_END_S = 3.0


class Shown(NamedTuple):
    """What one that shows everything is told besides: so a change of a rule or beat disturbs none of the others."""

    beats: Mapping[SensorId, Duration]
    alarms: Mapping[AlarmId, Sensor]
    """Every alarm that can be."""


@dataclass(frozen=True, slots=True)
class Given:
    """All that a deliverer depends on; while it stays equal the deliverer is left alone."""

    named: Named
    site: Site
    devices: Mapping[DeviceId, Device]
    shown: Shown

    def same_as(self, other: "Given") -> bool:
        """Return whether a deliverer of `other` would do the same."""
        facts = (self.named, self.site.id, self.site.language, self.devices, self.shown)
        return facts == (other.named, other.site.id, other.site.language, other.devices, other.shown)


class Delivering:
    """The deliverers that run."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        command: sink.Ask,
        reporter: Callable[[str], Callable[[Text | None], None]],
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._command = command
        self._reporter = reporter
        self._running: dict[str, tuple[Given, asyncio.Task[None]]] = {}

    async def take(self, site: Site, devices: Mapping[DeviceId, Device]) -> None:
        """Deliver as `site` says; what is the same goes on untouched."""
        every = [Given(named, site, devices, _shown_by(named, site)) for named in (*site.stores, *site.alerts)]
        wanted = {given.named.name: given for given in every}
        for name, (given, task) in list(self._running.items()):
            if name not in wanted or not wanted[name].same_as(given):
                await _end(task)
                del self._running[name]
        await register(self._journal, site)
        for name, given in wanted.items():
            if name not in self._running:
                self._running[name] = (given, self._begin(given))
        await self._journal.forget_others(list(wanted))

    async def aclose(self) -> None:
        """End all deliverers; what they had not sent stays in the journal."""
        await asyncio.gather(*(_end(task) for _, task in self._running.values()))
        self._running.clear()

    def _begin(self, given: Given) -> "asyncio.Task[None]":
        named, report = given.named, self._reporter(given.named.name)
        context = self._context(given, report)
        return asyncio.create_task(
            supervised(named.name, lambda: named.module.deliver(named.config, context), report, self._clock),
            name=f"deliver:{named.name}",
        )

    def _context(self, given: Given, report: Callable[[Text | None], None]) -> sink.Context | store.Context:
        named, site = given.named, given.site
        if named in site.stores:
            return store.Context(named.name, site.id, site.language, given.devices, self._journal, self._clock, report)
        return sink.Context(
            named.name,
            site.id,
            site.language,
            given.devices,
            self._journal,
            self._clock,
            self._command,
            report,
            given.shown.beats,
            given.shown.alarms,
        )


def _shown_by(named: Named, site: Site) -> Shown:
    if not getattr(named.config, "home_assistant", False):
        return Shown({}, {})
    return Shown(beats_of(site), {alarm: sensor for alarm, (_, _, sensor) in alarms_of(site).items()})


async def register(journal: Journal, site: Site) -> None:
    """Let the journal keep for every deliverer of `site` what it wants, from before the next event on."""
    for named in site.stores:
        await journal.register(named.name, readings=True, events=True)
    for named in site.alerts:
        await journal.register(named.name, readings=False, events=True)


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task], timeout=_END_S)
