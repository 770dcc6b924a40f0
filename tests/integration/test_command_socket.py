"""The command socket as the daemon runs it: who comes in, what they are answered, and what no visitor can do."""

import asyncio
import contextlib
import json
import logging
import os
import pwd
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from roommon.alerts.socket import peer, reception
from roommon.alerts.socket.config import DEFAULT, Config
from roommon.config.load import examine, load
from roommon.config.site import Site
from roommon.daemon import commanding
from roommon.daemon.build import own_parts
from roommon.daemon.commanding import Commanding
from roommon.model.alarm import AlarmId
from roommon.model.command import Acknowledge, Command
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.poll.clock import SystemClock
from roommon.rules.answer import Answer, done
from tests.peers import asyncapi
from tests.peers.commander import connected, exchanged, hung_up, sent
from tests.peers.events import wait_until

pytestmark = pytest.mark.integration

HOUSE = """
site: s
room: r
language: zh-CN
devices:
  - { id: probe, modbus_tcp: { host: 127.0.0.1 }, unit: 1, profile: xy-md02 }
"""
ME = pwd.getpwuid(os.getuid()).pw_name


def site(folder: Path, commands: str = "{ socket: command.sock }") -> Site:
    path = folder / "roommon.yaml"
    path.write_text(f"{HOUSE}commands: {commands}\n")
    return load(path, {})


@dataclass
class Desk:
    path: Path
    commanding: Commanding = field(init=False)
    taken: list[Command] = field(default_factory=list)
    troubles: list[Text | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.commanding = Commanding(self._ask, self.troubles.append, SystemClock())

    async def _ask(self, command: Command) -> Answer:
        self.taken.append(command)
        return done(Text("Done.", "已完成。"))

    async def until(self, words: str | None) -> None:
        """Wait until the newest word on its health holds `words`, or is that all is well."""

        def is_said() -> bool:
            newest = self.troubles[-1] if self.troubles else Text("", "")
            return newest is None if words is None else newest is not None and words in newest.en

        await asyncio.to_thread(wait_until, is_said)


@contextlib.asynccontextmanager
async def running(folder: Path, commands: str = "{ socket: command.sock }") -> AsyncIterator[Desk]:
    desk = Desk(folder / "command.sock")
    desk.commanding.take(site(folder, commands))
    task = asyncio.create_task(desk.commanding.run())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.wait([task], timeout=5)
        assert task.cancelled()


async def test_the_name_on_record_is_the_users_whatever_the_message_says(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        answer = await asyncio.to_thread(
            sent, desk.path, verb="acknowledge", alarm="a.b.c", by="the director", id="7", note="seen"
        )
    asyncapi.validate("roommon/s/reply/7", json.dumps(answer))
    assert (answer["command"], answer["done"], answer["text"]) == ("acknowledge", True, "已完成。")
    [command] = desk.taken
    assert command == Acknowledge(at=command.at, alarm=AlarmId("a.b.c"), by=ME, note="seen", source="socket", id="7")


async def test_an_answer_is_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        answer = await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c", language="en")
        odd = await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c", language=["en"])
    assert [answer["text"], odd["text"]] == ["Done.", "已完成。"]


async def test_several_lines_on_one_connection_are_answered_in_turn(tmp_path: Path) -> None:
    def talk() -> list[object]:
        with connected(tmp_path / "command.sock") as caller:
            lines = [json.dumps({"verb": "note", "alarm": f"a.b.{number}", "note": "n"}) for number in range(3)]
            return [exchanged(caller, line.encode() + b"\n")["done"] for line in lines]

    async with running(tmp_path) as desk:
        assert await asyncio.to_thread(talk) == [True] * 3
    assert [getattr(command, "alarm", None) for command in desk.taken] == ["a.b.0", "a.b.1", "a.b.2"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"\n", "JSON"),
        (b"acknowledge\n", "JSON"),
        (b"\xff\x00\n", "JSON"),
        (b"[" * 4000 + b"\n", "JSON"),
        (b'{"alarm": "a.b.c"}\n', "None"),
        (b'{"verb": "repair"}\n', "repair"),
        (b'{"verb": "\\ud800"}\n', "acknowledge, shelve"),
        (b'{"verb": ["note"]}\n', "acknowledge, shelve"),
        (b'{"verb": "shelve", "alarm": "a.b.c", "for_s": NaN}\n', "for_s"),
        (b"x" * 5000 + b"\n", "4096"),
        (b"x" * 500_000, "4096"),
    ],
)
async def test_rubbish_is_answered_and_costs_nobody_else(tmp_path: Path, line: bytes, words: str) -> None:
    def talk() -> str:
        with connected(tmp_path / "command.sock") as caller:
            try:
                answer = exchanged(caller, line)
            except (BrokenPipeError, ConnectionResetError):
                return "4096"  # it hung up while the rubbish was still coming
            asyncapi.validate("roommon/s/reply/x", json.dumps(answer))
            assert not answer["done"]
            return str(answer["text"])

    async with running(tmp_path) as desk:
        assert words in await asyncio.to_thread(talk)
        assert (await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c"))["done"]
    assert len(desk.taken) == 1


async def test_who_says_nothing_and_who_reads_nothing_is_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "PATIENCE_S", 0.3)

    def deaf() -> bool:
        with connected(tmp_path / "command.sock") as caller:
            caller.settimeout(20)
            line = b'{"verb": "reset", "alarm": "a.b.c"}\n'
            with contextlib.suppress(ConnectionError):
                for _ in range(200_000):
                    caller.sendall(line)
                return False
            return True

    async with running(tmp_path) as desk:
        with await asyncio.to_thread(connected, desk.path) as silent:
            silent.sendall(b'{"verb": ')
            assert await asyncio.to_thread(hung_up, silent)
        assert await asyncio.to_thread(deaf)
        assert (await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c"))["done"]


async def test_one_user_has_few_connections_and_that_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tmp_path) as desk:
        with contextlib.ExitStack() as held:
            for _ in range(reception.OF_ONE_USER):
                held.enter_context(await asyncio.to_thread(connected, desk.path))
            for _ in range(3):
                with await asyncio.to_thread(connected, desk.path) as one_more:
                    answer = await asyncio.to_thread(one_more.recv, 4096)
                    assert "同时连接过多" in json.loads(answer)["text"]
        await asyncio.sleep(0.2)
        assert (await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c"))["done"]
    said = [record for record in caplog.records if "turned away" in record.getMessage()]
    assert len(said) == 1


async def test_owner_and_group_may_and_the_file_goes_with_the_daemon(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        await desk.until(None)
        found = desk.path.stat()
        assert stat.S_IMODE(found.st_mode) == 0o660
        assert found.st_gid == os.getgid()
    assert not desk.path.exists()


@pytest.fixture
def dead(tmp_path: Path) -> Path:
    """A socket file that a killed daemon left."""
    path = tmp_path / "command.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
    return path


async def test_the_file_of_a_dead_daemon_is_replaced(tmp_path: Path, dead: Path) -> None:
    async with running(tmp_path):
        assert (await asyncio.to_thread(sent, dead, verb="reset", alarm="a.b.c"))["done"]


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[socket.socket]:
    """Another daemon that listens, and is frozen."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "command.sock"))
        listening.listen(0)
        yield listening


async def test_the_file_of_a_living_daemon_is_left_and_taken_when_it_is_gone(
    tmp_path: Path, stranger: socket.socket, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commanding, "_LOOK_S", 0.05)
    async with running(tmp_path) as desk:
        await desk.until("already in use")
        await asyncio.sleep(0.4)  # several tries, until its queue is full
        assert stranger.fileno() >= 0
        assert len([record for record in caplog.records if record.levelno == logging.WARNING]) == 1
        stranger.close()
        await desk.until(None)
        assert (await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c"))["done"]


async def test_a_file_that_is_no_socket_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "command.sock").write_text("somebody's")
    async with running(tmp_path) as desk:
        await desk.until("exists")
    assert (tmp_path / "command.sock").read_text() == "somebody's"


async def test_a_socket_that_somebody_removed_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commanding, "_LOOK_S", 0.05)
    async with running(tmp_path) as desk:
        await desk.until(None)
        desk.path.unlink()
        assert (await asyncio.to_thread(sent, desk.path, verb="reset", alarm="a.b.c"))["done"]


async def test_a_reload_moves_it(tmp_path: Path) -> None:
    async with running(tmp_path) as desk:
        await desk.until(None)
        desk.commanding.take(site(tmp_path, "{ socket: other.sock }"))
        assert (await asyncio.to_thread(sent, tmp_path / "other.sock", verb="reset", alarm="a.b.c"))["done"]
        assert not desk.path.exists()


async def test_where_nobody_chose_a_place_and_systemd_made_none_nothing_is_amiss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commanding, "DEFAULT", tmp_path / "none" / "command.sock")
    async with running(tmp_path, "{ socket: none/command.sock }") as desk:
        await desk.until(None)
    async with running(tmp_path, "{ socket: nowhere/command.sock }") as desk:
        await desk.until("No such file")


def test_it_is_a_part_that_can_be_in_trouble_and_has_its_place(tmp_path: Path) -> None:
    assert "commands" in dict(own_parts(site(tmp_path)))
    assert site(tmp_path, "{}").commands == Config(DEFAULT)


def test_a_path_that_no_socket_can_have_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="107 bytes"):
        Config(Path("/run") / ("x" * 120))
    path = tmp_path / "roommon.yaml"
    path.write_text(f"{HOUSE}commands: {{ socket: /run/{'x' * 120} }}\n")
    [fault] = examine(path, {}).faults
    assert "107" in fault.problem.en


async def test_a_user_without_a_name_and_a_directory_that_hangs_give_the_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await peer.name_of(os.getuid()) == ME
    assert await peer.name_of(4_000_000_001) == "uid 4000000001"
    hangs = asyncio.Event()
    monkeypatch.setattr(peer, "_LOOK_UP_S", 0.05)
    monkeypatch.setattr(peer, "_looked_up", lambda _: asyncio.run(_never(hangs)))
    assert await peer.name_of(7) == "uid 7"


async def _never(event: asyncio.Event) -> str:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(2):
            await event.wait()
    return "somebody"


def test_the_kernel_says_who_came() -> None:
    """Root, who can, comes as somebody else."""
    caller = 65534 if os.getuid() == 0 else os.getuid()
    script = (
        "import os, socket; from roommon.alerts.socket import peer\n"
        "s = socket.socket(socket.AF_UNIX); s.bind('\\0roommon-peer-%d' % os.getpid()); s.listen()\n"
        "c = socket.socket(socket.AF_UNIX)\n"
        f"mine = os.geteuid(); os.seteuid({caller}); c.connect(s.getsockname()); os.seteuid(mine)\n"
        "print(peer.uid_of(s.accept()[0]))\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "SUDO_USER": "somebody"},
    )
    assert found.stdout.strip() == str(caller)
