"""Who is logged in. Sessions are in memory alone: after a restart of the daemon everybody logs in anew."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from roommon.model.clock import Clock
from roommon.web.forms import are_equal, random_word
from roommon.web.user import User, UserId

IDLE_S = 30 * 60.0
LONGEST_S = 12 * 3600.0
"""A shift; then the password is wanted again."""
OF_ONE_USER = 10
AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Session:
    """One browser in which somebody is logged in."""

    user: User
    word: str = field(repr=False)
    """What each form and each request that does something carries, so that it comes from our own pages."""
    begun: float
    """As `seen`: by the monotonic clock, in seconds."""
    seen: float

    def accepts(self, sent: str | None) -> bool:
        """Return whether what carries `sent` comes from our own pages."""
        return are_equal(sent, self.word)


class Sessions:
    """All sessions, by their tokens, of which only the hash is kept: who reads our memory dump cannot log in."""

    def __init__(self, known: Callable[[UserId], User | None], clock: Clock) -> None:
        """`known` returns a user as the users file has them now."""
        self._known = known
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}

    def __len__(self) -> int:
        return len(self._sessions)

    def begin(self, user: User) -> tuple[str, Session]:
        """Return a new session of `user`, and the token for its cookie; it is nowhere else."""
        now, token = self._clock.monotonic(), random_word()
        session = Session(user, random_word(), now, now)
        self._make_room(user.id)
        self._sessions[_key(token)] = session
        return token, session

    def find(self, token: str | None, *, is_used: bool = True) -> Session | None:
        """Return the session of `token` with its user as they are now, None when there is none or it is over.

        What a page asks for by itself is no use of it: `is_used=False`, or a forgotten browser would never be idle.
        """
        key = _key(token or "")
        session = self._sessions.get(key)
        if session is None:
            return None
        user = self._user_of(session)
        if user is None:
            del self._sessions[key]
            return None
        seen = self._clock.monotonic() if is_used else session.seen
        self._sessions[key] = found = replace(session, user=user, seen=seen)
        return found

    def end(self, token: str | None) -> Session | None:
        """End the session of `token`, and return it if there was one."""
        return self._sessions.pop(_key(token or ""), None)

    def _user_of(self, session: Session) -> User | None:
        """Return the user as they are now; None when the session is over, or they are not who began it any more."""
        now, user = self._clock.monotonic(), self._known(session.user.id)
        is_over = now - session.seen >= IDLE_S or now - session.begun >= LONGEST_S
        return None if is_over or user is None or user.standing != session.user.standing else user

    def _make_room(self, user: UserId) -> None:
        """End what is over, and the longest idle where there are too many."""
        self._sessions = {key: each for key, each in self._sessions.items() if self._user_of(each) is not None}
        self._keep([key for key, each in self._sessions.items() if each.user.id == user], OF_ONE_USER - 1)
        self._keep(list(self._sessions), AT_MOST - 1)

    def _keep(self, keys: list[bytes], most: int) -> None:
        """End of the sessions `keys` the longest idle, until there are `most`."""
        by_use = sorted(keys, key=lambda key: self._sessions[key].seen)
        for key in by_use[: max(len(keys) - most, 0)]:
            del self._sessions[key]


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
