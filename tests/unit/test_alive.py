"""What is said once a day: its words, when it is due, and its way over the disk."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from roommon.alerts.daily import Daily
from roommon.alerts.link import Refused
from roommon.alerts.payload import alive_message
from roommon.alerts.report import Report
from roommon.alerts.topics import Topics
from roommon.config.load import examine, load
from roommon.daemon.calendar import Calendar, daily
from roommon.daemon.daemon import _resumed
from roommon.daemon.fold import Fold
from roommon.daemon.roll_call import RollCall, due_before
from roommon.journal.journal import Journal
from roommon.model.alarm import AlarmId, Priority
from roommon.model.alive import Alive, SetAside
from roommon.model.clock import Duration, Instant, TimeOfDay
from roommon.model.command import Person, Scope, Shelve, TakeOut
from roommon.model.device import SiteId
from roommon.model.reading import Reason, SensorId, bad, good
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Language
from roommon.poll.clock import SystemClock
from tests.peers import asyncapi
from tests.peers.events import context, event, journal, nobody
from tests.peers.full_disk import append_until_it_says, fill_the_disk, make_room
from tests.peers.journal import Said, journal_at
from tests.peers.recorded_day import DayClock, before
from tests.unit.test_mqtt_courier import Wire, until

SHELVED = SetAside("hot.rack-a.inlet", SuppressedAs.SHELVED, Instant(1_790_003_600_000), "Wang", "filter change")
OUT = SetAside("device ups-1", SuppressedAs.OUT_OF_SERVICE, None, "Li", "battery exchange")
ALIVE = Alive(Instant(1_790_000_000_000), 12, 80, 78, 2, {Priority.CRITICAL: 1, Priority.LOW: 2}, (OUT, SHELVED))
TOPIC = "roommon/hospital-a/alive"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("alive", [ALIVE, Alive(Instant(0), 0, 0, 0, 0, {}, ())])
def test_the_message_keeps_to_its_schema(alive: Alive, language: Language) -> None:
    asyncapi.validate(TOPIC, alive_message(alive, language))


def test_the_message_says_all_in_a_sentence() -> None:
    english = json.loads(alive_message(ALIVE, Language.ENGLISH))["text"]
    assert english.startswith(
        "roommon is awake: 12 devices, 78 of 80 sensors are good; 2 without a good reading; "
        "3 alarms stand (1 critical, 2 low); out of service: device ups-1 (Li); shelved: hot.rack-a.inlet until 2026-"
    )
    chinese = json.loads(alive_message(ALIVE, Language.CHINESE))["text"]
    assert "当前告警 3 条（紧急 1、低 2）" in chinese
    assert "停用：device ups-1" in chinese


@asynccontextmanager
async def telling(opened: Journal, wire: Wire) -> AsyncGenerator[None]:
    told = context(opened, nobody, lambda _: None)
    await opened.voice.begin("mqtt")
    report = Report("mqtt", told.health, SystemClock())
    task = asyncio.create_task(Daily(wire, Topics("roommon", SiteId("hospital-a")), told, report).carry())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_what_was_said_while_nobody_listened_is_told_afterwards_once(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.register("mqtt", readings=False, events=True)
        await opened.voice.begin("mqtt")
        await opened.voice.say(ALIVE)
        await opened.voice.say(ALIVE)
    async with journal(tmp_path) as opened:
        wire = Wire()
        async with telling(opened, wire):
            await until(lambda: len(wire.sent) == 2)
        assert [message.topic for message in wire.sent] == [TOPIC, TOPIC]
        assert not any(message.retained for message in wire.sent)
    async with journal(tmp_path) as opened:
        assert await opened.voice.last() == ALIVE
        async with telling(opened, again := Wire()):
            await opened.voice.say(ALIVE)
            await until(lambda: bool(again.sent))
        assert len(again.sent) == 1


async def test_what_is_not_confirmed_is_told_again(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        wire = Wire()
        wire.confirms = False
        async with telling(opened, wire):
            await opened.voice.say(ALIVE)
            await until(lambda: bool(wire.sent))
        async with telling(opened, again := Wire()):
            await until(lambda: bool(again.sent))


async def test_one_who_is_new_begins_with_the_next(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.voice.begin("mqtt")
        await opened.voice.say(ALIVE)
        await opened.voice.begin("mqtt-2")
        assert await opened.voice.untold("mqtt-2") == []
        assert [one.alive for one in await opened.voice.untold("mqtt")] == [ALIVE]


async def test_events_keep_their_numbers(tmp_path: Path) -> None:
    async with journal(tmp_path) as opened:
        await opened.append([], [event("a.b.c")], {})
        await opened.voice.say(ALIVE)
        await opened.append([], [event("a.b.c")], {})
        assert [one.number for one in await opened.standing()] == [2]


async def test_a_refusal_is_said_and_the_link_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with journal(tmp_path) as opened:
        wire = Wire()
        wire.confirms = False
        async with telling(opened, wire):
            await opened.voice.say(ALIVE)
            await until(lambda: bool(wire.confirmations))
            wire.confirmations[0].set_exception(Refused("not authorized"))
            await until(lambda: "the daily message: not authorized" in caplog.text)
        assert len(await opened.voice.untold("mqtt")) == 1


async def test_the_roll_is_called_over_one_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sensor of two is bad, an alarm is shelved, the device is out of service."""
    monkeypatch.setattr("roommon.daemon.roll_call._SLACK_S", 0.1)
    config = tmp_path / "roommon.yaml"
    config.write_text(before(tmp_path).replace("every: 1 min", "every: 100 ms"), encoding="utf-8")
    site, clock = load(config), DayClock()
    async with journal(tmp_path) as opened:
        fold = Fold(await _resumed(site, opened, clock), opened, asyncio.Queue(), clock)
        roll = RollCall(lambda: site, fold, opened, clock)
        calling = asyncio.create_task(roll.run())
        await until(lambda: roll.is_listening)
        person = Person(at=clock.now, by="Wang", note="work")
        until_then = Instant(clock.now + 3_600_000)
        await fold.take([good(SensorId("rack-a.inlet"), clock.now, 20.0)])
        await fold.take([bad(SensorId("rack-a.leak"), clock.now, Reason.NO_COMMUNICATION)])
        await fold.take(Shelve(alarm=AlarmId("hot.rack-a.inlet"), until=until_then, **person))
        await fold.take(TakeOut(scope=Scope.DEVICE, target="rack-a", **person))
        await until(lambda: not roll.is_listening)
        await opened.flush()
        said = await opened.voice.last()
        assert said is not None
        assert (said.devices, said.sensors, said.good, said.bad) == (1, 2, 1, 1)
        assert [(one.what, one.kind, one.until) for one in said.aside] == [
            ("device rack-a", SuppressedAs.OUT_OF_SERVICE, None),
            ("hot.rack-a.inlet", SuppressedAs.SHELVED, until_then),
        ]
        clock.now = Instant(clock.now + Duration(60_000))
        roll.clock_stepped()
        await asyncio.sleep(0.1)
        assert not roll.is_listening, "it was said since it was due"
        clock.now = Instant(clock.now + Duration(24 * 3_600_000))
        roll.clock_stepped()
        await until(lambda: roll.is_listening)
        calling.cancel()
        await asyncio.wait([calling])


@pytest.mark.parametrize(
    ("now", "due"), [("07:59", "2026-11-22T08:00"), ("08:00", "2026-11-23T08:00"), ("23:00", "2026-11-23T08:00")]
)
def test_when_it_was_due_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str, due: str) -> None:
    monkeypatch.setenv("TZ", "UTC")
    config = tmp_path / "roommon.yaml"
    config.write_text(before(tmp_path), encoding="utf-8")
    assert due_before(_instant(f"2026-11-23T{now}"), load(config).alive) == _instant(due)


def _instant(words: str) -> Instant:
    return Instant(round(datetime.fromisoformat(words).replace(tzinfo=UTC).timestamp() * 1000))


def _site(tmp_path: Path, at: str) -> Any:
    config = tmp_path / "roommon.yaml"
    written = yaml.safe_load(before(tmp_path))
    config.write_text(f"alive: {at}\n{yaml.safe_dump(written, allow_unicode=True)}", encoding="utf-8")
    return examine(config)


@pytest.mark.parametrize(("at", "crontab"), [("08:00", "0 8 * * *"), ("18:05", "5 18 * * *"), ("0:00", "0 0 * * *")])
def test_the_time_of_day_is_configured(tmp_path: Path, at: str, crontab: str) -> None:
    site = _site(tmp_path, at).site
    assert site is not None
    assert daily(site.alive) == crontab


@pytest.mark.parametrize("at", ["8", "24:00", "noon", "08:60", "[1]"])
def test_what_is_no_time_of_day_is_said(tmp_path: Path, at: str) -> None:
    checked = _site(tmp_path, at)
    assert checked.site is None
    (fault,) = checked.faults
    assert "no time of day" in fault.told(Language.ENGLISH)
    assert fault.told(Language.CHINESE)


async def test_on_a_full_disk_it_waits_and_is_told_when_there_is_room(tmp_path: Path) -> None:
    said = Said()
    async with journal_at(tmp_path / "journal.db", report=said) as opened:
        await opened.voice.begin("mqtt")
        await opened.flush()
        await fill_the_disk(opened)
        await append_until_it_says(opened, said, "cannot be written")
        await opened.voice.say(ALIVE)
        assert await opened.voice.untold("mqtt") == [], "what is not on the disk is not told"
        await make_room(opened)
        assert await opened.flush()
        assert [one.alive for one in await opened.voice.untold("mqtt")] == [ALIVE]


async def test_a_new_file_in_the_place_of_a_damaged_one_goes_on_with_the_numbers(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with journal_at(path) as opened:
        await opened.voice.begin("mqtt")
        await opened.voice.say(ALIVE)
        (first,) = await opened.voice.untold("mqtt")
        await opened.voice.told("mqtt", first.number)
        await opened.flush()
        path.write_bytes(b"no journal" * 1000)
        await opened.flush()
        await opened.voice.say(ALIVE)
        await opened.voice.say(ALIVE)
        again = await opened.voice.untold("mqtt")
        assert again
        assert all(one.number > first.number for one in again)


def test_the_calendar_moves_a_job_when_the_configuration_does() -> None:
    scheduler = AsyncIOScheduler(timezone=UTC)
    scheduler.add_job(print, CronTrigger.from_crontab(daily(TimeOfDay(480)), UTC), id="alive")
    Calendar(scheduler, SystemClock()).move("alive", daily(TimeOfDay(9 * 60 + 30)))
    (job,) = scheduler.get_jobs()
    assert {field.name: str(field) for field in job.trigger.fields}["hour"] == "9"
