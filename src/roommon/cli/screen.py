"""Tables on standard output: colour and the terminal's width on a terminal, whole lines in a pipe."""

import logging
import sys
from collections.abc import Iterable, Sequence
from itertools import islice

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text as Styled

_NO_TERMINAL = 400
"""Columns where nobody reads them directly: no cell is broken, so that grep finds it."""
_PAGE = 500
_NARROWEST = 20
"""Columns of a text on a terminal that is too narrow for it."""


def console() -> Console:
    """Return standard output as rich writes to it."""
    return Console(width=None if sys.stdout.isatty() else _NO_TERMINAL, highlight=False)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[RenderableType]]) -> int:
    """Print `rows` as a table and return how many there were; a long one comes page by page, each with `headings`."""
    screen, given, printed = console(), iter(rows), 0
    while page := list(islice(given, _PAGE)):
        table = Table(*headings, box=box.SIMPLE_HEAD)
        for cells in page:
            table.add_row(*cells)
        screen.print(table)
        printed += len(page)
    return printed


def print_beside(name: Styled | str, words: str, width: int, style: str = "") -> None:
    """Print `name`, and `words` beside it from column `width` on; what does not fit goes on below the words."""
    screen = console()
    label = Styled(name) if isinstance(name, str) else name
    for line in Styled(words, style).wrap(screen, max(screen.width - width, _NARROWEST)):
        gap = " " * max(width - label.cell_len, 0)
        screen.print(label + Styled(gap) + line, soft_wrap=True)
        label = Styled("")


def keep_log_off_screen() -> None:
    """Let drivers log to nobody: a command that asks once prints itself what came of it."""
    logging.getLogger("roommon").addHandler(logging.NullHandler())
