"""Keys and signatures of the User-based Security Model: RFC 3414 (MD5, SHA-1), RFC 7860 (SHA-2).

Keys longer than their hash are made in the two ways in use, Blumenthal's and Cisco's.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from roommon.model.secret import Secret
from roommon.poll.snmp.endpoint import Auth, Privacy

_MEBIBYTE = 1 << 20
SIGNATURE_BYTES: Mapping[Auth, int] = {
    Auth.MD5: 12,
    Auth.SHA1: 12,
    Auth.SHA224: 16,
    Auth.SHA256: 24,
    Auth.SHA384: 32,
    Auth.SHA512: 48,
}
_KEY_BYTES: Mapping[Privacy, int] = {
    Privacy.DES: 16,
    Privacy.AES128: 16,
    Privacy.AES192: 24,
    Privacy.AES256: 32,
    Privacy.AES192_CISCO: 24,
    Privacy.AES256_CISCO: 32,
}
_CISCO = frozenset({Privacy.AES192_CISCO, Privacy.AES256_CISCO})


@dataclass(frozen=True, slots=True)
class Account:
    """A version 3 user of a configured device."""

    name: bytes
    auth: Auth
    auth_passphrase: Secret | None
    privacy: Privacy
    privacy_passphrase: Secret | None


class Sealed(NamedTuple):
    """What went through a cipher, and the salt that undoes it."""

    salt: bytes
    data: bytes


class Moment(NamedTuple):
    """The time of an engine."""

    boots: int
    time: int


def sign(account: Account, engine: bytes, message: bytes) -> bytes:
    """Return the truncated HMAC of `message` by the key of `account` at `engine`."""
    key = _localized(account.auth, account.auth_passphrase, engine)
    return hmac.digest(key, message, account.auth.value)[: SIGNATURE_BYTES[account.auth]]


@lru_cache(maxsize=256)
def privacy_key(account: Account, engine: bytes) -> bytes:
    """Return the localized privacy key, lengthened by Blumenthal's or Cisco's way where it is too short."""
    size = _KEY_BYTES[account.privacy]
    key = part = _localized(account.auth, account.privacy_passphrase, engine)
    while len(key) < size:
        if account.privacy in _CISCO:
            part = _at_engine(account.auth, _stretched(account.auth, part), engine)
        else:
            part = hashlib.new(account.auth.value, key).digest()
        key += part
    return key[:size]


@lru_cache(maxsize=256)
def _localized(auth: Auth, passphrase: Secret | None, engine: bytes) -> bytes:
    """Return the key of `passphrase` at `engine` (RFC 3414, 2.6)."""
    return _at_engine(auth, _master(auth, passphrase), engine)


@lru_cache(maxsize=256)
def _master(auth: Auth, passphrase: Secret | None) -> bytes:
    return _stretched(auth, passphrase.value.encode() if passphrase else b"")


def _stretched(auth: Auth, passphrase: bytes) -> bytes:
    """Return the hash of a mebibyte of `passphrase` (RFC 3414, A.2)."""
    return hashlib.new(auth.value, (passphrase * (_MEBIBYTE // len(passphrase) + 1))[:_MEBIBYTE]).digest()


def _at_engine(auth: Auth, master: bytes, engine: bytes) -> bytes:
    return hashlib.new(auth.value, master + engine + master).digest()
