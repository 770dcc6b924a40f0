"""What the fold appends and what deliverers get, on a real file."""

import asyncio
from pathlib import Path

import pytest

from roommon.journal.depth import Owed
from roommon.journal.journal import Journal
from roommon.model.alarm import AlarmId, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import Acknowledge
from roommon.rules.state import AlarmState, Condition
from tests.peers.journal import START, event, journal_at, reading


async def committed(journal: Journal, *numbers: int) -> None:
    """Each number as a reading in a batch of its own."""
    for number in numbers:
        await journal.append([reading(number)], [], {})
        assert await journal.flush()


async def unsent(journal: Journal, deliverer: str, *, newest: bool = False, at_most: int = 1000) -> list[float | None]:
    batches = await journal.unsent_readings(deliverer, newest=newest, at_most=at_most)
    return [one.value for batch in batches for one in batch.readings]


async def test_readings_come_in_the_order_of_the_fold(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
        await journal.append([reading(3), reading(1)], [], {})
        await journal.append([reading(2)], [], {})
        assert await journal.flush()
        (batch,) = await journal.unsent_readings("influxdb", newest=False, at_most=10)
        assert list(batch.readings) == [reading(3), reading(1), reading(2)]


async def test_readings_are_committed_by_the_beat_alone(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.append([reading(1)], [], {})
        async with asyncio.timeout(20):
            await journal.changed("influxdb")
        assert await unsent(journal, "influxdb") == [1.0]


async def test_an_event_and_its_cause_and_all_before_it_are_there_when_append_returns(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
        await journal.append([reading(1)], [], {})
        await journal.append([reading(2)], [event()], {AlarmId("a"): AlarmState(State.UNACKNOWLEDGED)})
        assert await unsent(journal, "influxdb") == [1.0, 2.0]
        assert [one.number for one in await journal.unsent_events("mqtt", 10)] == [1]


async def test_the_newest_come_first_when_they_are_wanted_first(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await committed(journal, 1, 2, 3, 4, 5)
        assert await unsent(journal, "influxdb", newest=True, at_most=2) == [5.0, 4.0]
        assert await unsent(journal, "influxdb", at_most=2) == [1.0, 2.0]


async def test_what_was_sent_out_of_order_never_comes_again(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await committed(journal, 1, 2, 3, 4, 5)
        await journal.readings_sent("influxdb", [5, 2])
        assert await unsent(journal, "influxdb") == [1.0, 3.0, 4.0]
        assert await unsent(journal, "influxdb", newest=True) == [4.0, 3.0, 1.0]
        assert await unsent(journal, "another") == [1.0, 2.0, 3.0, 4.0, 5.0]


async def test_cursors_events_and_states_are_found_again(tmp_path: Path) -> None:
    state = AlarmState(State.ACKNOWLEDGED, Condition.PRESENT, START, Duration(7))
    async with journal_at(tmp_path / "j.db") as journal:
        await committed(journal, 1, 2, 3)
        await journal.append([], [event("a"), event("b"), event("c")], {AlarmId("a"): state, AlarmId("b"): state})
        await journal.append([reading(4)], [event("b", State.NORMAL)], {AlarmId("b"): None})
        await journal.readings_sent("influxdb", [1, 3])
        await journal.events_sent("mqtt", 2)
        standing = await journal.standing()
    async with journal_at(tmp_path / "j.db") as journal:
        assert await journal.states() == {AlarmId("a"): state}
        assert await journal.standing() == standing
        assert [one.event.alarm for one in standing] == ["a", "c"]
        assert await unsent(journal, "influxdb") == [2.0, 4.0]
        assert [one.number for one in await journal.unsent_events("mqtt", 10)] == [3, 4]
        assert await journal.last_instant() == START + 4


async def test_an_event_comes_back_as_it_was(tmp_path: Path) -> None:
    told = [event("a"), event("b", State.NORMAL), event("c", State.RETURNED)]
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.append([], told, {})
        assert [one.event for one in await journal.unsent_events("mqtt", 10)] == told
    async with journal_at(tmp_path / "j.db") as journal:
        assert [one.event for one in await journal.unsent_events("mqtt", 10)] == told


async def test_more_events_than_memory_holds_come_in_order_without_a_gap(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for _ in range(30):
            await journal.append([], [event() for _ in range(20)], {})
        numbers: list[int] = []
        while some := await journal.unsent_events("mqtt", 7):
            numbers += [one.number for one in some]
            await journal.events_sent("mqtt", numbers[-1])
        assert numbers == list(range(1, 601))


async def test_changed_waits_until_there_is_something_unsent(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        waiting = asyncio.create_task(journal.changed("mqtt"))
        await journal.changed("mqtt", timeout_s=0.05)
        assert not waiting.done()
        await journal.append([], [event()], {})
        async with asyncio.timeout(20):
            await waiting
        await journal.events_sent("mqtt", 1)
        again = asyncio.create_task(journal.changed("mqtt"))
        await journal.changed("mqtt", timeout_s=0.05)
        assert not again.done()
        again.cancel()


async def test_who_only_tells_people_is_not_woken_by_readings(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.register("mqtt", readings=False, events=True)
        await committed(journal, 1)
        waiting = asyncio.create_task(journal.changed("mqtt"))
        await journal.changed("mqtt", timeout_s=0.05)
        assert not waiting.done()
        waiting.cancel()
        assert (await journal.backlog("mqtt")).batches == 0


async def test_a_new_store_gets_what_is_kept_and_new_people_get_what_comes(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.append([reading(1)], [event()], {})
        await journal.register("influxdb", readings=True, events=True)
        await journal.register("mqtt", readings=False, events=True)
        assert await unsent(journal, "influxdb") == [1.0]
        assert len(await journal.unsent_events("influxdb", 10)) == 1
        assert await journal.unsent_events("mqtt", 10) == []


async def test_registering_again_keeps_the_place(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await journal.register("mqtt", readings=False, events=True)
        await journal.append([], [event()], {})
        await journal.register("mqtt", readings=False, events=True)
        assert len(await journal.unsent_events("mqtt", 10)) == 1


async def test_who_is_forgotten_begins_anew(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await committed(journal, 1)
        await journal.register("old", readings=True, events=False)
        await journal.readings_sent("old", [1])
        await journal.flush()
        await journal.forget_others(["new"])
    async with journal_at(tmp_path / "j.db") as journal:
        assert await unsent(journal, "old") == [1.0]


async def test_the_backlog_counts_readings_and_events(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        await committed(journal, 1, 2)
        await journal.append([reading(3), reading(4)], [event(at=START - 5)], {})
        await journal.readings_sent("influxdb", [2])
        backlog = await journal.backlog("influxdb")
        assert (backlog.batches, backlog.readings, backlog.events, backlog.oldest) == (2, 3, 1, START - 5)
        await journal.readings_sent("influxdb", [1, 3])
        await journal.events_sent("influxdb", 1)
        assert await journal.backlog("influxdb") == type(backlog)(0, 0, 0, None)


async def test_windows_are_rebuilt_from_the_sensors_that_are_wanted(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        for number in range(10):
            await journal.append([reading(number, "a.x"), reading(number, "b.y")], [], {})
            await journal.flush()
        since = {reading(0, "a.x").sensor: Instant(START + 7), reading(0, "b.y").sensor: Instant(START + 9)}
        found = await journal.readings_since(since)
        assert found == [reading(7, "a.x"), reading(8, "a.x"), reading(9, "a.x"), reading(9, "b.y")]
        assert await journal.readings_since({}) == []


async def test_the_last_instant_is_that_of_the_last_input_not_the_greatest(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        assert await journal.last_instant() is None
        await journal.append([reading(0, at=START + 5000)], [], {})
        await journal.append([Acknowledge(at=START, alarm=AlarmId("a"), by="Wang")], [], {})
        assert await journal.last_instant() == START
    async with journal_at(tmp_path / "j.db") as journal:
        assert await journal.last_instant() == START


@pytest.mark.parametrize("count", [1, 50])
async def test_appends_from_several_tasks_are_all_kept(tmp_path: Path, count: int) -> None:
    async with journal_at(tmp_path / "j.db") as journal:
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(journal.append([reading(number)], [event(f"alarm-{number}")], {}))
        assert sorted(value or 0.0 for value in await unsent(journal, "influxdb")) == [float(n) for n in range(count)]
        assert [one.number for one in await journal.unsent_events("mqtt", 100)] == list(range(1, count + 1))


async def test_a_cancelled_append_is_committed_all_the_same(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
        append = asyncio.create_task(journal.append([reading(1)], [event()], {}))
        await asyncio.sleep(0)
        append.cancel()
        await asyncio.gather(append, return_exceptions=True)
        assert await journal.flush()
        assert len(await journal.unsent_events("mqtt", 10)) == 1


async def test_how_deep_the_journal_is(tmp_path: Path) -> None:
    async with journal_at(tmp_path / "j.db", commit_every_ms=10_000) as journal:
        await journal.register("influxdb", readings=True, events=True)
        await journal.register("mqtt", readings=False, events=True)
        await journal.register("gone", readings=False, events=False)
        await committed(journal, 1, 2, 3)
        await journal.append([reading(4)], [], {})
        depth = await journal.depth()
        assert (depth.batches, depth.last_event, depth.unwritten) == (3, 0, 1)
        assert depth.owed == [Owed("influxdb", 3, 0, reading(1).taken_at), Owed("mqtt", 0, 0, None)]
        await journal.readings_sent("influxdb", [1])
        await journal.append([reading(5)], [event()], {})
        depth = await journal.depth()
        assert (depth.batches, depth.last_event, depth.unwritten) == (4, 1, 0)
        assert depth.owed == [
            Owed("influxdb", 3, 1, min(reading(2).taken_at, event().at)),
            Owed("mqtt", 0, 1, event().at),
        ]
