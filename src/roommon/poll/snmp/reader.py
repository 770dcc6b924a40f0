"""The points of one SNMP device, read once a beat: objects asked for, values decoded, wraps continued.

sysUpTime goes along in every beat: it tells an agent's restart from a wrapped counter. What is no plain object, a list
(`listing`) or a cell of a row (`rows`), costs devices that have none nothing.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.bus import Bus, Unit
from roommon.poll.driver import About, DeviceUnreachable, Fault, Heard, Raw, Target
from roommon.poll.snmp.agent import ABSENT, SYS_UPTIME, Absent, Agent, Value
from roommon.poll.snmp.asking import Answers, Asking
from roommon.poll.snmp.budget import Budget, OutOfTime, Patience, Refused
from roommon.poll.snmp.counters import COUNTERS, Continuous, Look, went_on
from roommon.poll.snmp.listing import Listing
from roommon.poll.snmp.missing import Missing
from roommon.poll.snmp.objects import Objects
from roommon.poll.snmp.places import Places
from roommon.poll.snmp.rows import Rows
from roommon.poll.snmp.survey import Survey
from roommon.poll.snmp.values import raw

_log = logging.getLogger(__name__)

_REFUSED_S = 30.0
"""How long an agent that refuses our user is left alone: some lock out who tries too often."""
_MEETING = 0.25
"""Of the beat in which a device is met, what its tables may take; they are walked on between the beats."""


class SnmpReader:
    """Reads the points of one device over its bus."""

    def __init__(self, target: Target, bus: Bus[Agent], unit: Unit, clock: Clock, patience: Patience) -> None:
        """`target` has no points at registers; `unit` is its own on `bus`."""
        self._points = target.points
        self._who = unit.standing.name
        self._clock = clock
        self._budget = Budget(bus, unit, clock, patience)
        self._rows = Rows(self._who, target.points, target.tables)
        self._listing = Listing(target.points, self._budget, clock)
        self._survey = Survey(target.tables, target.identity, self._rows, self._budget, clock)
        self._places = Places(target.points, self._rows)
        self._asking = Asking(self._places.sizes, self._budget, clock, self._places.proofs)
        self._has_rows, self._has_lists, self._has_more = bool(self._rows), bool(self._listing), bool(self._survey)
        self._is_met = not target.tables
        self._was_silent = False
        self._refused: Text | None = None
        """Why the agent refuses us; None while it does not."""
        self._refused_until = 0.0
        self._heard = Objects((), {})
        self._had_value: set[str] = set()
        self._missing = Missing(self._who)
        self._uptime: Look | None = None
        self._counters = {i: Continuous(one.encoding) for i, one in enumerate(self._points) if one.encoding in COUNTERS}

    @property
    def about(self) -> About | None:
        """What the device said of itself; see `Reader.about`."""
        return self._survey.about

    @property
    def heard(self) -> Heard:
        """What the last beat brought; see `Reader.heard`."""
        return self._heard

    async def read(self) -> Sequence[Raw | Fault]:
        """Return one answer per point, in their order; see `Reader.read`."""
        self._heard = Objects((), {})
        if self._refused and self._clock.monotonic() < self._refused_until:
            return self._refusals(self._refused)
        self._budget.begin()
        try:
            answers = await self._asking.answers()
            if not self._is_met:
                answers = await self._meet(answers)
            given = await self._listed(answers) if self._has_lists else {}
        except Refused as error:
            return self._note_refused(error.words)
        except DeviceUnreachable:
            self._was_silent = True
            raise
        self._note_accepted()
        if self._was_silent:
            self._was_silent = False
            self._survey.anew()  # what answers now may be another device
        return self._raws(answers, given)

    async def learn(self) -> None:
        """Ask for what no reading waits for; see `Reader.learn`."""
        if not self._has_more or self._refused or not self._survey.due:
            return
        walks = self._survey.walks
        await self._survey.go_on()
        if self._survey.walks > walks:
            self._place_anew()

    async def _listed(self, answers: Answers) -> dict[int, Raw | Fault]:
        return {**await self._listing.answers(lambda oid: self._value(oid, answers))}

    def _raws(self, answers: Answers, given: dict[int, Raw | Fault]) -> list[Raw | Fault]:
        """Return the answers of all points; those in `given` are no objects."""
        values = answers.values
        self._heard = Objects(self._places.objects, values)
        absent = {oid for oid, value in values.items() if value.__class__ is Absent}
        lost = self._lost_rows(answers) if self._has_rows else {}
        if lost:
            given.update(lost)
        if absent or self._missing or self._rows.doubted:
            self._note_missing(values, absent, lost)
        self._had_value.update(values.keys() - absent)
        restarted = self._restarted(values.get(SYS_UPTIME))
        raws = [
            value
            if (value := values.get(oid)).__class__ is int and plain
            else self._answer(index, oid, answers, given, restarted=restarted)
            for index, oid, plain in self._places.objects
        ]
        if self._has_rows:
            self._overrule(raws, lost)
        return raws

    def _overrule(self, raws: list[Raw | Fault], lost: Mapping[int, Fault]) -> None:
        """Take back what was found where a row is not any more."""
        for index, fault in lost.items():
            raws[index] = fault
        if self._rows.suspect:
            self._survey.hurry()

    async def _meet(self, answers: Answers) -> Answers:
        """Look for the rows in the very beat in which the device is met, if that is soon done."""
        self._is_met = True
        with suppress(OutOfTime), self._budget.at_most(_MEETING):
            await self._survey.find_rows()
        self._place_anew()
        more = await self._asking.more()
        return Answers(more.values, answers.unheard or more.unheard)

    def _place_anew(self) -> None:
        """Ask for the cells where their rows stand now."""
        self._places = Places(self._points, self._rows)
        self._asking.want(self._places.sizes, self._places.proofs)

    def _answer(
        self, index: int, oid: str, answers: Answers, given: Mapping[int, Raw | Fault], *, restarted: bool
    ) -> Raw | Fault:
        if index in given:
            return given[index]
        value = self._value(oid, answers)
        if isinstance(value, Fault):
            return value
        point = self._points[index]
        said = raw(value, point)
        if isinstance(said, Fault):
            return Fault(said.reason, about(oid, said.detail))
        counter = self._counters.get(index)
        if counter is None or not isinstance(said, int) or said in point.invalid:
            return said
        return counter.fold(Look(said, self._clock.monotonic()), restarted=restarted)

    def _value(self, oid: str, answers: Answers) -> Value | Fault:
        value = answers.values.get(oid)
        if value is None:
            return Fault(Reason.NO_COMMUNICATION, about(oid, answers.unheard))
        if isinstance(value, Absent):
            return Fault(self._reason(oid, value), about(oid, ABSENT[value]))
        return value

    def _lost_rows(self, answers: Answers) -> dict[int, Fault]:
        return self._rows.faults(answers.values, answers.unheard) | self._rows.absent(answers.values)

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
            self._survey.anew()
        return restarted

    def _refusals(self, why: Text) -> list[Raw | Fault]:
        return [Fault(Reason.CONFIGURATION_ERROR, why)] * len(self._points)

    def _note_refused(self, why: Text) -> list[Raw | Fault]:
        if self._refused is None:
            _log.warning("%s: %s", self._who, why.en)
        self._refused = why
        self._refused_until = self._clock.monotonic() + _REFUSED_S
        return self._refusals(why)

    def _note_accepted(self) -> None:
        if self._refused is not None:
            _log.info("%s: lets us read again", self._who)
        self._refused = None

    def _note_missing(self, values: Mapping[str, Value | Absent], absent: set[str], lost: Mapping[int, Fault]) -> None:
        places = self._places
        excused = (
            {places.objects[index].oid for index in lost} | places.optional | self._rows.doubt(absent & self._had_value)
        )
        objects = [*(place.oid for place in places.objects if place.oid), *places.beside]
        self._missing.note(objects, values, places.stand_ins, excused)
