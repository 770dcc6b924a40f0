"""Every folder in tests/golden/notify is a configuration of `roommon notify` and what `check` says of it.

`GOLDEN=rewrite pytest tests/unit/test_notify_config.py` writes what is said now: read the difference before you commit.
"""

import importlib.util
import os
import shutil
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from roommon.config.notify import Checked, examine
from roommon.model.text import Language
from tests.peers.cli import Cli
from tests.peers.notify_settings import TWO_PEOPLE

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "golden" / "notify"
EXPECTED = {Language.ENGLISH: "config.error", Language.CHINESE: "config.error.zh-CN"}


def said(checked: Checked, language: Language) -> str:
    return "".join(f"{fault.told(language)}\n" for fault in (*checked.faults, *checked.warnings))


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
@pytest.mark.parametrize("language", Language)
def test_every_fault_is_told_with_its_place(
    case: str, language: Language, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(CASES / case, tmp_path / "case")
    for path in (tmp_path / "case").iterdir():
        path.chmod(0o600)  # a checkout may have made its files for all to read
    monkeypatch.chdir(tmp_path / "case")
    found = said(examine(Path("notify.yaml"), {}), language)
    expected = CASES / case / EXPECTED[language]
    if os.environ.get("GOLDEN") == "rewrite":
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


def test_check_says_who_is_told_of_what_and_who_has_the_duty(cli: Cli) -> None:
    checked = cli("notify", "check", ROOT / "config" / "notify.yaml")
    assert checked.code == 0
    rows = [line.split() for line in checked.out.splitlines()]
    assert ["medium", "smith", "daily", "22:00-07:00", "Asia/Shanghai"] in rows
    assert ["low", "fire,", "water", "guard"] in rows
    assert any(row[:3] == ["high", "duty", "(now"] for row in rows)
    assert "there is no file `smtp` yet; put it in place before roommon notify starts" in checked.err


def test_a_wrong_file_ends_with_2_and_nothing_runs(cli: Cli, tmp_path: Path) -> None:
    wrong = CASES / "names" / "notify.yaml"
    checked = cli("notify", "check", wrong, language="zh-CN")
    assert (checked.code, "没有渠道 `mial`；是否应为 `mail`？" in checked.err) == (2, True)
    for command in (("test",), ("log",)):
        refused = cli("notify", *command, "--config", wrong)
        assert refused.code == 2
        assert "there is no channel `mial`" in refused.err
    empty = tmp_path / "notify.yaml"
    empty.write_text("# nothing\n")
    assert "the configuration is empty" in cli("notify", "check", empty).err
    assert cli("notify", "check", tmp_path / "none.yaml").code == 2


def test_a_log_level_that_is_none_and_a_queue_that_is_not_there_are_told_in_a_line(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "notify.yaml"
    path.write_text(f"{TWO_PEOPLE}routes: [{{ to: li }}]\nqueue: {tmp_path}/queue.db\n", encoding="utf-8")
    refused = cli("notify", "run", path, "--log-level", "loud")
    assert (refused.code, refused.err) == (2, "roommon: no log level 'loud'\n")
    logged = cli("notify", "log", "--config", path)
    assert (logged.code, logged.err) == (
        2,
        f"roommon: {tmp_path}/queue.db cannot be used: unable to open database file\n",
    )
    (tmp_path / "queue.db").write_bytes(b"x" * 5000)
    assert "cannot be used: file is not a database" in cli("notify", "log", "--config", path).err


def test_apprise_that_is_not_installed_is_told_by_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    find = importlib.util.find_spec

    def without_apprise(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "apprise" else find(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without_apprise)
    (tmp_path / "notify.yaml").write_text("channels: [{ slack: { token_file: t } }]\n")
    (tmp_path / "t").touch(0o600)
    (tmp_path / "t").write_text("T1/B1/x")
    told = said(examine(tmp_path / "notify.yaml", {}), Language.ENGLISH)
    assert "apprise is not installed, which carries this channel; install roommon[notify]" in told
