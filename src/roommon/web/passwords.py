"""Passwords: which are refused, what is kept of one, and whether one is it.

Kept is what scrypt makes of it, in the PHC string format. 32 MiB and three turns are what OWASP advises for so much
memory; it takes some tenths of a second, and `users` looks at one password at a time.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass

from roommon.model.text import Text
from roommon.model.worded import Invalid

SHORTEST = 10
LONGEST = 256
COST = (15, 8, 3)
"""scrypt's log2 n, r and p for new passwords."""
_MEMORY = 128 << 20
"""Bytes; no line of the users file makes the daemon take more."""
_DIGEST = 32
_SALT = 16
_PHC = re.compile(
    r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,86})\$([A-Za-z0-9+/]{43})", re.ASCII
)
_FEWEST_LETTERS = 5
"""Different ones, below which a password is a pattern."""
_OBVIOUS = frozenset(
    """
    password passwort passw0rd secret default changeme letmein welcome iloveyou woaini woaiwojia
    qwerty qwert qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm abc abcdef abcdefghij
    qweasdzxc 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t
    admin administrator root user operator viewer guest test 管理员 操作员
    roommon monitor monitoring server serverroom jifang 机房 机房监控 机房环境监测 hospital yiyuan 医院
    """.split()  # noqa: SIM905 - read as words
)
_ASIDE = re.compile(r"[\W\d_]+")
"""What people put around an obvious word."""


@dataclass(frozen=True, slots=True)
class Hash:
    """What is kept of a password."""

    log_n: int
    r: int
    p: int
    salt: bytes
    digest: bytes

    def __post_init__(self) -> None:
        if not (14 <= self.log_n <= 20 and 1 <= self.r <= 64 and 1 <= self.p <= 16) or self.memory > _MEMORY:
            raise Invalid(
                Text("scrypt with these numbers is too weak or too dear", "scrypt 参数过弱或开销过大"), _SET_ANEW
            )

    @property
    def memory(self) -> int:
        """Bytes that looking at it takes."""
        return 128 * self.r << self.log_n

    @classmethod
    def parse(cls, text: str) -> "Hash":
        """Return what `$scrypt$ln=15,r=8,p=3$<salt>$<digest>` says.

        Raises:
            Invalid: it says nothing of the kind.
        """
        found = _PHC.fullmatch(text)
        try:
            if found is not None:
                salt, digest = (base64.b64decode(part + "=" * (-len(part) % 4)) for part in found.group(4, 5))
                return cls(int(found[1]), int(found[2]), int(found[3]), salt, digest)
        except binascii.Error:
            pass
        raise Invalid(Text("the password's hash cannot be read", "无法识别密码的散列值"), _SET_ANEW)

    def __str__(self) -> str:
        salt, digest = (base64.b64encode(part).decode().rstrip("=") for part in (self.salt, self.digest))
        return f"$scrypt$ln={self.log_n},r={self.r},p={self.p}${salt}${digest}"

    def is_of(self, password: str) -> bool:
        """Return whether `password` is the one; takes the same time whatever it is."""
        derived = _derived(password[: LONGEST + 1], self.salt, self.log_n, self.r, self.p)
        return hmac.compare_digest(derived, self.digest)


_SET_ANEW = Text("set it anew: `roommon user password NAME`", "请重新设置：`roommon user password NAME`")


def hashed(password: str) -> Hash:
    """Return what to keep of `password`, with a salt of its own."""
    salt = secrets.token_bytes(_SALT)
    return Hash(*COST, salt, _derived(password, salt, *COST))


def of_nobody() -> Hash:
    """Return what is kept of no password, and takes as long to be looked at."""
    return Hash(*COST, secrets.token_bytes(_SALT), secrets.token_bytes(_DIGEST))


def _derived(password: str, salt: bytes, log_n: int, r: int, p: int) -> bytes:
    typed = unicodedata.normalize("NFKC", password).encode("utf-8", "replace")
    return hashlib.scrypt(typed, salt=salt, n=1 << log_n, r=r, p=p, maxmem=_MEMORY + (1 << 20), dklen=_DIGEST)


def refuse_obvious(password: str, *names: str) -> None:
    """Raise Invalid when `password` is too short, or what somebody would try first at the user called `names`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(
            Text(f"a password has {SHORTEST} to {LONGEST} characters", f"密码长度为 {SHORTEST} 至 {LONGEST} 个字符"),
            Text("several words are easy to keep in mind", "用几个词组成的短句便于记忆"),
        )
    if not password.isprintable():
        raise Invalid(
            Text("a password has no control characters", "密码不能含控制字符"),
            Text("type it anew, as text in UTF-8", "请重新输入，编码为 UTF-8"),
        )
    typed = unicodedata.normalize("NFKC", password).casefold()
    words = _OBVIOUS | {unicodedata.normalize("NFKC", name).casefold() for name in names}
    bare = {_ASIDE.sub("", typed), typed.strip("0123456789!@#$%^&*.-_ "), typed}
    if {_once(each) for each in bare} & words or len(set(typed)) < _FEWEST_LETTERS or _is_a_row(typed):
        raise Invalid(
            Text("this password is among the first that are tried", "该密码过于常见，容易被猜中"),
            Text("take one that is not a name, a usual word or a row of keys", "请勿使用姓名、常用词或键盘顺序"),
        )


def _once(typed: str) -> str:
    """Return what `typed` says again and again, once: `wang` of `wangwang`."""
    return typed[: (typed + typed).find(typed, 1)] if typed else ""


def _is_a_row(typed: str) -> bool:
    """Return whether `typed` is digits one behind the other, such as 1234567890, or one thing again and again."""
    return _once(typed) != typed or typed in "01234567890123456789" or typed in "98765432109876543210"
