"""Which objects an agent does not have: said once when they go, and once when they come."""

import logging
from collections.abc import Container, Iterable, Mapping

from roommon.poll.snmp.agent import ABSENT, Absent, Value

_log = logging.getLogger(__name__)

StandIns = Mapping[str, frozenset[str]]
"""By object, those that stand in for it: while one of them has a value, its absence is how such devices are."""


class Missing:
    """What one agent is known not to have."""

    def __init__(self, who: str) -> None:
        """`who` is for the log."""
        self._who = who
        self._missing: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._missing)

    def __contains__(self, oid: str) -> bool:
        return oid in self._missing

    def note(
        self, objects: Iterable[str], values: Mapping[str, Value | Absent], stand_ins: StandIns, excused: Container[str]
    ) -> None:
        """Say what is missing and what came back; what was not heard of, and what is excused, changes nothing."""
        gone: dict[Absent, list[str]] = {}
        for oid in dict.fromkeys(objects):
            value = values.get(oid)
            if value is None:
                continue
            if not isinstance(value, Absent):
                self._back(oid)
            elif oid not in self._missing and oid not in excused and not _is_stood_in(oid, values, stand_ins):
                gone.setdefault(value, []).append(oid)
        for why, oids in gone.items():
            self._missing.update(oids)
            _log.warning("%s: no value at %s: %s", self._who, ", ".join(oids), ABSENT[why].en)

    def _back(self, oid: str) -> None:
        if oid in self._missing:
            self._missing.discard(oid)
            _log.info("%s: %s has a value again", self._who, oid)


def _is_stood_in(oid: str, values: Mapping[str, Value | Absent], stand_ins: StandIns) -> bool:
    return any(not isinstance(values.get(other, Absent.NO_SUCH), Absent) for other in stand_ins.get(oid, ()))
