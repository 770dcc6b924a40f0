"""Words of alarms and readings in the reader's language, and their colours on a terminal."""

from roommon.cli.spoken import language
from roommon.model.alarm import Priority
from roommon.model.text import Text
from roommon.record.words import PRIORITIES, QUALITIES, REASONS, SCOPES, STATES, TRIGGERS

__all__ = ["COLOURS", "PRIORITIES", "QUALITIES", "REASONS", "SCOPES", "STATES", "TRIGGERS", "word"]

COLOURS = {
    Priority.CRITICAL: "bold white on red",
    Priority.HIGH: "red",
    Priority.MEDIUM: "yellow",
    Priority.LOW: "cyan",
}


def word(text: Text) -> str:
    """Return `text` for the reader."""
    return text.in_language(language())
