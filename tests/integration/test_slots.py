"""Beats in slots: when devices are asked, and how their answers leave together."""

import asyncio
import logging
from collections.abc import Sequence

import pytest

from roommon.model.clock import Duration, Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Reading, Reason
from roommon.poll.clock import SystemClock
from roommon.poll.decode import Decoder
from roommon.poll.driver import About, Fault, Heard, Raw
from roommon.poll.poller import Beat, Poller
from roommon.poll.slots import Outlet, Schedule, slots_of
from roommon.poll.snmp.objects import Objects
from roommon.poll.tally import Tally
from roommon.profiles.point import Encoding, Oid, Point

pytestmark = pytest.mark.integration

POINTS = [Point("a", Oid("1.1"), Encoding.NUMBER)]


class Reader:
    """Answers after `delay_s`; remembers when it was asked."""

    about: About | None = None
    heard: Heard = Objects((), {})

    def __init__(self, delay_s: float = 0.0) -> None:
        self.delay_s = delay_s
        self.asked: list[float] = []

    async def read(self) -> Sequence[Raw | Fault]:
        self.asked.append(asyncio.get_running_loop().time())
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        return [1]

    async def learn(self) -> None:
        """It has nothing else to say."""


class Room:
    """A schedule and what it put on the queue."""

    def __init__(self, room_for: int = 10_000) -> None:
        self.clock = SystemClock()
        self.queue: asyncio.Queue[list[Reading]] = asyncio.Queue(room_for)
        self.schedule = Schedule(self.queue.put_nowait, self.clock)

    def add(self, name: str, every: int, reader: Reader) -> Reader:
        device = DeviceId(name)
        self.schedule.add(Poller(device, reader, Decoder(device, POINTS), Duration(every), self.clock))
        return reader

    def batches(self) -> list[list[Reading]]:
        return [self.queue.get_nowait() for _ in range(self.queue.qsize())]


async def until(reader: Reader, reads: int) -> None:
    async with asyncio.timeout(20):
        while len(reader.asked) < reads:  # noqa: ASYNC110 - a plain list
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(("every", "slots"), [(50, 1), (100, 2), (1_000, 20), (2_000, 40), (10_000, 40), (600_000, 40)])
def test_a_period_is_spread_over_slots_of_fifty_milliseconds_at_most_forty(every: int, slots: int) -> None:
    assert slots_of(Duration(every)) == slots


async def test_beats_are_reckoned_from_the_start_and_do_not_drift() -> None:
    room = Room()
    reader = room.add("dev", 50, Reader(delay_s=0.02))
    await until(reader, 21)
    await room.schedule.aclose()
    phases = [(asked - reader.asked[0] + 0.025) % 0.05 for asked in reader.asked]
    on_time = [phase for phase in phases if phase < 0.045]
    assert len(on_time) > 10
    assert (reader.asked[20] - reader.asked[0]) * 20 >= 19


async def test_a_slots_answers_leave_as_one_batch() -> None:
    room = Room()
    readers = [room.add(f"dev{n}", 50, Reader()) for n in range(10)]
    await until(readers[-1], 4)
    await room.schedule.aclose()
    assert sum(len(batch) == 10 for batch in room.batches()) >= 2


async def test_fast_answers_do_not_wait_for_slow_ones() -> None:
    class Slow(Reader):
        go = asyncio.Event()

        async def read(self) -> Sequence[Raw | Fault]:
            raws = await super().read()
            await self.go.wait()
            return raws

    room = Room()
    slow = Slow()
    room.add("slow", 600_000, slow)
    (slot,) = room.schedule._slots[Duration(600_000)]
    fast = DeviceId("fast")
    slot.add(Poller(fast, Reader(), Decoder(fast, POINTS), Duration(600_000), room.clock), 0.0)
    async with asyncio.timeout(20):
        assert {reading.sensor for reading in await room.queue.get()} == {"fast.a"}
        slow.go.set()
        assert {reading.sensor for reading in await room.queue.get()} == {"slow.a"}
    await slot.remove(fast)
    await room.schedule.aclose()


async def test_every_beat_of_every_device_gives_one_reading() -> None:
    room = Room()
    readers = [room.add(f"dev{n}", 100, Reader(delay_s=0.03 * (n % 3))) for n in range(12)]
    await until(readers[-1], 8)
    await room.schedule.aclose()
    tally = room.schedule.tally
    given = [reading for batch in room.batches() for reading in batch]
    stamps = {(reading.sensor, reading.taken_at) for reading in given}
    assert len(stamps) == len(given)
    assert tally.beats - len(readers) <= len(given) <= tally.beats


async def test_a_long_period_begins_soon() -> None:
    room = Room()
    readers = [room.add(f"dev{n}", 600_000, Reader()) for n in range(3)]
    await until(readers[-1], 1)
    await room.schedule.aclose()
    assert [len(reader.asked) for reader in readers] == [1, 1, 1]


async def test_devices_come_and_go_while_the_others_go_on() -> None:
    room = Room()
    stays = room.add("stays", 50, Reader())
    goes = room.add("goes", 50, Reader())
    await until(goes, 2)
    await room.schedule.remove(DeviceId("goes"))
    comes = room.add("comes", 50, Reader())
    asked = len(goes.asked)
    await until(comes, 3)
    before = len(stays.asked)
    await until(stays, before + 2)
    assert len(goes.asked) == asked
    await room.schedule.aclose()


async def test_a_beat_that_the_loop_slept_through_is_counted_and_not_made_up_for() -> None:
    import time

    room = Room()
    reader = room.add("dev", 50, Reader())
    await until(reader, 2)
    time.sleep(0.5)  # noqa: ASYNC251 - the loop stands still on purpose
    before = len(reader.asked)
    await asyncio.sleep(0.02)
    assert len(reader.asked) - before <= 2
    assert room.schedule.tally.missed >= 8
    await room.schedule.aclose()


async def test_a_full_queue_loses_readings_loudly_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    room = Room(room_for=1)
    reader = room.add("dev", 50, Reader())
    await until(reader, 5)
    lost = room.schedule.tally.lost_readings
    assert lost >= 3
    room.batches()
    await until(reader, len(reader.asked) + 2)
    await room.schedule.aclose()
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "poll: the queue to the rules is full; readings are lost until there is room"
    assert "has room again" in said[1]


async def test_readings_made_before_a_step_of_the_clock_are_stamped_by_the_offset_after_it() -> None:
    class SteppedClock:
        offset = 0

        def monotonic(self) -> float:
            return 100.0

        def instant(self, monotonic: float) -> Instant:
            return Instant(round(monotonic * 1000) + self.offset)

    clock = SteppedClock()
    given: list[list[Reading]] = []
    decoder = Decoder(DeviceId("dev"), POINTS)
    beat = Beat(99.0, clock.instant(99.0), decoder.all_bad(clock.instant(99.0), Reason.OVERDUE))
    clock.offset = 3_600_000
    Outlet(given.append, clock, Tally()).give([beat])
    assert [reading.taken_at for reading in given[0]] == [99_000 + 3_600_000]


async def test_a_poller_without_progress_is_stuck() -> None:
    room = Room()
    reader = room.add("dev", 50, Reader())
    await until(reader, 2)
    assert room.schedule.stuck() == []
    (slot,) = room.schedule._slots[Duration(50)]
    slot.pollers[DeviceId("dev")].progress_at -= 1_000
    assert room.schedule.stuck() == ["dev"]
    await room.schedule.aclose()


async def test_a_device_that_is_asked_between_its_beats_answers_at_once() -> None:
    room = Room()
    reader = room.add("dev", 600_000, Reader())
    async with asyncio.timeout(20):
        await room.queue.get()
        room.schedule.soon(DeviceId("dev"))
        (reading,) = await room.queue.get()
    assert reading.value == 1
    assert len(reader.asked) == 2
    await room.schedule.aclose()


async def test_a_device_that_is_gone_is_not_asked_between_its_beats() -> None:
    room = Room()
    room.schedule.soon(DeviceId("dev"))
    assert room.schedule.tally.between == 0
    await room.schedule.aclose()
