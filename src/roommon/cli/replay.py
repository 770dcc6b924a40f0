"""`roommon replay`: judge again what the journal recorded, and compare with what was decided then.

While the configuration is the one that the daemon took last, the record is judged as it was: each stretch by the
configuration that was in force, and what was derived is in the record. A configuration whose rules, devices or derived
sensors differ from that is tried out over everything, and its sensors are derived anew: what would have been told?
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from roommon.cli.complaint import complain
from roommon.cli.moments import instant, local
from roommon.cli.recorded import site_again
from roommon.cli.replay_shown import Compared, print_compared
from roommon.cli.sites import reader_at, site_of
from roommon.cli.spoken import say
from roommon.config.site import Site
from roommon.daemon.build import devices_of, engine_of, rules_of
from roommon.derive.again import again
from roommon.derive.deriver import Deriver
from roommon.journal.journal import Configured, Input, Login, Started
from roommon.journal.reader import JournalReader
from roommon.journal.record import Snapshot
from roommon.model.alarm import AlarmEvent, AlarmId, Trigger
from roommon.model.clock import Duration, Instant
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.reading import Reading
from roommon.rules.engine import Engine
from roommon.rules.replay import Reconfigured
from roommon.rules.replay import replay as folded_again

DIFFERS = 1
Moving = Reading | ClockStep | Resumed | Command


def replay(config: Path, journal: Path | None, since: str | None, until: str | None, *, as_json: bool) -> int:
    """Print every event that is not the same again, and how many were; return 0 when all were."""
    now = datetime.now().astimezone()
    first, last = instant(since or "24h", now), None if until is None else instant(until, now)
    site = site_of(config)
    with reader_at(journal or site.journal.path) as reader:
        start = reader.snapshot_before(first) or reader.oldest_snapshot()
        if start is None:
            complain(say("the journal has no state to start from", "日志库中没有可供起算的状态"))
            return DIFFERS
        compared = _Judge(reader, site, config).compare(start, last)
    print_compared(compared, start, as_json=as_json)
    return DIFFERS if compared.lost or compared.new else 0


class _Judge:
    """Judges the record of one journal again."""

    def __init__(self, reader: JournalReader, site: Site, config: Path) -> None:
        self._reader = reader
        self._site = site
        self._config = config
        self._read: dict[str, Site | None] = {site.text: site}
        newest = reader.configured_at()
        self._as_recorded = newest is None or _same_rules(self._again(newest), site)

    def compare(self, start: Snapshot, last: Instant | None) -> Compared:
        """Return what differs from `start` on; a daemon may be writing meanwhile, so the record is read on both sides.

        What was recorded before must come again, and what comes again must be recorded afterwards.
        """
        before = Counter(self._recorded(start, last))
        again = Counter(self._judged(start, last))
        after = Counter(self._recorded(start, last))
        lost, new = before - again, again - after
        return Compared((before & again).total(), sorted(lost.elements(), key=_when), sorted(new.elements(), key=_when))

    def _recorded(self, start: Snapshot, last: Instant | None) -> Iterator[AlarmEvent]:
        return filter(
            self._counts, (one.event for one in self._reader.events_after(start.last_event) if _upto(one.event, last))
        )

    def _judged(self, start: Snapshot, last: Instant | None) -> Iterator[AlarmEvent]:
        if not self._as_recorded:
            complain(
                say(
                    f"{self._config} differs from what the daemon runs: everything is judged by it",
                    f"{self._config} 与守护进程运行的配置不同：全部按它推演",
                )
            )
        deriver = Deriver(() if self._as_recorded else self._site.derived)
        engine = self._engine(start, deriver)
        engine.settle(start.at)
        moving = again(self._moving(self._reader.inputs(start.position, last)), deriver)
        return filter(self._counts, folded_again(engine, moving))

    def _counts(self, event: AlarmEvent) -> bool:
        """Whether `event` is compared: that a rule went is no question when another configuration is tried."""
        return self._as_recorded or event.trigger is not Trigger.REMOVED

    def _engine(self, start: Snapshot, deriver: Deriver) -> Engine:
        """Return the engine as it was at `start`; its windows and those of `deriver` are filled from before."""
        configured = self._reader.configured_at(start.position) if self._as_recorded else None
        site = (self._again(configured) if configured else None) or self._site
        engine = engine_of(site, start.states, self._standing(start))
        back = sum(max(who.windows().values(), default=Duration(0)) for who in (engine, deriver))
        if back:
            engine.remember(again(self._before(Instant(start.at - back), start), deriver))
        return engine

    def _standing(self, start: Snapshot) -> list[AlarmEvent]:
        newest: dict[AlarmId, AlarmEvent] = {}
        for one in self._reader.events():
            if one.number > start.last_event:
                break
            newest[one.event.alarm] = one.event
        return [event for event in newest.values() if event.alarm in start.states]

    def _before(self, first: Instant, start: Snapshot) -> Iterator[Moving]:
        for entry in self._reader.inputs(first, start.at):
            if not isinstance(entry, Started | Configured | Login) and _instant(entry) < start.at:
                yield entry

    def _moving(self, inputs: Iterable[Input]) -> Iterator[Moving | Reconfigured]:
        """Yield what moves the rules; as recorded, also the configurations that came into force."""
        for entry in inputs:
            match entry:
                case Started() | Login():
                    pass
                case Configured(at):
                    if self._as_recorded and (site := self._again(entry)):
                        yield Reconfigured(at, rules_of(site), list(devices_of(site).values()), site.policy)
                case _:
                    yield entry

    def _again(self, configured: Configured) -> Site | None:
        """Return the site of a recorded configuration; say once when it cannot be read any more."""
        source = configured.source
        if source not in self._read:
            self._read[source] = site_again(source, self._config)
            if self._read[source] is None:
                at = local(configured.at)
                complain(
                    say(
                        f"the configuration of {at} cannot be read any more; events after it may differ",
                        f"{at} 的配置已无法读取，其后的事件可能不一致",
                    )
                )
        return self._read[source]


def _same_rules(one: Site | None, other: Site) -> bool:
    return (
        one is not None
        and (one.rules, one.policy) == (other.rules, other.policy)
        and devices_of(one) == devices_of(other)
        and one.derived == other.derived
    )


def _instant(entry: Moving) -> Instant:
    return entry.taken_at if isinstance(entry, Reading) else entry.at


def _upto(event: AlarmEvent, last: Instant | None) -> bool:
    return last is None or event.at <= last


def _when(event: AlarmEvent) -> tuple[Instant, AlarmId]:
    return event.at, event.alarm
