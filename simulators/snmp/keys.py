"""Keys and ciphers of the User-based Security Model.

RFC 3414 (SHA-1), RFC 7860 (SHA-2), RFC 3826 (AES-128), and the two ways in use to longer AES keys.
"""

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

try:
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before cryptography 47
    from cryptography.hazmat.primitives.ciphers.modes import CFB

MEGABYTE = 1_048_576


class Auth(StrEnum):
    """HMAC by its hash."""

    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class Privacy(StrEnum):
    """AES in CFB mode by its key; `c` marks Cisco's way to lengthen it."""

    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"
    AES192_CISCO = "aes192c"
    AES256_CISCO = "aes256c"


SIGNATURE_BYTES = {Auth.SHA1: 12, Auth.SHA224: 16, Auth.SHA256: 24, Auth.SHA384: 32, Auth.SHA512: 48}
_KEY_BYTES = {
    Privacy.AES128: 16,
    Privacy.AES192: 24,
    Privacy.AES192_CISCO: 24,
    Privacy.AES256: 32,
    Privacy.AES256_CISCO: 32,
}
_CISCO = frozenset({Privacy.AES192_CISCO, Privacy.AES256_CISCO})


@dataclass(frozen=True, slots=True)
class User:
    """Who may ask, and how; a passphrase has eight characters at least."""

    name: str
    auth: Auth | None = None
    auth_passphrase: str = ""
    privacy: Privacy | None = None
    privacy_passphrase: str = ""

    def __post_init__(self) -> None:
        if self.privacy and not self.auth:
            raise ValueError(f"user {self.name}: privacy needs auth")
        for wanted, passphrase in ((self.auth, self.auth_passphrase), (self.privacy, self.privacy_passphrase)):
            if wanted and len(passphrase) < 8:
                raise ValueError(f"user {self.name}: the passphrase for {wanted} has fewer than 8 characters")


@lru_cache(maxsize=256)
def localized(auth: Auth, passphrase: bytes, engine: bytes) -> bytes:
    """The key of `passphrase` at `engine` (RFC 3414, 2.6 and A.2)."""
    master = _master(auth, passphrase)
    return hashlib.new(auth, master + engine + master).digest()


@lru_cache(maxsize=256)
def _master(auth: Auth, passphrase: bytes) -> bytes:
    repeated = passphrase * (MEGABYTE // len(passphrase) + 1)
    return hashlib.new(auth, repeated[:MEGABYTE]).digest()


def privacy_key(user: User, engine: bytes) -> bytes:
    """The localized privacy key, lengthened by Blumenthal's or Cisco's (Reeder's) way where it is too short."""
    assert user.auth and user.privacy  # noqa: S101, PT018 - narrows both types
    key = localized(user.auth, user.privacy_passphrase.encode(), engine)
    size = _KEY_BYTES[user.privacy]
    part = key
    while len(key) < size:
        cisco = user.privacy in _CISCO
        part = localized(user.auth, part, engine) if cisco else hashlib.new(user.auth, key).digest()
        key += part
    return key[:size]


def sign(auth: Auth, key: bytes, message: bytes) -> bytes:
    """The truncated HMAC of `message`."""
    return hmac.digest(key, message, auth.value)[: SIGNATURE_BYTES[auth]]


def encrypt(key: bytes, boots: int, time: int, salt: bytes, data: bytes) -> bytes:
    """Encrypt `data` for the engine's `boots` and `time`."""
    cipher = Cipher(algorithms.AES(key), _cfb(boots, time, salt)).encryptor()
    return cipher.update(data) + cipher.finalize()


def decrypt(key: bytes, boots: int, time: int, salt: bytes, data: bytes) -> bytes:
    """Undo `encrypt`."""
    cipher = Cipher(algorithms.AES(key), _cfb(boots, time, salt)).decryptor()
    return cipher.update(data) + cipher.finalize()


def _cfb(boots: int, time: int, salt: bytes) -> CFB:
    """The initialization vector of RFC 3826, 3.1.2.1."""
    return CFB(boots.to_bytes(4, "big") + time.to_bytes(4, "big") + salt)
