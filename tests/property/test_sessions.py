"""A session lives as long as its user does, and is used: whatever people and administrators do, in any order."""

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from roommon.web.passwords import Hash
from roommon.web.roles import Role
from roommon.web.sessions import IDLE_S, LONGEST_S, OF_ONE_USER, Session, Sessions
from roommon.web.user import User, UserId
from tests.peers.hands import Hands

DAY = date(2026, 11, 28)
NAMES = st.sampled_from([UserId("wang"), UserId("li")])


def kept(number: int) -> Hash:
    """What is kept of a password; nobody tries one here."""
    return Hash(15, 8, 3, b"salt", number.to_bytes(32, "big"))


@dataclass
class Obvious:
    """What one session must do, by the words of the documentation."""

    user: UserId
    standing: tuple[Hash, Role]
    begun: float
    seen: float
    is_ended: bool = False


class Life(RuleBasedStateMachine):
    tokens: Bundle[str] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.clock = Hands()
        self.users: dict[UserId, User] = {}
        self.sessions = Sessions(self.users.get, self.clock)
        self.models: dict[str, Obvious] = {}
        self.passwords = 0

    def must_live(self, token: str) -> bool:
        model, now = self.models[token], self.clock.now
        user = self.users.get(model.user)
        return (
            not model.is_ended
            and user is not None
            and (user.password, user.role) == model.standing
            and now - model.seen < IDLE_S
            and now - model.begun < LONGEST_S
        )

    def settle(self) -> None:
        """What is over stays over, also when the user is back."""
        for token, model in self.models.items():
            model.is_ended = not self.must_live(token)

    @rule(user=NAMES, role=st.sampled_from(Role))
    def appoint(self, user: UserId, role: Role) -> None:
        """Add the user, or give them a role and a new password."""
        self.passwords += 1
        self.users[user] = User(user, role, None, kept(self.passwords), DAY, DAY, "王工")
        self.look_at_all()

    @rule(user=NAMES, role=st.sampled_from(Role), name=st.sampled_from(["王工", "李工"]))
    def change(self, user: UserId, role: Role, name: str) -> None:
        if user in self.users:
            self.users[user] = replace(self.users[user], role=role, name=name)
            self.look_at_all()

    @rule(user=NAMES)
    def remove(self, user: UserId) -> None:
        self.users.pop(user, None)
        self.look_at_all()

    def look_at_all(self) -> None:
        for token in self.models:
            self.found(token, is_used=False)
        self.settle()

    @rule(target=tokens, user=NAMES)
    def log_in(self, user: UserId) -> str:
        if user not in self.users:
            self.appoint(user, Role.VIEWER)
        self.settle()
        theirs = [token for token, model in self.models.items() if model.user == user and not model.is_ended]
        if len(theirs) == OF_ONE_USER:
            self.models[min(theirs, key=lambda token: self.models[token].seen)].is_ended = True
        token, session = self.sessions.begin(self.users[user])
        assert session.word not in {token, *self.models}
        known = self.users[user]
        self.models[token] = Obvious(user, (known.password, known.role), self.clock.now, self.clock.now)
        self.clock.now += 1
        return token

    def found(self, token: str, *, is_used: bool) -> Session | None:
        lives = self.must_live(token)
        session = self.sessions.find(token, is_used=is_used)
        assert (session is not None) is lives
        if session is not None:
            assert session.user == self.users[session.user.id]
            if is_used:
                self.models[token].seen = self.clock.now
        return session

    @rule(token=tokens)
    def use(self, token: str) -> None:
        session = self.found(token, is_used=True)
        if session is not None:
            again = self.found(token, is_used=True)
            assert again is not None
            assert again.accepts(session.word)

    @rule(token=tokens)
    def look(self, token: str) -> None:
        self.found(token, is_used=False)

    @rule(token=consumes(tokens))
    def log_out(self, token: str) -> None:
        lives = self.must_live(token)
        assert (self.sessions.end(token) is not None) >= lives
        self.models[token].is_ended = True
        assert self.sessions.find(token) is None

    @rule(seconds=st.sampled_from([1.0, 600.0, IDLE_S - 1, IDLE_S, 3 * IDLE_S, LONGEST_S]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        self.look_at_all()

    @rule(token=tokens, times=st.integers(20, 26))
    def work_on(self, token: str, times: int) -> None:
        """A whole shift without a pause: even then it ends."""
        for _ in range(times):
            self.clock.now += IDLE_S - 1
            self.found(token, is_used=True)
        self.look_at_all()

    @invariant()
    def nobody_has_more_than_there_may_be(self) -> None:
        assert len(self.sessions) <= OF_ONE_USER * 2


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
