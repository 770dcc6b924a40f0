"""What is acknowledged to the broker is on the disk with the messages that come of it, and what is not, is not."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from roommon.alerts.payload import alarm_message
from roommon.model.alarm import AlarmEvent, State
from roommon.model.text import Language
from roommon.notify import intake as intake_module
from roommon.notify.error import QueueUnusable
from roommon.notify.intake import Intake
from roommon.notify.mqtt import Arrived
from roommon.notify.program import now
from roommon.notify.queue import Queue, opened, read
from roommon.notify.settings import Name, Target
from roommon.notify.trouble import Troubles
from tests.peers.events import event
from tests.peers.notify_settings import settings

MAIL = Target(Name("li"), Name("mail"))


@dataclass
class Desk:
    """An intake with a queue of its own."""

    path: Path
    queue: Queue
    intake: Intake
    acknowledged: asyncio.Queue[str] = field(default_factory=asyncio.Queue)

    def receive(self, what: str, payload: bytes, acknowledge: Callable[[], None], *, retained: bool = False) -> None:
        self.intake.receive(Arrived(f"roommon/hospital-a/{what}", payload, retained, acknowledge))

    def tell(self, number: int, made: AlarmEvent, acknowledge: Callable[[], None]) -> None:
        self.receive("event", alarm_message(number, made, Language.ENGLISH), acknowledge)

    def note(self, words: str) -> Callable[[], None]:
        return lambda: self.acknowledged.put_nowait(words)

    async def next(self) -> str:
        return await asyncio.wait_for(self.acknowledged.get(), 10)


@asynccontextmanager
async def a_desk(folder: Path) -> AsyncGenerator[Desk]:
    made, path = settings(folder, "routes: [{ to: li }]"), folder / "queue.db"
    with opened(path) as queue:
        troubles = Troubles(made, queue, now, lambda: None)
        desk = Desk(path, queue, Intake(made, queue, troubles, now, lambda: None))
        running = asyncio.create_task(desk.intake.run())
        try:
            yield desk
        finally:
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running


async def test_an_event_is_acknowledged_when_others_can_read_it_on_the_disk_with_its_messages(tmp_path: Path) -> None:
    raised = event("a.b.c")
    async with a_desk(tmp_path) as desk:

        def look() -> None:
            with read(desk.path) as seen:
                is_there = seen.has("hospital-a", 7, raised.at) and len(seen.waiting(MAIL, now())) == 1
                desk.acknowledged.put_nowait("stored" if is_there else "lost")

        desk.tell(7, raised, look)
        assert await desk.next() == "stored"


async def test_what_the_queue_does_not_take_is_not_acknowledged_until_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "TRY_AGAIN_S", 0.3)
    async with a_desk(tmp_path) as desk:
        take, refusing = desk.queue.take, True

        def taking(*given: object, **named: object) -> bool:
            if refusing:
                raise QueueUnusable("full")
            return take(*given, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(desk.queue, "take", taking)
        desk.tell(1, event("a.b.c"), desk.note("one"))
        await asyncio.sleep(0.5)
        assert desk.acknowledged.empty()
        refusing = False
        assert await desk.next() == "one"
        assert len(desk.queue.waiting(MAIL, now())) == 1


async def test_a_repeat_and_nonsense_are_acknowledged_and_make_no_message(tmp_path: Path) -> None:
    raised = event("a.b.c")
    async with a_desk(tmp_path) as desk:
        for _ in range(2):
            desk.tell(1, raised, desk.note("event"))
        desk.receive("event", b"nonsense", desk.note("nonsense"))
        desk.receive("alive", b"nonsense", desk.note("alive"))
        desk.receive("alarm/a.b.c", b"nonsense", desk.note("state"), retained=True)
        assert [await desk.next() for _ in range(5)] == ["event", "event", "nonsense", "alive", "state"]
        assert len(desk.queue.waiting(MAIL, now())) == 1


async def test_a_bug_costs_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_desk(tmp_path) as desk:
        take = desk.queue.take
        calls = iter([True, False])

        def taking(*given: object, **named: object) -> bool:
            if next(calls):
                raise AssertionError("a bug")
            return take(*given, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(desk.queue, "take", taking)
        desk.tell(1, event("a.b.c"), desk.note("one"))
        desk.tell(2, event("d.e.f", State.ACKNOWLEDGED), desk.note("two"))
        assert [await desk.next(), await desk.next()] == ["one", "two"]
        assert [message.event.alarm for message in desk.queue.waiting(MAIL, now())] == ["d.e.f"]


async def test_a_retained_online_is_no_sign_of_life(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        desk.receive("status", b"online", desk.note("kept"), retained=True)
        await desk.next()
        assert desk.queue.heard("hospital-a", "alive") is None
        desk.receive("status", b"offline", desk.note("off"))
        await desk.next()
        assert desk.queue.heard("hospital-a", "offline") is not None
        desk.receive("status", b"online", desk.note("on"))
        await desk.next()
        assert desk.queue.heard("hospital-a", "offline") is None
        assert desk.queue.heard("hospital-a", "alive") is not None


async def test_an_old_alive_is_no_news(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        for at in ("2026-11-23T08:00:00.000Z", "2026-11-22T08:00:00.000Z"):
            desk.receive("alive", f'{{"at": "{at}"}}'.encode(), desk.note(at))
            await desk.next()
        assert desk.queue.heard("hospital-a", "alive") == 1_795_420_800_000
