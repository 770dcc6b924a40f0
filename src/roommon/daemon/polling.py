"""All devices under poll: begun from a Site, and changed by difference when another one comes."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Self

from roommon.config.site import Bus as Endpoint
from roommon.config.site import Polled, Site
from roommon.daemon.build import bus_of, reader_of
from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.model.reading import Reading
from roommon.poll.bus import Bus, Link
from roommon.poll.decode import Decoder
from roommon.poll.driver import About, Reader
from roommon.poll.poller import Last, Poller
from roommon.poll.slots import Schedule
from roommon.profiles.profile import BusId


class Polling:
    """The buses and pollers that run."""

    def __init__(self, schedule: Schedule, clock: Clock) -> None:
        self.schedule = schedule
        self._clock = clock
        self._buses: dict[BusId, tuple[Endpoint, Bus[Link]]] = {}
        self._polled: dict[DeviceId, Polled] = {}
        self._readers: dict[DeviceId, Reader] = {}
        self._pollers: dict[DeviceId, Poller] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, put: Callable[[list[Reading]], None], clock: Clock) -> AsyncIterator[Self]:
        """Hold an empty schedule; at the end what was read goes out and the connections are closed."""
        polling = cls(Schedule(put, clock), clock)
        try:
            yield polling
        finally:
            await polling.schedule.aclose()
            for _, bus in polling._buses.values():
                await bus.aclose()

    async def take(self, site: Site) -> tuple[int, int]:
        """Poll what `site` says; devices that are the same go on untouched. Return (ended, begun) devices."""
        endpoints = {endpoint.id: endpoint for endpoint in site.buses}
        wanted = {polled.device.id: polled for polled in site.devices}
        renewed = {id_ for id_, (endpoint, _) in self._buses.items() if endpoints.get(id_) != endpoint}
        ended = [id_ for id_, polled in self._polled.items() if wanted.get(id_) != polled or polled.bus in renewed]
        for id_ in ended:
            await self.schedule.remove(id_)
            del self._polled[id_], self._readers[id_], self._pollers[id_]
        for gone in renewed:
            _, bus = self._buses.pop(gone)
            await bus.aclose()
        begun = [polled for id_, polled in wanted.items() if id_ not in self._polled]
        for polled in begun:
            self._begin(polled, endpoints[polled.bus])
        return len(ended), len(begun)

    def abouts(self) -> Iterator[tuple[Polled, About]]:
        """Yield what each device said of itself last, of those that did and that answer."""
        for id_, reader in self._readers.items():
            if reader.about is not None and self._pollers[id_].answered:
                yield self._polled[id_], reader.about

    def answers(self) -> Iterator[tuple[Polled, bool]]:
        """Yield whether each device answered when it was asked last, of those that were asked."""
        for id_, poller in self._pollers.items():
            if poller.answered is not None:
                yield self._polled[id_], poller.answered

    def pollers(self) -> Mapping[DeviceId, Poller]:
        """Return the poller of each device."""
        return self._pollers

    def asked(self, device: DeviceId) -> tuple[Polled, Last] | None:
        """Return `device` with its last beat; None when it is not polled, or was not asked yet."""
        poller = self._pollers.get(device)
        return None if poller is None or poller.last is None else (self._polled[device], poller.last)

    def silent_buses(self) -> set[BusId]:
        """Return the buses that do not answer as a whole: no connection, or one unit after the other silent."""
        return {id_ for id_, (_, bus) in self._buses.items() if bus.standing.trouble is not None}

    def soon(self, device: DeviceId) -> None:
        """Ask `device` now, besides its beats and whatever back-off holds for it: it was heard."""
        polled = self._polled.get(device)
        if polled is not None:
            _, bus = self._buses[polled.bus]
            bus.ask_again()
            self.schedule.soon(device)

    def _begin(self, polled: Polled, endpoint: Endpoint) -> None:
        if endpoint.id not in self._buses:
            self._buses[endpoint.id] = (endpoint, bus_of(endpoint, self._clock))
        _, bus = self._buses[endpoint.id]
        reader = reader_of(polled, endpoint, bus, self._clock)
        decoder = Decoder(polled.device.id, polled.points)
        poller = Poller(polled.device.id, reader, decoder, polled.every, self._clock)
        self.schedule.add(poller)
        self._pollers[polled.device.id] = poller
        self._readers[polled.device.id] = reader
        self._polled[polled.device.id] = polled
