"""What `check --connect` asks: every device once, every store and sink once, each in one line of answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text as Styled

from roommon.alerts.sink import SinkUnavailable
from roommon.cli.connect_device import device_heard, line, offered
from roommon.cli.screen import console
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.config.site import Bus as Endpoint
from roommon.config.site import Named, Polled, Site
from roommon.daemon.build import bus_of, reader_of
from roommon.model.clock import Clock
from roommon.poll.bus import Bus, Link
from roommon.poll.clock import SystemClock
from roommon.poll.driver import DeviceUnreachable, Fault, Raw, Reader
from roommon.store.outcome import Unavailable

_LEARNING = 5
"""Beats in which a device may tell its rows."""


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
    reader, asked_at = reader_of(polled, endpoint, bus, clock), clock.monotonic()
    try:
        raws = await reader.read()
    except DeviceUnreachable as error:
        return Answer(polled.device.id, well=False, said=word(error.words))
    took_ms = (clock.monotonic() - asked_at) * 1000
    if polled.tables:
        raws = await _with_rows(reader, raws)
    heard = device_heard(polled, raws, clock)
    said = say(
        f"{heard.well} of {heard.points} points answer, {took_ms:.0f} ms",
        f"{heard.points} 个点位中 {heard.well} 个有应答，{took_ms:.0f} ms",
    )
    details = (*heard.details, *offered(reader.about))
    return Answer(polled.device.id, heard.well == heard.points, said, details)


async def _with_rows(reader: Reader, raws: Sequence[Raw | Fault]) -> Sequence[Raw | Fault]:
    """Return what `reader` says once it knows the rows of the device, which a long table tells over several beats."""
    for _ in range(_LEARNING):
        await reader.learn()
        if reader.about is not None:
            break
        raws = await reader.read()
    return raws


async def _ask_server(named: Named) -> list[Answer]:
    try:
        return [Answer(named.name, well=True, said=line(named.config, word(await named.module.probe(named.config))))]
    except (Unavailable, SinkUnavailable) as error:
        return [Answer(named.name, well=False, said=line(named.config, word(error.words)))]


def print_answers(answers: Sequence[Answer]) -> None:
    """Print who answered what."""
    screen = console()
    for answer in answers:
        mark = Styled("✓ ", "green") if answer.well else Styled("✗ ", "bold red")
        screen.print(mark + Styled(line(answer.who, answer.said)), soft_wrap=True)
        for detail in answer.details:
            screen.print(Styled(f"    {detail}", "dim"), soft_wrap=True)
