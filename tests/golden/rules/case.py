"""Golden cases of the rules: a room, a day of inputs, and the events that they give, each a file that a person reads.

`python -m tests.golden.rules.case` writes every events.expected anew; the difference is what a reviewer looks at.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from runpy import run_path

from roommon.alerts.commands import parse
from roommon.model.alarm import AlarmEvent, AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.device import Device
from roommon.model.reading import Reading, Reason, SensorId, bad, good
from roommon.rules.engine import Engine, Input
from roommon.rules.policy import Policy
from roommon.rules.replay import Reconfigured, replay
from roommon.rules.rule import Rule

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/room.py"))


@dataclass(frozen=True)
class Case:
    """A room as `room.py` gives it, and a day as `day.jsonl` tells it."""

    rules: Sequence[Rule]
    devices: Sequence[Device]
    inputs: Sequence[Input | Reconfigured]
    policy: Policy

    def engine(self) -> Engine:
        return Engine(self.rules, self.devices, policy=self.policy)


def load(folder: Path) -> Case:
    room = run_path(str(folder / "room.py"))
    reloads = room.get("RELOADS", {})
    lines = (folder / "day.jsonl").read_text(encoding="utf-8").splitlines()
    inputs = [entry(json.loads(line), reloads, room["DEVICES"]) for line in lines]
    return Case(room["RULES"], room["DEVICES"], inputs, room.get("POLICY", Policy()))


def overlaid(case: Case) -> Iterator[Input | Reconfigured]:
    """The inputs as the fold takes them: with what drills say."""
    engine = case.engine()
    for each in case.inputs:
        readings = engine.overlaid(each) if isinstance(each, list) else each
        list(replay(engine, [readings]))
        yield readings


def entry(line: dict[str, object], reloads: dict[str, list[Rule]], devices: list[Device]) -> Input | Reconfigured:
    """One line: an instant, and a command or the readings of a beat (a number, or the reason why there is none)."""
    at = Instant(round(datetime.fromisoformat(str(line.pop("at"))).timestamp() * 1000))
    match line:
        case {"acknowledge": alarm, "by": by}:
            return Acknowledge(at=at, alarm=AlarmId(str(alarm)), by=str(by))
        case {"command": verb, **members}:
            return parse(str(verb), json.dumps(members).encode(), at, "mqtt")
        case {"clock_step_s": float() | int() as by}:
            return ClockStep(at, Duration(int(by * 1000)))
        case {"resumed_after_s": float() | int() as after}:
            return Resumed(at, Duration(int(after * 1000)))
        case {"reload": name}:
            return Reconfigured(at, reloads[str(name)], devices)
    return [reading(SensorId(sensor), at, value) for sensor, value in line.items()]


def reading(sensor: SensorId, at: Instant, value: object) -> Reading:
    return good(sensor, at, float(value)) if isinstance(value, float | int) else bad(sensor, at, Reason(str(value)))


def told(events: Sequence[AlarmEvent]) -> str:
    return "".join(f"{line}\n" for event in events for line in lines(event))


def lines(event: AlarmEvent) -> Iterator[str]:
    at = datetime.fromtimestamp(event.at / 1000, UTC).isoformat(timespec="milliseconds")
    by = f" by {event.by}" if event.by else ""
    drill = "DRILL " if event.drill else ""
    yield f"{at} {drill}{event.alarm}: {event.was} -> {event.state} ({event.trigger}{by}){_kept(event)}"
    yield f"    {event.priority.name.lower()}, value {event.value}, setpoint {event.setpoint}, {event.quality}"
    yield from (f"    {words}" for words in (event.text.en, event.text.zh_cn, event.response.en, event.response.zh_cn))


def _kept(event: AlarmEvent) -> str:
    """Return whether people are told, and what else only some events say."""
    said = "" if event.tell else ", not told"
    if event.suppression is not None:
        said += f": {event.suppression.kind} ({event.suppression.why})"
    if event.tier:
        said += f", tier {event.tier}"
    return said + (f", {event.count} times" if event.count else "")


def main() -> None:
    for folder in CASES:
        case = load(folder)
        events = list(replay(case.engine(), overlaid(case)))
        (folder / "events.expected").write_text(told(events), encoding="utf-8")


if __name__ == "__main__":
    main()
