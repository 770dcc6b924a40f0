"""`roommon replay`: judge again what the journal recorded, and compare with what was decided then."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from roommon.alerts.payload import alarm_message
from roommon.cli.moments import instant, local
from roommon.cli.spoken import language, say
from roommon.config.load import examine
from roommon.config.site import ConfigInvalid, Site
from roommon.daemon.build import engine_of
from roommon.journal.journal import Configured, Input, Started
from roommon.journal.reader import JournalReader
from roommon.journal.record import NumberedEvent, Snapshot
from roommon.model.alarm import AlarmEvent, Trigger
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge, ClockStep, Resumed
from roommon.model.reading import Reading
from roommon.rules.engine import Engine
from roommon.rules.replay import replay as folded_again

DIFFERS = 1


def replay(config: Path, journal: Path | None, since: str, until: str | None, *, as_json: bool) -> int:
    """Print every event that is not the same again, and how many were; return 0 when all were."""
    now = datetime.now().astimezone()
    site = _site(config)
    last = None if until is None else instant(until, now)
    with JournalReader(journal or site.journal.path) as reader:
        start = reader.snapshot_before(instant(since, now)) or reader.snapshot_before(Instant(1 << 62))
        if start is None:
            print(say("The journal has no state to start from.", "日志库中没有可供起算的状态。"), file=sys.stderr)
            return DIFFERS
        return _compare(reader, site, start, last, as_json=as_json)


def _site(config: Path) -> Site:
    checked = examine(config, tolerate_missing_secrets=True)
    if checked.site is None:
        raise ConfigInvalid(checked.faults, checked.warnings)
    return checked.site


def _compare(reader: JournalReader, site: Site, start: Snapshot, last: Instant | None, *, as_json: bool) -> int:
    engine = _engine(reader, site, start)
    again = folded_again(engine, _judged(reader.inputs(start.position, last), site))
    then = (one for one in reader.events_after(start.last_event) if _was_judged(one.event, last))
    same = 0
    for recorded, repeated in zip_longest(then, again):
        if recorded is not None and repeated == recorded.event:
            same += 1
            continue
        _tell(recorded, repeated, as_json=as_json)
        return DIFFERS
    words = say(
        f"{same} events since {local(start.at)}: all the same again.",
        f"自 {local(start.at)} 起 {same} 个事件，推演结果完全一致。",
    )
    print(json.dumps({"from": start.at, "events": same, "same": True}) if as_json else words)
    return 0


def _engine(reader: JournalReader, site: Site, start: Snapshot) -> Engine:
    """Return the engine as it was at `start`; its windows are filled from before."""
    newest: dict[str, AlarmEvent] = {}
    for one in reader.events(until=start.at):
        if one.number <= start.last_event:
            newest[one.event.alarm] = one.event
    standing = [event for event in newest.values() if event.alarm in start.states]
    engine = engine_of(site, start.states, standing)
    windows = engine.windows()
    if windows:
        engine.remember(_before(reader, Instant(start.at - max(windows.values())), start))
    return engine


def _before(
    reader: JournalReader, first: Instant, start: Snapshot
) -> Iterator[Reading | ClockStep | Resumed | Acknowledge]:
    for entry in reader.inputs(first, start.at):
        if not isinstance(entry, Started | Configured) and _instant(entry) < start.at:
            yield entry


def _instant(entry: Reading | ClockStep | Resumed | Acknowledge) -> Instant:
    return entry.taken_at if isinstance(entry, Reading) else entry.at


def _judged(inputs: Iterator[Input], site: Site) -> Iterator[Reading | ClockStep | Resumed | Acknowledge]:
    """Yield what moves the rules; say where another configuration began."""
    for entry in inputs:
        match entry:
            case Configured(at, source):
                if source != site.text:
                    print(
                        say(
                            f"At {local(at)} another configuration began than the one given; events may differ.",
                            f"{local(at)} 起生效的配置与给定配置不同，事件可能不一致。",
                        ),
                        file=sys.stderr,
                    )
            case Started():
                pass
            case _:
                yield entry


def _was_judged(event: AlarmEvent, last: Instant | None) -> bool:
    return event.trigger is not Trigger.REMOVED and (last is None or event.at <= last)


def _tell(recorded: NumberedEvent | None, repeated: AlarmEvent | None, *, as_json: bool) -> None:
    number = recorded.number if recorded else 0
    then = _document(number, recorded.event if recorded else None)
    again = _document(number, repeated)
    if as_json:
        print(json.dumps({"same": False, "then": then, "again": again}, ensure_ascii=False))
        return
    print(say("The first event that differs:", "第一个不一致的事件："))
    print("  ", say("then: ", "当时："), json.dumps(then, ensure_ascii=False))
    print("  ", say("again:", "推演："), json.dumps(again, ensure_ascii=False))


def _document(number: int, event: AlarmEvent | None) -> object:
    return None if event is None else json.loads(alarm_message(number, event, language()))
