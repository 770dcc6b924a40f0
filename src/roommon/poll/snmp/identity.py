"""Asks an SNMP agent what its device is: single objects, and the first of a column that says something."""

from collections.abc import Mapping

from roommon.model.clock import Clock
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.identity import identity
from roommon.poll.snmp.agent import Absent, Value
from roommon.poll.snmp.asking import Asking
from roommon.poll.snmp.budget import Budget, OutOfTime
from roommon.poll.snmp.columns import Column, Walking
from roommon.poll.snmp.packing import size
from roommon.poll.snmp.values import raw, words
from roommon.profiles.point import Encoding, First, Oid, Point

_NONE = Fault(Reason.CONFIGURATION_ERROR, Text("the agent says nothing there", "代理在该处没有内容"))


class Identity:
    """The objects that tell what a device is."""

    def __init__(self, asked: Mapping[str, Point], budget: Budget, walking: Walking, clock: Clock) -> None:
        """`asked` holds points at an Oid or a First, by the names of what they tell."""
        self._asked = asked
        self._walking = walking
        oids = [point.at.dotted.removeprefix(".") for point in asked.values() if isinstance(point.at, Oid)]
        self._asking = Asking({oid: size(oid, is_text=True) for oid in oids}, budget, clock, aside=True)

    async def ask(self) -> dict[str, str]:
        """Return what has a text.

        Raises:
            DeviceUnreachable: some of it was not heard, so what is left out may still be there.
            OutOfTime: this beat has no time for it.
            Refused: the agent does not let us read.
        """
        answers = await self._asking.answers()
        if answers.unheard:
            raise OutOfTime if not answers.values else DeviceUnreachable(answers.unheard)
        return identity(self._asked, [await self._raw(point, answers.values) for point in self._asked.values()])

    async def _raw(self, point: Point, values: Mapping[str, Value | Absent]) -> Raw | Fault:
        match point.at:
            case Oid(dotted):
                return _as_text(values.get(dotted.removeprefix("."), Absent.NO_SUCH), point)
            case First(column):
                return await self._first(Column(column.removeprefix(".")))
            case _:
                return _NONE

    async def _first(self, column: Column) -> Raw | Fault:
        """Return the first text of `column`."""
        text = ""
        while not text and not column.done:
            await self._walking.page(column)
            text = next(filter(None, map(words, column.values.values())), "")
        if column.trouble is not None and column.trouble.reason is Reason.NO_COMMUNICATION:
            raise DeviceUnreachable(column.trouble.detail)
        return text or _NONE


def _as_text(value: Value | Absent, point: Point) -> Raw | Fault:
    if isinstance(value, Absent):
        return _NONE
    return words(value) if point.encoding is Encoding.STRING else raw(value, point)
