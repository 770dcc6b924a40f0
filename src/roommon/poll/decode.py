"""Raw values of a device -> readings in canonical units, good or bad with the reason. The same for every protocol.

The order in which a sensor is judged: its gates (`good_when`), its own fault, `invalid`, scale and selectors, not a
finite number, range, states. The first that speaks is the reason, unless another point stands in (`fallback`) and has
a value.
Plain sensors (no gate, selector or list of states) take a short way, which costs under a microsecond each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from sys import float_info

from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Affine, Encoding, Gate, Point, Told, like

_SIGNED = {Encoding.INT16: 16, Encoding.INT32: 32, Encoding.INT64: 64}
_LACKING = (Reason.CONFIGURATION_ERROR, Reason.NOT_CONNECTED)
"""What a fault says when the device has no such point; one that was not heard may have it."""
_WIDEST = (-float_info.max, float_info.max)

Raws = Sequence[Raw | Fault]


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How the reading of one sensor is made; `index` is the place of its point."""

    sensor: SensorId
    index: int
    affine: Affine
    invalid: frozenset[float]
    not_fitted: frozenset[float]
    range: tuple[float, float]
    states: frozenset[int]
    gates: tuple[tuple[int, Gate], ...]
    selectors: tuple[tuple[int, Mapping[Told, Affine], Affine | None], ...]
    fallback: "_Recipe | None"


class Decoder:
    """Makes one reading per sensor of a device."""

    def __init__(self, device: DeviceId, points: Sequence[Point]) -> None:
        """`points` are those of the reader, in its order; gates and selectors name points among them."""
        places = {point.key: (place, point) for place, point in enumerate(points)}
        self._recipes = [_recipe(device, point, places) for point in points if point.is_sensor]
        self._shapes = _shared(tuple(_shape(recipe) for recipe in self._recipes))
        self.sensors = tuple(recipe.sensor for recipe in self._recipes)

    def readings(self, raws: Raws, taken_at: Instant) -> list[Reading]:
        """Return what the sensors said."""
        readings: list[Reading] = []
        append = readings.append
        make, good = tuple.__new__, Quality.GOOD  # half the cost of Reading(...), which is a function in Python
        for sensor, (plain, index, scale, offset, low, high, invalid) in zip(self.sensors, self._shapes, strict=True):
            raw = raws[index]
            if plain and (raw.__class__ is int or raw.__class__ is float) and raw not in invalid:
                value = raw * scale + offset
                if low <= value <= high:
                    append(make(Reading, (sensor, taken_at, value, good, None)))
                    continue
            append(_reading(self._recipes[len(readings)], raws, taken_at))
        return readings

    def all_bad(self, taken_at: Instant, reason: Reason) -> list[Reading]:
        """Return a bad reading of every sensor."""
        return [bad(sensor, taken_at, reason) for sensor in self.sensors]


def _recipe(device: DeviceId, point: Point, places: Mapping[str, tuple[int, Point]]) -> _Recipe:
    def at(key: str) -> int:
        return places[key][0]

    return _Recipe(
        SensorId(f"{device}.{point.key}"),
        at(point.key),
        Affine(float(point.affine.scale), float(point.affine.offset)),
        _signed(point, point.invalid),
        _signed(point, point.not_fitted),
        point.range or _WIDEST,
        point.states,
        tuple((at(gate.point), gate) for gate in point.good_when),
        tuple((at(selector.point), selector.choices, selector.otherwise) for selector in point.selectors),
        None if point.fallback is None else _recipe(device, places[point.fallback][1], places),
    )


_Shape = tuple[bool, int, float, float, float, float, frozenset[float]]
"""What the short way needs: whether it may be taken, place of the point, scale, offset, range, `invalid`."""


def _shape(recipe: _Recipe) -> _Shape:
    plain = not recipe.gates and not recipe.selectors and not recipe.states
    return plain, recipe.index, recipe.affine.scale, recipe.affine.offset, *recipe.range, recipe.invalid


@lru_cache(maxsize=1024)
def _shared(shapes: tuple[_Shape, ...]) -> tuple[_Shape, ...]:
    """Return one object for all devices of the same kind: what hundreds share stays in the processor's cache."""
    return shapes


def _signed(point: Point, sentinels: frozenset[float]) -> frozenset[float]:
    """Return raw values of `point` as they are read: a signed point's `0x8000` is also what it reads as, -32768."""
    bits = None if point.bits is not None else _SIGNED.get(point.encoding)
    return _both_ways(sentinels, bits)


@lru_cache(maxsize=1024)
def _both_ways(invalid: frozenset[float], bits: int | None) -> frozenset[float]:
    """Return `invalid` with what its upper half reads as in a signed number of `bits`; one object for all alike."""
    if bits is None:
        return invalid
    return invalid | {value - (1 << bits) for value in invalid if value >= 1 << (bits - 1)}


def _reading(recipe: _Recipe, raws: Raws, taken_at: Instant) -> Reading:
    """Return the reading of one sensor, by the whole way."""
    value = _value(recipe, raws)
    substitute = recipe.fallback
    while isinstance(value, Reason) and substitute is not None:
        other = _value(substitute, raws)
        value = value if isinstance(other, Reason) else other
        substitute = substitute.fallback
    if isinstance(value, Reason):
        return bad(recipe.sensor, taken_at, value)
    return Reading(recipe.sensor, taken_at, value, Quality.GOOD, None)


def _value(recipe: _Recipe, raws: Raws) -> float | Reason:
    shut = _shut(recipe, raws)
    if shut is not None:
        return shut
    raw = _number(raws[recipe.index])
    if isinstance(raw, Reason):
        return raw
    if raw in recipe.invalid:
        return Reason.NOT_CONNECTED if raw in recipe.not_fitted else Reason.SENSOR_FAILURE
    value = _scaled(recipe, raw, raws)
    if isinstance(value, Reason):
        return value
    return _judged(value, recipe.range, recipe.states)


def _shut(recipe: _Recipe, raws: Raws) -> Reason | None:
    """Return why the gates do not let the sensor count, None when they do."""
    for index, gate in recipe.gates:
        raw = raws[index]
        if isinstance(raw, Fault):
            if not gate.may_lack or raw.reason not in _LACKING:
                return raw.reason
        elif _told(raw, tuple(gate.values)) is None:
            return gate.otherwise
    return None


def _scaled(recipe: _Recipe, raw: float, raws: Raws) -> float | Reason:
    value = raw * recipe.affine.scale + recipe.affine.offset
    for index, choices, otherwise in recipe.selectors:
        affine = _chosen(raws[index], choices, otherwise)
        if isinstance(affine, Reason):
            return affine
        value = value * affine.scale + affine.offset
    return value


def _chosen(raw: Raw | Fault, choices: Mapping[Told, Affine], otherwise: Affine | None) -> Affine | Reason:
    """Return the factor that `raw` stands for; what was not heard this beat is never guessed."""
    if isinstance(raw, Fault):
        unheard = otherwise is None or raw.reason is Reason.NO_COMMUNICATION
        return raw.reason if unheard or otherwise is None else otherwise
    told = _told(raw, tuple(choices))
    if told is not None:
        return choices[told]
    return Reason.DEVICE_FAILURE if otherwise is None else otherwise


@lru_cache(maxsize=4096)
def _told(raw: Raw, choices: tuple[Told, ...]) -> Told | None:
    """Return the one of `choices` that `raw` is: the same number, or a text like a pattern."""
    number = _number(raw)
    if not isinstance(number, Reason) and number in choices:
        return choices[choices.index(int(number))]
    text = _text(raw)
    return next((choice for choice in choices if isinstance(choice, str) and like(text, choice)), None)


def _text(raw: Raw) -> str:
    return raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else str(raw)


def _judged(value: float, bounds: tuple[float, float], states: frozenset[int]) -> float | Reason:
    if not isfinite(value):
        return Reason.SENSOR_FAILURE
    low, high = bounds
    can_be = low <= value <= high and (not states or value in states)
    return value if can_be else Reason.OUT_OF_RANGE


def _number(raw: Raw | Fault) -> float | Reason:
    """Return `raw` as a number: itself, or what its digits say (SNMP agents send numbers as strings)."""
    match raw:
        case Fault():
            return raw.reason
        case int() | float():
            return raw
        case bytes():
            return _digits(raw.decode("ascii", errors="replace"))
        case _:
            return _digits(raw)


def _digits(text: str) -> float | Reason:
    try:
        return float(text.strip().strip("\0"))
    except ValueError:
        return Reason.DEVICE_FAILURE
