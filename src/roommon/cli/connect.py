"""What `check --connect` asks: every device once, every store and sink once, each in one line of answer."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text as Styled

from roommon.alerts.sink import SinkUnavailable
from roommon.cli.history_rows import value_of
from roommon.cli.screen import console
from roommon.cli.spoken import say
from roommon.cli.words import REASONS, word
from roommon.config.site import Bus as Endpoint
from roommon.config.site import Named, Polled, Site
from roommon.daemon.build import bus_of, reader_of
from roommon.model.clock import Clock
from roommon.poll.bus import Bus, Link
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.store.outcome import Unavailable


@dataclass(frozen=True, slots=True)
class Answer:
    """What one far side said."""

    who: str
    well: bool
    said: str
    details: tuple[str, ...] = ()
    """The points that gave no value, and why; the values of those that did."""


async def ask_all(site: Site) -> list[Answer]:
    """Ask every device, store and sink of `site`; those on different endpoints at the same time."""
    clock = SystemClock()
    on_buses = (_ask_bus(endpoint, list(site.on(endpoint.id)), clock) for endpoint in site.buses)
    servers = (_ask_server(named) for named in (*site.stores, *site.alerts))
    answers = await asyncio.gather(*on_buses, *servers)
    return [answer for group in answers for answer in group]


async def _ask_bus(endpoint: Endpoint, devices: Sequence[Polled], clock: Clock) -> list[Answer]:
    bus = bus_of(endpoint, clock)
    try:
        return [await _ask_device(polled, endpoint, bus, clock) for polled in devices]
    finally:
        await bus.aclose()


async def _ask_device(polled: Polled, endpoint: Endpoint, bus: Bus[Link], clock: Clock) -> Answer:
    asked_at = clock.monotonic()
    try:
        raws = await reader_of(polled, endpoint, bus, clock).read()
    except DeviceUnreachable as error:
        return Answer(polled.device.id, well=False, said=word(error.words))
    took_ms = (clock.monotonic() - asked_at) * 1000
    details = tuple(_details(polled, raws, clock))
    silent = sum(isinstance(raw, Fault) for raw in raws)
    well = len(raws) - silent
    said = say(
        f"{well} of {len(raws)} points answer, {took_ms:.0f} ms",
        f"{len(raws)} 个点位中 {well} 个有应答，{took_ms:.0f} ms",
    )
    return Answer(polled.device.id, not silent, said, details)


def _details(polled: Polled, raws: Sequence[Raw | Fault], clock: Clock) -> Iterator[str]:
    for point, raw in zip(polled.points, raws, strict=True):
        if isinstance(raw, Fault):
            yield _line(point.key, word(REASONS[raw.reason]), word(raw.detail))
    readings = Decoder(polled.device.id, polled.points).readings(raws, clock.instant(clock.monotonic()))
    sensors = {sensor.id: sensor for sensor in polled.device.sensors}
    for reading in readings:
        sensor = sensors.get(reading.sensor)
        if sensor is not None and reading.value is not None:
            yield _line(sensor.key, value_of(reading, sensor))
        elif sensor is not None and reading.reason is not None:
            yield _line(sensor.key, word(REASONS[reading.reason]))


async def _ask_server(named: Named) -> list[Answer]:
    try:
        return [Answer(named.name, well=True, said=_line(named.config, word(await named.module.probe(named.config))))]
    except (Unavailable, SinkUnavailable) as error:
        return [Answer(named.name, well=False, said=_line(named.config, word(error.words)))]


def _line(*parts: object) -> str:
    """Return who, where and what in one line."""
    return say(": ", "：").join(map(str, parts))


def print_answers(answers: Sequence[Answer]) -> None:
    """Print who answered what."""
    screen = console()
    for answer in answers:
        mark = Styled("✓ ", "green") if answer.well else Styled("✗ ", "bold red")
        screen.print(mark + Styled(_line(answer.who, answer.said)), soft_wrap=True)
        for detail in answer.details:
            screen.print(Styled(f"    {detail}", "dim"), soft_wrap=True)
