import io
import json
from pathlib import Path

import pytest

from roommon.web import passwords, users_file
from roommon.web.roles import Role
from roommon.web.user import UserId
from tests.peers.cli import Cli, Said

PASSWORD = "drei Pumpen, ein Keller"
WANG = UserId("wang")


class Desk:
    """`roommon user` with a password in the pipe."""

    def __init__(self, cli: Cli, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
        self._cli = cli
        self._monkeypatch = monkeypatch
        self.file = folder / "users"

    def __call__(self, *arguments: object, password: str | None = None, language: str = "en") -> Said:
        piped: list[object] = []
        if password is not None:
            self._monkeypatch.setattr("sys.stdin", io.StringIO(password))
            piped = ["--stdin"]
        return self._cli("user", *arguments, *piped, "--file", self.file, language=language)

    def users(self) -> dict[str, Role]:
        return {user.id: user.role for user in users_file.read(self.file).users.values()}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the usual cost of a password."""
    monkeypatch.setattr(passwords, "COST", (14, 8, 1))


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def user(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    return Desk(cli, monkeypatch, tmp_path)


def added(user: Desk) -> Desk:
    said = user("add", "Wang", "--role", "operator", "--name", "王工", password=PASSWORD + "\r\n")
    assert (said.code, said.err) == (0, "")
    return user


def test_somebody_is_added_and_may_log_in(user: Desk) -> None:
    said = user(
        "add", " Wang", "--role", "operator", "--name", " 王工 ", "--language", "zh-CN", password=PASSWORD + "\n"
    )
    assert (said.code, said.out) == (0, "wang (王工) may log in as operator.\n")
    made = users_file.read(user.file).users[WANG]
    assert (made.name, made.role, made.language) == ("王工", Role.OPERATOR, "zh-CN")
    assert made.password.is_of(PASSWORD)


def test_who_is_added_without_more_looks_alone(user: Desk) -> None:
    said = user("add", "li", password=PASSWORD, language="zh")
    assert said.out == "li（li）可以登录，角色为查看员。\n"
    assert user.users() == {"li": Role.VIEWER}


def test_a_new_password_is_another(user: Desk) -> None:
    said = added(user)("password", "wang", password="vier Fenster, kein Dach")
    assert (said.code, said.out) == (0, "The password of wang is set.\n")
    made = users_file.read(user.file).users[WANG]
    assert made.password.is_of("vier Fenster, kein Dach")
    assert (made.name, made.role) == ("王工", Role.OPERATOR)


def test_a_role_is_changed_and_somebody_is_removed(user: Desk) -> None:
    assert added(user)("role", "wang", "administrator").out == "wang is administrator now.\n"
    assert user.users() == {"wang": Role.ADMINISTRATOR}
    assert user("remove", "wang", language="zh").out == "已删除 wang。\n"
    assert user.users() == {}


@pytest.mark.parametrize(
    ("arguments", "password", "english", "chinese"),
    [
        ("add 王工", None, "`王工` cannot be a login name", "`王工` 不能用作登录名"),
        ("add wang", PASSWORD, "there is a user wang already; `roommon user password wang`", "已有用户 wang"),
        ("add li", "kurz", "a password has 10 to 256 characters", "密码长度为 10 至 256 个字符"),
        ("add li", "li12345678", "this password is among the first that are tried", "该密码过于常见"),
        ("add li", "", "a password has 10 to 256 characters", "密码长度"),
        ("add li --name \u200b", None, "the name is empty, too long", "姓名为空、过长"),
        (
            "password wnag",
            PASSWORD,
            "there is no user `wnag`; did you mean `wang`?",
            "没有用户 `wnag`；是否应为 `wang`？",
        ),
        ("remove li", None, "there is no user `li`", "没有用户 `li`"),
        ("role li viewer", None, "there is no user `li`", "没有用户 `li`"),
        (
            "role wang boss",
            None,
            "`ROLE` takes viewer or operator or administrator",
            "`ROLE` 的值应为 viewer、operator",
        ),
    ],
)
def test_what_cannot_be_is_told_in_one_line_and_changes_nothing(
    user: Desk, arguments: str, password: str | None, english: str, chinese: str
) -> None:
    before = added(user).file.read_bytes()
    for language, words in (("en", f"roommon: {english}"), ("zh", f"roommon：{chinese}")):
        said = user(*arguments.split(" "), password=password, language=language)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(words)
        assert said.err.count("\n") == 1
    assert user.file.read_bytes() == before


def test_the_list_is_a_table_or_json(user: Desk) -> None:
    added(user)("add", "li", password=PASSWORD)
    shown = user("list")
    assert shown.code == 0
    assert [line.split()[:3] for line in shown.out.splitlines() if "20" in line] == [
        ["li", "li", "viewer"],
        ["wang", "王工", "operator"],
    ]
    documents = [json.loads(line) for line in user("list", "--json").out.splitlines()]
    assert [(each["login"], each["name"], each["role"], each["language"]) for each in documents] == [
        ("li", "li", "viewer", None),
        ("wang", "王工", "operator", None),
    ]
    assert "scrypt" not in shown.out + str(documents)
    assert "操作员" in user("list", language="zh").out


def test_the_list_says_what_is_wrong_in_the_file(user: Desk) -> None:
    nobody = user("list")
    assert (nobody.code, nobody.err) == (
        1,
        f"roommon: {user.file}: cannot be read (No such file or directory); make it with `roommon user add NAME`\n",
    )
    with added(user).file.open("a") as file:
        file.write("li:viewer\n")
    broken = user("list")
    assert broken.code == 1
    assert "王工" in broken.out
    assert broken.err.startswith(f"roommon: {user.file}:3: a user has 7 parts")


ROOM = """\
site: hospital-a
room: server-room
devices: [{ id: rack-a, modbus_tcp: { host: 10.0.0.7 }, unit: 1, profile: xy-md02 }]
"""


@pytest.mark.parametrize(
    ("web", "place"),
    [("", "users"), ("web: {}", "users"), ("web: { users: logins }", "logins"), ("web: { users: ./a/../b }", "b")],
)
def test_the_configuration_says_where_the_users_are(cli: Cli, tmp_path: Path, web: str, place: str) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "roommon.yaml").write_text(f"{ROOM}{web}\n")
    for config in (tmp_path, tmp_path / "roommon.yaml"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.stdin", io.StringIO(PASSWORD))
            assert cli("user", "add", "wang", "--stdin", "--config", config).code == 0
        assert set(users_file.read(tmp_path / place).users) == {"wang"}
        (tmp_path / place).unlink()


def test_a_configuration_with_faults_names_no_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "roommon.yaml").write_text("site: 1\n")
    said = cli("user", "list", "--config", tmp_path)
    assert (said.code, said.err) == (
        2,
        f"roommon: {tmp_path} has faults (`roommon check`); name the users file with --file\n",
    )


@pytest.mark.parametrize("command", ["list", "remove wang", "add wang"])
def test_without_a_configuration_it_says_what_to_name(cli: Cli, tmp_path: Path, command: str) -> None:
    missing = tmp_path / "none"
    said = cli("user", *command.split(), "--config", missing)
    assert (said.code, said.err) == (
        2,
        f"roommon: there is no configuration {missing}; name it with --config, or the users file with --file\n",
    )


@pytest.mark.parametrize(("web", "hint"), [("", True), ("web: {}", False)])
def test_who_is_added_where_there_is_no_page_is_told_so(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: str, hint: bool
) -> None:
    (tmp_path / "roommon.yaml").write_text(f"{ROOM}{web}\n")
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    said = cli("user", "add", "wang", "--stdin", "--config", tmp_path)
    assert said.out.startswith("wang (wang) may log in as viewer.\n")
    assert ("there is no status page yet: write `web: {}`" in said.out) is hint


def test_check_tells_the_faults_of_the_users_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "roommon.yaml").write_text(f"{ROOM}web: {{ view: login }}\n")
    (tmp_path / "users").write_text("# nobody\nwang:operator\n")
    (tmp_path / "users").chmod(0o640)
    assert f"{tmp_path / 'users'}:2:1: warning: a user has 7 parts, not 2; mend the line" in cli("check", tmp_path).all
    (tmp_path / "users").chmod(0o644)
    assert f"{tmp_path / 'users'}:1:1: warning: others may read or write it" in cli("check", tmp_path).all
