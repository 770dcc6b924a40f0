"""A version 3 message around its scoped PDU, taken apart and put together (RFC 3412, 6; RFC 3414, 2.4)."""

from dataclasses import dataclass

from roommon.poll.traps import ber
from roommon.poll.traps.keys import Moment, Sealed

VERSION_3 = 3
AUTH, PRIVACY, REPORTABLE = 1, 2, 4
_USM = 3
_LARGEST = 65_507
_LATEST = 0x7FFF_FFFF


@dataclass(frozen=True, slots=True)
class Header:
    """What stands before the scoped PDU."""

    id: bytes
    """A whole INTEGER, as it goes into the answer."""
    flags: int
    engine: bytes
    """The authoritative one: of a trap its sender's, of an inform ours."""
    at: Moment
    user: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as it came."""

    header: Header
    signature: bytes
    signed: bytes
    """The whole message, with zeros for the signature."""
    scoped: bytes
    """The scoped PDU, as a whole SEQUENCE; empty if it is sealed."""
    sealed: Sealed


def unpacked(message: bytes, at: int, end: int) -> Envelope:
    """Return `message`, whose header begins at `at`; raise Malformed."""
    global_at, after_global = ber.content(message, at, end, ber.SEQUENCE)
    _, id_end = ber.integer(message, global_at, after_global)
    _, flags_at = ber.integer(message, id_end, after_global)
    flags, model_at = ber.octets(message, flags_at, after_global)
    model, _ = ber.integer(message, model_at, after_global)
    if model != _USM or len(flags) != 1:
        raise ber.Malformed(f"security model {model}")
    inner, data_at = ber.content(message, after_global, end, ber.OCTETS)
    inner, inner_end = ber.content(message, inner, data_at, ber.SEQUENCE)
    engine, after = ber.octets(message, inner, inner_end)
    boots, after = ber.integer(message, after, inner_end)
    time, after = ber.integer(message, after, inner_end)
    user, after = ber.octets(message, after, inner_end)
    signature_at, signature_end = ber.content(message, after, inner_end, ber.OCTETS)
    salt, _ = ber.octets(message, signature_end, inner_end)
    if not (0 <= boots <= _LATEST and 0 <= time <= _LATEST):
        raise ber.Malformed("a time that no engine has")
    is_sealed = flags[0] & PRIVACY
    return Envelope(
        Header(message[global_at:id_end], flags[0], engine, Moment(boots, time), user),
        message[signature_at:signature_end],
        message[:signature_at] + bytes(signature_end - signature_at) + message[signature_end:],
        b"" if is_sealed else message[data_at:end],
        Sealed(salt, ber.octets(message, data_at, end)[0] if is_sealed else b""),
    )


def packed(header: Header, salt: bytes, data: bytes, signature: bytes) -> bytes:
    """Return the message of `header` with `data`: a scoped PDU, or the OCTET STRING of a sealed one."""
    security = ber.tlv(
        ber.SEQUENCE,
        ber.tlv(ber.OCTETS, header.engine),
        ber.number(header.at.boots),
        ber.number(header.at.time),
        ber.tlv(ber.OCTETS, header.user),
        ber.tlv(ber.OCTETS, signature),
        ber.tlv(ber.OCTETS, salt),
    )
    flags = ber.tlv(ber.OCTETS, bytes((header.flags,)))
    general = ber.tlv(ber.SEQUENCE, header.id, ber.number(_LARGEST), flags, ber.number(_USM))
    return ber.tlv(ber.SEQUENCE, ber.number(VERSION_3), general, ber.tlv(ber.OCTETS, security), data)
