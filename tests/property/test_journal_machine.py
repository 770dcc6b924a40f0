"""Any order of appends, deliveries, full disks and crashes: the journal against a list in memory.

A crash is the files as they lie on the disk at that moment, opened again elsewhere.
"""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from roommon.journal.journal import Journal
from roommon.journal.thread import Urgency
from roommon.model.alarm import AlarmId, State
from roommon.rules.state import AlarmState, Condition
from tests.peers.journal import START, event, journal_at, reading

ALARMS = st.sampled_from(["a", "b", "c"])
STATES = st.sampled_from([State.NORMAL, State.UNACKNOWLEDGED, State.ACKNOWLEDGED, State.RETURNED])
COUNT = st.integers(1, 5)


class JournalMachine(RuleBasedStateMachine):
    """One journal, one store that takes readings and events, one sink that takes events."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(prefix="journal-machine-"))
        self.number = 0
        self.appended: list[float] = []
        """Readings that were appended, in order, and not lost in a crash."""
        self.committed = 0
        """How many of them are reported as committed."""
        self.events: list[tuple[str, State]] = []
        self.sent_batches: set[int] = set()
        self.sent_events = 0
        self.saved_events = 0
        self.states: dict[str, State] = {}
        self.open()

    def open(self) -> None:
        async def opened() -> tuple[AsyncExitStack, Journal]:
            stack = AsyncExitStack()
            return stack, await stack.enter_async_context(journal_at(self.folder / "j.db", commit_every_ms=60_000))

        self.stack, self.journal = self.runner.run(opened())

    @rule(count=COUNT)
    def append_readings(self, count: int) -> None:
        readings = [reading(self.number + index) for index in range(count)]
        self.runner.run(self.journal.append(readings, [], {}))
        self.appended += [one.value or 0.0 for one in readings]
        self.number += count

    @rule(alarm=ALARMS, state=STATES)
    def append_an_event(self, alarm: str, state: State) -> None:
        kept = None if state is State.NORMAL else AlarmState(state, Condition.PRESENT, START)
        self.runner.run(self.journal.append([reading(self.number)], [event(alarm, state)], {AlarmId(alarm): kept}))
        self.appended.append(float(self.number))
        self.number += 1
        self.events.append((alarm, state))
        self.states[alarm] = state
        self.reported()

    @rule()
    def flush(self) -> None:
        assert self.runner.run(self.journal.flush())
        self.reported()

    def reported(self) -> None:
        self.committed = len(self.appended)
        self.saved_events = self.sent_events

    @rule(newest=st.booleans(), at_most=COUNT, send=st.booleans())
    def deliver_readings(self, newest: bool, at_most: int, send: bool) -> None:
        batches = self.runner.run(self.journal.unsent_readings("store", newest=newest, at_most=at_most))
        assert not self.sent_batches & {batch.number for batch in batches}
        order = [batch.number for batch in batches]
        assert order == sorted(order, reverse=newest)
        if send:
            self.runner.run(self.journal.readings_sent("store", order))
            self.sent_batches |= set(order)

    @rule(at_most=COUNT, send=st.booleans())
    def deliver_events(self, at_most: int, send: bool) -> None:
        events = self.runner.run(self.journal.unsent_events("sink", at_most))
        numbers = [one.number for one in events]
        last = min(len(self.events), self.sent_events + at_most)
        assert numbers == list(range(self.sent_events + 1, last + 1))
        assert [(one.event.alarm, one.event.state) for one in events] == self.events[self.sent_events : last]
        if send and events:
            self.runner.run(self.journal.events_sent("sink", numbers[-1]))
            self.sent_events = numbers[-1]

    @rule()
    def stop_and_start(self) -> None:
        self.runner.run(self.stack.aclose())
        self.reported()
        self.open()

    @rule()
    def crash_and_start(self) -> None:
        crashed = Path(tempfile.mkdtemp(prefix="journal-machine-"))
        shutil.copytree(self.folder, crashed, dirs_exist_ok=True)
        self.runner.run(self.stack.aclose())
        shutil.rmtree(self.folder)
        self.folder = crashed
        self.open()
        kept = self.runner.run(self.everything())
        assert kept == self.appended[: len(kept)]
        assert len(kept) >= self.committed
        self.appended = kept
        self.sent_events = self.saved_events
        unsent = self.runner.run(self.journal.unsent_readings("store", newest=False, at_most=1 << 30))
        last = self.journal._deliverers.batches.last
        self.sent_batches = set(range(1, last + 1)) - {batch.number for batch in unsent}

    async def everything(self) -> list[float]:
        batches = await self.journal.unsent_readings("auditor", newest=False, at_most=1 << 30)
        return [one.value or 0.0 for batch in batches for one in batch.readings]

    @rule()
    def disk_takes_nothing_for_a_while(self) -> None:
        self.set_read_only(1)
        self.runner.run(self.journal.append([reading(self.number)], [], {}))
        self.appended.append(float(self.number))
        self.number += 1
        assert not self.runner.run(self.journal.flush())
        self.set_read_only(0)
        self.flush()

    def set_read_only(self, on: int) -> None:
        query = f"PRAGMA query_only = {on}"
        self.runner.run(self.journal._access.run(Urgency.COMMIT, lambda file: file.db.execute(query).fetchall()))

    @invariant()
    def what_stands_is_what_was_told_last(self) -> None:
        standing = self.runner.run(self.journal.standing())
        told = {alarm: state for alarm, state in self.states.items() if state is not State.NORMAL}
        assert {one.event.alarm: one.event.state for one in standing} == told
        states = self.runner.run(self.journal.states())
        kept = {name: state.state for name, state in states.items() if isinstance(state, AlarmState)}
        assert kept == told

    @invariant()
    def everything_committed_is_there_in_order(self) -> None:
        kept = self.runner.run(self.everything())
        assert kept == self.appended[: len(kept)]
        assert len(kept) >= self.committed

    def teardown(self) -> None:
        self.runner.run(self.stack.aclose())
        self.runner.close()
        shutil.rmtree(self.folder)


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
