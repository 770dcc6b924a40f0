"""Golden cases of derived sensors: a configuration, a day of inputs, and what is derived, each a file that one reads.

`python -m tests.golden.derive.case` writes every readings.expected anew; the difference is what a reviewer looks at.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from roommon.config.load import examine
from roommon.derive.derivation import Derived
from roommon.derive.deriver import Deriver
from roommon.model.command import ClockStep, Command, Resumed
from roommon.model.quantity import Quantity, shown
from roommon.model.reading import Reading, SensorId
from tests.golden.rules.case import entry

FOLDER = Path(__file__).parent
CASES = sorted(path.parent for path in FOLDER.glob("*/day.jsonl"))

Entry = Sequence[Reading] | ClockStep | Resumed | Command


@dataclass(frozen=True)
class Case:
    derived: tuple[Derived, ...]
    inputs: Sequence[Entry]


def load(folder: Path) -> Case:
    checked = examine(folder / "roommon.yaml", {})
    assert checked.site is not None, checked.faults
    lines = (folder / "day.jsonl").read_text(encoding="utf-8").splitlines()
    return Case(checked.site.derived, list(entries(lines)))


def entries(lines: Sequence[str]) -> Iterator[Entry]:
    for line in lines:
        found = entry(json.loads(line), {}, [])
        assert isinstance(found, Sequence | ClockStep | Resumed)
        yield found


def derived_of(case: Case, deriver: Deriver) -> Iterator[Reading]:
    for each in case.inputs:
        if isinstance(each, Sequence):
            yield from (reading for reading in deriver.take(each) if reading.sensor in deriver.sensors)
        else:
            deriver.note(each)


def told(case: Case, readings: Sequence[Reading]) -> str:
    quantities = {each.id: each.sensor.quantity for each in case.derived}
    return "".join(f"{line(reading, quantities)}\n" for reading in readings)


def line(reading: Reading, quantities: dict[SensorId, Quantity]) -> str:
    at = datetime.fromtimestamp(reading.taken_at / 1000, UTC).isoformat(timespec="milliseconds")
    quantity = quantities[reading.sensor]
    value = "-" if reading.value is None else f"{shown(reading.value, quantity)} ({reading.value!r})"
    return f"{at} {reading.sensor} {quantity}: {value} {reading.quality} {reading.reason or ''}".rstrip()


def main() -> None:
    for folder in CASES:
        case = load(folder)
        readings = list(derived_of(case, Deriver(case.derived)))
        (folder / "readings.expected").write_text(told(case, readings), encoding="utf-8")


if __name__ == "__main__":
    main()
