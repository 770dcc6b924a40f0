"""The points of one SNMP device, read once a beat: objects asked for, values decoded, wraps continued.

sysUpTime goes along in every beat: it tells an agent's restart from a wrapped counter.
"""

import logging
from collections.abc import Mapping, Sequence

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.bus import Bus, Unit
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import ABSENT, SYS_UPTIME, Absent, Agent, Value
from roommon.poll.snmp.asking import Answers, Asking, Patience, Refused
from roommon.poll.snmp.counters import COUNTERS, Continuous, Look, went_on
from roommon.poll.snmp.packing import size
from roommon.poll.snmp.values import raw
from roommon.profiles.point import Encoding, Oid, Point

_log = logging.getLogger(__name__)

_REFUSED = Text("the agent does not let us read", "代理拒绝读取")
_REFUSED_S = 30.0
"""How long an agent that refuses our user is left alone: some lock out who tries too often."""


class SnmpReader:
    """Reads the points of one device over its bus."""

    def __init__(self, points: Sequence[Point], bus: Bus[Agent], unit: Unit, clock: Clock, patience: Patience) -> None:
        """`points` all stand at an Oid."""
        self._oids = [_dotted(point) for point in points]
        self._encodings = [point.encoding for point in points]
        self._invalid = [point.invalid for point in points]
        self._places = [(i, oid, points[i].encoding is Encoding.NUMBER) for i, oid in enumerate(self._oids)]
        """The short way of a beat: what is a plain number is answered as it came."""
        self._who = unit.standing.name
        self._clock = clock
        self._asking = Asking(_sizes(self._oids, self._encodings), bus, unit, clock, patience)
        self._refused: Text | None = None
        self._refused_until = 0.0
        self._had_value: set[str] = set()
        self._missing: set[str] = set()
        self._uptime: Look | None = None
        self._counters = {i: Continuous(encoding) for i, encoding in enumerate(self._encodings) if encoding in COUNTERS}

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in their order; see `Reader.read`."""
        if self._refused and self._clock.monotonic() < self._refused_until:
            return self._refusals()
        try:
            answers = await self._asking.answers()
        except Refused as error:
            self._note_refused(error.words)
            return self._refusals()
        self._note_accepted()
        values = answers.values
        absent = {oid for oid, value in values.items() if value.__class__ is Absent}
        if absent or self._missing:
            self._note_missing(values)
        self._had_value.update(values.keys() - absent)
        restarted = self._restarted(values.get(SYS_UPTIME))
        return [
            value
            if (value := values.get(oid)).__class__ is int and plain
            else self._answer(index, answers, restarted=restarted)
            for index, oid, plain in self._places
        ]

    def _answer(self, index: int, answers: Answers, *, restarted: bool) -> Raw | Fault:
        oid = self._oids[index]
        value = answers.values.get(oid)
        if value is None:
            return Fault(Reason.NO_COMMUNICATION, about(oid, answers.unheard))
        if isinstance(value, Absent):
            return Fault(self._reason(oid, value), about(oid, ABSENT[value]))
        said = raw(value, self._encodings[index])
        if isinstance(said, Fault):
            return Fault(said.reason, about(oid, said.detail))
        counter = self._counters.get(index)
        if counter is None or not isinstance(said, int) or said in self._invalid[index]:
            return said
        return counter.fold(Look(said, self._clock.monotonic()), restarted=restarted)

    def _reason(self, oid: str, absent: Absent) -> Reason:
        """Return why `oid` is bad: what had a value and is gone now was unplugged, what never had one is a mistake."""
        if absent in (Absent.NO_VALUE, Absent.UNREADABLE):
            return Reason.DEVICE_FAILURE
        return Reason.NOT_CONNECTED if oid in self._had_value else Reason.CONFIGURATION_ERROR

    def _restarted(self, uptime: Value | Absent | None) -> bool:
        """Return whether the agent started anew since the beat before; then ask again for what it had not."""
        if not isinstance(uptime, int):
            return False
        before, self._uptime = self._uptime, Look(uptime, self._clock.monotonic())
        restarted = before is not None and not went_on(before, self._uptime)
        if restarted and before is not None and uptime < before.number:
            _log.info("%s: the agent started anew %.0f s ago", self._who, uptime / 100)
            self._asking.ask_again()
        return restarted

    def _refusals(self) -> list[Raw | Fault]:
        return [Fault(Reason.CONFIGURATION_ERROR, self._refused or _REFUSED)] * len(self._oids)

    def _note_refused(self, why: Text) -> None:
        if not self._refused:
            _log.warning("%s: %s", self._who, why.en)
        self._refused = why
        self._refused_until = self._clock.monotonic() + _REFUSED_S

    def _note_accepted(self) -> None:
        if self._refused:
            _log.info("%s: lets us read again", self._who)
        self._refused = None

    def _note_missing(self, values: Mapping[str, Value | Absent]) -> None:
        """Say once what is missing and what came back; what was not heard of changes nothing."""
        gone: dict[Absent, list[str]] = {}
        for oid in dict.fromkeys(self._oids):
            value = values.get(oid)
            if isinstance(value, Absent) and oid not in self._missing:
                gone.setdefault(value, []).append(oid)
            elif value is not None and not isinstance(value, Absent) and oid in self._missing:
                self._missing.discard(oid)
                _log.info("%s: %s has a value again", self._who, oid)
        for why, oids in gone.items():
            self._missing.update(oids)
            _log.warning("%s: no value at %s: %s", self._who, ", ".join(oids), ABSENT[why].en)


def _dotted(point: Point) -> str:
    """Return the object of `point` as the library wants it."""
    if not isinstance(point.at, Oid):
        raise TypeError(f"point {point.key} stands at a Modbus register, and its device speaks SNMP")
    return point.at.dotted.removeprefix(".")


def _sizes(oids: Sequence[str], encodings: Sequence[Encoding]) -> dict[str, int]:
    sizes = {SYS_UPTIME: size(SYS_UPTIME, is_text=False)}
    for oid, encoding in zip(oids, encodings, strict=True):
        sizes[oid] = max(size(oid, is_text=encoding is Encoding.STRING), sizes.get(oid, 0))
    return sizes
