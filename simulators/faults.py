"""What can be wrong with a device or with the server before it."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What can be wrong; README.md says what the client sees of each."""

    OK = "ok"
    # of a server
    DEAD = "dead"
    BLACK_HOLE = "black-hole"
    HALF_OPEN = "half-open"
    ONE_CLIENT = "one-client"
    REBOOT = "reboot"
    # of a device, or of all behind a server
    MUTE = "mute"
    LATE = "late"
    TRUNCATED = "truncated"
    SHORT = "short"
    RESET = "reset"
    BYTE_BY_BYTE = "byte-by-byte"
    WRONG_UNIT = "wrong-unit"
    WRONG_FUNCTION = "wrong-function"
    WRONG_TRANSACTION = "wrong-transaction"
    CRC = "crc"
    EXCEPTION = "exception"


OF_SERVERS = frozenset({Kind.DEAD, Kind.BLACK_HOLE, Kind.HALF_OPEN, Kind.ONE_CLIENT, Kind.REBOOT})
SECONDS = {Kind.REBOOT: 1.0, Kind.LATE: None, Kind.BYTE_BY_BYTE: 0.005}
"""Faults that take a time, and the one that is meant if none is given."""


class NoSuchFault(ValueError):
    """The message says what would be right."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with its arguments."""

    kind: Kind = Kind.OK
    seconds: float = 0.0
    count: int = 3
    """Bytes that a truncated answer lacks."""
    code: int = 0
    at: str = ""
    """The register (`holding:1`) or OID that an exception is for; all if empty."""

    def __str__(self) -> str:
        match self.kind:
            case Kind.EXCEPTION:
                return f"{self.kind} {self.code} {self.at}".rstrip()
            case Kind.TRUNCATED:
                return f"{self.kind} {self.count}"
            case kind:
                return f"{kind} {self.seconds:g}" if kind in SECONDS else str(kind)


OK = Fault()
"""The one fault that is none: told by identity, which costs nothing per request."""


def parse(name: str, args: Sequence[str] = ()) -> Fault:
    """Return the fault that a person writes as `late 3`; raise NoSuchFault."""
    try:
        kind = Kind(name)
    except ValueError:
        near = difflib.get_close_matches(name, list(Kind), 1)
        meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(Kind)}"
        raise NoSuchFault(f"no fault {name!r}{meant}") from None
    try:
        fault, taken = _with_args(kind, args)
    except (IndexError, ValueError) as error:
        raise NoSuchFault(f"{kind}: wrong arguments {list(args)}") from error
    if len(args) > taken:
        raise NoSuchFault(f"{kind}: too many arguments {list(args)}")
    return fault


def _with_args(kind: Kind, args: Sequence[str]) -> tuple[Fault, int]:
    """The fault, and how many arguments it may take."""
    if kind in SECONDS:
        usual = SECONDS[kind]
        return Fault(kind, seconds=float(args[0]) if args or usual is None else usual), 1
    if kind is Kind.TRUNCATED:
        return Fault(kind, count=int(args[0]) if args else 3), 1
    if kind is Kind.EXCEPTION:
        return Fault(kind, code=int(args[0]), at=args[1] if len(args) > 1 else ""), 2
    return OK if kind is Kind.OK else Fault(kind), 0
