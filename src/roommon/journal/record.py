"""What the journal holds, as those who write and read it see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from roommon.model import command as persons
from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Instant
from roommon.model.command import ClockStep, Resumed
from roommon.model.device import DeviceId
from roommon.model.reading import Reading
from roommon.rules.state import Kept, StateId


@dataclass(frozen=True, slots=True)
class Started:
    """The daemon started at `at`: a note for those who read the record; it moves nothing."""

    at: Instant
    version: str


@dataclass(frozen=True, slots=True)
class Identified:
    """From `at` on the device says that it is this."""

    at: Instant
    device: DeviceId
    identity: Mapping[str, str]
    """`maker`, `model`, `firmware`, `serial`, `location`: what is known of it."""


@dataclass(frozen=True, slots=True)
class Configured:
    """From `at` on the rules are those of `source`, at start and after a reload."""

    at: Instant
    source: str
    """The configuration as it was read, all files; kept once however often it comes."""


class LoginStep(StrEnum):
    """What an attempt to log in came to, or that somebody logged out; names on the disk never change."""

    IN = "in"
    WRONG = "wrong"
    """Name or password."""
    REFUSED = "refused"
    """Not looked at: too many were wrong before, or too many came at once."""
    OUT = "out"


class LoginWay(StrEnum):
    """How somebody came to the status page's server; names on the disk never change."""

    PAGE = "page"
    PROGRAM = "program"
    """With name and password in each request (HTTP Basic)."""


@dataclass(frozen=True, slots=True)
class Login:
    """Attempts to log in that are alike, or a log-out: a note for those who read the record; it moves nothing."""

    at: Instant
    """When it was written, like every input; those that are counted together are written later than they came."""
    step: LoginStep
    way: LoginWay
    by: str | None
    """The person; None: a name that nobody has. It is not kept as typed, for people type their password there."""
    address: str
    """From where; empty: from several places."""
    times: int
    first: Instant
    last: Instant


@dataclass(frozen=True, slots=True)
class NumberedLogin:
    """An entry of the record with its number, which grows."""

    number: int
    login: Login


Command = persons.Command | ClockStep | Resumed | Started | Configured | Login
"""An input that is no reading."""

Input = Reading | Command
"""What is folded, in the order in which it was folded."""


class Position(NamedTuple):
    """A place in the order of inputs, between two group commits.

    What follows is the batches from `batch` on, and the commands after `last_command`.
    """

    batch: int
    last_command: int


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An alarm event with its number, which grows by exactly one from 1 and is never used again."""

    number: int
    event: AlarmEvent


@dataclass(frozen=True, slots=True)
class Batch:
    """The readings of one group commit, in the order in which they were folded."""

    number: int
    readings: Sequence[Reading]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a deliverer has still to send."""

    batches: int
    readings: int
    events: int
    oldest: Instant | None
    """When the oldest unsent reading or event was taken; None when everything is sent."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All alarm states as they were at one place in the order of inputs: where a replay may start."""

    at: Instant
    position: Position
    """What the states have not seen."""
    last_event: int
    """The number of the last event before it; 0 when there was none."""
    states: Mapping[StateId, Kept]


class WhyLost(StrEnum):
    """Why something was dropped; names on the disk never change."""

    ROOM = "room"
    """`at_most` was reached before the deliverer had it."""
    DISK = "disk"
    """The disk took nothing until the memory for what waits was full."""
    SLOW = "slow"
    """More gathered during one commit than the memory holds."""
    ILLEGIBLE = "illegible"
    """Its bytes had changed on the disk."""
    UNKNOWN = "unknown"
    """It was noted before reasons were."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A span of time of which something was dropped before `deliverer` had it."""

    deliverer: str
    """`journal` when it never came to the disk, so nobody has it."""
    first_at: Instant
    last_at: Instant
    readings: int
    events: int
    why: WhyLost


@dataclass(frozen=True, slots=True)
class Rejected:
    """One thing that the far side of `deliverer` refused, with its words."""

    deliverer: str
    at: Instant
    what: str
    why: str
