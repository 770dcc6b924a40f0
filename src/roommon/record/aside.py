"""What people set aside: shelved alarms, and what is out of service, with when that ends."""

from collections.abc import Mapping

from roommon.model.alive import SetAside
from roommon.model.suppression import SuppressedAs
from roommon.rules.state import AlarmState, Kept, OutOfService, StateId


def set_aside(states: Mapping[StateId, Kept]) -> list[SetAside]:
    """Return what is set aside by `states`, in the order of names."""
    found = (_one(name, state) for name, state in states.items())
    return sorted((one for one in found if one is not None), key=lambda one: (one.kind, one.what))


def _one(name: StateId, state: Kept) -> SetAside | None:
    match state:
        case OutOfService(scope, target, by, why, _, until):
            return SetAside(f"{scope} {target}", SuppressedAs.OUT_OF_SERVICE, until, by, why)
        case AlarmState(shelf=shelf) if shelf is not None:
            return SetAside(name, SuppressedAs.SHELVED, shelf.until, shelf.by, shelf.why)
        case _:
            return None
