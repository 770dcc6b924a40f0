"""The users file: read so that a broken line costs only itself, and written so that no moment has half of it."""

import codecs
import contextlib
import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from roommon.model import system_words
from roommon.model.text import Text
from roommon.model.worded import Invalid, sentences
from roommon.web.user import HEADING, User, UserId, parse

MODE = 0o640
"""The owner writes, the daemon's group reads."""
_LARGEST = 1 << 20


class Broken(NamedTuple):
    """What is wrong in the file."""

    line: int
    """Counts from 1; 0 is the file as a whole, of which nothing is taken then."""
    problem: Text
    remedy: Text

    def told(self, path: Path) -> Text:
        """Return `path:line: what is wrong; what would be right`."""
        place = f"{path}:{self.line}" if self.line else str(path)
        words = sentences(self.problem, self.remedy)
        return Text(f"{place}: {words.en}", f"{place}：{words.zh_cn}")


@dataclass(frozen=True, slots=True)
class Listed:
    """What the file says."""

    users: Mapping[UserId, User] = field(default_factory=dict)
    broken: tuple[Broken, ...] = ()


def read(path: Path) -> Listed:
    """Return the users in the file at `path`; what keeps it from being read is what is broken."""
    try:
        with open(_without_waiting(path), "rb") as file:
            wrong = _unfit(os.fstat(file.fileno()), path)
            return Listed({}, (wrong,)) if wrong else _listed(file.read())
    except OSError as error:
        why = system_words.said(error)
        problem = Text(f"cannot be read ({why.en})", f"无法读取（{why.zh_cn}）")
        return Listed({}, (Broken(0, problem, _how_to_begin(error)),))


def _how_to_begin(error: OSError) -> Text:
    if isinstance(error, FileNotFoundError):
        return Text("make it with `roommon user add NAME`", "请用 `roommon user add NAME` 创建")
    return Text("let the daemon's group read it", "请允许守护进程所属的组读取")


def _without_waiting(path: Path) -> int:
    """Open the file at `path`; of a pipe nobody waits for the other end."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def _unfit(found: os.stat_result, path: Path) -> Broken | None:
    mode = stat.S_IMODE(found.st_mode)
    if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
        problem = Text("this is no users file", "这不是用户文件")
        return Broken(0, problem, Text("name the one of `roommon user`", "请写 `roommon user` 所建的文件"))
    if mode & ~MODE:
        return Broken(
            0,
            Text(f"others may read or write it (mode {mode:04o})", f"可被他人读取或改写（权限 {mode:04o}）"),
            Text.same(f"chmod {MODE:o} {path}"),
        )
    return None


def _listed(content: bytes) -> Listed:
    users: dict[UserId, User] = {}
    lines: dict[UserId, int] = {}
    broken: list[Broken] = []
    for number, line in enumerate(_lines(content), 1):
        try:
            user = _user_in(line)
            if user is None:
                continue
            if user.id in users:
                raise _twice(user.id, lines[user.id])
        except Invalid as error:
            broken.append(Broken(number, error.problem, error.remedy))
        else:
            users[user.id], lines[user.id] = user, number
    return Listed(users, tuple(broken))


def _lines(content: bytes) -> list[bytes]:
    """Return the lines of `content`, without the mark that some editors put before the first."""
    return content.removeprefix(codecs.BOM_UTF8).splitlines()


def _user_in(line: bytes) -> User | None:
    """Return the user in `line`, None when it is empty or a comment; raise Invalid."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Invalid(
            Text("this line is not UTF-8", "此行不是 UTF-8"), Text("save the file as UTF-8", "请以 UTF-8 保存文件")
        ) from error
    return parse(text.rstrip()) if text.strip() and not text.startswith("#") else None


def _twice(user: UserId, first: int) -> Invalid:
    return Invalid(
        Text(f"`{user}` is already given in line {first}", f"`{user}` 已在第 {first} 行给出"),
        Text("keep one of the two", "请只保留一个"),
    )


class Draft:
    """The file while it is changed; lines that hold no user stay as they are."""

    def __init__(self, content: bytes) -> None:
        """`content` is what stands there, nothing if there is no file yet."""
        self._lines = _lines(content) or [HEADING.encode()]
        self.users = _listed(content).users
        self.is_changed = False

    def put(self, user: User) -> None:
        """Take `user` in, or change them."""
        line = str(user).encode()
        at = self._at(user.id)
        if at is None:
            self._lines.append(line)
        else:
            self._lines[at] = line
        self.is_changed = True

    def remove(self, user: UserId) -> None:
        """Take the user out, if they are there."""
        at = self._at(user)
        if at is not None:
            del self._lines[at]
            self.is_changed = True

    def content(self) -> bytes:
        """Return what is to stand in the file."""
        return b"\n".join(self._lines) + b"\n"

    def _at(self, user: UserId) -> int | None:
        for index, line in enumerate(self._lines):
            with contextlib.suppress(Invalid):
                found = _user_in(line)
                if found is not None and found.id == user:
                    return index
        return None


@contextlib.contextmanager
def change(path: Path) -> Iterator[Draft]:
    """Give the file at `path` to be changed, and put it in place at the end; who comes meanwhile waits.

    Raises:
        OSError: it cannot be read or written there.
    """
    place = path.resolve()
    if place.parent.exists() and not os.access(place.parent, os.W_OK, effective_ids=True):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    with _alone_in(place.parent):
        before, content = _as_it_is(place)
        draft = Draft(content)
        yield draft
        if draft.is_changed:
            _replace(place, draft.content(), before or place.parent.stat(), is_new=before is None)


def _as_it_is(place: Path) -> tuple[os.stat_result | None, bytes]:
    """Return what stands at `place` and whose it is; nothing if there is no file yet."""
    try:
        with open(_without_waiting(place), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(place))
            return found, file.read()
    except FileNotFoundError:
        return None, b""


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
        os.fsync(held)
    finally:
        os.close(held)


def _replace(place: Path, content: bytes, like: os.stat_result, *, is_new: bool) -> None:
    """Put `content` at `place` in one step: owner and group stay, and a new file has the group of its folder."""
    written, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(written, "wb") as file:
            file.write(content)
            _belong(file.fileno(), -1 if is_new else like.st_uid, like.st_gid)
            os.fchmod(file.fileno(), MODE)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink()
        raise


def _belong(file: int, owner: int, group: int) -> None:
    found = os.fstat(file)
    if found.st_gid != group or owner not in (-1, found.st_uid):
        os.fchown(file, owner, group)
