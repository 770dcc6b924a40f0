"""Alarm events and a sink's surroundings, for tests of those who tell people."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from roommon.alerts.sink import Ask, Context
from roommon.alerts.sinks import mqtt
from roommon.journal.journal import Config, Journal, open_journal
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger, alarm_id
from roommon.model.clock import Duration, Instant
from roommon.model.command import Command
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, SensorId
from roommon.model.text import Language, Text
from roommon.poll.clock import SystemClock
from roommon.rules.answer import Answer, done

BEFORE = {
    State.NORMAL: (State.ACKNOWLEDGED, Trigger.RETURNED),
    State.UNACKNOWLEDGED: (State.NORMAL, Trigger.RAISED),
    State.ACKNOWLEDGED: (State.UNACKNOWLEDGED, Trigger.ACKNOWLEDGED),
    State.RETURNED: (State.UNACKNOWLEDGED, Trigger.RETURNED),
    State.LATCHED: (State.UNACKNOWLEDGED, Trigger.RETURNED),
    State.LATCHED_ACKNOWLEDGED: (State.ACKNOWLEDGED, Trigger.RETURNED),
}
INLET = Sensor(DeviceId("rack-a"), "inlet", Quantity.TEMPERATURE, Text("Inlet", "进风"))
RACK = Device(DeviceId("rack-a"), Text("Rack A", "A 列机柜"), "server-room", (INLET,))


def event(alarm: str, state: State = State.UNACKNOWLEDGED) -> AlarmEvent:
    """A transition of `alarm` into `state`, now."""
    was, trigger = BEFORE[state]
    return AlarmEvent(
        at=Instant(time.time_ns() // 1_000_000),
        alarm=AlarmId(alarm),
        rule=RuleId("inlet-hot"),
        sensor=SensorId("rack-a.inlet"),
        device=DeviceId("rack-a"),
        room="server-room",
        priority=Priority.MEDIUM,
        was=was,
        state=state,
        trigger=trigger,
        by="Wang" if trigger is Trigger.ACKNOWLEDGED else None,
        quantity=Quantity.TEMPERATURE,
        value=27.3,
        setpoint=27.0,
        quality=Quality.GOOD,
        text=Text("Rack A inlet is 27.3 °C", "A 列机柜 进风 27.3 °C"),
        response=Text("Check the air conditioners.", "检查空调。"),
    )


@asynccontextmanager
async def journal(folder: Path) -> AsyncGenerator[Journal]:
    """A journal in `folder`."""
    config = Config(folder / "journal.db", commit_every=Duration(50))
    async with open_journal(config, SystemClock(), lambda _: None) as opened:
        yield opened


async def nobody(command: Command) -> Answer:
    """Refuse every command, where a test sends none."""
    raise AssertionError(command)


def context(
    journal: Journal,
    command: Ask,
    health: Callable[[str | None], None],
    name: str = "mqtt",
    devices: Sequence[Device] = (RACK,),
    rules: Sequence[str] = ("inlet-hot",),
) -> Context:
    """What a sink is given on the site `hospital-a`, where each of `rules` is of every sensor."""
    sensors = [sensor for device in devices for sensor in device.sensors]
    clock = SystemClock()
    return Context(
        name,
        SiteId("hospital-a"),
        Language.CHINESE,
        {device.id: device for device in devices},
        journal,
        clock,
        command,
        lambda words: health(None if words is None else words.en),
        {sensor.id: Duration(1_000) for sensor in sensors},
        {alarm_id(RuleId(rule), sensor.id): sensor for rule in rules for sensor in sensors},
    )


def wait_until(true: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until it is `true`; not in the event loop."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)


class Site:
    """A journal that is being delivered, and what came back."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.commands: list[Command] = []
        self.health: list[str | None] = []
        self.clock = SystemClock()

    async def take(self, command: Command) -> Answer:
        """Note a command, and answer as the rules might."""
        self.commands.append(command)
        return done(Text("Done.", "已完成。"))

    async def happen(self, alarm: str, state: State = State.UNACKNOWLEDGED) -> None:
        """One transition, committed."""
        await self.journal.append([], [event(alarm, state)], {})

    async def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for what a test expects of the sink."""
        await asyncio.to_thread(wait_until, true, seconds)

    async def until_well(self, seconds: float = 20.0) -> None:
        await self.until(lambda: bool(self.health) and self.health[-1] is None, seconds)

    async def until_ill(self, words: str, seconds: float = 20.0) -> None:
        await self.until(lambda: any(words in (said or "") for said in self.health), seconds)

    async def until_sent(self, name: str = "mqtt", seconds: float = 20.0) -> None:
        """Wait until the far side has confirmed every event."""
        async with asyncio.timeout(seconds):
            while await self.journal.unsent_events(name, 1):
                await self.until_well(seconds)
                await asyncio.sleep(0.01)


@asynccontextmanager
async def delivering(config: mqtt.Config, folder: Path, name: str = "mqtt") -> AsyncGenerator[Site]:
    """A journal in `folder` that is delivered as `config` says; ended in good order."""
    async with journal(folder) as opened, delivered(config, opened, name) as site:
        yield site


@asynccontextmanager
async def delivered(
    config: mqtt.Config,
    opened: Journal,
    name: str = "mqtt",
    devices: Sequence[Device] = (RACK,),
    rules: Sequence[str] = ("inlet-hot",),
) -> AsyncGenerator[Site]:
    """The delivery of a journal that is open."""
    site = Site(opened)
    told = context(opened, site.take, site.health.append, name, devices, rules)
    task = asyncio.create_task(mqtt.deliver(config, told))
    try:
        yield site
    finally:
        task.cancel()
        async with asyncio.timeout(2):
            await asyncio.wait([task])
        if not task.cancelled():
            task.result()
