"""Version 3: who signed a trap, and the engine of ours that senders of informs want (RFC 3412, RFC 3414).

The sender of a trap is the authoritative engine: its key is localized to the engine id that the message names, so any
engine of a configured user is understood without having been met. How old a trap is is not checked (RFC 3414, 3.2 7b):
agents that lose their boots counter are more frequent than repeats, and a repeat can do no more than a poll (ADR 9).

Of an inform we are the authoritative engine. Its sender asks for our engine id, boots and time first, and is told by
reports. Our engine id is made anew at each start, so our boots are always 1 and need not be remembered.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence

from roommon.poll.snmp.endpoint import Auth, Privacy
from roommon.poll.traps import ber, keys
from roommon.poll.traps.envelope import AUTH, PRIVACY, REPORTABLE, Envelope, Header, packed, unpacked
from roommon.poll.traps.keys import Account, Moment
from roommon.poll.traps.message import Arrived, Refused, User, Why
from roommon.poll.traps.notification import Kind, Notification, parse

_WINDOW_S = 150
_ENGINE_ID_BYTES = range(5, 33)
_FIRST_BYTES_OF_OURS = b"\x80\x00\x00\x00\x05"
"""RFC 3411, 5: an id of octets, by nobody's enterprise number."""
_REPORT = 0xA8
_NOT_IN_TIME, _UNKNOWN_USER, _UNKNOWN_ENGINE = (f"1.3.6.1.6.3.15.1.1.{each}.0" for each in (2, 3, 4))
_UNSIGNED = Account(b"", Auth.NONE, None, Privacy.NONE, None)

Accounts = Mapping[bytes, Sequence[Account]]
"""The users of the configured devices by name; devices may have different passphrases for one name."""


class Engine:
    """Our own engine, and what it makes of messages."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """`monotonic` gives seconds."""
        self.id = _FIRST_BYTES_OF_OURS + secrets.token_bytes(12)
        self._monotonic = monotonic
        self._began_at = monotonic()
        self._reports = 0

    def open(self, message: bytes, at: int, end: int, accounts: Accounts) -> Arrived:
        """Return what `message`, whose header begins at `at`, says.

        Raises:
            Malformed: it is no message of version 3 with a trap or inform.
            Refused: nobody whom we know signed it, or it is one of the questions before an inform.
        """
        envelope = unpacked(message, at, end)
        header = envelope.header
        if len(header.engine) not in _ENGINE_ID_BYTES:
            raise Refused(None, self._report(header, _UNKNOWN_ENGINE))
        account = self._signer(envelope, accounts)
        if header.engine == self.id and header.flags & AUTH:
            self._check_time(header, account)
        scope, notification = _told(envelope, account)
        if notification.kind is Kind.TRAP:
            return Arrived(notification, User(header.user), b"")
        if header.engine != self.id:
            raise Refused(None, self._report(header, _UNKNOWN_ENGINE))
        answer = ber.tlv(ber.SEQUENCE, scope, notification.answer)
        level = header.flags & (AUTH | PRIVACY)
        return Arrived(notification, User(header.user), self._message(header, level, account, answer))

    @property
    def _now(self) -> Moment:
        return Moment(1, int(self._monotonic() - self._began_at))

    def _signer(self, envelope: Envelope, accounts: Accounts) -> Account:
        header = envelope.header
        named = accounts.get(header.user)
        if not named:
            which = _UNKNOWN_USER if header.engine == self.id else _UNKNOWN_ENGINE
            raise Refused(Why.USER, self._report(header, which))
        fitting = [account for account in named if _is_level_of(account, header.flags)]
        if not fitting:
            raise Refused(Why.LEVEL)
        for account in fitting:
            if not header.flags & AUTH or _is_signed_by(account, envelope):
                return account
        raise Refused(Why.DIGEST)

    def _check_time(self, header: Header, account: Account) -> None:
        now = self._now
        if header.at.boots != now.boots or abs(header.at.time - now.time) > _WINDOW_S:
            raise Refused(None, self._report(header, _NOT_IN_TIME, account))

    def _report(self, header: Header, which: str, account: Account = _UNSIGNED) -> bytes:
        """Return a report, signed where `account` can; nothing where none is wanted."""
        if not header.flags & REPORTABLE:
            return b""
        self._reports += 1
        binding = ber.tlv(
            ber.SEQUENCE, ber.tlv(ber.OBJECT_ID, ber.oid(which)), ber.number(self._reports, ber.COUNTER32)
        )
        report = ber.tlv(_REPORT, *(ber.number(0),) * 3, ber.tlv(ber.SEQUENCE, binding))
        scoped = ber.tlv(ber.SEQUENCE, ber.tlv(ber.OCTETS, self.id), ber.tlv(ber.OCTETS, b""), report)
        return self._message(header, AUTH if account.auth_passphrase else 0, account, scoped)

    def _message(self, asked: Header, flags: int, account: Account, scoped: bytes) -> bytes:
        """Return the message that answers `asked` with `scoped`."""
        header = Header(asked.id, flags, self.id, self._now, asked.user)
        salt, data = b"", scoped
        if flags & PRIVACY:
            from roommon.poll.traps import ciphers  # noqa: PLC0415 - 6 MB that only encrypted traps need

            salt, sealed = ciphers.encrypt(account, self.id, header.at, scoped)
            data = ber.tlv(ber.OCTETS, sealed)
        if not flags & AUTH:
            return packed(header, salt, data, b"")
        blank = packed(header, salt, data, bytes(keys.SIGNATURE_BYTES[account.auth]))
        return packed(header, salt, data, keys.sign(account, self.id, blank))


def _is_level_of(account: Account, flags: int) -> bool:
    """Return whether `account` sends messages of these flags: signed if it can sign, sealed only if it can seal."""
    is_signed, is_sealed = bool(flags & AUTH), bool(flags & PRIVACY)
    can_seal = account.privacy is not Privacy.NONE
    return is_signed is (account.auth is not Auth.NONE) and (can_seal or not is_sealed)


def _is_signed_by(account: Account, envelope: Envelope) -> bool:
    expected = keys.sign(account, envelope.header.engine, envelope.signed)
    return hmac.compare_digest(expected, envelope.signature)


def _told(envelope: Envelope, account: Account) -> tuple[bytes, Notification]:
    """Return the context of the scoped PDU (engine and name, as they go into an answer), and what the PDU says."""
    if not envelope.header.flags & PRIVACY:
        return _unscoped(envelope.scoped)
    from roommon.poll.traps import ciphers  # noqa: PLC0415 - as above

    scoped = ciphers.decrypt(account, envelope.header.engine, envelope.header.at, envelope.sealed)
    try:
        return _unscoped(scoped)
    except ber.Malformed as error:
        raise Refused(Why.PRIVACY) from error


def _unscoped(scoped: bytes) -> tuple[bytes, Notification]:
    start, end = ber.content(scoped, 0, len(scoped), ber.SEQUENCE)
    _, after = ber.octets(scoped, start, end)
    _, after = ber.octets(scoped, after, end)
    notification = parse(scoped, after, end)
    if notification.kind is Kind.TRAP_V1:
        raise ber.Malformed("version 3 does not carry TRAP_V1")
    return scoped[start:after], notification
