"""The inputs of a derived sensor: those that it names, and those that it selects."""

from collections.abc import Collection, Iterator

from roommon.config import kinds
from roommon.config.findings import Spot
from roommon.config.kinds import Kind
from roommon.config.selections import Selections
from roommon.config.tree import Value
from roommon.config.wording import no_such, shown
from roommon.derive.derivation import Inputs, KindConfig
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text

_CHECK = Text("check the id", "请检查标识")


def named_ids(kind: Kind, config: KindConfig) -> Iterator[SensorId]:
    """Yield the ids that `config` names; what a selection means besides is measured, never derived."""
    for field in kinds.input_fields(kind):
        yield from _ids(getattr(config, field))


def _ids(written: Value) -> Iterator[SensorId]:
    match written:
        case str():
            yield SensorId(written)
        case list():
            yield from (SensorId(each) for each in written if isinstance(each, str))
        case {"id": str() | list() as ids}:
            yield from _ids(ids)
        case _:
            pass


def resolved(
    kind: Kind, config: KindConfig, spot: Spot, selections: Selections, derived: Collection[SensorId]
) -> Inputs | None:
    """Return the sensors by the field that means them, or None after noting why there are none."""
    found: dict[str, tuple[Sensor, ...]] = {}
    for field, several in kinds.input_fields(kind).items():
        written, at = getattr(config, field), spot.below(field)
        sensors = _several(written, at, selections, derived) if several else _one(written, at, selections)
        if sensors:
            found[field] = sensors
    if len(found) < len(kinds.input_fields(kind)) or _is_twice(found, spot, selections):
        return None
    return found


def _one(name: SensorId, spot: Spot, selections: Selections) -> tuple[Sensor, ...]:
    known = {sensor.id: sensor for _, sensor in selections.room.sensors()}
    if name in known:
        return (known[name],)
    if not selections.is_ghost(name):
        selections.findings.fault(spot, *no_such(Text("sensor", "传感器"), name, known, _CHECK))
    return ()


def _several(written: Value, spot: Spot, selections: Selections, derived: Collection[SensorId]) -> tuple[Sensor, ...]:
    if not isinstance(written, str | list | dict) or not written:
        selections.findings.fault(
            spot,
            Text(f"sensors are expected here, not `{shown(written)}`", f"此处应为传感器，而不是 `{shown(written)}`"),
            Text("write `{ quantity: temperature }`, or ids", "请写 `{ quantity: temperature }` 或传感器标识"),
        )
        return ()
    selection = selections.selection(written, spot)
    if selection is None:
        return ()
    means_derived = bool(selection.ids)
    found = tuple(sensor for _, sensor in selections.selected(selection) if means_derived or sensor.id not in derived)
    if len(found) < 2:
        _too_few(found, spot, selections, blamed=not selections.may_mean_a_ghost(selection, measured=not means_derived))
        return ()
    return found


def _too_few(found: tuple[Sensor, ...], spot: Spot, selections: Selections, *, blamed: bool) -> None:
    if not blamed:
        return
    problem = (
        Text(f"only {found[0].id} is selected", f"只选中了 {found[0].id}")
        if found
        else Text("no sensor is selected", "未选中任何传感器")
    )
    selections.findings.fault(
        spot, problem, Text("loosen the selection: two are needed", "请放宽选择条件：至少需要两个传感器")
    )


def _is_twice(found: dict[str, tuple[Sensor, ...]], spot: Spot, selections: Selections) -> bool:
    """Note a sensor that two settings name."""
    seen: set[SensorId] = set()
    for field, sensors in found.items():
        if (first := sensors[0].id) in seen:
            selections.findings.fault(
                spot.below(field),
                Text(f"`{first}` is named twice", f"`{first}` 出现了两次"),
                Text("name another sensor", "请填写另一个传感器"),
            )
            return True
        seen.update(sensor.id for sensor in sensors)
    return False
