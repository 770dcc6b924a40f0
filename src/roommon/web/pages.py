"""What each page shows, from what is configured and how it is now."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from roommon.model.alarm import AlarmId
from roommon.model.device import DeviceId
from roommon.model.reading import SensorId
from roommon.rules.state import AlarmState
from roommon.web import tables
from roommon.web.facts import Building, Present
from roommon.web.plan import plan
from roommon.web.protection import NAMES, Protection
from roommon.web.wall import row, wall

Context = Mapping[str, object]


class Page(NamedTuple):
    """One page that is kept up to date."""

    template: str
    parts: tuple[str, ...]
    """Ids of the elements that change; each is drawn by the template `_<id>.html`."""
    context: Callable[[Building, Present, str], Context | None]
    """Return what the templates need; None when there is no such thing."""


def _wall(building: Building, present: Present, _about: str) -> Context:
    return {"wall": wall(building, present)}


def _devices(building: Building, present: Present, _about: str) -> Context:
    return {"branches": tables.tree(building, present)}


def _device(building: Building, present: Present, about: str) -> Context | None:
    id_ = DeviceId(about)
    if id_ not in building.units:
        return None
    identity = present.identities.get(id_, {})
    out = next((each for each in present.out_of_service() if each.target == id_), None)
    return {"row": tables.device_row(id_, building, present), "identity": identity, "out": out}


def _wire(building: Building, present: Present, about: str) -> Context | None:
    id_ = DeviceId(about)
    if id_ not in building.units:
        return None
    wire = present.wire(id_)
    return {
        "device": building.units[id_].device,
        "wire": wire,
        "points": [] if wire is None else tables.of_wire(id_, wire, building),
    }


def _protection(building: Building, present: Present, about: str) -> Context | None:
    if about not in list(Protection):
        return None
    protection = Protection(about)
    return {"rows": tables.of_protection(protection, building, present), "name": NAMES[protection]}


def _sensor(building: Building, present: Present, about: str) -> Context | None:
    id_ = SensorId(about)
    if id_ not in building.watched:
        return None
    return {"row": tables.sensor_row(building.watched[id_], present), "setpoints": building.setpoints.get(id_, ())}


def _alarm(building: Building, present: Present, about: str) -> Context:
    found = next((each for each in present.standing if each.event.alarm == about), None)
    state = present.states.get(about)
    sensor = SensorId(found.event.sensor if found is not None else about.partition(".")[2])
    return {
        "alarm": AlarmId(about),
        "sensor": sensor,
        "is_watched": sensor in building.watched,
        "one": None if found is None else row(found, building, present),
        "shelf": state.shelf if isinstance(state, AlarmState) else None,
    }


def _plan(building: Building, present: Present, about: str) -> Context | None:
    found = plan(building, present, about)
    return None if found is None else {"plan": found}


def _past(_building: Building, _present: Present, _about: str) -> Context:
    """Pages of the journal alone."""
    return {}


PAGES: Mapping[str, Page] = {
    "wall": Page("wall.html", ("banner", "tiles", "standing", "unseen", "aside", "foot"), _wall),
    "devices": Page("devices.html", ("devices",), _devices),
    "device": Page("device.html", ("device",), _device),
    "wire": Page("wire.html", ("wire",), _wire),
    "sensor": Page("sensor.html", ("sensor",), _sensor),
    "protection": Page("protection.html", ("protection",), _protection),
    "plan": Page("plan.html", ("plan", "plan_water", "plan_state", "plan_facts"), _plan),
    "alarms": Page("alarms.html", ("standing", "aside"), _wall),
    "alarm": Page("alarm.html", ("one",), _alarm),
    "logins": Page("logins.html", (), _past),
    "incidents": Page("incidents.html", (), _past),
    "incident": Page("incident.html", (), _past),
    "drills": Page("drills.html", (), _past),
    "handover": Page("handover.html", (), _past),
}
