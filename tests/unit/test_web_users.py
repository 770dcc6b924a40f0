import codecs
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roommon.alerts import commands
from roommon.model.text import Language
from roommon.model.worded import Invalid
from roommon.web import users_file
from roommon.web.passwords import Hash, hashed, refuse_obvious
from roommon.web.roles import Deed, Role
from roommon.web.user import HEADING, User, UserId, parse, typed_id
from roommon.web.users import LOOK_S, Users
from tests.peers.hands import Hands

PASSWORD = "drei Pumpen, ein Keller"
KEPT = hashed(PASSWORD)
DAY = date(2026, 11, 28)
WANG = User(UserId("wang"), Role.OPERATOR, Language.CHINESE, KEPT, DAY, DAY, "王工")
WRONG_ID = (
    "`Wang` cannot be a login name; use small letters, digits, `.`, `_` and `-`, such as `wang`; "
    "`--name` is for the name that people read"
)
LI = User(UserId("li"), Role.VIEWER, None, KEPT, DAY, DAY, "Li: night duty")


def written(path: Path, *users: User, mode: int = 0o640) -> Path:
    path.write_text("".join(f"{line}\n" for line in (HEADING, *users)), "utf-8")
    path.chmod(mode)
    return path


def problems(path: Path) -> list[str]:
    return [broken.told(Path(path.name)).en for broken in users_file.read(path).broken]


def test_each_role_may_what_those_before_it_may() -> None:
    may = {role: {deed for deed in Deed if role.may(deed)} for role in Role}
    assert may[Role.VIEWER] == {Deed.LOOK}
    assert may[Role.OPERATOR] - may[Role.VIEWER] == {
        *(Deed.ACKNOWLEDGE, Deed.SHELVE, Deed.UNSHELVE, Deed.NOTE, Deed.RESET, Deed.DRILL, Deed.END_DRILL)
    }
    assert may[Role.ADMINISTRATOR] - may[Role.OPERATOR] == {Deed.OUT_OF_SERVICE, Deed.IN_SERVICE, Deed.SEE_LOGINS}


def test_every_command_is_a_deed() -> None:
    assert set(commands.VERBS) <= set(Deed)


def test_a_password_is_known_again_and_no_other() -> None:
    assert Hash.parse(str(KEPT)) == KEPT
    assert KEPT.is_of(PASSWORD)
    assert not KEPT.is_of(PASSWORD + " ")
    assert not KEPT.is_of("")
    assert not KEPT.is_of("x" * 1_000_000)
    assert KEPT.memory == 32 << 20


def test_the_same_password_has_another_salt_each_time() -> None:
    assert hashed(PASSWORD).digest != KEPT.digest


def test_full_width_letters_are_the_same_password() -> None:
    assert hashed("ｐｏｍｐ－ｋｅｌｌｅｒ").is_of("pomp-keller")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "$scrypt$ln=15,r=8,p=3$AAAA$BBBB",
        "$scrypt$ln=13,r=8,p=3$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=18,r=8,p=1$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=15,r=8,p=0$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=15,r=8,p=17$" + "A" * 22 + "$" + "A" * 43,
        "$scrypt$ln=15,r=8,p=3$" + "A" * 21 + "$" + "A" * 43,
    ],
)
def test_what_is_no_hash_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="roommon user password"):
        Hash.parse(text)


@pytest.mark.parametrize("password", ["drei Pumpen, ein Keller", "机房钥匙在左边抽屉里", "kc7-Rt.m2qX", "9274615038"])
def test_a_password_that_nobody_guesses_is_taken(password: str) -> None:
    refuse_obvious(password, "wang", "王工")


@pytest.mark.parametrize(
    "password",
    [
        *("", "kurz", "123456789", "x" * 257),
        *("drei\tPumpen, ein Keller", "drei Pumpen\x1b[D, ein Keller", "drei Pumpen, ein K\udcffller"),
        *("1234567890", "0987654321", "0000000000", "abcabcabcabc", "kc7xkc7xkc7x", "kc7xRkc7xR", "kc7xkc7cx7k"),
        *("wangwang12", "Wang123456", "wang!!!!!!", "!!王工!!!!!!!", "ｗａｎｇ１２３４５６"),
        *("password123", "Passw0rd!!", "Password2026!", "roommon-2026", "admin12345", "qwertyuiop", "机房监控2026-11"),
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        refuse_obvious(password, "wang", "王工")


@pytest.mark.parametrize("user", [WANG, LI])
def test_a_user_is_a_line(user: User) -> None:
    assert parse(str(user)) == user
    assert str(KEPT) not in repr(user)


@given(
    name=st.text(min_size=1, max_size=64).filter(lambda name: name.isprintable() and name.strip() == name),
    role=st.sampled_from(Role),
    language=st.sampled_from([None, *Language]),
    day=st.dates(),
)
def test_any_user_is_read_as_written(name: str, role: Role, language: Language | None, day: date) -> None:
    user = replace(WANG, name=name, role=role, language=language, created=day)
    assert parse(str(user)) == user


@pytest.mark.parametrize("name", ["", " Wang", "Wang\n", "Wang\x1b[2J", "W" * 65, "Wang\u202e"])
def test_a_name_that_people_cannot_read_is_none(name: str) -> None:
    with pytest.raises(Invalid, match="name"):
        replace(WANG, name=name)


@pytest.mark.parametrize("typed", ["wang", "Wang", " WANG ", "ｗａｎｇ", "Ｗang"])
def test_people_type_their_id_as_they_like(typed: str) -> None:
    assert typed_id(typed) == "wang"


def test_a_broken_line_costs_itself_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "users", WANG, LI)
    one = str(WANG)
    lines = [
        "# a comment",
        "",
        "zhao:viewer",
        one.replace("wang", "Wang"),
        one.replace("wang", "chen").replace("operator", "boss"),
        one.replace("wang", "chen").replace("zh-CN", "de"),
        one.replace("wang", "chen").replace("ln=15", "ln=9"),
        one.replace("wang", "chen").replace("2026-11-28", "28.11."),
        one.replace("wang", "chen").replace("王工", ""),
        one,
    ]
    path.write_bytes(path.read_bytes() + "\r\n".join(lines).encode() + b"\n\xff\xfe\nzhu" + one[4:].encode())
    assert problems(path) == [
        "users:6: a user has 7 parts, not 2; mend the line, or remove it and add the user anew",
        f"users:7: {WRONG_ID}",
        "users:8: `boss` is no role; write viewer, operator or administrator",
        "users:9: `de` is no language here; write en or zh-CN, or leave it empty",
        "users:10: scrypt with these numbers is too weak or too dear; set it anew: `roommon user password NAME`",
        "users:11: `28.11.` is not a day; write year, month and day: `2026-05-01`",
        "users:12: the name is empty, too long, or has signs that nobody sees; 1 to 64 letters, such as Wang",
        "users:13: `wang` is already given in line 2; keep one of the two",
        "users:14: this line is not UTF-8; save the file as UTF-8",
    ]
    assert set(users_file.read(path).users) == {"wang", "li", "zhu"}


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o641, 0o777])
def test_a_file_that_others_read_or_write_is_one_fault_and_nobodys(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "users", WANG, mode=mode)
    assert problems(path) == [f"users: others may read or write it (mode {mode:04o}); chmod 640 {path}"]
    assert not users_file.read(path).users


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o440, 0o400])
def test_a_file_for_fewer_is_as_good(tmp_path: Path, mode: int) -> None:
    assert set(users_file.read(written(tmp_path / "users", WANG, mode=mode)).users) == {"wang"}


def test_what_is_no_users_file_is_one_fault(tmp_path: Path) -> None:
    pipe, large = tmp_path / "pipe", tmp_path / "large"
    os.mkfifo(pipe)
    large.write_bytes(b"#" * (1 << 20) + b"\n")
    assert problems(pipe) == ["pipe: this is no users file; name the one of `roommon user`"]
    assert problems(large) == ["large: this is no users file; name the one of `roommon user`"]
    assert problems(tmp_path / "none") == [
        "none: cannot be read (No such file or directory); make it with `roommon user add NAME`"
    ]
    assert problems(tmp_path / "pipe" / "users") == [
        "users: cannot be read (Not a directory); let the daemon's group read it"
    ]


def test_a_change_leaves_every_other_line_as_it_is(tmp_path: Path) -> None:
    path = written(tmp_path / "users", WANG, LI)
    with path.open("ab") as file:
        file.write("# 夜班\nzhao:broken\n".encode() + b"\xff\n")
    before = path.read_bytes().splitlines()
    with users_file.change(path) as draft:
        draft.put(replace(WANG, role=Role.VIEWER))
        draft.put(replace(WANG, id=UserId("chen")))
        draft.remove(LI.id)
        draft.remove(UserId("nobody"))
    after = path.read_bytes().splitlines()
    assert after == [before[0], str(replace(WANG, role=Role.VIEWER)).encode(), *before[3:], after[-1]]
    assert parse(after[-1].decode()).id == "chen"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_a_new_file_is_for_the_daemons_group_and_nobody_else(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        with users_file.change(tmp_path / "users") as draft:
            draft.put(WANG)
    finally:
        os.umask(before)
    found = (tmp_path / "users").stat()
    assert found.st_mode & 0o7777 == 0o640
    assert found.st_gid == tmp_path.stat().st_gid
    assert (tmp_path / "users").read_text("utf-8").splitlines() == [HEADING, str(WANG)]


def test_a_mark_before_the_first_line_does_not_hide_it(tmp_path: Path) -> None:
    path = tmp_path / "users"
    path.write_bytes(codecs.BOM_UTF8 + f"{WANG}\n{LI}\n".encode())
    path.chmod(0o640)
    assert set(users_file.read(path).users) == {"wang", "li"}
    with users_file.change(path) as draft:
        draft.remove(WANG.id)
    assert path.read_text("utf-8") == f"{LI}\n"


def test_a_change_mends_the_mode(tmp_path: Path) -> None:
    path = written(tmp_path / "users", WANG, mode=0o644)
    with users_file.change(path) as draft:
        draft.put(LI)
    assert problems(path) == []


def test_a_look_changes_nothing(tmp_path: Path) -> None:
    with users_file.change(tmp_path / "users") as draft:
        assert not draft.users
    assert list(tmp_path.iterdir()) == []


def test_a_change_that_fails_leaves_the_file_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path / "users", WANG)
    before = path.read_bytes()

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"), users_file.change(path) as draft:
        draft.remove(WANG.id)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@contextmanager
def nobody_special() -> Iterator[None]:
    """Without root's rights, if the tests have them."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_who_may_not_write_is_told_so_before_anything_is_asked() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with (
            nobody_special(),
            pytest.raises(PermissionError, match=f"'{folder / 'users'}'"),
            users_file.change(folder / "users"),
        ):
            pass
        folder.chmod(0o755)


def test_who_changes_it_meanwhile_waits(tmp_path: Path) -> None:
    path = written(tmp_path / "users", WANG)
    done = threading.Event()

    def add_li() -> None:
        with users_file.change(path) as draft:
            draft.put(LI)
        done.set()

    other = threading.Thread(target=add_li)
    with users_file.change(path) as draft:
        other.start()
        assert not done.wait(0.2)
        draft.put(replace(WANG, id=UserId("chen")))
    other.join(10)
    assert set(users_file.read(path).users) == {"wang", "chen", "li"}


def test_a_change_that_is_given_up_is_none(tmp_path: Path) -> None:
    path = written(tmp_path / "users", WANG)

    def give_up() -> None:
        with users_file.change(path) as draft:
            draft.remove(WANG.id)
            raise KeyError

    with pytest.raises(KeyError):
        give_up()
    assert set(users_file.read(path).users) == {"wang"}


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    real, link = written(tmp_path / "there" / "users", WANG), tmp_path / "users"
    link.symlink_to(real)
    with users_file.change(link) as draft:
        draft.put(LI)
    assert link.is_symlink()
    assert set(users_file.read(real).users) == {"wang", "li"}


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "users")
    with pytest.raises(FileExistsError), users_file.change(tmp_path / "users"):
        pass


async def test_a_user_with_the_password_is_let_in(tmp_path: Path) -> None:
    users = Users(written(tmp_path / "users", WANG), Hands())
    assert await users.verify("Wang", PASSWORD) == WANG
    assert await users.verify("wang", "wrong") is None
    assert await users.verify("nobody", PASSWORD) is None
    assert await users.verify("", "") is None


async def test_the_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    hands = Hands()
    path = written(tmp_path / "users", WANG)
    users = Users(path, hands)
    await users.refresh()
    assert users.get(WANG.id) == WANG
    with users_file.change(path) as draft:
        draft.put(replace(WANG, role=Role.VIEWER))
    await users.refresh()
    assert users.get(WANG.id) == WANG, "looked again at once"
    hands.now += LOOK_S
    await users.refresh()
    assert users.get(WANG.id) == replace(WANG, role=Role.VIEWER)
    path.unlink()
    hands.now += LOOK_S
    await users.refresh()
    assert users.get(WANG.id) is None


async def test_an_edit_in_place_of_the_same_length_is_seen(tmp_path: Path) -> None:
    hands = Hands()
    path = written(tmp_path / "users", WANG)
    users = Users(path, hands)
    await users.refresh()
    found = path.stat()
    path.write_text(path.read_text("utf-8").replace("王工", "李工"), "utf-8")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
    hands.now += LOOK_S
    await users.refresh()
    assert users.get(WANG.id) == replace(WANG, name="李工")


async def test_a_fault_is_logged_once_and_told_while_it_is_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    hands = Hands()
    path = written(tmp_path / "users", WANG, mode=0o644)
    users = Users(path, hands)
    for _ in range(3):
        await users.refresh()
        path.touch()
        hands.now += LOOK_S
    assert caplog.messages == [f"web: users: {path}: others may read or write it (mode 0644); chmod 640 {path}"]
    assert [fault.zh_cn for fault in users.faults] == [f"{path}：可被他人读取或改写（权限 0644）；chmod 640 {path}"]
    path.chmod(0o640)
    await users.refresh()
    assert users.faults == ()
    assert users.get(WANG.id) == WANG


@settings(max_examples=50, deadline=None)
@given(content=st.binary(max_size=200))
def test_whatever_stands_in_the_file_is_answered(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "users"
    path.write_bytes(content)
    path.chmod(0o640)
    assert users_file.read(path).users == {}
    with users_file.change(path) as draft:
        draft.put(WANG)
    assert set(users_file.read(path).users) == {"wang"}
