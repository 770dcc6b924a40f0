"""The help of a command in the reader's language, wrapped as wide as Chinese letters are on a terminal.

typer has its headings and its own options in English alone, and takes a Chinese letter for one column.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import NoReturn
from unicodedata import east_asian_width

from typer._click import Command as ClickCommand
from typer._click import Context, HelpFormatter
from typer.core import TyperCommand, TyperGroup, TyperOption

from roommon.cli.spoken import say

_OF_TWO = 2
_NAMES = 30
"""Columns of the names on the left; a longer one has its line to itself."""
_OWN = re.compile(r"Show this message and exit\.|\[(?:default: |required|env var: )[^\]]*\]$")
_PIECE = re.compile(r"\s+|[^\s\u2e80-\uffef]+[，。、；：）]*|[\u2e80-\uffef][，。、；：）]*")
"""What a line is broken between: words, and single Chinese letters with the marks that may not begin a line."""


class Command(TyperCommand):
    """A command whose help is in the reader's language."""

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page."""
        formatter.write("\n".join(_page(self, ctx, formatter.width)))


class Group(TyperGroup):
    """All commands; its help is in the reader's language."""

    def get_help_option(self, ctx: Context) -> TyperOption | None:
        """Return typer's `--help`, with a value where it is not given: to take none, typer loads pydantic (60 ms)."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.default = False
        return option

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, ClickCommand | None, list[str]]:
        """Return the command that `args` begin with; two words may be one: `profiles import`."""
        if args[1:] in ([], ["--help"]) and args[0] not in self.commands and self._below(args[0]):
            self._show_below(ctx, args[0], asked=bool(args[1:]))
        two = " ".join(args[:2])
        is_meant = two in self.commands or self._is_nearly_one(args[:2])
        return super().resolve_command(ctx, [two, *args[2:]] if is_meant else args)

    def _is_nearly_one(self, words: list[str]) -> bool:
        """Return whether `words` are next to a command of two: `alarms shelv` is, `alarms /etc/roommon` is not."""
        if len(words) < _OF_TWO or not words[1].isalpha():
            return False
        seconds = [name.split()[1] for name in self.commands if name.startswith(f"{words[0]} ")]
        return bool(get_close_matches(words[1], seconds, cutoff=0.75))

    def _below(self, word: str) -> list[tuple[str, str]]:
        """Return the commands of two words of which `word` is the first, with their help."""
        return [(name, each.help or "") for name, each in self.commands.items() if name.startswith(f"{word} ")]

    def _show_below(self, ctx: Context, word: str, *, asked: bool) -> NoReturn:
        """Print the commands that begin with `word`, which is none by itself; end with 0 when they were asked for."""
        usage = f"{say('Usage: ', '用法：')}{ctx.command_path} {word} {say('COMMAND [ARGS]...', '命令 [参数]...')}"
        width = ctx.make_formatter().width
        section = _section(say("Commands:", "命令："), self._below(word), width)
        print("\n".join([usage, *section]), file=sys.stdout if asked else sys.stderr)
        ctx.exit(0 if asked else 2)

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the page, with the commands below."""
        commands = [(name, self.commands[name].help or "") for name in self.list_commands(ctx)]
        section = _section(say("Commands:", "命令："), commands, formatter.width)
        formatter.write("\n".join([*_page(self, ctx, formatter.width), *section]))


def _page(command: Command | Group, ctx: Context, width: int) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(ctx))
    pieces = pieces.replace("[OPTIONS]", say("[OPTIONS]", "[选项]"))
    pieces = pieces.replace("COMMAND [ARGS]...", say("COMMAND [ARGS]...", "命令 [参数]..."))
    yield f"{say('Usage: ', '用法：')}{ctx.command_path} {pieces}"
    yield ""
    yield from (f"  {line}" for line in wrapped(command.help or "", width - 2))
    shown = [(param.param_type_name, param.get_help_record(ctx)) for param in command.get_params(ctx)]
    arguments = [
        (record[0].split(" <")[0], _ours(record[1])) for kind, record in shown if record and kind == "argument"
    ]
    options = [(record[0], _ours(record[1])) for kind, record in shown if record and kind == "option"]
    yield from _section(say("Arguments:", "参数："), arguments, width)
    yield from _section(say("Options:", "选项："), options, width)


def _ours(words: str) -> str:
    """Return `words` with what typer adds to them in the reader's language."""
    return _OWN.sub(lambda found: _said(found[0]), words)


def _said(words: str) -> str:
    if words.startswith("["):
        for english, chinese in (("default: ", "缺省："), ("required", "必填"), ("; ", "；")):
            words = words.replace(english, say(english, chinese))
        return words
    return say("Show this page.", "显示本帮助。")


def _section(heading: str, rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield `heading` and the rows of names and words below it; nothing when there are none."""
    known = list(rows)
    if not known:
        return
    left = min(max(columns(name) for name, _ in known), _NAMES) + 4
    yield ""
    yield heading
    for name, words in known:
        lines = wrapped(words, width - left)
        start = f"  {name}"
        if columns(start) > left - 2:
            yield start
            start = ""
        for line in lines or [""]:
            yield f"{start}{' ' * (left - columns(start))}{line}".rstrip()
            start = ""


def wrapped(words: str, width: int) -> list[str]:
    """Return `words` in lines of at most `width` columns."""
    lines = [""]
    for piece in _PIECE.findall(words):
        if columns(lines[-1]) + columns(piece) > width and lines[-1]:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line]


def columns(words: str) -> int:
    """Return how wide a terminal shows `words`."""
    if words.isascii():
        return len(words)
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in words)
