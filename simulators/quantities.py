"""The quantities of the room by name: what a scenario and `set` may change, and what `state` shows.

`rack-a.inlet` and `rack-a.humidity` are pinned by a number and let go by None; `surge` is an event of so many kA.
"""

import difflib
from collections.abc import Callable

from simulators.climate import AirConditioner, Rack, dew_point_c
from simulators.power import Ups
from simulators.room import Room

Value = float | bool | str | None
Setter = Callable[[Value], None]


def set_quantity(room: Room, name: str, value: Value) -> None:
    """Change one quantity of `room`; raise ValueError, saying what would be right, if it cannot be."""
    setter = setter_of(room, name)
    try:
        setter(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name}: {error}") from error
    room.version += 1


def setter_of(room: Room, name: str) -> Setter:
    """Return what changes the quantity `name`; raise ValueError, naming the one that was meant."""
    setters = _setters(room)
    if name in setters:
        return setters[name]
    near = difflib.get_close_matches(name, setters, 1)
    meant = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(sorted(setters))}"
    raise ValueError(f"no quantity {name!r}{meant}")


def read_quantities(room: Room) -> dict[str, Value]:
    """What stands now, rounded for people."""
    shown: dict[str, Value] = {
        "air": round(room.climate.air_c, 2),
        "humidity": round(room.climate.humidity, 1),
        "dew_point": round(dew_point_c(room.climate.vapour_hpa), 1),
        "outdoor": room.climate.outdoor_c,
        "mains": room.mains.present,
        "mains.voltage": room.mains.nominal_v,
        "leak": room.rope.at_m if room.rope.dripping else None,
        "leak.current_ua": round(room.rope.current_ua, 1),
        "rope.broken": room.rope.broken,
        "surges": room.protector.count,
        "protector.wear": round(room.protector.wear, 3),
        "smoke": room.smoke,
        "door": room.door_open,
    }
    for name, unit in room.air_conditioners.items():
        shown |= {f"{name}.running": unit.running, f"{name}.output": round(unit.output, 3)}
    for name, rack in room.racks.items():
        shown |= {f"{name}.inlet": round(room.inlet_c(rack), 2), f"{name}.load": rack.load_kw}
    for name, ups in room.upses.items():
        shown |= {f"{name}.charge": round(ups.charge, 4), f"{name}.runtime_s": round(ups.runtime_s)}
    return shown


def contact(room: Room, name: str) -> bool:
    """Whether the volt-free contact `name` is closed: smoke, door, mains, <air conditioner>.failed, protector."""
    known = {
        "smoke": room.smoke,
        "door": room.door_open,
        "mains": not room.mains.usable,
        "protector": room.protector.failed,
    } | {f"{unit}.failed": not room.air_conditioners[unit].running for unit in room.air_conditioners}
    if name not in known:
        raise ValueError(f"no contact {name!r}; there are {', '.join(known)}")
    return known[name]


def _setters(room: Room) -> dict[str, Setter]:
    setters = _of_the_house(room)
    for name, unit in room.air_conditioners.items():
        setters |= _of_air_conditioner(name, unit)
    for name, rack in room.racks.items():
        setters |= _of_rack(name, rack)
    for name, ups in room.upses.items():
        setters |= _of_ups(name, ups)
    return setters


def _of_the_house(room: Room) -> dict[str, Setter]:
    return {
        "air": lambda value: setattr(room.climate, "air_c", _number(value)),
        "outdoor": lambda value: setattr(room.climate, "outdoor_c", _number(value)),
        "mains": lambda value: setattr(room.mains, "present", _flag(value)),
        "mains.voltage": lambda value: setattr(room.mains, "nominal_v", _number(value)),
        "leak": lambda value: room.rope.leak(None if value is False else _number_or_none(value)),
        "rope.broken": lambda value: setattr(room.rope, "broken", _flag(value)),
        "rope.dirt_ua": lambda value: setattr(room.rope, "dirt_ua", _number(value)),
        "surge": lambda value: room.protector.surge(_number(value)),
        "protector.wear": lambda value: setattr(room.protector, "taken", _number(value) * room.protector.spec.life),
        "smoke": lambda value: setattr(room, "smoke", _flag(value)),
        "door": lambda value: setattr(room, "door_open", _flag(value)),
    }


def _of_air_conditioner(name: str, unit: AirConditioner) -> dict[str, Setter]:
    return {f"{name}.running": lambda value: setattr(unit, "running", _flag(value))}


def _of_rack(name: str, rack: Rack) -> dict[str, Setter]:
    return {
        f"{name}.inlet": lambda value: setattr(rack, "pinned_c", _number_or_none(value)),
        f"{name}.humidity": lambda value: setattr(rack, "pinned_humidity", _number_or_none(value)),
        f"{name}.load": lambda value: setattr(rack, "load_kw", _number(value)),
        f"{name}.probe_broken": lambda value: setattr(rack, "probe_broken", _flag(value)),
    }


def _of_ups(name: str, ups: Ups) -> dict[str, Setter]:
    return {f"{name}.charge": lambda value: setattr(ups, "charge", min(1.0, max(0.0, _number(value))))}


def _number(value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _number_or_none(value: Value) -> float | None:
    return None if value is None else _number(value)


def _flag(value: Value) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} is neither true nor false")
    return value
