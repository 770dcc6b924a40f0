"""Golden cases of incidents: who explains whom, what happened, and which incidents that makes, as a person reads it.

`python -m tests.golden.incidents.case` writes every incidents.expected anew; the difference is for a reviewer.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from roommon.model.alarm import AlarmId, Trigger
from roommon.model.reading import SensorId
from roommon.record.gathering import Causes, incidents
from roommon.record.incidents import Incident
from tests.peers.story import Story

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/day.txt"))
_DAY = "2026-11-23T"


def causes(folder: Path) -> Causes:
    """Each line: an alarm, `<-`, and what explains it."""
    found: dict[AlarmId, tuple[AlarmId, ...]] = {}
    for line in (folder / "causes.txt").read_text("utf-8").splitlines():
        alarm, _, named = line.partition(" <- ")
        found[AlarmId(alarm)] = tuple(AlarmId(name) for name in named.split())
    return found


def story(folder: Path) -> Story:
    """Each line: the time of day, an alarm, what happened, and by whom or because of what."""
    told = Story()
    for line in (folder / "day.txt").read_text("utf-8").splitlines():
        clock, alarm, trigger, *rest = line.split()
        said = dict(zip(rest[::2], rest[1::2], strict=True))
        at = round(datetime.fromisoformat(f"{_DAY}{clock}Z").timestamp() * 1000)
        sensor = SensorId(said.get("sensor") or alarm.partition(".")[2])
        told.happens(at, alarm, Trigger(trigger), said.get("because", ""), by=said.get("by"), sensor=sensor)
    return told


def expected(folder: Path) -> str:
    found = incidents(story(folder).events, causes(folder))
    return "".join(f"{line}\n" for line in lines(found))


def lines(found: Sequence[Incident]) -> Iterator[str]:
    for incident in found:
        priority = incident.priority.name.lower()
        yield f"incident {incident.id}: {clock(incident.begun)} to {clock(incident.ended)}, {priority}"
        for member in incident.members:
            life, of = member.life, f" {member.of}" if member.of else ""
            yield f"    {clock(life.begun)} to {clock(life.ended)}  {life.alarm}  ({member.link}{of})"


def clock(at: int | None) -> str:
    return "now" if at is None else f"{datetime.fromtimestamp(at / 1000, UTC):%H:%M:%S}"


def main() -> None:
    for folder in CASES:
        (folder / "incidents.expected").write_text(expected(folder), encoding="utf-8")


if __name__ == "__main__":
    main()
