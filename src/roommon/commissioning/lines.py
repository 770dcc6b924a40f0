"""At which speed and parity the units of a serial line speak: each is tried, and one register asked. It only reads."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from roommon.commissioning.line import Units
from roommon.commissioning.unit import FIRSTS
from roommon.config.site import Bus as Endpoint
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.bus import LinkLost, Silent
from roommon.poll.driver import DeviceUnreachable
from roommon.poll.modbus.frames import Answer

BAUDS = (9_600, 4_800, 19_200, 38_400, 115_200, 2_400)
"""The likelier first."""
_SHAPES: tuple[tuple[Literal["N", "E", "O"], Literal[1, 2]], ...] = (("N", 1), ("E", 1), ("O", 1), ("N", 2))
"""Parity and stop bits: what makers ship, what the standard says (Modbus over Serial Line V1.02 2.5.1), the rest."""
_MUTE = "no answer within"


@dataclass(frozen=True, slots=True)
class Setting:
    """How a line may be set."""

    baud: int
    parity: Literal["N", "E", "O"]
    stop_bits: Literal[1, 2]

    def __str__(self) -> str:
        """Return it as people say it: `9600 8N1`."""
        return f"{self.baud} 8{self.parity}{self.stop_bits}"


SETTINGS = tuple(Setting(baud, parity, stop_bits) for parity, stop_bits in _SHAPES for baud in BAUDS)


@dataclass(frozen=True, slots=True)
class Refused:
    """A setting that the port does not take."""

    setting: Setting
    why: Text


@dataclass(frozen=True, slots=True)
class Heard:
    """What one unit gave at one setting."""

    setting: Setting
    unit: int
    how: Text
    is_clear: bool
    """False: something came that is no answer, as from a unit that speaks at another setting."""


def longest_s(units: Sequence[int], timeout_s: float) -> float:
    """Return how long it takes if nobody answers."""
    return len(SETTINGS) * len(units) * len(FIRSTS) * timeout_s


async def heard(units: Sequence[int], endpoint_at: Callable[[Setting], Endpoint]) -> AsyncIterator[Heard | Refused]:
    """Yield what answers at each setting, and the settings that the port refuses, in their order.

    Raises:
        DeviceUnreachable: the port cannot be opened at any setting.
    """
    refused = 0
    for setting in SETTINGS:
        endpoint = endpoint_at(setting)
        try:
            async with endpoint.module.connect(endpoint.endpoint) as link:
                for unit in units:
                    one = await _asked(link, setting, unit)
                    if one is not None:
                        yield one
        except LinkLost as lost:
            refused += 1
            if refused == len(SETTINGS):
                raise DeviceUnreachable(about(str(endpoint.endpoint), lost.words)) from lost
            yield Refused(setting, lost.words)


async def _asked(link: Units, setting: Setting, unit: int) -> Heard | None:
    garbled: Text | None = None
    for block in FIRSTS:
        try:
            answer: Answer = await link.read(unit, block)
        except Silent as silent:
            garbled = garbled if silent.words.en.startswith(_MUTE) else silent.words
            continue
        how = about(block, Text("answers", "有应答") if isinstance(answer, bytes) else answer.detail)
        return Heard(setting, unit, how, is_clear=True)
    return None if garbled is None else Heard(setting, unit, garbled, is_clear=False)
