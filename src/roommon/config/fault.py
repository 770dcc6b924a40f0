"""What is wrong in a configuration: where, what, and what would be right."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from roommon.model.text import Language, Text
from roommon.model.worded import sentences


class Place(NamedTuple):
    """A place in a file; lines and columns count from 1. Sorts as a person reads: file, line, column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Severity(IntEnum):
    """Whether the daemon refuses the file, and if not, why something is said."""

    FAULT = 0
    WARNING = 1
    NOTE = 2
    """Nothing is wrong; a person may want to know."""


_KINDS = {
    Severity.FAULT: Text("", ""),
    Severity.WARNING: Text("warning: ", "警告："),
    Severity.NOTE: Text("note: ", "提示："),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or, as a warning, probably not meant."""

    place: Place
    problem: Text
    remedy: Text
    severity: Severity = Severity.FAULT

    def told(self, language: Language) -> str:
        """Return `file:line:column: what is wrong; what would be right`."""
        kind = _KINDS[self.severity].in_language(language)
        return f"{self.place}: {kind}{sentences(self.problem, self.remedy).in_language(language)}"


class ConfigInvalid(Exception):
    """A configuration with faults; its message is all of them, one a line, in English."""

    def __init__(self, faults: Sequence[Fault], warnings: Sequence[Fault] = ()) -> None:
        """Keep `faults` (at least one) and the `warnings` that were found beside them."""
        super().__init__("\n".join(fault.told(Language.ENGLISH) for fault in faults))
        self.faults = tuple(faults)
        self.warnings = tuple(warnings)
