"""An SNMP agent as the reader sees it: what one can ask, and what it can answer. Knows no library."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from roommon.model.text import Text
from roommon.poll.bus import Link

SYS_UPTIME = "1.3.6.1.2.1.1.3.0"
"""SNMPv2-MIB::sysUpTime.0, TimeTicks since the agent started. It wraps after 497 days."""

Value = int | float | str | bytes
"""An OCTET STRING or Opaque is bytes; an OBJECT IDENTIFIER or IpAddress is str; everything else is a number."""


class Absent(StrEnum):
    """Why one object has no value although its agent answers."""

    NO_SUCH = "no_such"
    NO_SUCH_NAME = "no_such_name"
    """Version 1; which of the two does not reach us."""
    CHANGED = "changed"
    """It was something else a moment before, in the same beat."""
    NO_VALUE = "no_value"
    UNREADABLE = "unreadable"


ABSENT: Mapping[Absent, Text] = {
    Absent.NO_SUCH: Text("the agent has no such object or instance", "代理没有该对象或实例"),
    Absent.NO_SUCH_NAME: Text("the agent answers noSuchName or genErr", "代理应答 noSuchName 或 genErr"),
    Absent.CHANGED: Text("it changed within the beat", "在本次轮询中发生了变化"),
    Absent.NO_VALUE: Text("the agent answers genErr, tooBig or NULL", "代理应答 genErr、tooBig 或 NULL"),
    Absent.UNREADABLE: Text("the agent's answer cannot be decoded", "代理的应答无法解码"),
}
"""What is said of each."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """The agent answers, and does not let us read."""

    why: Text


class Agent(Link, Protocol):
    """An open session with one agent. A request raises Silent, and ends within its timeout."""

    async def get_many(self, oids: Sequence[str], timeout_s: float) -> Mapping[str, Value] | Refusal:
        """Return the values that the agent gave; empty if it refused the request as a whole."""
        ...

    async def get(self, oid: str, timeout_s: float) -> Value | Absent | Refusal:
        """Return the value of one object, or why it has none."""
        ...

    async def after(self, oid: str, count: int, timeout_s: float) -> Mapping[str, Value] | Absent | Refusal:
        """Return up to `count` objects that follow `oid`, in the agent's order, or why it cannot tell.

        None at all: nothing follows. What has no value is left out. One is asked for by GETNEXT, more by GETBULK.
        """
        ...
