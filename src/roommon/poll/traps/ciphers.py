"""Ciphers of the User-based Security Model: RFC 3414 (DES), RFC 3826 (AES). Nothing else touches `cryptography`."""

from itertools import count

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from roommon.poll.snmp.endpoint import Privacy
from roommon.poll.traps.ber import Malformed
from roommon.poll.traps.keys import Account, Moment, Sealed, privacy_key

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.decrepit.ciphers.modes import CFB
except ImportError:  # before cryptography 47
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers.modes import CFB

_SALT_BYTES = 8
_DES_BLOCK = 8
_SALTS = count(1)
"""From one again in each process: our engine, and with it every key that encrypts, is another one then."""


def decrypt(account: Account, engine: bytes, at: Moment, sealed: Sealed) -> bytes:
    """Return what `encrypt` was given, or garbage if the key is another; raise Malformed for what no key undoes."""
    if len(sealed.salt) != _SALT_BYTES:
        raise Malformed("encrypted without a salt")
    if account.privacy is Privacy.DES and len(sealed.data) % _DES_BLOCK:
        raise Malformed("encrypted by DES, and no whole blocks")
    opener = _cipher(account, engine, at, sealed.salt).decryptor()
    return opener.update(sealed.data) + opener.finalize()


def encrypt(account: Account, engine: bytes, at: Moment, data: bytes) -> Sealed:
    """Encrypt `data` with a salt that is not used again."""
    number = next(_SALTS)
    if account.privacy is Privacy.DES:
        salt = at.boots.to_bytes(4, "big") + (number & 0xFFFF_FFFF).to_bytes(4, "big")
        data += bytes(-len(data) % _DES_BLOCK)
    else:
        salt = number.to_bytes(_SALT_BYTES, "big")
    sealer = _cipher(account, engine, at, salt).encryptor()
    return Sealed(salt, sealer.update(data) + sealer.finalize())


def _cipher(account: Account, engine: bytes, at: Moment, salt: bytes) -> "Cipher[modes.CBC] | Cipher[CFB]":
    key = privacy_key(account, engine)
    if account.privacy is Privacy.DES:  # RFC 3414, 8.1.1.1; three times the same key is single DES
        vector = bytes(a ^ b for a, b in zip(key[8:16], salt, strict=True))
        return Cipher(TripleDES(key[:8] * 3), modes.CBC(vector))
    vector = at.boots.to_bytes(4, "big") + at.time.to_bytes(4, "big") + salt  # RFC 3826, 3.1.2.1
    return Cipher(algorithms.AES(key), CFB(vector))
