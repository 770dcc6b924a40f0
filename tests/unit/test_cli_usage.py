"""What is typed wrong is told in one line of the reader's language, and the help is a page in it."""

import os
import re
import subprocess
import sys

import pytest
import typer

from roommon.cli import app, help_page, usage
from roommon.model.text import Text

WRONG: list[tuple[str, str, str]] = [
    ("nonsense", "there is no command `nonsense`; see `roommon --help`", "没有命令 `nonsense`；参见 `roommon --help`"),
    ("histry", "there is no command `histry`; did you mean `history`?", "没有命令 `histry`；是否应为 `history`？"),
    (
        "history --nonsense",
        "there is no option `--nonsense`; see `roommon history --help`",
        "没有选项 `--nonsense`；参见 `roommon history --help`",
    ),
    (
        "alarms shelv hot.rack-a.inlet",
        "there is no command `alarms shelv`; did you mean `alarms shelve` or `alarms unshelve` or `alarms test`?",
        "没有命令 `alarms shelv`；是否应为 `alarms shelve`、`alarms unshelve`、`alarms test`？",
    ),
    ("check --jsn", "there is no option `--jsn`; did you mean `--json`?", "没有选项 `--jsn`；是否应为 `--json`？"),
    ("probe --unit", "`--unit` needs a value; see `roommon --help`", "`--unit` 缺少值；参见 `roommon --help`"),
    ("probe --json=3", "`--json` takes no value; see `roommon --help`", "`--json` 不带值；参见 `roommon --help`"),
    (
        "probe --unit x",
        "`--unit` takes a whole number from 0 to 255; see `roommon probe --help`",
        "`--unit` 的值应为 0 至 255 的整数；参见 `roommon probe --help`",
    ),
    (
        "history --last 0",
        "`--last` takes a whole number of 1 or more; see `roommon history --help`",
        "`--last` 的值应为不小于 1 的整数；参见 `roommon history --help`",
    ),
    (
        "probe --timeout 0",
        "`--timeout` takes a number from 0.05 to 60; see `roommon probe --help`",
        "`--timeout` 的值应为 0.05 至 60 的数值；参见 `roommon probe --help`",
    ),
    (
        "probe --framer foo",
        "`--framer` takes tcp or rtu; see `roommon probe --help`",
        "`--framer` 的值应为 tcp、rtu 之一；参见 `roommon probe --help`",
    ),
    (
        "check one two three",
        "`two three` is too much; see `roommon check --help`",
        "多余的参数 `two three`；参见 `roommon check --help`",
    ),
]


def refusal(arguments: str) -> Text:
    """What is said of the command line `arguments`."""
    return raised_by(app.app, arguments.split())


def raised_by(program: typer.Typer, arguments: list[str]) -> Text:
    command = typer.main.get_command(program)
    with pytest.raises(Exception, match=r".*") as wrong:
        command.main(arguments, prog_name="roommon", standalone_mode=False)
    assert isinstance(wrong.value, usage.UsageError), wrong.value
    return usage.told(wrong.value)


@pytest.mark.parametrize(("arguments", "english", "chinese"), WRONG, ids=[arguments for arguments, _, _ in WRONG])
def test_wrong_usage_is_one_line_in_both_languages(arguments: str, english: str, chinese: str) -> None:
    assert refusal(arguments) == Text(f"roommon: {english}", f"roommon：{chinese}")


def required(site: str) -> None:
    """Take a parameter that has no default."""


def test_a_missing_parameter_is_named() -> None:
    alone = typer.Typer(pretty_exceptions_enable=False)
    alone.command()(required)
    assert raised_by(alone, []).zh_cn == "roommon：缺少 `site`；参见 `roommon --help`"


def roommon(*arguments: str, language: str = "zh", columns: str = "80") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "roommon", *arguments],
        capture_output=True,
        text=True,
        timeout=30,
        env={**os.environ, "ROOMMON_LANGUAGE": language, "COLUMNS": columns},
        check=False,
    )


COMMANDS = sorted(getattr(typer.main.get_command(app.app), "commands", {}))


def test_every_command_has_its_help_in_the_readers_language() -> None:
    group = typer.main.get_command(app.app)
    assert isinstance(group, help_page.Group)
    assert [type(group.commands[name]) for name in COMMANDS] == [help_page.Command] * len(COMMANDS)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_a_help_page_in_chinese_has_no_english_sentence(command: str) -> None:
    page = roommon(*command.split(), "--help")
    assert (page.returncode, page.stderr) == (0, "")
    assert page.stdout.startswith("用法：")
    english = r"[a-z]+ [a-z]+ [a-z]+|\[OPTIONS\]|Options|Arguments|Commands|default|required"
    assert re.findall(english, page.stdout.partition("\n")[2]) == []
    assert max(help_page.columns(line) for line in page.stdout.splitlines()) <= 80


def test_the_first_word_of_several_commands_shows_them() -> None:
    asked = roommon("notify", "--help")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout.startswith("用法：python -m roommon notify 命令 [参数]...\n\n命令：\n  notify run ")
    assert "notify log" in asked.stdout
    bare = roommon("notify")
    assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", asked.stdout)


def test_wrong_usage_in_chinese_is_one_line_and_ends_with_2() -> None:
    done = roommon("check", "--quickly")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith("没有选项 `--quickly`；参见 `python -m roommon check --help`\n")
    assert done.stderr.count("\n") == 1


def test_without_any_words_the_help_is_shown_and_the_exit_code_says_so() -> None:
    done = roommon()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("用法：")


@pytest.mark.parametrize("width", [10, 24, 60])
def test_a_line_is_never_wider_than_the_terminal(width: int) -> None:
    words = "读取一台设备，显示其应答的各种可能含义；只读不写。 Read one device."
    lines = help_page.wrapped(words, width)
    assert max(help_page.columns(line) for line in lines) <= width
    assert "".join("".join(lines).split()) == "".join(words.split())
    assert not any(line[0] in "，。；、：）" for line in lines)
