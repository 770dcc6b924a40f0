"""SNMPv3 messages with the User-based Security Model (RFC 3412, RFC 3414): the side of the authoritative engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count

from simulators.snmp import ber, keys, pdu
from simulators.snmp.keys import User

AUTH, PRIVACY, REPORTABLE = 1, 2, 4
USM = 3
TIME_WINDOW_S = 150
LONGEST = 65_507
_STATS = "1.3.6.1.6.3.15.1.1"
UNSUPPORTED_LEVEL, NOT_IN_TIME, UNKNOWN_USER, UNKNOWN_ENGINE, WRONG_DIGEST, DECRYPTION = range(1, 7)


@dataclass(slots=True)
class Engine:
    """An authoritative engine: who it is, how often it began, and how long it runs."""

    id: bytes
    clock: Callable[[], float]
    """Seconds that never go back."""
    users: Mapping[bytes, User] = field(default_factory=dict)
    boots: int = 1
    started: float = 0.0
    counts: dict[int, int] = field(default_factory=dict)
    salts: "count[int]" = field(default_factory=lambda: count(1))

    @property
    def time(self) -> int:
        """SnmpEngineTime."""
        return int(self.clock() - self.started)

    def reboot(self) -> None:
        """Begin anew: one boot more, time from zero."""
        self.boots += 1
        self.started = self.clock()


@dataclass(frozen=True, slots=True)
class Header:
    """A message around its scoped PDU; `signature_at` is where the signature stands in it."""

    id: bytes
    largest: int
    flags: int
    engine: bytes
    boots: int
    time: int
    user: bytes
    signature: bytes
    signature_at: int
    salt: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A request that passed all checks, and what its answer needs."""

    header: Header
    user: User
    context: bytes
    request: pdu.Request


class Reported(Exception):
    """The request failed a check; `message` is the report to send, None where silence is due."""

    def __init__(self, message: bytes | None) -> None:
        super().__init__("reported")
        self.message = message


def open_message(data: bytes, engine: Engine) -> Opened:
    """Check the version 3 message `data` in the order of RFC 3414, 3.2; raise Reported or Malformed."""
    header = _parse(data)
    user = _user(header, engine)
    if user.auth and header.flags & AUTH:
        _check_signature(data, header, user, engine)
        _check_time(header, user, engine)
    scoped = _decrypted(header, user, engine) if header.flags & PRIVACY else header.data
    _, start, _ = ber.header(scoped, 0, ber.SEQUENCE)
    _, after = ber.take_octets(scoped, start)
    context, after = ber.take_octets(scoped, after)
    return Opened(header, user, context, pdu.parse(scoped, after))


def close_message(opened: Opened, engine: Engine, answer: bytes) -> bytes:
    """The message that carries `answer` at the level of the request."""
    scoped = ber.tlv(ber.SEQUENCE, ber.octets(engine.id), ber.octets(opened.context), answer)
    return _message(opened.header.id, opened.header.flags & (AUTH | PRIVACY), engine, opened.user, scoped)


def _parse(data: bytes) -> Header:
    _, at, _ = ber.header(data, 0, ber.SEQUENCE)
    _, at = ber.take_integer(data, at)
    _, start, end = ber.header(data, at, ber.SEQUENCE)
    _, _, id_end = ber.header(data, start, ber.INTEGER)
    largest, after = ber.take_integer(data, id_end)
    flags, after = ber.take_octets(data, after)
    model, _ = ber.take_integer(data, after)
    if model != USM or len(flags) != 1:
        raise ber.Malformed(f"security model {model}")
    _, inner, security_end = ber.header(data, end, ber.OCTETS)
    _, at, _ = ber.header(data, inner, ber.SEQUENCE)
    engine, at = ber.take_octets(data, at)
    boots, at = ber.take_integer(data, at)
    time, at = ber.take_integer(data, at)
    user, at = ber.take_octets(data, at)
    _, signature_at, at = ber.header(data, at, ber.OCTETS)
    salt, _ = ber.take_octets(data, at)
    payload = ber.take_octets(data, security_end)[0] if flags[0] & PRIVACY else data[security_end:]
    signature = data[signature_at:at]
    return Header(
        data[start:id_end], largest, flags[0], engine, boots, time, user, signature, signature_at, salt, payload
    )


def _user(header: Header, engine: Engine) -> User:
    if header.engine != engine.id:
        raise _report(header, engine, UNKNOWN_ENGINE)
    user = engine.users.get(header.user)
    if user is None:
        raise _report(header, engine, UNKNOWN_USER)
    level = (AUTH if user.auth else 0) | (PRIVACY if user.privacy else 0)
    if header.flags & (AUTH | PRIVACY) != level:
        raise _report(header, engine, UNSUPPORTED_LEVEL)
    return user


def _check_signature(data: bytes, header: Header, user: User, engine: Engine) -> None:
    assert user.auth  # noqa: S101 - narrows the type
    size = len(header.signature)
    blank = data[: header.signature_at] + bytes(size) + data[header.signature_at + size :]
    key = keys.localized(user.auth, user.auth_passphrase.encode(), engine.id)
    if keys.sign(user.auth, key, blank) != header.signature:
        raise _report(header, engine, WRONG_DIGEST)


def _check_time(header: Header, user: User, engine: Engine) -> None:
    if header.boots != engine.boots or abs(header.time - engine.time) > TIME_WINDOW_S:
        raise _report(header, engine, NOT_IN_TIME, user)


def _decrypted(header: Header, user: User, engine: Engine) -> bytes:
    plain = keys.decrypt(keys.privacy_key(user, engine.id), header.boots, header.time, header.salt, header.data)
    if len(header.salt) != 8 or plain[:1] != b"\x30":
        raise _report(header, engine, DECRYPTION)
    return plain


def _report(header: Header, engine: Engine, cause: int, user: User | None = None) -> Reported:
    """A report of `cause` with its counter: signed for `user`, open to anybody without one."""
    engine.counts[cause] = engine.counts.get(cause, 0) + 1
    if not header.flags & REPORTABLE:
        return Reported(None)
    binding = ber.tlv(ber.SEQUENCE, ber.oid(f"{_STATS}.{cause}.0"), ber.integer(engine.counts[cause], ber.COUNTER32))
    report = ber.tlv(pdu.REPORT, ber.integer(0), ber.integer(0), ber.integer(0), ber.tlv(ber.SEQUENCE, binding))
    scoped = ber.tlv(ber.SEQUENCE, ber.octets(engine.id), ber.octets(b""), report)
    return Reported(
        _message(header.id, AUTH if user else 0, engine, user or User(header.user.decode("latin-1")), scoped)
    )


def _message(message_id: bytes, flags: int, engine: Engine, user: User, scoped: bytes) -> bytes:
    boots, time, salt, data = engine.boots, engine.time, b"", scoped
    if flags & PRIVACY:
        salt = next(engine.salts).to_bytes(8, "big")
        data = ber.octets(keys.encrypt(keys.privacy_key(user, engine.id), boots, time, salt, scoped))
    blank = bytes(keys.SIGNATURE_BYTES[user.auth]) if flags & AUTH and user.auth else b""
    head = (
        ber.integer(pdu.VERSION_3),
        ber.tlv(ber.SEQUENCE, message_id, ber.integer(LONGEST), ber.octets(bytes((flags,))), ber.integer(USM)),
    )
    names = (ber.octets(engine.id), ber.integer(boots), ber.integer(time), ber.octets(user.name.encode("latin-1")))

    def whole(signature: bytes) -> bytes:
        security = ber.tlv(ber.SEQUENCE, *names, ber.octets(signature), ber.octets(salt))
        return ber.tlv(ber.SEQUENCE, *head, ber.octets(security), data)

    if not (flags & AUTH and user.auth):
        return whole(b"")
    key = keys.localized(user.auth, user.auth_passphrase.encode(), engine.id)
    return whole(keys.sign(user.auth, key, whole(blank)))
