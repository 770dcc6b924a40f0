"""What one transaction takes: gathered by the event loop, packed and written by the thread."""

from collections.abc import Callable
from dataclasses import dataclass, field

from roommon.journal.columns import Columns, pack
from roommon.journal.record import Command, Identified, Input, Lost, NumberedEvent, Rejected
from roommon.journal.spans import Spans
from roommon.model.alive import Alive
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId
from roommon.rules.state import Kept, StateId


@dataclass(slots=True)
class Cursor:
    """What a deliverer wants, and how far it is."""

    deliverer: str
    readings: bool
    events: bool
    last_event: int
    """The number of the last event that it has sent."""
    sent: Spans = ()
    """The batches that it has sent."""


@dataclass(slots=True)
class Group:
    """One fold or several, with all that came of them."""

    inputs: list[Input] = field(default_factory=list)
    events: list[NumberedEvent] = field(default_factory=list)
    states: dict[StateId, Kept | None] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    identified: list[Identified] = field(default_factory=list)
    alive: list[Alive] = field(default_factory=list)
    alive_told: dict[str, int] = field(default_factory=dict)
    """By deliverer: the number of the last daily message that it has told."""

    def __bool__(self) -> bool:
        decided = self.inputs or self.events or self.states
        return bool(decided or self.rejected or self.lost or self.identified or self.alive or self.alive_told)


@dataclass(slots=True)
class Packed:
    """A group as it goes to the disk, and as it waits in memory while the disk is full."""

    columns: Columns | None
    commands: list[tuple[int, Command]]
    """Each with the number of readings that were folded before it."""
    newest: Instant | None
    """The instant of the last input."""
    events: list[NumberedEvent]
    states: dict[StateId, Kept | None]
    rejected: list[Rejected]
    lost: list[Lost]
    identified: list[Identified]
    alive: list[Alive]
    alive_told: dict[str, int]

    @property
    def size(self) -> int:
        """Bytes that the readings take."""
        return self.columns.size if self.columns else 0


def packed(group: Group, number_of: Callable[[SensorId], int]) -> Packed:
    """Return `group` with its readings as columns."""
    readings = [entry for entry in group.inputs if isinstance(entry, Reading)]
    return Packed(
        columns=pack(readings, number_of) if readings else None,
        commands=_commands(group.inputs) if len(readings) < len(group.inputs) else [],
        newest=instant_of(group.inputs[-1]) if group.inputs else None,
        events=group.events,
        states=group.states,
        rejected=group.rejected,
        lost=group.lost,
        identified=group.identified,
        alive=group.alive,
        alive_told=group.alive_told,
    )


def _commands(inputs: list[Input]) -> list[tuple[int, Command]]:
    commands: list[tuple[int, Command]] = []
    for index, entry in enumerate(inputs):
        if not isinstance(entry, Reading):
            commands.append((index - len(commands), entry))
    return commands


def instant_of(entry: Input) -> Instant:
    """Return when `entry` was."""
    return entry.taken_at if isinstance(entry, Reading) else entry.at
