"""How the deadband and the delays of a rule might be set, by what its sensors did; nothing is changed.

- The *deadband* is wider than the noise (`noise.py`), so that noise at the setpoint does not end and raise the alarm.
- The *on-delay* outlasts what was over within `BRIEF`: nobody could have done anything about it.
- The *off-delay* outlasts the pauses shorter than `PAUSE`: what came back that soon had not ended.

None is ever proposed shorter or narrower than it is: why it is so the record does not know.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, is_dataclass, replace
from itertools import pairwise
from typing import Any

from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration
from roommon.model.device import Device, Sensor
from roommon.model.quantity import UNITS, Amount
from roommon.record import noise
from roommon.record.noise import Noise
from roommon.record.trial import Past, Stood
from roommon.rules.kinds import limit
from roommon.rules.rule import KindConfig, Rule

BRIEF = Duration(2 * 60_000)
PAUSE = Duration(5 * 60_000)


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed, and what it would have come to."""

    noisiest: Noise | None
    """The noise of the sensor that has most of it; None when no sensor's is known, or the kind has no use for it."""
    deadband: Amount | None
    """None where the kind has none in the sensor's unit."""
    on_delay: Duration
    off_delay: Duration
    brief: int
    """How often the condition was there for less than `BRIEF`."""
    pauses: int
    """How often it was gone for less than `PAUSE`."""
    before: int
    """Alarms with the rule as it is."""
    after: int
    """Alarms with what is proposed."""


def advice(rule: Rule, devices: Sequence[Device], past: Past) -> Advice:
    """Return what `past` says about the settings of `rule`."""
    sensors = [sensor for device in devices for sensor in device.sensors if rule.sensors.selects(device, sensor)]
    noisiest = _noisiest(sensors, past) if isinstance(rule.config, limit.Config) else None
    deadband = _deadband(rule.config, sensors, noisiest)
    banded = changed(rule, deadband=deadband) if deadband else rule
    bare = past.tried(changed(banded, on_delay=Duration(0), off_delay=Duration(0)), devices)
    brief = [_length(one) for one in bare if one.end is not None and _length(one) < BRIEF]
    on_delay = max(rule.config.on_delay, noise.longer_than(max(brief)) if brief else Duration(0))
    lasting = past.tried(changed(banded, on_delay=on_delay, off_delay=Duration(0)), devices)
    pauses = [pause for pause in _pauses(lasting, on_delay) if pause < PAUSE]
    off_delay = max(rule.config.off_delay, noise.longer_than(max(pauses)) if pauses else Duration(0))
    proposed = changed(banded, on_delay=on_delay, off_delay=off_delay)
    before, after = len(past.tried(rule, devices)), len(past.tried(proposed, devices))
    return Advice(noisiest, deadband, on_delay, off_delay, len(brief), len(pauses), before, after)


def changed(rule: Rule, **settings: Any) -> Rule:
    """Return `rule` with other settings of its kind."""
    config = rule.config
    if not is_dataclass(config) or isinstance(config, type):
        raise TypeError(f"{rule.id}: {type(config)} is no kind's Config")
    return replace(rule, config=replace(config, **settings))


def _noisiest(sensors: Iterable[Sensor], past: Past) -> Noise | None:
    said = past.readings()
    found = (noise.noise(said[sensor.id]) for sensor in sensors if sensor.id in said)
    return max((one for one in found if one is not None), key=noise.deadband, default=None)


def _deadband(config: KindConfig, sensors: Sequence[Sensor], noisiest: Noise | None) -> Amount | None:
    if not isinstance(config, limit.Config) or not sensors:
        return None
    unit = UNITS[sensors[0].quantity].difference
    now = config.deadband.value if config.deadband else 0.0
    return Amount(max(now, noise.deadband(noisiest) if noisiest else 0.0), unit)


def _length(stood: Stood) -> Duration:
    return stood.lasted(stood.begin)


def _pauses(stood: Sequence[Stood], on_delay: Duration) -> Iterator[Duration]:
    """Yield how long the condition was gone between two alarms of one sensor."""
    of: dict[AlarmId, list[Stood]] = {}
    for one in stood:
        of.setdefault(one.alarm, []).append(one)
    for each in of.values():
        for one, following in pairwise(each):
            if one.end is not None:
                yield Duration(max(0, following.begin - on_delay - one.end))
