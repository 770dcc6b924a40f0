"""What a profile must read from a piece of evidence: `expected/<name>.yaml`, worked out by hand beside the document.

The evidence itself is `simulators/facts/<name>.yaml` (what a real agent answered) or `simulators/images/<name>.yaml`
(registers written from the maker's document).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from roommon.model.reading import Reason
from roommon.profiles.profile import FOLDER, shipped

HERE = Path(__file__).parent / "expected"
SIMULATORS = Path(__file__).parents[2] / "simulators"
NORMAL = "normal"
BAD = "bad "

Value = float | str
"""A number in the quantity's unit, or `bad <reason>`."""
Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Expectation:
    """What stands in one file."""

    name: str
    profile: str
    values: Values
    """Every sensor that the device has: `temperature`, `rack-a.degree`."""
    rows: tuple[Mapping[str, object], ...] = ()
    """The rows that a user would list."""
    cases: Mapping[str, Values] = field(default_factory=dict)
    """What differs in the further cases of an image."""
    absent: tuple[str, ...] = ()
    """Points that this device has not."""
    identity: Mapping[str, str] = field(default_factory=dict)
    unseen: Mapping[str, str] = field(default_factory=dict)
    """Points that no evidence can have, and why."""

    def __post_init__(self) -> None:
        assert self.profile in shipped(), f"{self.name}: there is no profile {self.profile!r}"
        for case, values in {NORMAL: self.values, **self.cases}.items():
            for key, value in values.items():
                assert possible(value), f"{self.name}: {case}: {key}: {value!r} is neither a number nor bad <reason>"
        for case, values in self.cases.items():
            assert values.keys() <= self.values.keys(), f"{self.name}: {case} has sensors that {NORMAL} has not"
        assert all(map(str.strip, self.unseen.values())), f"{self.name}: unseen: say why of each"
        assert all(isinstance(said, str) for said in self.identity.values()), f"{self.name}: identity: texts, quoted"

    def evidence(self) -> Path:
        """The one file of evidence of this name."""
        found = [
            path for folder in ("facts", "images") if (path := SIMULATORS / folder / f"{self.name}.yaml").is_file()
        ]
        assert len(found) == 1, f"{self.name}: facts or image, one of them; there are {found}"
        return found[0]

    def of_cases(self) -> dict[str, Values]:
        """The values by case: those of `normal`, and laid over them what differs."""
        return {NORMAL: self.values} | {case: {**self.values, **values} for case, values in self.cases.items()}

    def points(self) -> set[str]:
        """The profile's points that a value is expected of: `temperature`, or `table.point` of a row."""
        tables = {str(row.get("id")): str(row["table"]) for row in [*usual_rows(self.profile), *self.rows]}
        rows = {key: key.partition(".") for key in self.values}
        return {f"{tables[row]}.{point}" if dot and row in tables else key for key, (row, dot, point) in rows.items()}


def all_expected() -> list[str]:
    """The names of all expectations."""
    return sorted(path.stem for path in HERE.glob("*.yaml"))


@cache
def load(name: str) -> Expectation:
    """What `expected/<name>.yaml` says; an unknown or missing key is an error."""
    said = _yaml(HERE / f"{name}.yaml")
    lists = {key: tuple(said.get(key) or ()) for key in ("rows", "absent")}
    return Expectation(name=name, **(said | lists))


def points_of(profile: str) -> set[str]:
    """The points of `profile` that are sensors; those of its tables as `table.point`."""
    written = _yaml(FOLDER / f"{profile}.yaml")
    tables = {
        f"{table['id']}.{point['id']}"
        for table in written.get("tables", ())
        for point in table["points"]
        if "quantity" in point
    }
    return tables | {point["id"] for point in written.get("points", ()) if "quantity" in point}


def usual_rows(profile: str) -> list[dict[str, object]]:
    """The rows that each device of `profile` has unless it lists its own."""
    tables = _yaml(FOLDER / f"{profile}.yaml").get("tables", ())
    return [{**row, "table": table["id"]} for table in tables for row in table.get("rows", ())]


def possible(value: object) -> bool:
    """Whether `value` can be expected of a sensor."""
    if isinstance(value, str):
        return value.startswith(BAD) and value.removeprefix(BAD) in set(Reason)
    return isinstance(value, int | float) and not isinstance(value, bool)


@cache
def _yaml(path: Path) -> dict[str, Any]:
    said: dict[str, Any] = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    return said
