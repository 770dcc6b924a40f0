"""A recorded day, judged again: the same fold over the inputs that the journal kept."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from roommon.model.alarm import AlarmEvent
from roommon.model.clock import Instant
from roommon.model.device import Device
from roommon.model.reading import Reading
from roommon.rules.engine import Engine, Input
from roommon.rules.policy import Policy
from roommon.rules.rule import Rule


@dataclass(frozen=True, slots=True)
class Reconfigured:
    """From `at` on these rules and devices hold."""

    at: Instant
    rules: Sequence[Rule]
    devices: Sequence[Device]
    policy: Policy | None = None
    """None: as before."""


def replay(engine: Engine, inputs: Iterable[Reading | Input | Reconfigured]) -> Iterator[AlarmEvent]:
    """Yield what `engine` decides over `inputs`, in order; readings may come one by one or in batches."""
    for entry in inputs:
        match entry:
            case Reconfigured(at, rules, devices, policy):
                yield from engine.reconfigure(rules, devices, at, policy)
            case Reading():
                yield from engine.fold((entry,))
            case _:
                yield from engine.fold(entry)
