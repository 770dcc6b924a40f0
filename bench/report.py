"""The table, on the terminal and in bench/results/."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from bench.result import Result

RESULTS = Path(__file__).parent / "results"


def table(results: Sequence[Result]) -> str:
    """The rows as Markdown, a table for each group."""
    parts = []
    for group, rows in groupby(results, key=lambda result: result.group):
        lines = [f"## {group}", "", "| what | measured | aim | runs | how |", "|---|---|---|---|---|"]
        lines += [f"| {row.what} | {row.shown} | {row.verdict} | {row.spread} | {row.note} |" for row in rows]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def save(results: Sequence[Result], machine: dict[str, str], folder: Path = RESULTS) -> Path:
    """Write the table and the same as JSON; return the table's path."""
    folder.mkdir(exist_ok=True)
    name = datetime.now(UTC).strftime("%Y-%m-%d")
    path = folder / f"{name}.md"
    facts = "\n".join(f"- {key}: {value}" for key, value in machine.items())
    path.write_text(f"# Bench of {machine['date']}\n\n{facts}\n\n{table(results)}\n", encoding="utf-8")
    document = {"machine": machine, "results": [result.document() for result in results]}
    path.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return path
