"""What `probe` found: tables for a person, one document for a program."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType

from roommon.cli.screen import print_table
from roommon.model.worded import Worded


class NoAnswer(Worded):
    """The device did not give what was asked; its words say in one line why."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[RenderableType]]


@dataclass(frozen=True, slots=True)
class Found:
    """What one question brought."""

    sections: Sequence[Section]
    document: dict[str, object]
    well: bool = True
    """False when something of it has no value."""


def print_found(who: str, found: Sequence[Found], *, as_json: bool) -> None:
    """Print everything that was found of the device `who`."""
    if as_json:
        document: dict[str, object] = {"device": who}
        for one in found:
            document |= one.document
        print(json.dumps(document, ensure_ascii=False))
        return
    for section in (section for one in found for section in one.sections):
        print(section.title)
        if section.rows:
            print_table(section.headings, section.rows)
