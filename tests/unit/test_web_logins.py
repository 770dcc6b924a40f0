import asyncio
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.model.text import Text
from roommon.web import users_file
from roommon.web.address import ip
from roommon.web.attempts import WRONG_IN_A_ROW, Attempts
from roommon.web.logbook import Logbook
from roommon.web.logins import Attempt, Logins, Outcome
from roommon.web.passwords import Hash, hashed
from roommon.web.roles import Role
from roommon.web.sessions import Sessions
from roommon.web.user import User, UserId
from roommon.web.users import LOOK_S, WAITING, Users
from roommon.web.visitor import Visitor
from tests.peers.hands import Hands

PASSWORD = "drei Pumpen, ein Keller"
DAY = date(2026, 11, 28)
WANG = User(UserId("wang"), Role.OPERATOR, None, hashed(PASSWORD), DAY, DAY, "王工")
WARD = Visitor(ip("10.0.0.7"), is_shared=False, is_encrypted=True, may_log_in=True)


class Desk:
    """All that somebody meets who logs in."""

    def __init__(self, folder: Path) -> None:
        self.clock = Hands()
        self.file = folder / "users"
        with users_file.change(self.file) as draft:
            draft.put(WANG)
        self.users = Users(self.file, self.clock)
        self.sessions = Sessions(self.users.get, self.clock)
        self.record: list[Login] = []
        self.logbook = Logbook(self._keep, self.clock)
        self.logins = Logins(self.users, self.sessions, Attempts(self.clock), self.logbook, self.clock)

    def _keep(self, login: Login) -> bool:
        self.record.append(login)
        return True


@pytest.fixture
def desk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Desk:
    caplog.set_level(logging.INFO)
    return Desk(tmp_path)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password is right, and that is said at once."""
    monkeypatch.setattr(Hash, "is_of", lambda _kept, _password: False)


async def test_the_right_password_begins_a_session(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    answer = await desk.logins.log_in("Wang", PASSWORD, WARD)
    at = desk.clock.instant(desk.clock.now)
    assert answer.attempt == Attempt(at, Outcome.IN, WANG.id, "10.0.0.7")
    assert not answer.words
    assert answer.token is not None
    assert answer.token not in repr(answer)
    session = desk.sessions.find(answer.token)
    assert session is not None
    assert session.user == WANG
    desk.logins.log_out(answer.token, WARD)
    desk.logins.log_out(answer.token, WARD)
    assert desk.sessions.find(answer.token) is None
    assert caplog.messages == ["web: wang (operator) logged in from 10.0.0.7", "web: wang logged out"]
    assert desk.record == [
        Login(at, step, LoginWay.PAGE, "王工 (wang)", "10.0.0.7", 1, at, at) for step in (LoginStep.IN, LoginStep.OUT)
    ]


@pytest.mark.usefixtures("quick")
async def test_a_wrong_password_is_told_and_on_record(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    answer = await desk.logins.log_in("wang", "wrong", WARD)
    assert (answer.attempt.outcome, answer.attempt.user, answer.token) == (Outcome.WRONG, WANG.id, None)
    assert answer.words == Text("Wrong name or password.", "登录名或密码错误。")
    assert caplog.messages == ["web: wrong password for wang from 10.0.0.7"]


@pytest.mark.usefixtures("quick")
async def test_what_somebody_types_who_is_nobody_is_kept_nowhere(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Many a password is typed where the name belongs."""
    answer = await desk.logins.log_in(PASSWORD, "\n<script>", WARD)
    known = await desk.logins.log_in("wang", "wrong", WARD)
    assert (answer.attempt.outcome, answer.attempt.user) == (Outcome.WRONG, None)
    assert answer.words == known.words, "nobody learns which names there are"
    assert caplog.messages[0] == "web: wrong password for a name that nobody has from 10.0.0.7"
    assert "Pumpen" not in repr(answer)
    assert [(each.step, each.by) for each in desk.record] == [
        (LoginStep.WRONG, None),
        (LoginStep.WRONG, "王工 (wang)"),
    ]
    desk.logbook.flush()
    assert "Pumpen" not in repr(desk.record)
    assert "script" not in repr(desk.record)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["wang", "nobody", "x" * 100_000])
async def test_after_five_wrong_ones_there_is_a_pause(desk: Desk, name: str, caplog: pytest.LogCaptureFixture) -> None:
    answers = [await desk.logins.log_in(name, "wrong", WARD) for _ in range(WRONG_IN_A_ROW + 2)]
    assert [answer.attempt.outcome for answer in answers] == [Outcome.WRONG] * 5 + [Outcome.PAUSED] * 2
    who = "wang" if name == "wang" else "a name that nobody has"
    assert caplog.messages[-1] == f"web: {who} cannot log in from 10.0.0.7 for 1 min"
    assert len(caplog.messages) == WRONG_IN_A_ROW + 1
    desk.logbook.flush()
    assert sum(each.times for each in desk.record if each.step is LoginStep.REFUSED) == 2
    said = Text("Too many wrong passwords; the next is looked at in 1 min.", "密码错误次数过多，请 1 分钟后再试。")
    assert [answer.words for answer in answers[4:]] == [said] * 3


async def test_after_the_pause_the_right_password_is_right(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Hash, "is_of", lambda _kept, _password: False)
        for _ in range(WRONG_IN_A_ROW):
            await desk.logins.log_in("wang", "wrong", WARD)
    assert (await desk.logins.log_in("wang", PASSWORD, WARD)).attempt.outcome is Outcome.PAUSED
    desk.clock.now += 60
    assert (await desk.logins.log_in("wang", PASSWORD, WARD)).attempt.outcome is Outcome.IN


async def test_slips_before_the_right_password_are_forgiven(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hash, "is_of", lambda _kept, password: password == PASSWORD)
    for password in ("wrong", "wrong", "wrong", PASSWORD) * 3:
        answer = await desk.logins.log_in("wang", password, WARD)
        assert answer.attempt.outcome is (Outcome.IN if password == PASSWORD else Outcome.WRONG)


@pytest.mark.usefixtures("quick")
async def test_of_an_endless_name_not_all_is_kept(desk: Desk) -> None:
    attempts = Attempts(desk.clock)
    await Logins(desk.users, desk.sessions, attempts, desk.logbook, desk.clock).log_in("x" * 1_000_000, "wrong", WARD)
    assert max(len(name) for name in attempts._names._counts) == 64


async def test_what_is_not_looked_at_is_not_counted(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(_kept: Hash, _password: str) -> bool:
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(10)
        return False

    monkeypatch.setattr(Hash, "is_of", slow)
    others = [replace(WARD, address=ip(f"10.1.0.{number}")) for number in range(WAITING)]
    waiting = [asyncio.create_task(desk.logins.log_in(f"u{at.address}", "wrong", at)) for at in others]
    await asyncio.sleep(0)
    answers = [await desk.logins.log_in("wang", PASSWORD, WARD) for _ in range(WRONG_IN_A_ROW * 2)]
    assert {answer.attempt.outcome for answer in answers} == {Outcome.BUSY}
    assert "seconds" in answers[0].words.en
    gate.set()
    await asyncio.gather(*waiting)
    monkeypatch.undo()
    assert (await desk.logins.log_in("wang", PASSWORD, WARD)).attempt.outcome is Outcome.IN


async def test_a_session_ends_with_a_new_password_in_the_file(desk: Desk) -> None:
    answer = await desk.logins.log_in("wang", PASSWORD, WARD)
    assert desk.sessions.find(answer.token) is not None
    with users_file.change(desk.file) as draft:
        draft.put(replace(WANG, password=Hash(15, 8, 3, b"0123456789abcdef", bytes(32))))
    desk.clock.now += LOOK_S
    await desk.users.refresh()
    assert desk.sessions.find(answer.token) is None
