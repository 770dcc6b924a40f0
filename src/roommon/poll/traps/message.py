"""A datagram to a notification: versions 1 and 2c here, version 3 by `usm`."""

from dataclasses import dataclass
from enum import StrEnum

from roommon.poll.traps import ber
from roommon.poll.traps.notification import Kind, Notification, parse

_VERSIONS = {0: frozenset({Kind.TRAP_V1}), 1: frozenset({Kind.TRAP, Kind.INFORM})}
"""What each community version may carry."""


class Why(StrEnum):
    """Why a datagram counts for nothing."""

    MALFORMED = "no trap that can be read"
    COMMUNITY = "wrong community"
    USER = "unknown user"
    LEVEL = "not signed as its user has to, or encrypted though its user has no key"
    DIGEST = "wrong digest (another auth passphrase or protocol)"
    PRIVACY = "cannot be decrypted (another privacy passphrase or protocol)"
    STRANGER = "no configured device"
    FLOOD = "too many a second to look at them all"


class Refused(Exception):
    """The datagram counts for nothing; `answer` goes back to its sender, where the protocol wants one."""

    def __init__(self, why: Why | None, answer: bytes = b"") -> None:
        """`why` is None where nothing is wrong: somebody asks who we are, to send an inform next."""
        super().__init__(why)
        self.why = why
        self.answer = answer


class Community(bytes):
    """What a sender of version 1 or 2c says."""


class User(bytes):
    """Who a sender of version 3 has proved to be."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A notification whose sender showed who it is, or, by a community, says so."""

    notification: Notification
    credential: Community | User
    answer: bytes
    """The message that acknowledges an inform; empty for traps."""


def opened(data: bytes) -> tuple[int, int, int]:
    """Return the version of the message `data`, and where what follows begins and ends."""
    at, end = ber.content(data, 0, len(data), ber.SEQUENCE)
    version, at = ber.integer(data, at, end)
    return version, at, end


def with_community(data: bytes, version: int, at: int, end: int) -> Arrived:
    """Return what the message `data` of version 1 or 2c says; raise Malformed."""
    head = at
    community, at = ber.octets(data, at, end)
    notification = parse(data, at, end)
    if notification.kind not in _VERSIONS.get(version, ()):
        raise ber.Malformed(f"version {version} does not carry {notification.kind.name}")
    if not notification.answer:
        return Arrived(notification, Community(community), b"")
    answer = ber.tlv(ber.SEQUENCE, ber.number(version), data[head:at], notification.answer)
    return Arrived(notification, Community(community), answer)
