"""How a program of roommon ends: what a user can mend is told in lines, and a traceback means a bug."""

import os
import sys
from collections.abc import Callable

from roommon.cli.spoken import language
from roommon.model.text import Text
from roommon.model.worded import about

NO = 1
"""The answer is no: a fault was found, nothing answered."""
WRONG = 2
"""Wrong usage or configuration."""


def run(program: Callable[[], object]) -> None:
    """Run `program`, and see that what it printed was taken (`roommon history | head`)."""
    try:
        _run(program)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(NO)


def _run(program: Callable[[], object]) -> None:
    try:
        program()
    except Exception as error:
        lines = _told(error)
        if not lines:
            raise
        print(*lines, sep="\n", file=sys.stderr)
        sys.exit(WRONG)
    finally:
        sys.stdout.flush()


def _told(error: Exception) -> list[str]:
    """Return what to say of an error, nothing if it is a bug; the classes live in heavy modules, so they come late."""
    from roommon.cli import usage
    from roommon.cli.complaint import Complaint
    from roommon.config.fault import ConfigInvalid
    from roommon.journal.error import JournalError
    from roommon.model import system_words

    match error:
        case usage.UsageError():
            return [usage.told(error).in_language(language())]
        case ConfigInvalid():
            return [fault.told(language()) for fault in error.faults]
        case OSError(filename=str(path)):
            words = about(path, system_words.said(error))
        case OSError():
            words = system_words.said(error)
        case JournalError():
            words = error.words
        case Complaint():
            words = Text.same(str(error))
        case _:
            return []
    return [about("roommon", words).in_language(language())]
