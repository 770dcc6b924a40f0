import base64
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.web import passwords, programs, users_file
from roommon.web.address import ip
from roommon.web.attempts import WRONG_IN_A_ROW, Attempts
from roommon.web.logbook import Logbook
from roommon.web.logins import Logins, Outcome
from roommon.web.passwords import Hash, hashed
from roommon.web.programs import AT_MOST, Credentials, Programs, Refused, Why, credentials
from roommon.web.roles import Role
from roommon.web.sessions import Sessions
from roommon.web.user import User, UserId
from roommon.web.users import LOOK_S, Busy, Users
from roommon.web.visitor import Visitor
from tests.peers.hands import Hands

PASSWORD = "drei Pumpen: 一个地下室"
DAY = date(2026, 11, 28)
THERE = Visitor(ip("10.0.0.9"), is_shared=False, is_encrypted=True, may_log_in=True)
ELSEWHERE = replace(THERE, address=ip("10.0.0.66"))


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


RIGHT = basic("prom", PASSWORD)
WRONG = basic("prom", "of last year")


class Gate:
    """All that a program meets; how often scrypt looked is counted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(passwords, "COST", (14, 1, 1))
        self.clock = Hands()
        self.file = folder / "users"
        self.prom = User(UserId("prom"), Role.VIEWER, None, hashed(PASSWORD), DAY, DAY, "Prometheus")
        self.put(self.prom)
        self.record: list[Login] = []
        self.looks = 0
        self.users = Users(self.file, self.clock)
        self.logbook = Logbook(self._keep, self.clock)
        self.programs = Programs(self.users, self.logbook, self.clock)
        is_of = Hash.is_of

        def counted(kept: Hash, password: str) -> bool:
            self.looks += 1
            return is_of(kept, password)

        monkeypatch.setattr(Hash, "is_of", counted)
        monkeypatch.setattr("roommon.web.users._NOBODYS", Hash(14, 1, 1, bytes(16), bytes(32)))

    def _keep(self, login: Login) -> bool:
        self.record.append(login)
        return True

    def put(self, user: User) -> None:
        with users_file.change(self.file) as draft:
            draft.put(user)

    async def refresh(self) -> None:
        """What the door does at each request."""
        self.clock.now += LOOK_S
        await self.users.refresh()

    async def ask(self, header: str | None, visitor: Visitor = THERE) -> Why | UserId:
        try:
            return (await self.programs.admit(header, visitor)).id
        except Refused as refused:
            return refused.why


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Gate:
    caplog.set_level(logging.INFO)
    return Gate(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("header", "sent"),
    [
        (basic("prom", "a:b:c"), Credentials(UserId("prom"), "a:b:c")),
        (basic("Ｐrom", "一"), Credentials(UserId("prom"), "一")),
        (basic("prom", ""), Credentials(UserId("prom"), "")),
        (basic("x" * 1000, "y"), Credentials(UserId("x" * 64), "y")),
        (f"basic  {base64.b64encode(b'a:b').decode()} ", Credentials(UserId("a"), "b")),
        (None, None),
        ("", None),
        ("Basic", None),
        ("Basic !!!", None),
        ("Basic YQ", None),
        ("Basic " + base64.b64encode(b"no colon").decode(), None),
        ("Basic " + base64.b64encode(b"a:\xff").decode(), None),
        ("Basic 一", None),
        ("Bearer YTpi", None),
    ],
)
def test_what_a_header_says(header: str | None, sent: Credentials | None) -> None:
    assert credentials(header) == sent


async def test_the_right_password_costs_scrypt_once(gate: Gate, caplog: pytest.LogCaptureFixture) -> None:
    assert [await gate.ask(RIGHT) for _ in range(100)] == ["prom"] * 100
    assert gate.looks == 1
    assert [(each.step, each.way, each.by, each.times) for each in gate.record] == [
        (LoginStep.IN, LoginWay.PROGRAM, "Prometheus (prom)", 1)
    ]
    assert caplog.messages == ["web: a program at 10.0.0.9 looks as Prometheus (prom)"]
    assert await gate.ask(RIGHT, ELSEWHERE) == "prom"
    assert gate.looks == 2, "what is right at one place is looked at again at another"


async def test_nothing_is_let_in_without_a_user(gate: Gate) -> None:
    for header in (None, "Bearer x"):
        assert await gate.ask(header) is Why.UNKNOWN
    assert await gate.ask(basic("nobody", PASSWORD)) is Why.WRONG
    assert gate.looks == 1
    assert gate.record[-1].by is None


async def test_a_password_that_anybody_can_read_on_its_way_is_not_taken(gate: Gate) -> None:
    assert await gate.ask(RIGHT, replace(THERE, may_log_in=False)) is Why.READABLE
    assert gate.looks == 0


async def test_who_changes_or_goes_in_the_users_file_is_not_remembered(gate: Gate) -> None:
    assert await gate.ask(RIGHT) == "prom"
    gate.put(replace(gate.prom, password=hashed("another one, as long")))
    await gate.refresh()
    assert await gate.ask(RIGHT) is Why.WRONG
    assert await gate.ask(basic("prom", "another one, as long")) == "prom"
    with users_file.change(gate.file) as draft:
        draft.remove(gate.prom.id)
    await gate.refresh()
    assert await gate.ask(basic("prom", "another one, as long")) is Why.WRONG


async def test_what_is_remembered_is_bounded_and_holds_no_password(gate: Gate) -> None:
    for number in range(AT_MOST + 3):
        assert await gate.ask(RIGHT, replace(THERE, address=ip(f"10.3.0.{number}"))) == "prom"
    memory = gate.programs._memory
    assert len(memory) == AT_MOST
    assert {len(digest) for digest in memory._right} == {32}
    looks = gate.looks
    assert await gate.ask(RIGHT, replace(THERE, address=ip("10.3.0.0"))) == "prom"
    assert gate.looks == looks + 1


async def test_a_scraper_with_a_wrong_password_waits_and_is_told_once(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    came = []
    for _ in range(4 * 60 * 4):
        came.append(await gate.ask(WRONG))
        gate.clock.now += 15
        gate.logbook.settle()
    assert came[: WRONG_IN_A_ROW + 1] == [Why.WRONG] * WRONG_IN_A_ROW + [Why.PAUSED]
    assert came.count(Why.WRONG) == gate.looks < 30
    assert caplog.messages == ["web: a program at 10.0.0.9 has a wrong password for Prometheus (prom)"]
    assert len(gate.record) <= 2 * 5
    gate.clock.now += 15 * 60
    assert await gate.ask(RIGHT) == "prom"
    assert caplog.messages[1].startswith("web: the program at 10.0.0.9 has no wrong password for Prometheus (prom) any")


async def test_how_long_to_wait_is_said(gate: Gate) -> None:
    for _ in range(WRONG_IN_A_ROW):
        await gate.ask(WRONG)
    with pytest.raises(Refused) as refused:
        await gate.programs.admit(RIGHT, THERE)
    assert (refused.value.why, refused.value.wait_s) == (Why.PAUSED, 60)


async def test_a_wrong_job_pauses_neither_people_nor_the_right_jobs_beside_it(gate: Gate) -> None:
    gate.put(User(UserId("other"), Role.VIEWER, None, hashed("a job of its own"), DAY, DAY, "other"))
    assert await gate.ask(RIGHT) == "prom"
    for _ in range(WRONG_IN_A_ROW * 2):
        await gate.ask(basic("other", "wrong"))
    assert await gate.ask(basic("other", "a job of its own")) is Why.PAUSED
    assert await gate.ask(RIGHT) == "prom"
    for _ in range(WRONG_IN_A_ROW):
        await gate.ask(WRONG, ELSEWHERE)
    assert await gate.ask(RIGHT) == "prom", "nor does who guesses at its name elsewhere"
    sessions = Sessions(gate.users.get, gate.clock)
    logins = Logins(gate.users, sessions, Attempts(gate.clock), gate.logbook, gate.clock)
    assert (await logins.log_in("other", "a job of its own", THERE)).attempt.outcome is Outcome.IN


async def test_where_it_is_remembered_guessing_is_no_faster(gate: Gate) -> None:
    assert await gate.ask(RIGHT) == "prom"
    came = [await gate.ask(basic("prom", f"guess {number}")) for number in range(50)]
    assert came.count(Why.WRONG) == WRONG_IN_A_ROW
    assert await gate.ask(RIGHT) is Why.PAUSED, "nor does a right guess get in during the pause"


async def test_too_many_at_once_come_again(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(_name: str, _password: str) -> User | None:
        raise Busy

    with monkeypatch.context() as patch:
        patch.setattr(gate.users, "verify", busy)
        assert [await gate.ask(RIGHT) for _ in range(WRONG_IN_A_ROW * 2)] == [Why.BUSY] * WRONG_IN_A_ROW * 2
    assert await gate.ask(RIGHT) == "prom", "what was not looked at is not counted"
    assert programs.BUSY_S > 0
