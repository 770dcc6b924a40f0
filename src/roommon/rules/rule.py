"""A rule: one kind of condition over a selection of sensors, and what it says to a person.

A kind is one file in `kinds/`: a `Config`, which makes a judge for each sensor, `faults`, which says why it cannot
judge one, and `condition`, which says in words what it waits for. The engine knows kinds by these protocols alone.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from typing import ClassVar, NamedTuple, Protocol, runtime_checkable

from roommon.model.alarm import Acknowledgement, AlarmId, Priority, RuleId
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading, SensorId
from roommon.model.schedule import Schedule
from roommon.model.text import Text
from roommon.rules import chatter
from roommon.rules.state import Carried, Condition

_NO_WORDS: Mapping[str, Text] = MappingProxyType({})


class Finding(NamedTuple):
    """What a judge held a reading against."""

    setpoint: float | None = None
    """The limit in the sensor's own unit; None for kinds that have none, or have it in another unit."""
    limit: str = ""
    """The limit as a person reads it: `27.0 °C`, `5.0 K/h`."""
    rate: str = ""
    """How fast the value changes, as a person reads it."""
    words: Mapping[str, Text] = _NO_WORDS
    """What the kind's own placeholders stand for, where these do not say it."""


class Measured(NamedTuple):
    """What a judge held against its limit: a value, a rate, a growth, a number of votes."""

    number: float
    unit: str
    """UCUM."""
    shown: Text
    """As a person reads it: `27.3 °C`, `9.6 K/h`."""
    upward: bool
    """Whether a higher number is farther beyond the limit."""


class Judge(Protocol):
    """Judges the readings of one sensor by one rule."""

    def evaluate(self, reading: Reading, active: bool, /) -> Condition:
        """Return the condition by `reading`; UNKNOWN holds what was. A deadband counts while the alarm is `active`."""
        ...

    def finding(self, reading: Reading, crossed: float | None, /) -> Finding:
        """Return what `reading` was held against; `crossed` is the setpoint that raised the alarm, if it stands."""
        ...


@runtime_checkable
class Window(Protocol):
    """A judge that remembers readings. What it remembers depends on the last `history` of readings alone."""

    def history(self) -> Duration:
        """How far back the readings go that it must be shown at start."""
        ...

    def remember(self, at: Instant, value: float) -> None:
        """Take a value of the past, in the order of the fold."""
        ...

    def remembered(self) -> Iterator[tuple[Instant, float]]:
        """Return what it would have to be shown to know what it knows."""
        ...

    def shift(self, by: Duration) -> None:
        """Move everything with the clock."""
        ...

    def forget(self) -> None:
        """Start anew."""
        ...


@runtime_checkable
class Carries(Protocol):
    """A judge that adds up more than its readings of the last `history`: what it knows of older ones is journalled."""

    def carried(self) -> Carried | None:
        """Return what is to be journalled; it changes once a day."""
        ...

    def carry(self, carried: Carried) -> None:
        """Go on from what was journalled; what it is then shown of days that are in it does not count again."""
        ...


@runtime_checkable
class Foresees(Protocol):
    """A judge that knows when a limit will be reached."""

    def reached_at(self, at: Instant, /) -> Instant | None:
        """Return when that is most likely, as it looks at `at`; None when it is not in sight."""
        ...


@runtime_checkable
class Meets(Protocol):
    """A judge that knows the other sensors of its rule."""

    def meet(self, sensors: Sequence[Sensor], judges: Mapping[SensorId, Judge], /) -> Collection[SensorId]:
        """Get to know the sensors of the rule and their judges, once; return whose readings it wants to `see`."""
        ...

    def heeds(self, sensor: Sensor, /) -> bool:
        """Return whether it may judge otherwise by what `sensor`, another one of its rule, says."""
        ...


@runtime_checkable
class Sees(Protocol):
    """A judge that looks at readings besides judging them, bad ones too.

    It sees those of its own sensor and of the sensors that it wants; when it judges a reading, it has seen it itself.
    What it knows depends on the last `history` of readings alone.
    """

    def see(self, reading: Reading, /) -> None:
        """Take a reading, of the past or of now, in the order of the fold."""
        ...

    def seen(self) -> Iterator[Reading]:
        """Return what it would have to be shown to know what it knows."""
        ...

    def history(self) -> Duration:
        """How far back the readings go that it must be shown at start."""
        ...

    def shift(self, by: Duration) -> None:
        """Move everything with the clock."""
        ...

    def forget(self) -> None:
        """Start anew."""
        ...


@runtime_checkable
class Measures(Protocol):
    """A judge that holds a number against its limit, and not a state or a quality."""

    def measured(self, reading: Reading, /) -> Measured | None:
        """Return what it held against its limit at `reading`, which it judged last; None where that is not known."""
        ...


class KindConfig(Protocol):
    """What every kind's `Config` holds besides its own settings."""

    TEXT: ClassVar[Text]
    """What the alarm says when the rule has no text of its own; true of a value on either side of the limit."""
    RESPONSE: ClassVar[Text]
    """What to do when the rule does not say it."""
    PLACEHOLDERS: ClassVar[frozenset[str]]
    """What its texts may name besides `text.COMMON`."""

    def judge(self, sensor: Sensor, /) -> Judge:
        """Return what judges `sensor`, which has no `faults`."""
        ...

    @property
    def priority(self) -> Priority:
        """How soon a person must respond."""
        ...

    @property
    def on_delay(self) -> Duration:
        """How long the condition holds before the alarm is raised."""
        ...

    @property
    def off_delay(self) -> Duration:
        """How long it is absent before the alarm returns."""
        ...

    @property
    def acknowledge(self) -> Acknowledgement:
        """Who acknowledges."""
        ...


def is_joint(config: KindConfig) -> bool:
    """Return whether a rule of this `config` makes one alarm of all its sensors, which is called after the first.

    Such a kind's `Config` has `JOINT`; its judge judges the readings of all of them.
    """
    return getattr(config, "JOINT", False) is True


def beyond_drills(config: KindConfig) -> Text | None:
    """Return why no drill ever moves an alarm of a rule of this `config`; None where one may.

    Such a kind's `Config` has `BEYOND_DRILLS`.
    """
    why = getattr(config, "BEYOND_DRILLS", None)
    return why if isinstance(why, Text) else None


@dataclass(frozen=True, slots=True)
class Selection:
    """Which sensors a rule concerns: those that match everything that is given."""

    ids: frozenset[SensorId] = frozenset()
    quantity: Quantity | None = None
    device: DeviceId | None = None
    room: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    def selects(self, device: Device, sensor: Sensor) -> bool:
        """Return whether `sensor` of `device` is meant."""
        return (
            (not self.ids or sensor.id in self.ids)
            and self.quantity in (None, sensor.quantity)
            and self.device in (None, device.id)
            and self.room in (None, device.room)
            and all(sensor.labels.get(label) == value for label, value in self.labels.items())
        )


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why a rule cannot judge a sensor: found when the configuration is checked, never while running."""

    field: str
    """The setting that is wrong, a field of the kind's `Config`; empty for the kind itself."""
    problem: Text
    remedy: Text


class Where(StrEnum):
    """Which alarms of another rule are causes of an alarm."""

    SITE = "site"
    """All of them."""
    ROOM = "room"
    """Those of the same room."""
    DEVICE = "device"
    """Those of the same device."""
    SENSOR = "sensor"
    """That of the same sensor."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What explains an alarm, so that people need not be told of it: another rule's alarm, or a state of a sensor."""

    rule: RuleId | None = None
    alarm: AlarmId | None = None
    sensor: SensorId | None = None
    states: frozenset[int] = frozenset({1})
    """Of `sensor`: the values at which it is the cause."""
    key: str | None = None
    """Instead of `sensor`: the sensor of this key on the alarm's own device."""
    same: Where = Where.SITE
    """Of `rule`."""

    def sensor_on(self, device: DeviceId) -> SensorId | None:
        """Return the sensor whose state is the cause of an alarm on `device`; None when it is an alarm."""
        return self.sensor if self.key is None else SensorId(f"{device}.{self.key}")


SETTLE = Duration(10_000)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as the user wrote it."""

    id: RuleId
    config: KindConfig
    """A `Config` of one of the modules in `rules/kinds/`."""
    sensors: Selection
    text: Text | None = None
    """A template (`rules/text.py`); None takes the kind's own."""
    response: Text | None = None
    """What to do, a template too; None takes the kind's own."""
    suppressed_by: tuple[Cause, ...] = ()
    settle: Duration = SETTLE
    """How long an alarm waits for a cause to show, and after its last cause ended."""
    latches: bool = False
    """Its alarms stay until a person sets them back."""
    active: Schedule | None = None
    """When it is in force; None is always."""
    unstable: chatter.Config | None = field(default_factory=chatter.Config)
    """When an alarm of it chatters; None is never."""
    drill_every: Duration | None = None
    """How often it demands a drill; None is never."""

    def meant(self, devices: Iterable[Device]) -> Iterator[tuple[Device, Sensor]]:
        """Yield the sensors that it concerns."""
        for device in devices:
            for sensor in device.sensors:
                if self.sensors.selects(device, sensor):
                    yield device, sensor

    def alarmed(self, meant: Iterable[tuple[Device, Sensor]]) -> Iterator[tuple[Device, Sensor]]:
        """Yield those of the sensors that it concerns of which it makes an alarm: the first, if its kind is joint."""
        return islice(meant, 1 if is_joint(self.config) else None)
