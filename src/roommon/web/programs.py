"""Programs that look: name and password come with each request (HTTP Basic, RFC 7617), as Prometheus sends them.

They may ask for what is made for programs, and do nothing (ADR 34). Their wrong passwords are counted apart from those
of people at the page: a scraper with an old password tries every few seconds for ever, and keeps nobody else out. What
scrypt found right is remembered, by the place it came from, for scrypt takes longer than a scrape.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections import OrderedDict
from enum import StrEnum
from typing import NamedTuple

from roommon.journal.record import LoginStep, LoginWay
from roommon.model.clock import Clock
from roommon.web.attempts import Attempts, place
from roommon.web.logbook import Entry, Logbook
from roommon.web.user import User, UserId, typed_id
from roommon.web.users import Busy, Users
from roommon.web.visitor import Visitor

CHALLENGE = 'Basic realm="roommon", charset="UTF-8"'
AT_MOST = 64
"""Programs that are remembered; beyond it the longest unheard is looked at by scrypt again."""
BUSY_S = 5.0
"""When to come again, if too many come at once."""
_SCHEME = "basic "
_LONGEST_NAME = 64
_KEY = 32


class Why(StrEnum):
    """Why a program is not let in."""

    UNKNOWN = "name and password of a user are wanted (HTTP Basic)"
    WRONG = "wrong name or password"
    PAUSED = "too many wrong passwords; come again later"
    BUSY = "too many come at once; come again in some seconds"
    READABLE = "this connection is not encrypted, so no password is taken"


class Refused(Exception):
    """A program is not let in."""

    def __init__(self, why: Why, wait_s: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.wait_s = wait_s
        """How long to wait before the next try."""


class Credentials(NamedTuple):
    """What a program sends."""

    user: UserId
    password: str


def credentials(header: str | None) -> Credentials | None:
    """Return what `Authorization: Basic ...` says; None when it says nothing of the kind."""
    if header is None or not header.lower().startswith(_SCHEME):
        return None
    try:
        text = base64.b64decode(header[len(_SCHEME) :].strip(), validate=True).decode()
    except ValueError:  # no base64, or no UTF-8
        return None
    name, colon, password = text.partition(":")
    return Credentials(typed_id(name[:_LONGEST_NAME]), password) if colon else None


class Programs:
    """Lets programs look."""

    def __init__(self, users: Users, logbook: Logbook, clock: Clock) -> None:
        self._users = users
        self._logbook = logbook
        self._attempts = Attempts(clock)
        self._memory = _Memory()

    async def admit(self, header: str | None, visitor: Visitor) -> User:
        """Return the user as whom a program looks that sends `header`.

        Raises:
            Refused: it may not look, or not now.
        """
        sent = credentials(header)
        if sent is None:
            raise Refused(Why.UNKNOWN)
        if not visitor.may_log_in:
            raise Refused(Why.READABLE)
        pause_s = self._attempts.pause_of_program_s(sent.user, visitor)
        if pause_s > 0:
            self._enter(LoginStep.REFUSED, sent.user, visitor)
            raise Refused(Why.PAUSED, pause_s)
        known = self._users.get(sent.user)
        if known is not None and self._memory.knows(known, sent, visitor):
            return known
        return await self._looked_at(sent, visitor)

    async def _looked_at(self, sent: Credentials, visitor: Visitor) -> User:
        self._attempts.begin(sent.user, visitor)
        try:
            user = await self._users.verify(sent.user, sent.password)
        except Busy:
            self._attempts.withdraw(sent.user, visitor)
            self._enter(LoginStep.REFUSED, sent.user, visitor)
            raise Refused(Why.BUSY, BUSY_S) from None
        if user is None:
            self._enter(LoginStep.WRONG, sent.user, visitor)
            raise Refused(Why.WRONG)
        self._attempts.succeed(sent.user, visitor)
        self._memory.remember(user, sent, visitor)
        self._enter(LoginStep.IN, user.id, visitor)
        return user

    def _enter(self, step: LoginStep, typed: UserId, visitor: Visitor) -> None:
        known = self._users.get(typed)
        by = None if known is None else known.signed
        self._logbook.enter(Entry(step, LoginWay.PROGRAM, by, str(visitor.address)))


class _Memory:
    """What was right, as digests with a key of the daemon's life; it is right while the users file says the same."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_KEY)
        self._right: OrderedDict[bytes, User] = OrderedDict()

    def __len__(self) -> int:
        return len(self._right)

    def knows(self, user: User, sent: Credentials, visitor: Visitor) -> bool:
        """Return whether `sent` was right at this place, and `user` is as they were then."""
        digest = self._digest(sent, visitor)
        right = self._right.get(digest)
        if right is None:
            return False
        if right.standing != user.standing:
            del self._right[digest]
            return False
        self._right.move_to_end(digest)
        return True

    def remember(self, user: User, sent: Credentials, visitor: Visitor) -> None:
        """Remember that `sent` is right for `user`."""
        self._right[self._digest(sent, visitor)] = user
        while len(self._right) > AT_MOST:
            self._right.popitem(last=False)

    def _digest(self, sent: Credentials, visitor: Visitor) -> bytes:
        said = json.dumps([sent.user, sent.password, place(visitor)]).encode()
        return hmac.new(self._key, said, hashlib.sha256).digest()
