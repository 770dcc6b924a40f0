"""What the command line sends to the daemon, and what it says of every kind of answer."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from roommon.cli import commanding, moments
from roommon.model.reading import good
from tests.peers.cli import Cli, Said
from tests.peers.people_day import HOT, OFF, WET, recorded
from tests.peers.room import INLET, LEAK, MODE, after

DONE = b'{"schema": 1, "at": "2026-11-23T20:16:05.120Z", "command": "x", "done": true, "text": "Done."}\n'
REFUSED = DONE.replace(b"true", b"false").replace(b"Done.", b"There is no such thing.")
FAR = ("--for", "2h", "--note", "filter")


class Daemon:
    """Somebody at the socket who says what the test wants."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answer = DONE
        self.heard: list[dict[str, Any]] = []
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(path))
        self._listening.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            with caller, caller.makefile("rb") as lines:
                self.heard.append(json.loads(lines.readline()))
                caller.sendall(self.answer)

    def end(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    running = Daemon(tmp_path / "command.sock")
    yield running
    running.end()


Send = Callable[..., Said]


@pytest.fixture
def send(daemon: Daemon, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Send:
    roommon = Cli(monkeypatch, capsys)
    return lambda *words, **options: roommon(*words, "--socket", daemon.path, **options)


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        (("alarms", "acknowledge", HOT), {"verb": "acknowledge", "alarm": HOT}),
        (("alarms", "acknowledge", HOT, "--note", "seen"), {"verb": "acknowledge", "alarm": HOT, "note": "seen"}),
        (
            ("alarms", "shelve", HOT, *FAR),
            {"verb": "shelve", "alarm": HOT, "note": "filter", "one_shot": False, "for_s": 7200.0},
        ),
        (
            ("alarms", "shelve", HOT, "--until", "2999-01-01T08:00Z", "--note", "n", "--one-shot"),
            {"verb": "shelve", "alarm": HOT, "note": "n", "one_shot": True, "until": "2999-01-01T08:00:00+00:00"},
        ),
        (("alarms", "unshelve", HOT), {"verb": "unshelve", "alarm": HOT}),
        (("alarms", "reset", HOT), {"verb": "reset", "alarm": HOT}),
        (("alarms", "note", HOT, "fan", "ordered"), {"verb": "note", "alarm": HOT, "note": "fan ordered"}),
        (
            ("service", "out", "--device", "ups-1", "--note", "battery", "--for", "30min"),
            {"verb": "out_of_service", "device": "ups-1", "note": "battery", "for_s": 1800.0},
        ),
        (
            ("service", "out", "--rule", "hot", "--note", "wrong"),
            {"verb": "out_of_service", "rule": "hot", "note": "wrong"},
        ),
        (("service", "in", "--room", "server room"), {"verb": "in_service", "room": "server room"}),
        (("service", "in", "--sensor", "a.b"), {"verb": "in_service", "sensor": "a.b"}),
    ],
)
def test_each_command_becomes_one_line(daemon: Daemon, send: Send, words: tuple[str, ...], sent: object) -> None:
    said = send(*words)
    assert (said.code, said.out, said.err) == (0, "Done.\n", "")
    assert [{name: value for name, value in one.items() if name != "language"} for one in daemon.heard] == [sent]
    assert daemon.heard[0]["language"] == "en"


def test_a_refusal_is_said_on_standard_error(daemon: Daemon, send: Send) -> None:
    daemon.answer = REFUSED
    said = send("alarms", "reset", HOT, language="zh")
    assert (said.code, said.out, said.err) == (1, "", "roommon：There is no such thing.\n")
    assert daemon.heard[0]["language"] == "zh-CN"
    as_json = send("alarms", "reset", HOT, "--json")
    assert (as_json.code, as_json.err) == (1, "")
    assert json.loads(as_json.out) == json.loads(REFUSED)


@pytest.mark.parametrize("answer", [b"", b"{}\n", b"rubbish\n", b"[1]\n", b'{"done": tr'])
def test_a_daemon_that_does_not_answer_is_no_success(daemon: Daemon, send: Send, answer: bytes) -> None:
    daemon.answer = answer
    said = send("alarms", "reset", HOT)
    assert (said.code, said.out) == (2, "")
    assert "`roommon alarms` shows whether it was done" in said.err
    assert "没有应答" in send("alarms", "reset", HOT, language="zh").err


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def test_where_nobody_listens_it_says_what_to_look_at(roommon: Cli, tmp_path: Path) -> None:
    path = tmp_path / "command.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        for _ in ("no file", "a dead daemon's file"):
            said = roommon("alarms", "reset", HOT, "--socket", path)
            assert said.code == 2
            assert "does roommon run? (systemctl status roommon)" in said.err
            if not path.exists():
                dead.bind(str(path))
    assert "systemctl status roommon" in roommon("alarms", "reset", HOT, "--socket", path, language="zh").err


def test_whoever_may_not_is_told_of_the_group(roommon: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Shut(socket.socket):
        def connect(self, _address: object) -> None:
            raise PermissionError

    monkeypatch.setattr(socket, "socket", Shut)
    said = roommon("alarms", "reset", HOT, "--socket", tmp_path / "s")
    assert said.code == 2
    assert "sudo usermod -aG roommon USER" in said.err
    assert "usermod -aG roommon" in roommon("alarms", "reset", HOT, "--socket", tmp_path / "s", language="zh").err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("alarms", "shelve", HOT, "--note", "n"), "for how long?"),
        (("alarms", "shelve", HOT, *FAR, "--until", "18:00"), "not both"),
        (("alarms", "shelve", HOT, "--for", "soon", "--note", "n"), "no length of time"),
        (("alarms", "shelve", HOT, "--until", "25:00", "--note", "n"), "no moment"),
        (("alarms", "shelve", HOT, "--for", "2h"), "`--note` is missing"),
        (("alarms", "note", HOT), "`WORDS...` is missing"),
        (("service", "out", "--note", "n"), "give one of --device"),
        (("service", "in", "--device", "a", "--room", "b"), "give one of --device"),
    ],
)
def test_what_is_typed_wrong_never_reaches_the_daemon(
    daemon: Daemon, send: Send, words: tuple[str, ...], complaint: str
) -> None:
    said = send(*words)
    assert said.code == 2
    assert complaint in said.err
    assert daemon.heard == []


def test_a_pattern_is_taken_where_it_means_one_alarm(daemon: Daemon, send: Send, tmp_path: Path) -> None:
    readings = [good(INLET.id, after(0), 30.0), good(LEAK.id, after(0), 1.0), good(MODE.id, after(0), 3.0)]
    journal = recorded(tmp_path, readings)
    (tmp_path / "roommon.yaml").write_text(
        f"site: s\nroom: r\njournal: {{ path: {journal} }}\n"
        "devices: [{ id: p, modbus_tcp: { host: 127.0.0.1 }, unit: 1, profile: xy-md02 }]\n"
    )
    config = ("--config", tmp_path / "roommon.yaml")
    said = send("alarms", "acknowledge", "wet.*", *config)
    assert (said.code, said.err) == (0, f"{WET}\n")
    assert daemon.heard[-1]["alarm"] == WET
    several = send("alarms", "acknowledge", "*.rack-a.[lm]*", *config)
    assert several.code == 2
    assert f"may be any of 2; name one: {OFF}, {WET}" in several.err
    nothing = send("alarms", "acknowledge", "no-such*", *config)
    assert "no alarm that stands or is shelved is like 'no-such*'" in nothing.err
    assert len(daemon.heard) == 1


def test_the_socket_is_the_configurations_and_else_the_usual_one(tmp_path: Path) -> None:
    path = tmp_path / "roommon.yaml"
    path.write_text(
        "site: s\nroom: r\ncommands: { socket: here.sock }\n"
        "devices: [{ id: p, modbus_tcp: { host: 127.0.0.1 }, unit: 1, profile: xy-md02 }]\n"
    )
    assert commanding.Place(path, None).path() == tmp_path / "here.sock"
    path.write_text("site: [\n")
    assert commanding.Place(path, None).path() == Path("/run/roommon/command.sock")


NOON = datetime(2026, 11, 28, 12, 0).astimezone()


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("18:00", NOON + timedelta(hours=6)),
        ("7:30", NOON + timedelta(hours=19, minutes=30)),
        ("12:00", NOON + timedelta(days=1)),
        ("2026-11-29", NOON + timedelta(hours=12)),
        ("2026-11-28T13:00", NOON + timedelta(hours=1)),
    ],
)
def test_a_time_of_the_clock_is_the_next_one(words: str, moment: datetime) -> None:
    assert moments.coming(words, NOON) == moment
