from datetime import date

import pytest

from roommon.web import sessions as sessions_module
from roommon.web.passwords import Hash
from roommon.web.roles import Role
from roommon.web.sessions import IDLE_S, LONGEST_S, OF_ONE_USER, Sessions
from roommon.web.user import User, UserId
from tests.peers.hands import Hands

DAY = date(2026, 11, 28)
KEPT = Hash(15, 8, 3, b"salt", bytes(32))


def somebody(name: str) -> User:
    return User(UserId(name), Role.VIEWER, None, KEPT, DAY, DAY, name)


def everybody(name: UserId) -> User:
    return somebody(name)


@pytest.mark.parametrize("token", [None, "", "nonsense", "x\udcff", "x" * 100_000])
def test_what_is_no_token_finds_no_session(token: str | None) -> None:
    sessions = Sessions(everybody, Hands())
    sessions.begin(somebody("wang"))
    assert sessions.find(token) is None
    assert sessions.end(token) is None


def test_the_token_is_nowhere_in_memory() -> None:
    sessions = Sessions(everybody, Hands())
    token, session = sessions.begin(somebody("wang"))
    assert token not in repr(vars(sessions))
    assert session.word not in repr(session)


def test_only_the_word_of_the_session_is_accepted() -> None:
    sessions = Sessions(everybody, Hands())
    (_, one), (_, other) = sessions.begin(somebody("wang")), sessions.begin(somebody("wang"))
    assert one.accepts(one.word)
    assert not any(one.accepts(sent) for sent in (None, "", other.word, "ü"))


def test_of_too_many_the_longest_idle_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_module, "AT_MOST", 50)
    clock = Hands()
    sessions = Sessions(everybody, clock)
    tokens = []
    for number in range(55):
        tokens.append(sessions.begin(somebody(f"u{number // OF_ONE_USER}"))[0])
        clock.now += 0.5
        sessions.find(tokens[0])
    assert len(sessions) == 50
    for _ in range(OF_ONE_USER):
        sessions.begin(somebody("u3"))
    assert len(sessions) == 50, "theirs make room for theirs"
    for number in (30, 39):
        assert sessions.find(tokens[number], is_used=False) is None
    gone = [number for number, token in enumerate(tokens) if sessions.find(token, is_used=False) is None]
    assert gone == [1, 2, 3, 4, 5, *range(30, 40)]


def test_what_is_over_makes_room() -> None:
    clock = Hands()
    sessions = Sessions(everybody, clock)
    for _ in range(3):
        sessions.begin(somebody("wang"))
    clock.now += IDLE_S
    sessions.begin(somebody("li"))
    assert len(sessions) == 1


def test_a_session_ends_after_half_an_hour_without_use() -> None:
    clock = Hands()
    sessions = Sessions(everybody, clock)
    token, _ = sessions.begin(somebody("wang"))
    clock.now += IDLE_S - 1
    assert sessions.find(token, is_used=False) is not None
    clock.now += 1
    assert sessions.find(token) is None


def test_a_session_ends_after_a_shift_however_it_is_used() -> None:
    clock = Hands()
    sessions = Sessions(everybody, clock)
    token, _ = sessions.begin(somebody("wang"))
    for _ in range(int(LONGEST_S / 60) - 1):
        clock.now += 60
        assert sessions.find(token) is not None
    clock.now += 60
    assert sessions.find(token) is None
