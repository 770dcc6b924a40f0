"""Single keys from a terminal, without Enter and without an echo."""

import contextlib
import os
import select
import sys
import termios
import tty
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def keys() -> Iterator[Callable[[float], str]]:
    """Hold the terminal so that a key is read at once; yield what waits for one, so many seconds at most.

    It returns an empty text when none came. Standard input that is no terminal has no keys.
    """
    if not sys.stdin.isatty():
        yield _none
        return
    number = sys.stdin.fileno()
    before = termios.tcgetattr(number)
    tty.setcbreak(number)
    try:
        yield lambda seconds: _key(number, seconds)
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


def _key(number: int, seconds: float) -> str:
    ready, _, _ = select.select([number], [], [], seconds)
    return os.read(number, 1).decode("ascii", "replace") if ready else ""


def _none(seconds: float) -> str:
    select.select([], [], [], seconds)
    return ""
