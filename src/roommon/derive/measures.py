"""What derivations ask of their inputs: that they measure the same, in numbers that can be reckoned with."""

from collections.abc import Iterator, Mapping, Sequence

from roommon.model.device import Sensor
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Text
from roommon.rules.rule import Misfit

_NAMES = frozenset({Quantity.CONTACT, Quantity.STATE})
"""Quantities whose numbers are names."""

_DIFFERENCES: Mapping[Quantity, Quantity] = {
    Quantity.TEMPERATURE: Quantity.TEMPERATURE_DIFFERENCE,
    Quantity.DEW_POINT: Quantity.TEMPERATURE_DIFFERENCE,
}


def difference_of(quantity: Quantity) -> Quantity:
    """Return what the difference of two values is: of temperatures a quantity of its own, in K; else the same."""
    return _DIFFERENCES.get(quantity, quantity)


def name_of(quantity: Quantity) -> Text:
    """Return the quantity as a person calls it."""
    return UNITS[quantity].name


def numbers(field: str, inputs: Sequence[Sensor]) -> Iterator[Misfit]:
    """Yield a fault for the first of `inputs` whose numbers are names."""
    strange = next((each for each in inputs if each.quantity in _NAMES), None)
    if strange is not None:
        yield Misfit(
            field,
            Text(
                f"{strange.id} is a {strange.quantity}: its numbers are names",
                f"{strange.id} 的类型是 {strange.quantity}，其数值只是代号",
            ),
            Text("take sensors that measure something", "请选用有测量值的传感器"),
        )


def alike(field: str, inputs: Sequence[Sensor]) -> Iterator[Misfit]:
    """Yield a fault when `inputs` do not measure one quantity, in numbers."""
    found = list(numbers(field, inputs))
    yield from found
    first, other = inputs[0], next((each for each in inputs if each.quantity is not inputs[0].quantity), None)
    if other is None or found:
        return
    yield Misfit(
        field,
        Text(
            f"{first.id} is a {first.quantity}, {other.id} a {other.quantity}",
            f"{first.id} 的类型是 {first.quantity}，{other.id} 的类型是 {other.quantity}",
        ),
        Text(
            "take sensors of one quantity; `quantity: ...` selects them",
            "请选用同一种量的传感器，可用 `quantity: ...` 选取",
        ),
    )


def measures(field: str, sensor: Sensor, *quantities: Quantity) -> Iterator[Misfit]:
    """Yield a fault when `sensor` measures none of `quantities`."""
    if sensor.quantity in quantities:
        return
    en = " or ".join(name_of(each).en for each in quantities)
    zh_cn = "或".join(name_of(each).zh_cn for each in quantities)
    yield Misfit(
        field,
        Text(f"{sensor.id} is a {sensor.quantity}, not a {en}", f"{sensor.id} 的类型是 {sensor.quantity}，不是{zh_cn}"),
        Text(f"name a sensor of the quantity {quantities[0]}", f"请填写 quantity 为 {quantities[0]} 的传感器"),
    )
