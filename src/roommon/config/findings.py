"""The faults and warnings of one run, and where things stand, so that each can be told with its place."""

from dataclasses import dataclass, field

from roommon.config.fault import Fault, Place, Severity
from roommon.config.source import Source
from roommon.config.tree import Step
from roommon.model.text import Text
from roommon.model.worded import Invalid


@dataclass(frozen=True, slots=True)
class Spot:
    """A value in a file, by its path."""

    source: Source
    path: tuple[Step, ...] = ()

    def below(self, *steps: Step) -> "Spot":
        """Return the spot `steps` further down."""
        return Spot(self.source, (*self.path, *steps))

    @property
    def place(self) -> Place:
        """Where the value stands; of a missing one, where its mapping begins."""
        return self.source.place(self.path)

    @property
    def key_place(self) -> Place:
        """Where the value's key stands."""
        return self.source.key_place(self.path)


@dataclass(slots=True)
class Findings:
    """Everything that was found, in any order."""

    found: list[Fault] = field(default_factory=list)

    def fault(self, at: Spot | Place, problem: Text, remedy: Text) -> None:
        """Note what the daemon refuses."""
        self.found.append(Fault(_place(at), problem, remedy))

    def wrong(self, at: Spot | Place, error: Invalid) -> None:
        """Note a value that cannot be."""
        self.fault(at, error.problem, error.remedy)

    def warn(self, at: Spot | Place, problem: Text, remedy: Text) -> None:
        """Note what is probably not meant."""
        self.found.append(Fault(_place(at), problem, remedy, Severity.WARNING))

    def note(self, at: Spot | Place, problem: Text, remedy: Text) -> None:
        """Note what is well as it is, and worth knowing."""
        self.found.append(Fault(_place(at), problem, remedy, Severity.NOTE))

    def of(self, severity: Severity) -> list[Fault]:
        """Return what was found of one `severity`, each once, in the order of the files."""
        found = {(fault.place, fault.problem): fault for fault in self.found if fault.severity is severity}
        return sorted(found.values(), key=lambda fault: (fault.place, fault.problem.en))


def _place(at: Spot | Place) -> Place:
    return at.place if isinstance(at, Spot) else at
