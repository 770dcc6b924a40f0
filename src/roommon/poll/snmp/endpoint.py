"""What a person writes about one SNMP agent. `drivers/snmp.py` offers it as its `Config`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from roommon.model.clock import Duration
from roommon.model.secret import Secret

_SHORTEST_PASSPHRASE = 8
"""RFC 3414, 11.2."""
_USUAL = {"auth": "sha256", "privacy": "aes128"}


class Auth(StrEnum):
    """How SNMPv3 messages are signed (RFC 3414, RFC 7860)."""

    NONE = "none"
    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class Privacy(StrEnum):
    """How SNMPv3 messages are encrypted (RFC 3414, RFC 3826; AES-192 and -256 by draft-blumenthal or as Cisco does)."""

    NONE = "none"
    DES = "des"
    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"
    AES192_CISCO = "aes192-cisco"
    AES256_CISCO = "aes256-cisco"


@dataclass(frozen=True, slots=True)
class Config:
    """One SNMP agent."""

    host: str = field(metadata={"doc": "An address or a name; names are looked up again after failures."})
    port: int = 161
    version: Literal[1, 2, "2c", 3] = 2
    community: str | None = field(default=None, metadata={"doc": "Versions 1 and 2c; `public` if nothing is said."})
    community_secret: Secret | None = field(default=None, metadata={"key": "community_file"})
    user: str | None = None
    auth: Auth = Auth.NONE
    auth_passphrase: Secret | None = field(default=None, metadata={"key": "auth_file"})
    privacy: Privacy = Privacy.NONE
    privacy_passphrase: Secret | None = field(default=None, metadata={"key": "privacy_file"})
    timeout: Duration = field(default=Duration(1000), metadata={"doc": "For one answer."})
    retries: int = field(default=1, metadata={"doc": "How often silence is asked again within one beat."})

    def __post_init__(self) -> None:
        if not 0 < self.port < 65536:
            raise ValueError(f"port {self.port} does not exist; SNMP agents listen at 161")
        if not 0 <= self.retries <= 5:
            raise ValueError(f"retries: {self.retries} makes no sense; 0 to 5 would")
        if self.timeout <= 0:
            raise ValueError("timeout must be longer than nothing; 1 s suits most agents")
        if self.version == 3:
            self._check_user()
        else:
            self._check_community()

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def _check_user(self) -> None:
        if self.user is None:
            raise ValueError("version 3 needs a user")
        if self.community is not None or self.community_secret:
            raise ValueError("version 3 has a user and no community; drop community, or say version: 2")
        if self.privacy is not Privacy.NONE and self.auth is Auth.NONE:
            raise ValueError("privacy needs auth too, such as auth: sha256 with auth_file")
        _check_passphrase("auth", self.auth is not Auth.NONE, self.auth_passphrase)
        _check_passphrase("privacy", self.privacy is not Privacy.NONE, self.privacy_passphrase)

    def _check_community(self) -> None:
        if self.community is not None and self.community_secret:
            raise ValueError("community and community_file are both given; one is enough")
        signed = self.auth is not Auth.NONE or self.privacy is not Privacy.NONE
        if self.user is not None or signed or self.auth_passphrase or self.privacy_passphrase:
            raise ValueError(f"user, auth and privacy belong to version 3, and version is {self.version}")


def _check_passphrase(key: str, wanted: bool, passphrase: Secret | None) -> None:
    if wanted and passphrase is None:
        raise ValueError(f"{key} needs {key}_file, the name of the file that holds its passphrase")
    if passphrase and not wanted:
        raise ValueError(f"{key}_file is given, and {key} is none; name its protocol, such as {key}: {_USUAL[key]}")
    if passphrase and len(passphrase.value) < _SHORTEST_PASSPHRASE:
        raise ValueError(f"the passphrase in {key}_file {passphrase.name} is shorter than 8 characters (RFC 3414)")
