"""`bad_quality`: a sensor gives no value.

    bad_quality: { on_delay: 1 min, priority: low }
    bad_quality: { reasons: [sensor_failure, out_of_range], priority: medium }

The one kind whose business bad readings are: they are its condition, and every other reading ends it. With `reasons`,
a reading that is bad for another reason is not its condition either.

A derived sensor with a bad input, or that waits for its first data, is neither: what it is made of is watched itself,
and one dead gateway is not one alarm for each dew point. Who wants to be told names the reason.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.reading import Reading, Reason
from roommon.model.text import Text
from roommon.rules import settings
from roommon.rules.rule import Finding, Misfit
from roommon.rules.state import Condition
from roommon.rules.text import NO_VALUE, REASONS

TEXT = Text("{device} {sensor}: {value}", "{device} {sensor}：{value}")
RESPONSE = Text(
    "Check the power, the cable and the address of {device}; until it answers, nobody watches this value.",
    "请检查 {device} 的电源、接线与地址；恢复应答之前，该数值无人监视。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    reasons: frozenset[Reason] = field(
        default=frozenset(),
        metadata={"doc": "Only readings that are bad for one of these reasons; empty means any of their own."},
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset()
    BEYOND_DRILLS: ClassVar[Text] = Text("what a drill says is good", "演练所给的数值均为有效值")

    def judge(self, _sensor: Sensor) -> "_BadQuality":
        """Return what looks at the quality of readings."""
        return _judge(self.reasons or _ANY)


_TOLD_ELSEWHERE = frozenset({Reason.BAD_INPUT, Reason.WAITING_FOR_INITIAL_DATA})
_ANY = frozenset(Reason) - _TOLD_ELSEWHERE


@dataclass(frozen=True, slots=True)
class _BadQuality:
    reasons: frozenset[Reason]

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        if reading.value is None and reading.reason in self.reasons:
            return Condition.PRESENT
        return Condition.UNKNOWN if reading.reason in _TOLD_ELSEWHERE else Condition.ABSENT

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        return Finding()


@lru_cache(maxsize=1024)
def _judge(reasons: frozenset[Reason]) -> _BadQuality:
    """Return one judge for all sensors: what thousands share stays in the processor's cache."""
    return _BadQuality(reasons)


def condition(config: Config, _sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `no value (sensor failure or out of range)`."""
    if not config.reasons:
        return NO_VALUE
    reasons = settings.either(REASONS[reason] for reason in sorted(config.reasons))
    return Text(f"{NO_VALUE.en} ({reasons.en})", f"{NO_VALUE.zh_cn}（{reasons.zh_cn}）")


def faults(_config: Config, _sensor: Sensor) -> Iterator[Misfit]:
    """Yield nothing: every sensor can fall silent."""
    yield from ()
