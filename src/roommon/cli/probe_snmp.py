"""What `probe` asks of an SNMP agent: one object, or what lies below it."""

from collections.abc import Sequence

from roommon.cli.moments import lasted
from roommon.cli.probe_found import Found, NoAnswer, Section
from roommon.cli.probe_place import Place
from roommon.cli.spoken import say
from roommon.commissioning.agent import WalkingAgent
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.poll.bus import Bus
from roommon.poll.driver import Fault
from roommon.poll.snmp.agent import Absent, Refusal, Value
from roommon.poll.snmp.values import number, text
from roommon.profiles.point import Oid

_BELOW = 20
_TICKS_A_SECOND = 100


async def objects(place: Place, bus: Bus[WalkingAgent], at: Oid, count: int | None, timeout_s: float) -> Found:
    """Return the object `at`; of one that is not there, what lies below it (a forgotten `.0`, a table's column).

    Raises:
        NoAnswer: the agent refuses, or has nothing there.
        DeviceUnreachable: it does not answer.
    """
    unit = bus.join(bus.standing.name)
    if count is None:
        value = await bus.ask(unit, lambda agent: agent.get(at.dotted, timeout_s))
        if isinstance(value, Refusal):
            raise NoAnswer(about(place.polled.device.id, value.why))
        if not isinstance(value, Absent):
            return _found(at.dotted, [(at.dotted, value)])
    below = await bus.ask(unit, lambda agent: _first(agent, at.dotted, count or _BELOW, timeout_s))
    if not below:
        words = Text("the agent has nothing at or below this object", "代理在该对象及其下没有内容")
        raise NoAnswer(about(place.polled.device.id, about(at.dotted, words)))
    return _found(at.dotted, below)


async def _first(agent: WalkingAgent, root: str, count: int, timeout_s: float) -> list[tuple[str, Value]]:
    found: list[tuple[str, Value]] = []
    async for each in agent.walk(root, timeout_s):
        found.append(each)
        if len(found) == count:
            break
    return found


def _found(root: str, values: Sequence[tuple[str, Value]]) -> Found:
    headings = "OID", say("value", "数值"), say("may also be", "也可能是")
    rows = [(oid, _plain(value), ", ".join(_otherwise(value))) for oid, value in values]
    described = [_document(oid, value) for oid, value in values]
    return Found((Section(root, headings, rows),), {"read": root, "objects": described})


def _plain(value: Value) -> str:
    """Return numbers and identifiers as they are, text in quotes, and other bytes in hexadecimal."""
    if not isinstance(value, bytes):
        return str(value)
    said = text(value)
    return repr(said) if isinstance(said, str) and said.isprintable() else f"0x{value.hex()}"


def _otherwise(value: Value) -> list[str]:
    """Return what else `value` may mean: a time in hundredths of a second, digits in a string, bytes."""
    if isinstance(value, int):
        ticks = [say("TimeTicks: ", "TimeTicks：") + lasted(10 * value)] if value >= _TICKS_A_SECOND else []
        return [f"0x{value:X}", *ticks] if value > 9 else []
    if not isinstance(value, bytes) or not value:
        return []
    digits = number(value)
    spelled = [say(f"the number {digits}", f"数字 {digits}")] if isinstance(digits, int | float) else []
    return [*spelled, f"0x{value.hex()}"]


def _document(oid: str, value: Value) -> dict[str, object]:
    document: dict[str, object] = {"oid": oid}
    if not isinstance(value, bytes):
        return document | {"value": value}
    digits, said = number(value), text(value)
    return document | {
        "value": None if isinstance(said, bytes) else said,
        "hex": value.hex(),
        "number": None if isinstance(digits, Fault) else digits,
    }
