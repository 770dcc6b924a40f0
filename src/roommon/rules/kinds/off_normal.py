"""`off_normal`: a contact or an enumeration is in a state in which it should not be.

    off_normal: { priority: critical }                                  # a contact: 1 is abnormal
    off_normal: { abnormal: [on battery, 5], priority: high }           # an enumeration, by name or number
    off_normal: { normal: [mains], priority: medium }                   # everything else is abnormal

Numbers that the profile does not name are bad readings and come here as such, except where it says `other_states`: then
`normal` catches them too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from roommon.model.alarm import Acknowledgement, Priority
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reading
from roommon.model.text import Text
from roommon.rules import settings, states
from roommon.rules.rule import Finding, Misfit
from roommon.rules.state import Condition

TEXT = Text("{device} {sensor}: {state}", "{device} {sensor}：{state}")
RESPONSE = Text("Go and look at {device}.", "请到现场查看 {device}。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of one rule of this kind."""

    abnormal: frozenset[int | str] = field(
        default=frozenset(),
        metadata={"doc": "The states, by name or number, in which the alarm is; a contact's default is 1."},
    )
    normal: frozenset[int | str] = field(
        default=frozenset(), metadata={"doc": "Instead of abnormal: the states in which the alarm is not."}
    )
    priority: Priority
    on_delay: Duration = Duration(0)
    off_delay: Duration = Duration(0)
    acknowledge: Acknowledgement = Acknowledgement.AUTOMATIC

    TEXT: ClassVar[Text] = TEXT
    RESPONSE: ClassVar[Text] = RESPONSE
    PLACEHOLDERS: ClassVar[frozenset[str]] = frozenset()

    def judge(self, sensor: Sensor) -> "_OffNormal":
        """Return what compares the states of `sensor`."""
        if self.normal:
            return _OffNormal(states.numbers(self.normal, sensor), Condition.ABSENT, Condition.PRESENT)
        return _OffNormal(states.numbers(self.abnormal or states.CLOSED, sensor), Condition.PRESENT, Condition.ABSENT)


@dataclass(frozen=True, slots=True)
class _OffNormal:
    states: frozenset[int]
    inside: Condition
    outside: Condition

    def evaluate(self, reading: Reading, _active: bool) -> Condition:
        value = reading.value
        if value is None:
            return Condition.UNKNOWN
        return self.inside if value in self.states else self.outside

    def finding(self, _reading: Reading, _crossed: float | None) -> Finding:
        return Finding()


def condition(config: Config, sensor: Sensor) -> Text:
    """Return in words when the alarm is there: `battery low (3)`, `anything but mains (3)`."""
    if config.normal:
        names = settings.either(states.named(config.normal, sensor))
        return Text(f"anything but {names.en}", f"除{names.zh_cn}以外")
    return settings.either(states.named(config.abnormal or states.CLOSED, sensor))


def faults(config: Config, sensor: Sensor) -> Iterator[Misfit]:
    """Yield why `config` cannot judge `sensor`."""
    if sensor.quantity not in (Quantity.CONTACT, Quantity.STATE):
        yield Misfit(
            "",
            Text(
                f"{sensor.id} is a {sensor.quantity}, not a contact or state",
                f"{sensor.id} 的类型是 {sensor.quantity}，不是触点或状态量",
            ),
            Text("use limit", "请改用 limit"),
        )
        return
    yield from states.faults(config.abnormal, config.normal, sensor)
