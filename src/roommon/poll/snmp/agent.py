"""An SNMP agent as the reader sees it: what one can ask, and what it can answer. Knows no library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from roommon.poll.bus import Link

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
"""SNMPv2-MIB::sysUpTime.0, TimeTicks since the agent started. It wraps after 497 days."""

Value = int | float | str | bytes
"""An OCTET STRING or Opaque is bytes; an OBJECT IDENTIFIER or IpAddress is str; everything else is a number."""


class Absent(StrEnum):
    """Why one object has no value although its agent answers."""

    NO_SUCH = "the agent has no such object or instance"
    NO_SUCH_NAME = "the agent answers noSuchName or genErr"
    """Version 1; which of the two does not reach us."""
    NO_VALUE = "the agent answers genErr, tooBig or NULL"
    UNREADABLE = "the agent's answer cannot be decoded"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The agent answers, and does not let us read."""

    why: str


class Agent(Link, Protocol):
    """An open session with one agent. A request raises Silent, and ends within its timeout."""

    async def get_many(self, oids: Sequence[str], timeout_s: float) -> Mapping[str, Value] | Refusal:
        """Return the values that the agent gave; empty if it refused the request as a whole."""
        ...

    async def get(self, oid: str, timeout_s: float) -> Value | Absent | Refusal:
        """Return the value of one object, or why it has none."""
        ...
