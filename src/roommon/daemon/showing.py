"""What the status page shows is gathered here: from the fold, the pollers and the journal."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence

from roommon.config.site import Site
from roommon.daemon.build import VERSION, alarms_of, beats_of, causes_of, devices_of, rules_of
from roommon.daemon.fold import Fold
from roommon.daemon.polling import Polling
from roommon.daemon.wire import wire_of
from roommon.journal.error import JournalError
from roommon.journal.reader import JournalReader
from roommon.journal.standing import StandingAlarm, standing_alarms
from roommon.model.alarm import AlarmId, RuleId
from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.model.quantity import shown
from roommon.model.reading import SensorId
from roommon.rules.kinds import limit
from roommon.rules.state import Kept, StateId
from roommon.web import protection
from roommon.web.facts import Answering, Building, Demand, Present, Setpoint, Unit, Watched, Wire


def building_of(site: Site) -> Building:
    """Return what is configured, as the page shows it."""
    units: dict[DeviceId, Unit] = {}
    watched: dict[str, Watched] = {}
    polled = {each.device.id: each for each in site.devices}
    endpoints = {bus.id: bus for bus in site.buses}
    every = beats_of(site)
    for device in devices_of(site).values():
        asked = polled.get(device.id)
        bus = None if asked is None else endpoints[asked.bus]
        units[device.id] = Unit(
            device=device,
            bus="" if bus is None else bus.id,
            address="" if bus is None else str(bus.endpoint),
            unit=None if asked is None else asked.unit,
            profile=None if asked is None else asked.profile,
        )
        for sensor in device.sensors:
            guards = protection.of(sensor, None if asked is None else asked.category)
            watched[sensor.id] = Watched(device, sensor, guards, every[sensor.id])
    return Building(
        site=site.id,
        room=site.room,
        language=site.language,
        units=units,
        watched={each.sensor.id: each for each in watched.values()},
        setpoints=_setpoints(site),
        causes=causes_of(site),
        journal=site.journal.path,
        version=VERSION,
        floors={floor.room: floor for floor in site.floors},
        demands=_demands(site),
    )


def _demands(site: Site) -> tuple[Demand, ...]:
    """Return the rules that demand drills, in the order of the configuration."""
    alarms: dict[RuleId, list[tuple[AlarmId, SensorId]]] = {}
    for alarm, (rule, _, sensor) in alarms_of(site).items():
        alarms.setdefault(rule.id, []).append((alarm, sensor.id))
    return tuple(
        Demand(rule.id, rule.drill_every, tuple(alarms.get(rule.id, ())))
        for rule in site.rules
        if rule.drill_every is not None
    )


def _setpoints(site: Site) -> dict[SensorId, tuple[Setpoint, ...]]:
    """Return the limits of each sensor that has some."""
    devices = list(devices_of(site).values())
    found: dict[SensorId, tuple[Setpoint, ...]] = {}
    for rule in rules_of(site):
        config = rule.config
        if not isinstance(config, limit.Config):
            continue
        for _, sensor in rule.meant(devices):
            values = [amount.value for amount in (config.above, config.below) if amount is not None]
            made = (Setpoint(each, shown(each, sensor.quantity), rule.id, config.priority) for each in values)
            found[sensor.id] = (*found.get(sensor.id, ()), *made)
    return found


class Showing:
    """How everything is now, for the pages."""

    def __init__(self, fold: Fold, polling: Polling, clock: Clock, site: Site) -> None:
        self._fold = fold
        self._polling = polling
        self._clock = clock
        self._building = building_of(site)
        self._looked_at = -1
        """The fold's moves when the journal was looked at last."""
        self._standing: Sequence[StandingAlarm] = ()
        self._states: Mapping[StateId, Kept] = {}
        self._identities: Mapping[DeviceId, Mapping[str, str]] = {}
        self._looking = asyncio.Lock()

    def take(self, site: Site) -> None:
        """Show `site` from now on."""
        self._building = building_of(site)

    def building(self) -> Building:
        """Return what is configured now."""
        return self._building

    async def present(self) -> Present:
        """Return how everything is now."""
        await self._look()
        at = self._clock.instant(self._clock.monotonic())
        return Present(
            at=at,
            newest=self._fold.newest,
            standing=self._standing,
            states=self._states,
            reached_at={
                each.event.alarm: reached
                for each in self._standing
                if (reached := self._fold.reached_at(each.event.alarm, at)) is not None
            },
            answering={
                id_: Answering(poller.answered, poller.took_s, poller.asked, poller.answers)
                for id_, poller in self._polling.pollers().items()
            },
            identities=self._identities,
            drilled=self._fold.drilled,
            wire=self._wire,
        )

    def _wire(self, device: DeviceId) -> Wire | None:
        """Return what the last beat of `device` brought; None of a device that is not polled, or not yet."""
        asked = self._polling.asked(device)
        return None if asked is None else wire_of(*asked)

    async def _look(self) -> None:
        """Read the journal again if something moved; one that cannot be read leaves what was known."""
        async with self._looking:
            moves = self._fold.moves
            if moves == self._looked_at:
                return
            with contextlib.suppress(JournalError):
                await asyncio.to_thread(self._read)
                self._looked_at = moves

    def _read(self) -> None:
        with JournalReader(self._building.journal) as reader:
            self._standing, self._states = standing_alarms(reader), reader.states()
            self._identities = {each.device: each.identity for each in reader.identities()}
