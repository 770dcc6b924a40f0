"""One user of the status page, and the line that holds them in the users file.

wang:operator:zh-CN:$scrypt$ln=15,r=8,p=3$<salt>$<digest>:2026-11-28:2026-11-28:王工
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import NewType

from roommon.model.text import Language, Text
from roommon.model.worded import Invalid
from roommon.web.passwords import Hash
from roommon.web.roles import Role

UserId = NewType("UserId", str)
"""What somebody logs in with."""

HEADING = (
    "# id:role:language:password:created:changed:name - users of the status page; change them with `roommon user`."
)
_PARTS = 7
_ID = re.compile(r"[a-z][a-z0-9._-]{0,31}", re.ASCII)
_LONGEST_NAME = 64
_BY_HAND = Text("mend the line, or remove it and add the user anew", "请更正此行，或删除后重新添加该用户")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    id: UserId
    role: Role
    language: Language | None
    """None: the browser's."""
    password: Hash = field(repr=False)
    created: date
    changed: date
    """When password or role were last set."""
    name: str
    """For people, such as 王工."""

    def __post_init__(self) -> None:
        user_id(self.id)
        readable_name(self.name)

    @property
    def standing(self) -> tuple[Hash, Role]:
        """What a session rests on: when this changes, it ends."""
        return self.password, self.role

    @property
    def signed(self) -> str:
        """Under which name they are on record: two may be called the same, but not log in as the same."""
        return self.name if self.name == self.id else f"{self.name} ({self.id})"

    def __str__(self) -> str:
        parts = (self.id, self.role, self.language or "", self.password, self.created, self.changed, self.name)
        return ":".join(str(part) for part in parts)


def typed_id(text: str) -> UserId:
    """Return the id that somebody means who types `text`: capitals and full-width letters are the same to people."""
    return UserId(unicodedata.normalize("NFKC", text).strip().lower())


def user_id(text: str) -> UserId:
    """Return `text`, an id.

    Raises:
        Invalid: it cannot be one.
    """
    if _ID.fullmatch(text):
        return UserId(text)
    raise Invalid(
        Text(f"`{text}` cannot be a login name", f"`{text}` 不能用作登录名"),
        Text(
            "use small letters, digits, `.`, `_` and `-`, such as `wang`; `--name` is for the name that people read",
            "请使用小写字母、数字和 `.`、`_`、`-`，例如 `wang`；供人阅读的姓名写在 `--name` 中",
        ),
    )


def readable_name(text: str) -> str:
    """Return `text`, a name for people.

    Raises:
        Invalid: it cannot be one.
    """
    if 0 < len(text) <= _LONGEST_NAME and text.isprintable() and text == text.strip():
        return text
    raise Invalid(
        Text("the name is empty, too long, or has signs that nobody sees", "姓名为空、过长或含不可见字符"),
        Text(f"1 to {_LONGEST_NAME} letters, such as Wang", f"应为 1 至 {_LONGEST_NAME} 个字符，例如 王工"),
    )


def parse(line: str) -> User:
    """Return the user in `line`.

    Raises:
        Invalid: it holds none.
    """
    parts = line.split(":", _PARTS - 1)
    if len(parts) != _PARTS:
        raise Invalid(
            Text(f"a user has {_PARTS} parts, not {len(parts)}", f"用户行应有 {_PARTS} 项，而不是 {len(parts)} 项"),
            _BY_HAND,
        )
    login, role, language, password, created, changed, name = parts
    return User(
        user_id(login),
        _role(role),
        _language(language),
        Hash.parse(password),
        _date(created),
        _date(changed),
        name,
    )


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError as error:
        raise Invalid(
            Text(f"`{text}` is no role", f"`{text}` 不是角色"),
            Text("write viewer, operator or administrator", "请写 viewer、operator 或 administrator"),
        ) from error


def _language(text: str) -> Language | None:
    try:
        return Language(text) if text else None
    except ValueError as error:
        raise Invalid(
            Text(f"`{text}` is no language here", f"没有语言 `{text}`"),
            Text("write en or zh-CN, or leave it empty", "请写 en 或 zh-CN，或留空"),
        ) from error


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            Text(f"`{text}` is not a day", f"`{text}` 不是日期"),
            Text("write year, month and day: `2026-05-01`", "请按年-月-日书写：`2026-05-01`"),
        ) from error
