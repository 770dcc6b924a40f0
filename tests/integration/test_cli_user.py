"""`roommon user` at a real terminal: the password is asked for twice and nobody sees it."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from roommon.web import users_file
from roommon.web.user import UserId

pytestmark = pytest.mark.integration

PASSWORD = "drei Pumpen, 一个地下室"
ROOMMON = [sys.executable, "-m", "roommon", "user"]
ENGLISH = {**os.environ, "ROOMMON_LANGUAGE": "en", "PYTHONUTF8": "1"}
PATIENCE_S = 30


class Seen(NamedTuple):
    code: int
    screen: str


def at_a_terminal(arguments: list[str], answers: list[tuple[str, str]], language: str = "en") -> Seen:
    """What stands on the screen after each question was answered as `answers` say."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(ENGLISH, ROOMMON_LANGUAGE=language)
        os.execv(sys.executable, [*ROOMMON, *arguments])
    screen = b""
    for question, answer in answers:
        screen += until(terminal, question)
        os.write(terminal, answer.encode() + b"\n")
    screen += until(terminal, None)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return Seen(os.waitstatus_to_exitcode(status), screen.decode())


def until(terminal: int, question: str | None) -> bytes:
    """What comes up to `question`, or to the end."""
    came, end = b"", time.monotonic() + PATIENCE_S
    while question is None or question.encode() not in came:
        ready, _, _ = select.select([terminal], [], [], max(end - time.monotonic(), 0))
        assert ready, f"no `{question}` but {came!r}"
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # Linux's end of a terminal
            break
        if not piece:
            break
        came += piece
    return came


def test_a_password_is_asked_for_twice_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "users"
    arguments = ["add", "wang", "--role", "operator", "--name", "王工", "--file", str(file)]
    seen = at_a_terminal(arguments, [("10 characters or more: ", PASSWORD), ("Once more: ", PASSWORD)])
    assert seen.code == 0
    assert "New password of wang at the status page" in seen.screen
    assert "wang (王工) may log in as operator." in seen.screen
    assert PASSWORD not in seen.screen
    assert users_file.read(file).users[UserId("wang")].password.is_of(PASSWORD)


def test_the_questions_are_in_the_readers_language(tmp_path: Path) -> None:
    arguments = ["add", "wang", "--file", str(tmp_path / "users")]
    seen = at_a_terminal(arguments, [("至少 10 个字符）：", PASSWORD), ("再输入一次：", PASSWORD)], "zh")
    assert (seen.code, "可以登录" in seen.screen) == (0, True)


def test_two_different_passwords_are_none(tmp_path: Path) -> None:
    file = tmp_path / "users"
    arguments = ["add", "wang", "--file", str(file)]
    seen = at_a_terminal(arguments, [("10 characters or more: ", PASSWORD), ("Once more: ", PASSWORD + "!")])
    assert seen.code == 2
    assert seen.screen.splitlines()[-1] == "roommon: these were two different passwords"
    assert not file.exists()


def test_a_refused_password_is_not_asked_for_again(tmp_path: Path) -> None:
    seen = at_a_terminal(
        ["add", "wang", "--file", str(tmp_path / "users")], [("10 characters or more: ", "wang123456")]
    )
    assert seen.code == 2
    assert "among the first that are tried" in seen.screen
    assert "Once more" not in seen.screen


def test_ctrl_c_ends_it_and_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "users"
    seen = at_a_terminal(["add", "wang", "--file", str(file)], [("10 characters or more: ", "\x03")])
    assert seen.code == 130
    assert "Traceback" not in seen.screen
    assert not file.exists()


def user(*arguments: str, piped: bytes, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What comes of it in a session of its own, which has no terminal."""
    command, around = [*ROOMMON, *arguments], ENGLISH | environment
    return subprocess.run(
        command, input=piped, capture_output=True, timeout=PATIENCE_S, env=around, check=False, start_new_session=True
    )


def test_without_a_terminal_the_password_comes_through_a_pipe(tmp_path: Path) -> None:
    file = tmp_path / "users"
    arguments = ("add", "wang", "--file", str(file))
    refused = user(*arguments, piped=PASSWORD.encode())
    assert refused.returncode == 2
    assert refused.stderr.decode() == (
        "roommon: there is no terminal to ask for the password; give it through a pipe with --stdin\n"
    )
    assert PASSWORD.encode() not in refused.stdout
    assert user(*arguments, "--stdin", piped=PASSWORD.encode() + b"\n").returncode == 0
    assert users_file.read(file).users[UserId("wang")].password.is_of(PASSWORD)


@pytest.mark.parametrize(
    ("how", "said"), [("strict", b"this is not UTF-8"), ("surrogateescape", b"a password has no control characters")]
)
def test_a_password_that_is_not_text_is_told(tmp_path: Path, how: str, said: bytes) -> None:
    arguments = ("add", "wang", "--stdin", "--file", str(tmp_path / "users"))
    done = user(*arguments, piped=b"\xff\xfe1234567890\n", PYTHONIOENCODING=f"utf-8:{how}")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert done.stderr.startswith(b"roommon: " + said)


def test_several_at_once_lose_nobody(tmp_path: Path) -> None:
    file = str(tmp_path / "users")
    names = [f"u{number}" for number in range(4)]
    running = [
        subprocess.Popen([*ROOMMON, "add", name, "--stdin", "--file", file], stdin=subprocess.PIPE, env=ENGLISH)
        for name in names
    ]
    for process in running:
        process.communicate(PASSWORD.encode(), timeout=PATIENCE_S)
    assert set(users_file.read(Path(file)).users) == set(names)
    assert list(tmp_path.iterdir()) == [tmp_path / "users"]
