"""`roommon user`: who may log in at the status page; the running daemon sees what changed within a second."""

import dataclasses
import json
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from roommon.cli.complaint import Complaint, complain, near
from roommon.cli.password import new_password
from roommon.cli.screen import print_table
from roommon.cli.sites import site_if_sound
from roommon.cli.spoken import say
from roommon.cli.words import word
from roommon.model.text import Language
from roommon.model.worded import Invalid
from roommon.web import users_file
from roommon.web.config import USERS
from roommon.web.roles import ROLES, Role
from roommon.web.user import User, UserId, readable_name, typed_id, user_id
from roommon.web.users_file import Draft


@dataclass(frozen=True, slots=True)
class New:
    """A user as typed."""

    name: str
    role: Role
    called: str | None
    language: Language | None


class Place(NamedTuple):
    """Where the users are."""

    file: Path
    has_page: bool = True
    """Whether there is a page for them to log in at, as far as that is known."""


def place(file: Path | None, config: Path) -> Place:
    """Return the users file: the one that was named, or that of `config`, else the one beside it.

    Raises:
        Complaint: `config` is not there or has faults, so nobody knows which is meant.
    """
    if file is not None:
        return Place(file)
    if not config.exists():
        raise Complaint(
            say(
                f"there is no configuration {config}; name it with --config, or the users file with --file",
                f"没有配置 {config}；请用 --config 指定配置，或用 --file 指定用户文件",
            )
        )
    site = site_if_sound(config)
    if site is None:
        raise Complaint(
            say(
                f"{config} has faults (`roommon check`); name the users file with --file",
                f"{config} 有错误（`roommon check`）；请用 --file 指定用户文件",
            )
        )
    if site.web is not None:
        return Place(site.web.users)
    return Place((config if config.is_dir() else config.parent) / USERS, has_page=False)


def add(new: New, place: Place, *, from_pipe: bool) -> None:
    """Add a user; the password is asked for."""
    login, called = _names(new)
    file = place.file
    with users_file.change(file) as draft:
        _refuse_known(login, draft)
    password = new_password(login, called, from_pipe=from_pipe)
    with users_file.change(file) as draft:
        _refuse_known(login, draft)
        draft.put(User(login, new.role, new.language, password, _today(), _today(), called))
    role = word(ROLES[new.role])
    print(say(f"{login} ({called}) may log in as {role}.", f"{login}（{called}）可以登录，角色为{role}。"))
    if not place.has_page:
        print(
            say(
                "But there is no status page yet: write `web: {}` into the configuration, and reload roommon.",
                "但尚无状态页面：请在配置中写入 `web: {}`，并重新加载 roommon。",
            )
        )


def set_password(name: str, file: Path, *, from_pipe: bool) -> None:
    """Set the password of a user who is there; it is asked for."""
    with users_file.change(file) as draft:
        user = _known(name, draft)
    password = new_password(user.id, user.name, from_pipe=from_pipe)
    with users_file.change(file) as draft:
        draft.put(dataclasses.replace(_known(name, draft), password=password, changed=_today()))
    print(say(f"The password of {user.id} is set.", f"已设置 {user.id} 的密码。"))


def set_role(name: str, role: Role, file: Path) -> None:
    """Say what a user who is there may do."""
    with users_file.change(file) as draft:
        user = _known(name, draft)
        if user.role is not role:
            draft.put(dataclasses.replace(user, role=role, changed=_today()))
    said = word(ROLES[role])
    print(say(f"{user.id} is {said} now.", f"{user.id} 的角色现为{said}。"))


def remove(name: str, file: Path) -> None:
    """Remove a user who is there."""
    with users_file.change(file) as draft:
        user = _known(name, draft)
        draft.remove(user.id)
    print(say(f"{user.id} is removed.", f"已删除 {user.id}。"))


def show(file: Path, *, as_json: bool) -> int:
    """Print the users, and what is wrong in the file; return 1 if there are none, or anything is wrong, else 0."""
    listed = users_file.read(file)
    users = sorted(listed.users.values(), key=lambda user: user.id)
    if as_json:
        for user in users:
            print(json.dumps(_document(user), ensure_ascii=False))
    elif users:
        headings = (say("login", "登录名"), say("name", "姓名"), say("role", "角色"), say("language", "语言"))
        rows = [_row(user) for user in users]
        print_table((*headings, say("created", "创建"), say("changed", "更改")), rows)
    for broken in listed.broken:
        complain(word(broken.told(file)))
    return 0 if users and not listed.broken else 1


def _row(user: User) -> tuple[str, ...]:
    language = user.language or say("the browser's", "随浏览器")
    return user.id, user.name, word(ROLES[user.role]), language, str(user.created), str(user.changed)


def _document(user: User) -> dict[str, object]:
    return {
        "login": user.id,
        "name": user.name,
        "role": user.role,
        "language": user.language,
        "created": user.created.isoformat(),
        "changed": user.changed.isoformat(),
    }


def _names(new: New) -> tuple[UserId, str]:
    """Return the name to log in with and that for people; both are told before a password is asked for."""
    try:
        login = user_id(typed_id(new.name))
        called = login if new.called is None else new.called
        return login, readable_name(unicodedata.normalize("NFC", called).strip())
    except Invalid as error:
        raise Complaint(word(error.words)) from error


def _refuse_known(login: UserId, draft: Draft) -> None:
    if login in draft.users:
        raise Complaint(
            say(
                f"there is a user {login} already; `roommon user password {login}` sets the password anew",
                f"已有用户 {login}；重设密码请用 `roommon user password {login}`",
            )
        )


def _known(name: str, draft: Draft) -> User:
    user = draft.users.get(typed_id(name))
    if user is None:
        raise Complaint(say(f"there is no user `{name}`", f"没有用户 `{name}`") + near(typed_id(name), draft.users))
    return user


def _today() -> date:
    return datetime.now().astimezone().date()
