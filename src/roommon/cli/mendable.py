"""How a program of roommon ends: what a user can mend is told in lines, and a traceback means a bug."""

import os
import sys
from collections.abc import Callable

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import language
from roommon.cli.usage import WrongUsage
from roommon.config.fault import ConfigInvalid
from roommon.journal.error import JournalError
from roommon.model import system_words
from roommon.model.text import Text
from roommon.model.worded import about
from roommon.notify.error import QueueUnusable

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
    except (ConfigInvalid, OSError, JournalError, QueueUnusable, Complaint, WrongUsage) as error:
        print(*_told(error), sep="\n", file=sys.stderr)
        sys.exit(WRONG)
    finally:
        sys.stdout.flush()


def _told(error: ConfigInvalid | OSError | JournalError | QueueUnusable | Complaint | WrongUsage) -> list[str]:
    """Return the lines that say what is wrong."""
    match error:
        case WrongUsage():
            return [error.words.in_language(language())]
        case ConfigInvalid():
            return [fault.told(language()) for fault in error.faults]
        case OSError(filename=str(path)):
            words = about(path, system_words.said(error))
        case OSError():
            words = system_words.said(error)
        case JournalError() | QueueUnusable():
            words = error.words
        case Complaint():
            words = Text.same(str(error))
    return [about("roommon", words).in_language(language())]
