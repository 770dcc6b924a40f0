"""Time lines: what happens in the room when. YAML in scenarios/, or anywhere by its path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from simulators.shape import Misshapen, build

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens at one instant."""

    at: float
    """Seconds of the room after the start."""
    set: Mapping[str, object] = field(default_factory=dict)
    fault: Mapping[str, object] = field(default_factory=dict)
    """Device or server to a fault, with its arguments in a list: `[late, 3]`."""

    def faults(self) -> Sequence[tuple[str, str, tuple[str, ...]]]:
        """Device, fault, arguments."""
        return [(name, *_fault(wanted)) for name, wanted in self.fault.items()]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A time line, in order."""

    about: str
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        instants = [step.at for step in self.steps]
        if instants != sorted(instants):
            raise ValueError(f"the steps are not in order: {instants}")

    @property
    def lasts_s(self) -> float:
        """The time of its last step."""
        return self.steps[-1].at if self.steps else 0.0


def names() -> list[str]:
    """The scenarios that have a name."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load(name: str) -> Scenario:
    """Read a scenario by its name or by the path of its file; raise Misshapen."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise Misshapen(f"no scenario {name!r}; there are {', '.join(names())}") from error
    return build(Scenario, yaml.safe_load(text), path.name)


def _fault(wanted: object) -> tuple[str, tuple[str, ...]]:
    name, *args = wanted if isinstance(wanted, list) else [wanted]
    return str(name), tuple(map(str, args))
