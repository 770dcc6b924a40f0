"""A sound on the box, for the room where somebody sits: a tone made here, played by the box's own player."""

import asyncio
import io
import math
import struct
import wave
from dataclasses import dataclass, field
from typing import Final

from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.running import run
from roommon.notify.wording import Note

_RATE: Final = 16_000
"""Samples per second."""
_HIGH_HZ: Final = 988.0
_LOW_HZ: Final = 659.0
_BEEP_S: Final = 0.25
_ONE_AT_A_TIME: Final = asyncio.Lock()


@dataclass(frozen=True, slots=True)
class Config:
    """One loudspeaker."""

    player: tuple[str, ...] = field(
        default=("/usr/bin/aplay", "-q", "-"), metadata={"doc": "What plays a WAV file that comes on standard input."}
    )
    times: int = field(
        default=3, metadata={"doc": "How often the tone comes; a critical alarm's three times as often."}
    )
    timeout: Duration = field(default=Duration(60_000), metadata={"doc": "The player is killed after so long."})

    def __post_init__(self) -> None:
        if not 1 <= self.times <= 60:
            raise Invalid(
                Text(f"times {self.times} is not possible", f"times 不能为 {self.times}"),
                Text("it is 1 to 60", "应为 1 至 60"),
            )


async def send(config: Config, note: Note, address: str) -> None:
    """Play the tone: two notes up for what begins, two down for what is over; raise NotDelivered."""
    del address
    urgent = note.urgent
    times = config.times * (3 if urgent.priority is Priority.CRITICAL and not urgent.is_over else 1)
    async with _ONE_AT_A_TIME:
        await run(config.player, config.timeout, tone(times, falls=urgent.is_over))


def tone(times: int, *, falls: bool) -> bytes:
    """Return a WAV file: `times` two short notes, rising or falling, mono, 16 bit."""
    first, second = (_HIGH_HZ, _LOW_HZ) if falls else (_LOW_HZ, _HIGH_HZ)
    samples = [*_beep(first), *_beep(second), *[0] * int(_RATE * _BEEP_S)] * times
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return content.getvalue()


def _beep(hertz: float) -> list[int]:
    """Return one note, which swells and fades so that it does not click."""
    count = int(_RATE * _BEEP_S)
    return [
        round(24_000 * math.sin(math.pi * at / count) * math.sin(2 * math.pi * hertz * at / _RATE))
        for at in range(count)
    ]
