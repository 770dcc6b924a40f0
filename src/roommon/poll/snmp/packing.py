"""Which SNMP objects go into one GET: as many as the agent takes, which is learned by halving. Pure.

An agent that cannot answer a request as a whole (tooBig; genErr or, in version 1, noSuchName for one of its objects)
gives no value at all, and its error status does not reach us. So an empty answer is halved until it is clear what was
wrong: one object fails alone, then it is the culprit and is set aside; none does, then the request was too big, and the
size that worked is remembered.
"""

from collections.abc import Mapping, Sequence

MESSAGE = 1300
"""Bytes of an answer that pass an Ethernet and its tunnels in one piece."""
RELEARN_S = 3600.0
_FRAME = 140
"""Bytes around the objects: SNMPv3's header, user, digest and padding; versions 1 and 2c need less."""
_TEXT = 64
_NUMBER = 9
"""Bytes reckoned for a value; an agent with longer texts answers tooBig or in fragments, and both work."""


class Packing:
    """Splits objects into requests, and learns from what came back."""

    __slots__ = ("_learned_at", "_most", "_sizes")

    def __init__(self, sizes: Mapping[str, int]) -> None:
        """`sizes` holds the bytes that each object takes in an answer (`size`)."""
        self._sizes = sizes
        self._most = len(sizes)
        self._learned_at = 0.0

    @property
    def most(self) -> int:
        """How many objects the agent takes in one request, as far as is known."""
        return self._most

    def resize(self, sizes: Mapping[str, int]) -> None:
        """Split the objects of `sizes` from now on; how many go into one request is still known."""
        learned = self._most < len(self._sizes)
        self._sizes = sizes
        if not learned:
            self._most = len(sizes)

    def first(self, oids: Sequence[str]) -> Sequence[str]:
        """Return as many of the first `oids` as go into one request; at least one."""
        room = MESSAGE - _FRAME
        for count, oid in enumerate(oids[: self._most]):
            room -= self._sizes[oid]
            if room < 0:
                return oids[: max(count, 1)]
        return oids[: self._most]

    def too_much(self, count: int, now_s: float) -> None:
        """Note that `count` objects in one request gave nothing."""
        self._most = max(min(self._most, (count + 1) // 2), 1)
        self._learned_at = now_s

    def was_one_object(self, most: int) -> None:
        """Take back to `most` what was learned from halving: one object was to blame, not the size."""
        self._most = most

    def relearn(self, now_s: float) -> None:
        """Forget after a while what was learned: it may have come of lost packets, or the agent has new firmware."""
        if self._most < len(self._sizes) and now_s - self._learned_at > RELEARN_S:
            self._most = len(self._sizes)


def size(oid: str, *, is_text: bool) -> int:
    """Return the bytes that `oid` and its value take in an answer, reckoned generously (X.690; RFC 3416, 3)."""
    name = sum(1 + (int(part) >= 128) * 2 for part in oid.split("."))
    return name + (_TEXT if is_text else _NUMBER) + 6
