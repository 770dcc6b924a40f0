"""What a person writes about one SNMP agent. `drivers/snmp.py` offers it as its `Config`."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid

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
            raise Invalid(
                Text(f"port {self.port} does not exist", f"端口 {self.port} 不存在"),
                Text("SNMP agents listen at 161", "SNMP 代理的端口通常为 161"),
            )
        if not 0 <= self.retries <= 5:
            raise Invalid(
                Text(f"retries: {self.retries} makes no sense", f"retries: {self.retries} 不合理"),
                Text("0 to 5 would", "应为 0 至 5"),
            )
        if self.timeout <= 0:
            raise Invalid(
                Text("timeout must be more than 0 s", "timeout 必须大于 0 s"),
                Text("1 s suits most agents", "1 s 适合大多数代理"),
            )
        if self.version == 3:
            self._check_user()
        else:
            self._check_community()

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def _check_user(self) -> None:
        if self.user is None:
            raise Invalid(
                Text("version 3 needs a user", "版本 3 需要用户"), Text("add `user: ...`", "请添加 `user: ...`")
            )
        if self.community is not None or self.community_secret:
            raise Invalid(
                Text("version 3 has a user and no community", "版本 3 使用用户，没有团体名（community）"),
                Text("drop community, or say version: 2", "请删除 community，或写 version: 2"),
            )
        if self.privacy is not Privacy.NONE and self.auth is Auth.NONE:
            raise Invalid(
                Text("privacy needs auth too", "加密（privacy）须同时认证（auth）"),
                Text("add such as auth: sha256 with auth_file", "请添加 auth，例如 auth: sha256 与 auth_file"),
            )
        _check_passphrase("auth", self.auth is not Auth.NONE, self.auth_passphrase)
        _check_passphrase("privacy", self.privacy is not Privacy.NONE, self.privacy_passphrase)

    def _check_community(self) -> None:
        if self.community is not None and self.community_secret:
            raise Invalid(
                Text("community and community_file are both given", "同时给出了 community 与 community_file"),
                Text("one is enough", "只需其一"),
            )
        signed = self.auth is not Auth.NONE or self.privacy is not Privacy.NONE
        if self.user is not None or signed or self.auth_passphrase or self.privacy_passphrase:
            raise Invalid(
                Text(
                    f"user, auth and privacy belong to version 3, and version is {self.version}",
                    f"user、auth 与 privacy 属于版本 3，而 version 为 {self.version}",
                ),
                Text("write version: 3, or remove them", "请写 version: 3，或删除它们"),
            )


def _check_passphrase(key: str, wanted: bool, passphrase: Secret | None) -> None:
    if wanted and passphrase is None:
        raise Invalid(
            Text(f"{key} needs a passphrase", f"{key} 需要口令"),
            Text(f"add `{key}_file`, the name of the file that holds it", f"请添加 `{key}_file`，即存放口令的文件名"),
        )
    if passphrase and not wanted:
        raise Invalid(
            Text(f"{key}_file is given, and {key} is none", f"给出了 {key}_file，而 {key} 为 none"),
            Text(f"name its protocol, such as {key}: {_USUAL[key]}", f"请写明协议，例如 {key}: {_USUAL[key]}"),
        )
    if passphrase and len(passphrase.value) < _SHORTEST_PASSPHRASE:
        raise Invalid(
            Text(
                f"the passphrase in {key}_file {passphrase.name} is shorter than 8 characters (RFC 3414)",
                f"{key}_file {passphrase.name} 中的口令不足 8 个字符（RFC 3414）",
            ),
            Text("take a longer one, on both sides", "请在两端改用更长的口令"),
        )
