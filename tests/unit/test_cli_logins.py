"""`roommon user logins`: the record of those who log in, on the terminal and for programs."""

import asyncio
import json
from pathlib import Path

import pytest

from roommon.journal.record import Login, LoginStep, LoginWay
from roommon.model.clock import Instant
from tests.peers.cli import Cli
from tests.peers.journal import START, journal_at

MINUTE = 60_000


def login(minute: int, step: LoginStep, by: str | None, way: LoginWay = LoginWay.PAGE, times: int = 1) -> Login:
    first, last = Instant(START + minute * MINUTE), Instant(START + (minute + times - 1) * MINUTE)
    return Login(last, step, way, by, "10.0.0.7" if times < 9 else "", times, first, last)


RECORD = [
    login(0, LoginStep.IN, "王工 (wang)"),
    login(1, LoginStep.WRONG, None, LoginWay.PROGRAM, 9),
    login(60, LoginStep.OUT, "王工 (wang)"),
]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """A journal with `RECORD` in it."""

    async def written() -> None:
        async with journal_at(tmp_path / "journal.db") as journal:
            await journal.append(RECORD, (), {})

    asyncio.run(written())
    return tmp_path / "journal.db"


def test_it_stands_in_a_table_the_newest_last(cli: Cli, journal: Path) -> None:
    said = cli("user", "logins", "--journal", journal)
    assert (said.code, said.err) == (0, "")
    rows = [line.split("  ") for line in said.out.splitlines() if line.strip().startswith("2026")]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    assert cells == [
        ["2026-09-21 14:13:20", "logged in", "王工 (wang)", "10.0.0.7", "the page", "1"],
        [
            *("2026-09-21 14:14:20", "2026-09-21 14:22:20", "wrong name or password", "a name that nobody has"),
            *("several addresses", "a program", "9"),
        ],
        ["2026-09-21 15:13:20", "logged out", "王工 (wang)", "10.0.0.7", "the page", "1"],
    ]
    assert "不存在的登录名" in cli("user", "logins", "--journal", journal, language="zh").out


def test_it_is_told_to_programs(cli: Cli, journal: Path) -> None:
    said = cli("user", "logins", "--journal", journal, "--json", "--last", "2")
    documents = [json.loads(line) for line in said.out.splitlines()]
    assert [each["step"] for each in documents] == ["wrong", "out"]
    assert {key: documents[0][key] for key in ("first", "last", "by", "address", "way", "times")} == {
        "first": "2026-09-21T14:14:20.000Z",
        "last": "2026-09-21T14:22:20.000Z",
        "by": None,
        "address": None,
        "way": "program",
        "times": 9,
    }


def test_it_begins_where_it_is_asked_to(cli: Cli, journal: Path) -> None:
    said = cli("user", "logins", "--journal", journal, "--json", "--from", "2026-09-21T14:20Z")
    assert [json.loads(line)["step"] for line in said.out.splitlines()] == ["wrong", "out"]
    nothing = cli("user", "logins", "--journal", journal, "--from", "2026-09-22")
    assert (nothing.code, nothing.out) == (0, "Nobody logged in.\n")


def test_without_a_journal_that_is_said(cli: Cli, tmp_path: Path) -> None:
    said = cli("user", "logins", "--journal", tmp_path / "none.db")
    assert (said.code, said.out) == (2, "")
    assert "there is no journal here" in said.err
