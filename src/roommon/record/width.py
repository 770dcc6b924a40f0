"""Which deadband the noise of a rule's sensors asks for."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roommon.model.alarm import alarm_id
from roommon.model.clock import Instant
from roommon.model.device import Device
from roommon.model.quantity import UNITS, Amount, Quantity
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text
from roommon.record import noise
from roommon.record.extremes import measurements
from roommon.record.noise import FEWEST, Noise
from roommon.record.trial import Past, engine_of
from roommon.rules import band, misfits
from roommon.rules.kinds import deviation, limit, rate_of_change, vote
from roommon.rules.rule import Rule

_NOISE_OF = 20_000
"""Values of a sensor, the newest, of which its noise is told."""
_TOO_FEW = Text(
    f"nothing proposed: no sensor has {FEWEST} readings to tell its noise",
    f"无建议：没有一个传感器的读数达到 {FEWEST} 个，无法判断噪声",
)
_A_RATE = Text(
    "nothing proposed: a rate over a window changes slowly, its noise does not show; a longer `window` makes it calmer",
    "无建议：时间窗上的变化率变化缓慢，看不出噪声；加大 `window` 可使其平稳",
)
_RATES = frozenset({Quantity.TEMPERATURE_RATE, Quantity.RATIO_RATE})
Values = Mapping[SensorId, Sequence[tuple[Instant, float]]]


@dataclass(frozen=True, slots=True)
class Width:
    """A deadband, and what asks for it."""

    sensor: SensorId
    """The one with most noise."""
    noise: Noise
    now: Amount
    proposed: Amount


Compared = limit.Config | vote.Config | deviation.Config
"""Kinds that hold values against a limit as they come."""


def width(rules: Sequence[Rule], devices: Sequence[Device], past: Past) -> Width | Text | None:
    """Return the deadband for `rules`, of one kind and over the same sensors; why there is none to propose; or None.

    None is for kinds that have no deadband.
    """
    config = rules[0].config
    sensors = [sensor for _, sensor in rules[0].meant(devices)]
    if isinstance(config, rate_of_change.Config):
        return _A_RATE
    if not isinstance(config, Compared) or any(map(misfits.has_names, sensors)):
        return None
    if any(sensor.quantity in _RATES for sensor in sensors):
        return _A_RATE
    values = _gaps(rules[0], devices, past) if isinstance(config, deviation.Config) else _said(rules[0], devices, past)
    found = {sensor: told for sensor, given in values.items() if (told := noise.noise(given)) is not None}
    if not found:
        return _TOO_FEW
    noisiest = max(found, key=lambda sensor: noise.deadband(found[sensor]))
    unit = UNITS[sensors[0].quantity].difference
    now = config.deadband or Amount(0.0, unit)
    proposed = Amount(max(now.value, noise.deadband(found[noisiest])), unit)
    return _unless_too_wide(Width(noisiest, found[noisiest], now, proposed), config)


def _said(rule: Rule, devices: Sequence[Device], past: Past) -> Values:
    """Return what each sensor of `rule` said, the newest of it."""
    sensors = {sensor.id for _, sensor in rule.meant(devices)}
    entries = past.to_fold(engine_of(rule, devices))
    given = (entry for entry in entries if isinstance(entry, Reading) and entry.sensor in sensors)
    return _newest((one.sensor, one.taken_at, one.value) for one in given if one.value is not None)


def _gaps(rule: Rule, devices: Sequence[Device], past: Past) -> Values:
    """Return how far each sensor of `rule` was from its neighbours, the newest of it."""
    sensors = {alarm_id(rule.id, sensor.id): sensor.id for _, sensor in rule.meant(devices)}
    return _newest((sensors[one.alarm], one.at, one.measured.number) for one in measurements(rule, devices, past))


def _newest(given: Iterator[tuple[SensorId, Instant, float]]) -> Values:
    found: defaultdict[SensorId, deque[tuple[Instant, float]]] = defaultdict(lambda: deque(maxlen=_NOISE_OF))
    for sensor, at, value in given:
        found[sensor].append((at, value))
    return {sensor: list(values) for sensor, values in found.items()}


def _unless_too_wide(found: Width, config: Compared) -> Width | Text:
    """Return `found`, or why the limits leave no room for it."""
    above, below = _limits(config)
    fault = next(band.deadband_faults(above, below, found.proposed), None)
    if fault is None:
        return found
    wants = f"{found.proposed.value:g} {band.symbol(found.proposed.unit)}"
    return Text(
        f"nothing proposed: the noise of {found.sensor} asks for {wants}, and {fault.problem.en}",
        f"无建议：{found.sensor} 的噪声需要 {wants}，但{fault.problem.zh_cn}",
    )


def _limits(config: Compared) -> tuple[Amount | None, Amount | None]:
    if isinstance(config, deviation.Config):
        return config.more_than, Amount(-config.more_than.value, config.more_than.unit)
    return config.above, config.below
