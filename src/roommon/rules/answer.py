"""What a person's command came to: what it moved, or why it was refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent
from roommon.model.text import Text


@dataclass(frozen=True, slots=True)
class Answer:
    """One command's outcome."""

    done: bool
    """False: it was refused, and `words` say why and what would be right."""
    words: Text
    events: Sequence[AlarmEvent] = ()


def done(words: Text, events: Sequence[AlarmEvent] = ()) -> Answer:
    """Return the answer to a command that was done; without `events` things were so already."""
    return Answer(True, words, events)


def refused(words: Text) -> Answer:
    """Return the answer to a command that cannot be done."""
    return Answer(False, words)
