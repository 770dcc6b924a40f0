"""The queries of the dashboards, as Grafana sends them to InfluxDB.

Which parts of a file are queries: `targets` of panels, `templating.list` of type query, `annotations.list`.

What Grafana puts into them, by its source (github.com/grafana/grafana):
- `${name:regex}`: `regex` of packages/grafana-schema's VariableFormatID, in public/app/features/templating
  (formatRegistry.ts; in later versions @grafana/scenes' formatRegistry.ts): each value through `escapeRegex`
  (@grafana/data, text/string.ts), one alone as it is, several as `(a|b)`. A variable of which All is chosen and that
  has a custom all value is replaced by that value as it stands (templateSrv.ts, scenes' MultiValueVariable).
- `${zone}`, `${__to}`: as they are; the end of the dashboard's range in milliseconds.
- `$timeFilter`, `$__interval`: pkg/tsdb/influxdb/models/query.go, `Build` and `renderTimeFilter`:
  `time >= 1ms and time <= 2ms`; `gtime.FormatInterval`.
- The interval is the range through the panel's points, rounded, and not below the panel's `interval` or the data
  source's `timeInterval` (pkg/tsdb/intervalv2); ranges of these tests are so short that it is always the lowest.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DASHBOARDS = Path(__file__).parents[2] / "config" / "grafana" / "dashboards"
SHORTEST = "10s"
"""The data source's `timeInterval` in config/grafana/provisioning."""
ALL = ".*"

_VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}")
_SPECIAL = re.compile(r"[\\^$*+?.()|\[\]{}/]")


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a dashboard, and where it stands."""

    place: str
    text: str
    interval: str = SHORTEST


@dataclass(frozen=True, slots=True)
class View:
    """What a person has chosen at the top of a dashboard."""

    begin: int
    end: int
    chosen: Mapping[str, Sequence[str] | str]
    """By variable: several values, or ALL, or the one value of a variable with one."""


def dashboards(language: str = "en") -> dict[str, dict[str, Any]]:
    """The dashboards of a language, by the names of their files."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((DASHBOARDS / language).glob("*.json"))}


def parts(board: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The headings and panels of a dashboard, those too that are behind a heading that is shut."""
    for part in board["panels"]:
        yield part
        yield from part.get("panels") or ()


def queries(name: str, board: Mapping[str, Any]) -> Iterator[Query]:
    """Every query of a dashboard."""
    for panel in parts(board):
        for target in panel.get("targets", ()):
            place = f"{name}: panel {panel['id']} {target['refId']}"
            yield Query(place, target["query"], panel.get("interval", SHORTEST))
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield Query(f"{name}: variable {variable['name']}", variable["query"])
    for at, annotation in enumerate(board["annotations"]["list"], 1):
        assert annotation["query"] == annotation["target"]["query"]
        yield Query(f"{name}: annotation {at}", annotation["target"]["query"])


def expanded(query: Query, view: View) -> str:
    """The query as InfluxDB gets it."""

    def value(found: re.Match[str]) -> str:
        name, form = found.groups()
        if name == "__to":
            return str(view.end)
        chosen = view.chosen[name]
        if chosen == ALL or form is None:
            assert isinstance(chosen, str)
            return chosen
        assert form == "regex"
        return as_regex([chosen] if isinstance(chosen, str) else chosen)

    text = _VARIABLE.sub(value, query.text)
    text = text.replace("$timeFilter", f"time >= {view.begin}ms and time <= {view.end}ms")
    text = text.replace("$__interval", query.interval)
    assert not re.search(r"(?<!\\)\$[\w{]", text), text
    return text


def as_regex(values: Sequence[str]) -> str:
    """Values as the format `regex` writes them."""
    escaped = [_SPECIAL.sub(r"\\\g<0>", value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
