"""A derived sensor: whose readings it is made of, and by what formula.

A kind is one file in `kinds/`: a `Config` whose fields name the inputs and which makes the `Formula`; `quantity`, which
says what comes out; and `faults`, which says why it cannot be. A field that is a `SensorId` is one input, a `Several`
is a selection of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NewType, Protocol

from roommon.model.clock import Duration, Instant
from roommon.model.device import Sensor
from roommon.model.reading import Reason, SensorId

Several = NewType("Several", object)
"""A selection of sensors as a rule writes it: ids, or `{ quantity: ..., location: ... }`."""

Inputs = Mapping[str, Sequence[Sensor]]
"""The sensors that each field of a `Config` names, in the order of the fields."""

Formula = Callable[[Instant, Sequence[float]], float | Reason]
"""Makes of the inputs' values at an instant the derived one, or says why there is none.

A formula that remembers is a `Window` besides (`rules/rule.py`), filled with the readings of its one input.
"""

STALE_BEATS = 3
"""An input that is older than this many of its own beats is bad."""


class KindConfig(Protocol):
    """What every kind's `Config` can do."""

    def formula(self, inputs: Sequence[Sensor], /) -> Formula:
        """Return what reckons the value from those of `inputs`, which have no `faults`."""
        ...


@dataclass(frozen=True, slots=True)
class Input:
    """One sensor that a derived one is made of."""

    sensor: Sensor
    every: Duration
    """Its beat."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived sensor."""

    sensor: Sensor
    config: KindConfig
    inputs: tuple[Input, ...]
    needs: int
    """How many inputs must be good."""

    @property
    def every(self) -> Duration:
        """Its own beat: that of its slowest input."""
        return max(each.every for each in self.inputs)

    @property
    def id(self) -> SensorId:
        """The sensor's."""
        return self.sensor.id

    def formula(self) -> Formula:
        """Return a new formula."""
        return self.config.formula([each.sensor for each in self.inputs])
