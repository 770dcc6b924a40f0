"""What a standard's YAML file holds (docs/standards.md), and where the shipped ones lie."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NewType

from roommon.model.text import Text

StandardId = NewType("StandardId", str)

FOLDER = Path(__file__).parent
"""Holds the shipped ones: `<id>.yaml`."""


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard, or one class of one; its file's name is its id."""

    name: Text
    sources: tuple[str, ...] = field(metadata={"doc": "The documents that the figures come from."})
    rules: tuple[object, ...] = field(metadata={"doc": "As under `rules`, each with the clause that it comes from."})


@dataclass(frozen=True, slots=True)
class ClauseSpec:
    """What a rule of a standard says besides what every rule says."""

    clause: Text = field(metadata={"doc": "Where the figure stands; it is told with the alarm."})
    unverified: bool = field(default=False, metadata={"doc": "The figure comes from a secondary source."})
    optional: bool = field(default=False, metadata={"doc": "That no sensor is meant is no gap, and is not said."})


def shipped() -> tuple[StandardId, ...]:
    """Return the names of the standards that come with roommon."""
    return tuple(StandardId(path.stem) for path in sorted(FOLDER.glob("*.yaml")))
