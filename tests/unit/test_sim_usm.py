"""The simulators' version 3: discovery, time, signatures, as RFC 3414 has the authoritative engine check them."""

from dataclasses import dataclass, field

import pytest

from simulators.snmp import ber, keys, pdu, usm
from simulators.snmp.agent import Access, Agent
from simulators.snmp.keys import Auth, Privacy, User
from simulators.snmp.objects import Objects, octets

USER = User("roommon", Auth.SHA256, "auth-passphrase", Privacy.AES128, "privacy-passphrase")
DESCRIPTION = "1.3.6.1.2.1.1.1.0"
STATS = "1.3.6.1.6.3.15.1.1"
WITHOUT_USER = User("")


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Still:
    version = 0


@dataclass
class Manager:
    """The far side, which may believe what it likes about the engine."""

    clock: Clock = field(default_factory=Clock)
    user: User = USER

    def __post_init__(self) -> None:
        shown = Objects({DESCRIPTION: octets("card")})
        self.agent = Agent("ups", Access(users=(USER,)), Still(), lambda: shown, self.clock)
        self.boots = self.agent.engine.boots
        self.time = 0

    def ask(self, flags: int = usm.AUTH | usm.PRIVACY, engine: bytes | None = None) -> bytes | None:
        binding = ber.tlv(ber.SEQUENCE, ber.oid(DESCRIPTION), b"\x05\x00")
        body = ber.tlv(pdu.GET, *map(ber.integer, (5, 0, 0)), ber.tlv(ber.SEQUENCE, binding))
        scoped = ber.tlv(ber.SEQUENCE, ber.octets(b""), ber.octets(b""), body)
        return self.agent.answer(self._message(flags, self.agent.engine.id if engine is None else engine, scoped))

    def _message(self, flags: int, engine: bytes, scoped: bytes) -> bytes:
        salt, data = b"", scoped
        if flags & usm.PRIVACY:
            salt = b"saltsalt"
            key = keys.privacy_key(self.user, engine)
            data = ber.octets(keys.encrypt(key, self.boots, self.time, salt, scoped))
        blank = bytes(24) if flags & usm.AUTH else b""
        whole = self._whole(flags, engine, blank, salt, data)
        if not flags & usm.AUTH:
            return whole
        key = keys.localized(Auth.SHA256, self.user.auth_passphrase.encode(), engine)
        return self._whole(flags, engine, keys.sign(Auth.SHA256, key, whole), salt, data)

    def _whole(self, flags: int, engine: bytes, signature: bytes, salt: bytes, data: bytes) -> bytes:
        head = ber.tlv(
            ber.SEQUENCE,
            ber.integer(3),
            ber.integer(65_507),
            ber.octets(bytes((flags | usm.REPORTABLE,))),
            ber.integer(usm.USM),
        )
        names = (
            ber.octets(engine),
            ber.integer(self.boots),
            ber.integer(self.time),
            ber.octets(self.user.name.encode()),
        )
        security = ber.tlv(ber.SEQUENCE, *names, ber.octets(signature), ber.octets(salt))
        return ber.tlv(ber.SEQUENCE, ber.integer(3), head, ber.octets(security), data)


def reported(answer: bytes | None) -> int:
    """Which of the usmStats an unencrypted report holds."""
    assert answer is not None
    base = ber.oid_body(STATS)
    assert base in answer, "no report"
    return answer[answer.index(base) + len(base)]


def test_who_asks_without_an_engine_id_is_told_it() -> None:
    manager = Manager(user=WITHOUT_USER)
    answer = manager.ask(flags=0, engine=b"")
    assert reported(answer) == usm.UNKNOWN_ENGINE
    assert answer is not None
    assert manager.agent.engine.id in answer


def test_a_signed_and_encrypted_request_is_answered_so() -> None:
    manager = Manager()
    answer = manager.ask()
    assert answer is not None
    assert b"card" not in answer
    assert manager.agent.requests == 1


@pytest.mark.parametrize("off", [151, -151])
def test_a_clock_that_is_off_by_more_than_the_window_is_told(off: int) -> None:
    manager = Manager()
    manager.clock.now += 1000
    manager.time = 1000 + off
    assert reported(manager.ask()) == usm.NOT_IN_TIME
    manager.time = 1000 + (150 if off > 0 else -150)
    assert manager.ask() is not None
    assert manager.agent.requests == 1


def test_after_a_reboot_the_old_boot_is_told_and_the_new_one_answered() -> None:
    manager = Manager()
    manager.clock.now += 500
    manager.agent.reboot()
    manager.time = 0
    assert reported(manager.ask()) == usm.NOT_IN_TIME
    manager.boots += 1
    manager.ask()
    assert manager.agent.requests == 1


@pytest.mark.parametrize(
    ("user", "flags", "cause"),
    [
        (User("nobody"), 0, usm.UNKNOWN_USER),
        (User("roommon"), 0, usm.UNSUPPORTED_LEVEL),
        (USER, usm.AUTH, usm.UNSUPPORTED_LEVEL),
        (
            User("roommon", Auth.SHA256, "another-passphrase", Privacy.AES128, "privacy-passphrase"),
            usm.AUTH | usm.PRIVACY,
            usm.WRONG_DIGEST,
        ),
        (
            User("roommon", Auth.SHA256, "auth-passphrase", Privacy.AES128, "another-passphrase"),
            usm.AUTH | usm.PRIVACY,
            usm.DECRYPTION,
        ),
    ],
)
def test_each_failed_check_has_its_report_and_its_count(user: User, flags: int, cause: int) -> None:
    manager = Manager(user=user)
    assert reported(manager.ask(flags)) == cause
    manager.ask(flags)
    assert manager.agent.engine.counts[cause] == 2
    assert manager.agent.requests == 0


def test_engines_are_told_apart_by_their_names() -> None:
    one = Agent("ups-1", Access(users=(USER,)), Still(), lambda: Objects({}), Clock())
    two = Agent("ups-2", Access(users=(USER,)), Still(), lambda: Objects({}), Clock())
    assert one.engine.id != two.engine.id
    assert 5 <= len(one.engine.id) <= 32
