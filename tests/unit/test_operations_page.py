"""docs/operations*.md explain every line that roommon logs, and none that it does not."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ("operations.md", "operations.zh-CN.md")
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
HEADINGS = ("## Log lines", "## 运行日志")


def _as_read(message: str) -> str:
    """The message with `…` for everything that is filled in."""
    return re.sub("…+", "…", re.sub(r"%[-.\d]*[sdrfg]", "…", message))


def _messages() -> Iterator[str]:
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level), args=args) if (
                    name.lower().strip("_") == "log" and level in LEVELS
                ):
                    words = [arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                    assert words, f"{path}:{node.lineno}: the message is no literal"
                    yield _as_read(words[0])


def _explained(page: str) -> set[str]:
    """The first cells of the tables of log lines."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    heading = next(heading for heading in HEADINGS if heading in text)
    rows = re.findall(r"^\| (`+)(.+?)\1 \|", text.split(heading, 1)[1], re.MULTILINE)
    return {line for _, line in rows}


@pytest.mark.parametrize("page", PAGES)
def test_every_log_line_is_explained(page: str) -> None:
    messages = set(_messages())
    assert len(messages) > 40
    assert messages - _explained(page) == set()


@pytest.mark.parametrize("page", PAGES)
def test_no_line_is_explained_that_nobody_logs(page: str) -> None:
    assert _explained(page) - set(_messages()) == set()


def _shape(page: str) -> list[int]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return [len(re.findall(mark, text, re.MULTILINE)) for mark in ("^## ", "^### ", "^\\|", "^```")]


def test_both_pages_have_the_same_parts() -> None:
    assert _shape(PAGES[0]) == _shape(PAGES[1])
