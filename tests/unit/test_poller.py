"""One device on its beat: one reading per sensor per beat, whatever happens."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest

from roommon.model.clock import Duration, Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reason
from roommon.model.text import Text
from roommon.poll.decode import Decoder
from roommon.poll.driver import About, Came, DeviceUnreachable, Fault, Raw
from roommon.poll.poller import HUNG_S, Beat, Poller
from roommon.poll.tally import Tally
from roommon.profiles.point import Encoding, Oid, Point

POINTS = [Point("a", Oid("1.1"), Encoding.NUMBER), Point("b", Oid("1.2"), Encoding.NUMBER)]
DEVICE = DeviceId("probe")


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.offset = 0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000) + self.offset)


class Brought(NamedTuple):
    """What a read brought: which it was."""

    read: int

    def came(self) -> Mapping[int, Came]:
        return {0: Came("1.1", Text.same("number"), str(self.read))}


class Reader:
    """Answers when the test lets it."""

    about: About | None = None

    @property
    def heard(self) -> "Brought":
        return Brought(self.reads)

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.go.set()
        self.trouble: Exception | None = None
        self.swallows = False
        """Whether it answers when it is cancelled, as `asyncio.wait_for` of Python 3.11 does in a race."""
        self.reads = 0
        self.learned: list[int] = []
        """How many reads were over when it was asked what else there is."""
        self.may_learn = asyncio.Event()
        self.may_learn.set()

    async def read(self) -> Sequence[Raw | Fault]:
        self.reads += 1
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            if not self.swallows:
                raise
        if self.trouble is not None:
            raise self.trouble
        return [self.reads, 2.5]

    async def learn(self) -> None:
        self.learned.append(self.reads)
        await self.may_learn.wait()


class Bench:
    """A poller, and what it gave to its slot."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.reader = Reader()
        self.tally = Tally()
        self.beats: list[Beat] = []
        self.poller = Poller(DEVICE, self.reader, Decoder(DEVICE, POINTS), Duration(1_000), self.clock)
        self.poller.start(self, self.tally)

    def take(self, beat: Beat) -> None:
        self.beats.append(beat)

    async def beat(self) -> None:
        """One beat, a second after the last, and time to answer it."""
        self.clock.now += 1.0
        overdue = self.poller.beat(self.clock.now)
        if overdue is not None:
            self.beats.append(overdue)
        await settled()

    def reasons(self) -> list[tuple[float, Reason | None]]:
        """Of the first sensor of each beat."""
        return [(beat.asked_at, beat.readings[0].reason) for beat in self.beats]


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_each_beat_gives_one_reading_per_sensor_stamped_when_asked() -> None:
    bench = Bench()
    for _ in range(3):
        await bench.beat()
    assert [[reading.value for reading in beat.readings] for beat in bench.beats] == [[1, 2.5], [2, 2.5], [3, 2.5]]
    assert [beat.readings[0].taken_at for beat in bench.beats] == [1_001_000, 1_002_000, 1_003_000]
    await bench.poller.stop()


async def test_the_last_beat_is_kept_as_it_came_and_nothing_of_it_once_a_beat_fails() -> None:
    bench = Bench()
    assert bench.poller.last is None
    await bench.beat()
    await bench.beat()
    last = bench.poller.last
    assert last is not None
    assert (last.beat, last.raws, last.heard, last.why.en) == (bench.beats[-1], [2, 2.5], Brought(2), "")
    bench.reader.trouble = DeviceUnreachable("silent")
    await bench.beat()
    last = bench.poller.last
    assert (last.beat, last.raws, last.heard, last.why.en) == (bench.beats[-1], (), None, "silent")
    bench.reader.trouble = None
    await bench.beat()
    assert bench.poller.last.heard == Brought(4)
    await bench.poller.stop()


async def test_a_beat_that_is_not_over_in_time_leaves_nothing_of_the_one_before() -> None:
    bench = Bench()
    await bench.beat()
    bench.reader.go.clear()
    await bench.beat()
    assert bench.poller.last is not None
    assert bench.poller.last.heard == Brought(1)  # of the beat that is over
    await bench.beat()
    last = bench.poller.last
    assert (last.beat, last.heard, last.why.en) == (bench.beats[-1], None, "the beat before was not over")
    bench.reader.go.set()
    await settled()
    assert bench.poller.last.heard == Brought(2)
    await bench.poller.stop()


async def test_a_device_that_does_not_answer_gives_bad_readings() -> None:
    bench = Bench()
    bench.reader.trouble = DeviceUnreachable("silent")
    await bench.beat()
    assert [(reading.quality, reading.reason) for reading in bench.beats[0].readings] == [
        (Quality.BAD, Reason.NO_COMMUNICATION)
    ] * 2
    assert bench.tally.unreachable == 1
    await bench.poller.stop()


async def test_a_beat_that_is_not_over_at_the_next_is_overdue_and_its_answer_counts_for_the_next() -> None:
    bench = Bench()
    bench.reader.go.clear()
    for _ in range(3):
        await bench.beat()
    assert bench.reasons() == [(1001.0, Reason.OVERDUE), (1002.0, Reason.OVERDUE)]
    bench.reader.go.set()
    await settled()
    await bench.beat()
    assert bench.reasons()[2:] == [(1003.0, None), (1004.0, None)]
    assert (bench.reader.reads, bench.tally.missed) == (2, 2)
    await bench.poller.stop()


async def test_a_poller_that_hangs_is_started_again_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    bench = Bench()
    bench.reader.go.clear()
    for _ in range(int(HUNG_S) + 2):
        await bench.beat()
    assert (bench.reader.reads, bench.tally.deaths) == (2, 1)
    bench.reader.go.set()
    await settled()
    assert bench.reasons()[-1] == (1000.0 + HUNG_S + 2, None)
    assert len(bench.beats) == HUNG_S + 2
    assert [record.getMessage() for record in caplog.records] == [
        "probe: its poller hung for 61 s and is started again"
    ]
    await bench.poller.stop()


async def test_a_poller_that_falls_over_is_overdue_started_again_and_said_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    rests: list[float] = []
    pause = asyncio.sleep

    async def rest(seconds: float) -> None:
        rests.append(seconds)

    bench = Bench()
    bench.reader.trouble = ZeroDivisionError("a bug")
    monkeypatch.setattr("roommon.poll.poller.asyncio.sleep", rest)
    for _ in range(3):
        bench.clock.now += 1.0
        assert bench.poller.beat(bench.clock.now) is None
        for _ in range(10):
            await pause(0)
    monkeypatch.undo()
    assert bench.reasons() == [(1001.0, Reason.OVERDUE), (1002.0, Reason.OVERDUE), (1003.0, Reason.OVERDUE)]
    assert rests == [1.0, 2.0, 4.0]
    bench.reader.trouble = None
    await bench.beat()
    assert bench.reasons()[-1] == (1004.0, None)
    assert [record.getMessage() for record in caplog.records] == [
        "probe: its poller fell over and is started again",
        "probe: its poller works again",
    ]
    assert caplog.records[0].exc_info is not None
    await bench.poller.stop()


async def test_a_poller_that_is_stopped_gives_nothing_more() -> None:
    bench = Bench()
    bench.reader.go.clear()
    await bench.beat()
    await bench.poller.stop()
    bench.reader.go.set()
    await settled()
    assert bench.beats == []


async def test_a_poll_that_swallows_its_cancellation_ends_all_the_same() -> None:
    bench = Bench()
    bench.reader.swallows = True
    bench.reader.go.clear()
    await bench.beat()
    async with asyncio.timeout(5):
        await bench.poller.stop()
    assert bench.beats == []


async def test_what_no_reading_waits_for_is_asked_when_the_readings_are_out() -> None:
    bench = Bench()
    bench.reader.may_learn.clear()
    await bench.beat()
    assert (len(bench.beats), bench.reader.learned) == (1, [1])
    bench.reader.may_learn.set()
    await bench.beat()
    assert (len(bench.beats), bench.reader.learned) == (2, [1, 2])
    await bench.poller.stop()


async def test_a_device_that_does_not_answer_is_asked_for_nothing_else() -> None:
    bench = Bench()
    bench.reader.trouble = DeviceUnreachable("silent")
    await bench.beat()
    assert bench.reader.learned == []
    await bench.poller.stop()


async def test_a_poll_between_the_beats_is_dated_when_it_was_asked_and_moves_no_beat() -> None:
    bench = Bench()
    await bench.beat()
    bench.clock.now += 0.3
    assert bench.poller.soon(bench.clock.now)
    await settled()
    bench.clock.now -= 0.3
    await bench.beat()
    assert [beat.asked_at for beat in bench.beats] == [1001.0, 1001.3, 1002.0]
    assert [reading.value for reading in bench.beats[1].readings] == [2, 2.5]
    assert (bench.tally.beats, bench.tally.between, bench.tally.missed) == (2, 1, 0)
    await bench.poller.stop()


async def test_a_beat_that_comes_during_a_poll_between_takes_it_for_its_own_and_nothing_is_overdue() -> None:
    bench = Bench()
    bench.reader.go.clear()
    assert bench.poller.soon(bench.clock.now)
    await bench.beat()
    assert (bench.beats, bench.tally.missed) == ([], 0)
    await bench.beat()
    assert bench.reasons() == [(1000.0, Reason.OVERDUE)]
    bench.reader.go.set()
    await settled()
    assert bench.reasons()[1:] == [(1002.0, None)]
    assert bench.reader.reads == 1
    await bench.poller.stop()


async def test_who_is_heard_while_he_is_asked_is_asked_once_more() -> None:
    bench = Bench()
    bench.reader.go.clear()
    await bench.beat()
    for _ in range(3):
        assert not bench.poller.soon(bench.clock.now)
    bench.reader.go.set()
    await settled()
    assert (bench.reader.reads, len(bench.beats)) == (2, 2)
    await bench.poller.stop()


async def test_a_poll_between_the_beats_that_gets_no_answer_is_bad() -> None:
    bench = Bench()
    bench.reader.trouble = DeviceUnreachable("silent")
    bench.poller.soon(bench.clock.now)
    await settled()
    assert bench.reasons() == [(1000.0, Reason.NO_COMMUNICATION)]
    await bench.poller.stop()
