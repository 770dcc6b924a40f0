"""Logging in and out: the pause, the password, the session, and what goes on record of it."""

import logging
from dataclasses import dataclass, field
from enum import StrEnum

from roommon.journal.record import LoginStep, LoginWay
from roommon.model.clock import Clock, Instant, lasting
from roommon.model.text import Text
from roommon.web.attempts import Attempts
from roommon.web.logbook import Entry, Logbook
from roommon.web.sessions import Sessions
from roommon.web.user import User, UserId, typed_id
from roommon.web.users import Busy, Users
from roommon.web.visitor import Visitor

_LONGEST_NAME = 64

_log = logging.getLogger(__name__)


class Outcome(StrEnum):
    """What an attempt to log in came to."""

    IN = "in"
    WRONG = "wrong"
    PAUSED = "paused"
    """Not looked at: too many were wrong before."""
    BUSY = "busy"
    """Not looked at: too many come at once."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to log in, for the record."""

    at: Instant
    outcome: Outcome
    user: UserId | None
    """None: nobody has the name. It is not kept as typed, for people type their password there."""
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is told who tried to log in."""

    attempt: Attempt
    words: Text
    """Nothing when they are in."""
    token: str | None = field(default=None, repr=False)
    """For the session's cookie; None when they are not in."""


class Logins:
    """Lets people in, and out."""

    def __init__(self, users: Users, sessions: Sessions, attempts: Attempts, logbook: Logbook, clock: Clock) -> None:
        """`sessions` are of `users`."""
        self._users = users
        self._sessions = sessions
        self._attempts = attempts
        self._logbook = logbook
        self._clock = clock

    async def log_in(self, name: str, password: str, visitor: Visitor) -> Answer:
        """Return what came of it that `visitor` typed `name` and `password`."""
        typed = typed_id(name[:_LONGEST_NAME])
        pause_s = self._attempts.pause_s(typed, visitor)
        if pause_s > 0:
            return self._refused(Outcome.PAUSED, typed, visitor, _wait(pause_s))
        self._attempts.begin(typed, visitor)
        try:
            user = await self._users.verify(typed, password)
        except Busy:
            self._attempts.withdraw(typed, visitor)
            return self._refused(Outcome.BUSY, typed, visitor, _BUSY)
        if user is None:
            return self._wrong(typed, visitor)
        self._attempts.succeed(typed, visitor)
        return self._let_in(user, visitor)

    def log_out(self, token: str | None, visitor: Visitor) -> None:
        """End the session of `token`, if there is one."""
        session = self._sessions.end(token)
        if session is not None:
            _log.info("web: %s logged out", session.user.id)
            self._enter(LoginStep.OUT, session.user, visitor)

    def _let_in(self, user: User, visitor: Visitor) -> Answer:
        token, _ = self._sessions.begin(user)
        _log.info("web: %s (%s) logged in from %s", user.id, user.role, visitor.address)
        return Answer(self._attempt(Outcome.IN, user.id, visitor), Text("", ""), token)

    def _wrong(self, typed: UserId, visitor: Visitor) -> Answer:
        pause_s = self._attempts.pause_s(typed, visitor)
        known = self._users.get(typed)
        who = "a name that nobody has" if known is None else known.id
        _log.warning("web: wrong password for %s from %s", who, visitor.address)
        if pause_s > 0:
            _log.warning("web: %s cannot log in from %s for %s", who, visitor.address, lasting(pause_s))
        return self._refused(Outcome.WRONG, typed, visitor, _wait(pause_s) if pause_s > 0 else _WRONG)

    def _refused(self, outcome: Outcome, typed: UserId, visitor: Visitor, words: Text) -> Answer:
        known = self._users.get(typed)
        return Answer(self._attempt(outcome, known.id if known is not None else None, visitor), words)

    def _attempt(self, outcome: Outcome, user: UserId | None, visitor: Visitor) -> Attempt:
        at = self._clock.instant(self._clock.monotonic())
        known = None if user is None else self._users.get(user)
        self._enter(_STEPS[outcome], known, visitor)
        return Attempt(at, outcome, user, str(visitor.address))

    def _enter(self, step: LoginStep, user: User | None, visitor: Visitor) -> None:
        by = None if user is None else user.signed
        self._logbook.enter(Entry(step, LoginWay.PAGE, by, str(visitor.address)))


_STEPS = {
    Outcome.IN: LoginStep.IN,
    Outcome.WRONG: LoginStep.WRONG,
    Outcome.PAUSED: LoginStep.REFUSED,
    Outcome.BUSY: LoginStep.REFUSED,
}
_WRONG = Text("Wrong name or password.", "登录名或密码错误。")
_BUSY = Text("Too many people are logging in; try again in some seconds.", "同时登录的人过多，请几秒后再试。")


def _wait(pause_s: float) -> Text:
    minutes = max(1, -int(-pause_s // 60))
    return Text(
        f"Too many wrong passwords; the next is looked at in {minutes} min.",
        f"密码错误次数过多，请 {minutes} 分钟后再试。",
    )
