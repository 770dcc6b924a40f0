"""Whether a Modbus bus can keep its beats: reckoned from requests, speed and gaps, without asking anyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roommon.config.site import Bus, Polled
from roommon.poll.modbus.endpoint import Config, SerialConfig, TcpConfig, request_s, worthwhile_hole
from roommon.poll.plan import plan


@dataclass(frozen=True, slots=True)
class Load:
    """What the beats of all devices of a bus take."""

    share: float
    """Of the bus's time: 1.0 is all of it."""
    requests: int
    """In one round over all devices."""


def load(bus: Bus, devices: Sequence[Polled], baud: int | None) -> Load | None:
    """Return the load of `bus`, or None where its protocol has no turns to wait for.

    `baud` is the speed of the line behind a gateway, if the user said it; the frames of such a line wait for it.
    """
    endpoint = bus.endpoint
    if not isinstance(endpoint, TcpConfig | SerialConfig):
        return None
    share, requests = 0.0, 0
    for polled in devices:
        times = _times(endpoint, polled, baud)
        requests += len(times)
        share += sum(times) * 1000 / polled.every
    return Load(share, requests)


def _times(endpoint: Config, polled: Polled, baud: int | None) -> list[float]:
    """Return the seconds of each request of one beat."""
    blocks = plan(polled.points, polled.limits, worthwhile_hole(endpoint)).blocks
    behind = _line_behind(endpoint, baud)
    return [request_s(endpoint, block) + (request_s(behind, block) if behind else 0.0) for block in blocks]


def _line_behind(endpoint: Config, baud: int | None) -> SerialConfig | None:
    if isinstance(endpoint, SerialConfig) or baud is None:
        return None
    return SerialConfig(Path("behind the gateway"), baud)


def speed(bus: Bus, baud: int | None) -> int | None:
    """Return the bits per second of the serial line of `bus`, where it has one and they are known."""
    return bus.endpoint.baud if isinstance(bus.endpoint, SerialConfig) else baud
