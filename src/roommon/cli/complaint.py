"""What a user can mend: told in one line, never with a traceback."""

import sys
from collections.abc import Iterable
from difflib import get_close_matches

from roommon.cli.spoken import say


class Complaint(Exception):
    """Wrong usage; its message is in the reader's language and says what would be right."""


def complain(words: str) -> None:
    """Say `words` on standard error."""
    print(f"roommon{say(': ', '：')}{words}", file=sys.stderr)


def near(name: str, known: Iterable[str]) -> str:
    """Return "did you mean ...?" with those of `known` that `name` begins, or that are next to it; else nothing."""
    choices = sorted(set(known))
    meant = [choice for choice in choices if choice.startswith(f"{name}.")][:4] or get_close_matches(name, choices)
    listed = say(" or ", "、").join(f"`{choice}`" for choice in meant)
    return say(f"; did you mean {listed}?", f"；是否应为 {listed}？") if meant else ""
