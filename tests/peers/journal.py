"""What tests of the journal share: a clock that is set by hand, readings and events, and a journal in a folder."""

import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from roommon.journal.journal import Config, Journal, open_journal
from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.device import DeviceId
from roommon.model.quantity import ByteSize, Quantity
from roommon.model.reading import Quality, Reading, SensorId, good
from roommon.model.text import Text

START = Instant(1_790_000_000_000)
HOUR = 3_600_000


@dataclass(slots=True)
class HandClock:
    """Its wall clock stands where the test puts it; its monotonic clock is the real one."""

    now: Instant = START

    def monotonic(self) -> float:
        return time.monotonic()

    def instant(self, monotonic: float) -> Instant:  # noqa: ARG002  # the wall clock stands
        return self.now


@dataclass(slots=True)
class Said:
    """What the journal reported, in order."""

    words: list[str | None] = field(default_factory=list)

    def __call__(self, words: str | None) -> None:
        self.words.append(words)

    @property
    def now(self) -> str:
        return (self.words[-1] or "") if self.words else ""

    def ever(self, part: str) -> bool:
        return any(part in (words or "") for words in self.words)


def config(path: Path, keep_h: int = 720, at_most: int = 64 << 20, commit_every_ms: int = 20) -> Config:
    return Config(path, Duration(keep_h * HOUR), ByteSize(at_most), Duration(commit_every_ms))


@asynccontextmanager
async def journal_at(
    path: Path, clock: HandClock | None = None, report: Callable[[str | None], None] = lambda _: None, **limits: int
) -> AsyncGenerator[Journal]:
    async with open_journal(
        config(path, **limits), clock or HandClock(), lambda words: report(None if words is None else words.en)
    ) as journal:
        yield journal


def reading(number: int, sensor: str = "rack-a.inlet", at: int | None = None) -> Reading:
    """A reading that can be told from all others by its value."""
    return good(SensorId(sensor), Instant(START + number if at is None else at), float(number))


def event(alarm: str = "inlet-hot.rack-a.inlet", state: State = State.UNACKNOWLEDGED, at: int = START) -> AlarmEvent:
    raised = state is not State.NORMAL
    return AlarmEvent(
        at=Instant(at),
        alarm=AlarmId(alarm),
        rule=RuleId(alarm.split(".", maxsplit=1)[0]),
        sensor=SensorId("rack-a.inlet"),
        device=DeviceId("rack-a"),
        room="server-room",
        priority=Priority.MEDIUM,
        was=State.NORMAL if raised else State.ACKNOWLEDGED,
        state=state,
        trigger=Trigger.RAISED if raised else Trigger.RETURNED,
        by=None,
        quantity=Quantity.TEMPERATURE,
        value=27.3,
        setpoint=27.0,
        quality=Quality.GOOD,
        text=Text("rack-a inlet is 27.3 °C", "rack-a 进风 27.3 °C"),
        response=Text("Check the air conditioners.", "检查空调。"),
    )


def damage_pages(path: Path, first: int) -> None:
    """Overwrite the beginning of every page from number `first` on."""
    content = bytearray(path.read_bytes())
    for page in range(first, len(content) // 4096):
        content[page * 4096 : page * 4096 + 200] = b"\xa5" * 200
    path.write_bytes(content)
