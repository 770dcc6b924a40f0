"""The heat map of a plan: which inlets make it, and its scale."""

from collections.abc import Collection, Sequence

from roommon.config.findings import Spot
from roommon.config.plan_ground import Ground
from roommon.config.units import NotAValue, span
from roommon.config.wording import shown
from roommon.config.written_plan import HeatSpec
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.web.floor import RECOMMENDED_C, Heat


def heat(spec: HeatSpec, spot: Spot, placed: Collection[SensorId], ground: Ground) -> Heat | None:
    """Return the heat map that `spec` writes, or None after noting why there is none."""
    scale = _scale(spec.scale, spot.below("scale"), ground)
    at = spot.below("sensors")
    selection = ground.selections.selection(spec.sensors, at)
    if selection is None:
        return None
    selected = ground.selections.selected(selection)
    chosen = [sensor for device, sensor in selected if device.room == ground.name]
    wrong = next((sensor for sensor in chosen if sensor.quantity is not Quantity.TEMPERATURE), None)
    if wrong is not None:
        ground.findings.fault(
            at,
            Text(f"`{wrong.id}` is no temperature", f"`{wrong.id}` 不是温度"),
            Text("add `quantity: temperature`", "请添加 `quantity: temperature`"),
        )
    ids = [sensor.id for sensor in chosen if sensor.quantity is Quantity.TEMPERATURE]
    if not chosen and not ground.room.ghosts:
        ground.findings.fault(
            at,
            Text(f"no sensor in the room `{ground.name}` is meant", f"机房 `{ground.name}` 中没有所选的传感器"),
            Text("select temperatures of this room", "请选择本机房的温度测点"),
        )
        return None
    _check_places(ids, placed, at, ground)
    return None if scale is None else Heat(tuple(each for each in ids if each in placed), *scale, spec.reach)


def _check_places(chosen: Sequence[SensorId], placed: Collection[SensorId], spot: Spot, ground: Ground) -> None:
    homeless = [each for each in chosen if each not in placed]
    if len(homeless) == len(chosen) and not ground.room.ghosts:
        ground.findings.fault(
            spot,
            Text("none of these sensors has a place on the plan", "所选传感器在平面图上都没有位置"),
            Text("add them under `sensors:` of the plan", "请在平面图的 `sensors:` 中写明其位置"),
        )
    elif homeless and len(homeless) < len(chosen):
        ground.findings.warn(
            spot,
            Text(
                f"`{homeless[0]}` has no place on the plan, so the heat map lacks it",
                f"`{homeless[0]}` 在平面图上没有位置，热力图不含该测点",
            ),
            Text("add it under `sensors:` of the plan", "请在平面图的 `sensors:` 中写明其位置"),
        )


def _scale(written: str, spot: Spot, ground: Ground) -> tuple[float, float] | None:
    """Return both ends of the scale, °C, or None after noting what is wrong with them."""
    try:
        low, high = (_celsius(end) for end in span(written))
    except NotAValue as error:
        ground.findings.wrong(spot, error)
        return None
    coldest, hottest = RECOMMENDED_C
    if low < coldest and hottest < high:
        return low, high
    ground.findings.fault(
        spot,
        Text(
            f"`{shown(written)}` does not reach around 18 to 27 °C, the middle of the scale",
            f"`{shown(written)}` 未包含色标中段 18 至 27 °C",
        ),
        Text("write both ends: `12 °C .. 35 °C`", "请写出两端：`12 °C .. 35 °C`"),
    )
    return None


def _celsius(end: Amount | None) -> float:
    """Return an end of the scale; no number where it is missing, or no temperature."""
    return end.value if end is not None and end.unit == "Cel" else float("nan")
