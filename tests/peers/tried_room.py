"""Records that are made up, for rules that are tried over them: some racks alike, beat for beat."""

from collections.abc import Iterator, Sequence

from roommon.model.alarm import RuleId
from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Reason, SensorId, bad, good
from roommon.model.text import Text
from roommon.record.advice import Advice, Wait, advice
from roommon.record.trial import Moving, Past, Stood
from roommon.record.width import Width
from roommon.rules.rule import KindConfig, Rule, Selection

BEAT = 10_000
Values = Sequence[float | None]


def racks(count: int, quantity: Quantity = Quantity.TEMPERATURE) -> list[Device]:
    """So many racks, each with one sensor."""
    ids = [DeviceId(f"rack-{number}") for number in range(count)]
    sensors = [Sensor(id_, "inlet", quantity, Text("inlet", "进风"), {}, _states(quantity)) for id_ in ids]
    return [Device(id_, Text.same(id_), "room", (sensor,)) for id_, sensor in zip(ids, sensors, strict=True)]


def _states(quantity: Quantity) -> dict[int, Text]:
    return {0: Text("dry", "干燥"), 1: Text("water", "有水")} if quantity is Quantity.CONTACT else {}


def inlet(number: int) -> SensorId:
    return SensorId(f"rack-{number}.inlet")


def all_of(config: KindConfig) -> Rule:
    """A rule over every sensor, whose alarms may come and go as often as they like."""
    return Rule(RuleId("tried"), config, Selection(), unstable=None)


def beats(*of_racks: Values, beat: int = BEAT, first: int = 0) -> list[Moving]:
    """What the racks said, beat for beat, the first of them first; None is a reading without a value."""
    return list(_beats(of_racks, beat, first))


def _beats(of_racks: Sequence[Values], beat: int, first: int) -> Iterator[Moving]:
    for index, values in enumerate(zip(*of_racks, strict=True)):
        at = Instant(first + index * beat)
        for number, value in enumerate(values):
            missing = bad(inlet(number), at, Reason.NO_COMMUNICATION)
            yield missing if value is None else good(inlet(number), at, value)


def past(entries: Sequence[Moving], begin: int = 0) -> Past:
    return Past(lambda: iter(entries), Instant(begin))


def stood(rule: Rule, entries: Sequence[Moving], count: int = 1, begin: int = 0) -> Sequence[Stood]:
    """What would have stood over `count` racks of the quantity that the rule is about."""
    return past(entries, begin).tried(rule, racks(count)).stood


def number(one: Stood) -> float:
    """The number of its peak."""
    assert one.peak is not None
    assert one.peak.measured is not None
    return one.peak.measured.number


def shown(one: Stood) -> tuple[str, str]:
    """Its peak as a person reads it, in both languages."""
    assert one.peak is not None
    return one.peak.shown.en, one.peak.shown.zh_cn


def told(rule: Rule, entries: Sequence[Moving], devices: Sequence[Device]) -> Advice:
    record = past(entries)
    return advice({"on_delay": [rule]}, devices, record, record.tried(rule, devices).stood)


def width(found: Advice) -> Width:
    """The deadband that is proposed."""
    assert isinstance(found.deadband, Width)
    return found.deadband


def waits(found: Advice) -> tuple[Wait, Wait]:
    """The on-delay and the off-delay."""
    assert found.off_delay is not None
    return found.on_delays[0], found.off_delay
