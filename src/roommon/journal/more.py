"""What only some events and states have, as JSON in a column of its own; absent where there is nothing of it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from roommon.model.alarm import AlarmEvent, State
from roommon.model.clock import Duration, Instant
from roommon.model.command import Scope
from roommon.model.suppression import SuppressedAs, Suppression
from roommon.model.text import Text
from roommon.rules.state import (
    AlarmState,
    Carried,
    Chatter,
    Condition,
    Drilled,
    Drilling,
    Flooding,
    Handled,
    Kept,
    OutOfService,
    Shelf,
    Telling,
)

StateColumns = tuple[str, str, int | None, int | None, str | None]
"""state, condition, since, held, more."""

_PLAIN = ("source", "note", "tier", "count", "drill")
_OTHERS: Mapping[str, type[OutOfService | Handled | Flooding | Drilling | Drilled]] = {
    "out_of_service": OutOfService,
    "handled": Handled,
    "flooding": Flooding,
    "drilling": Drilling,
    "drilled": Drilled,
}
"""What is no alarm; names on the disk never change."""
_NAMES = {kind: name for name, kind in _OTHERS.items()}


def of_event(event: AlarmEvent) -> str | None:
    """Return what `event` has besides its columns."""
    found: dict[str, object] = {name: getattr(event, name) for name in _PLAIN if getattr(event, name)}
    if event.suppression is not None:
        found["suppression"] = asdict(event.suppression)
    if event.drilled:
        found["drilled"] = list(event.drilled)
    if event.about is not None and event.about != event.text:
        found["about"] = [event.about.en, event.about.zh_cn]
    return _json(found)


def event_fields(body: str | None) -> dict[str, Any]:
    """Return the fields that `of_event` wrote, as an event takes them."""
    found: dict[str, Any] = {} if body is None else json.loads(body)
    if "suppression" in found:
        suppression = found["suppression"]
        found["suppression"] = Suppression(**{**suppression, "kind": SuppressedAs(suppression["kind"])})
    if "drilled" in found:
        found["drilled"] = tuple(found["drilled"])
    if "about" in found:
        found["about"] = Text(*found["about"])
    return found


def state_columns(state: Kept) -> StateColumns:
    """Return `state` as a row holds it."""
    if not isinstance(state, AlarmState):
        return (_NAMES[type(state)], "", None, None, json.dumps(asdict(state), ensure_ascii=False))
    found: dict[str, object] = {}
    if state.shelf is not None:
        found["shelf"] = asdict(state.shelf)
    if state.telling != Telling():
        found["telling"] = asdict(state.telling)
    if state.chatter != Chatter():
        found["chatter"] = asdict(state.chatter)
    if state.carried is not None:
        found["carried"] = asdict(state.carried)
    return state.state, state.condition, state.since, state.held, _json(found)


def state_of(state: str, condition: str, since: int | None, held: int | None, body: str | None = None) -> Kept:
    """Return the state of a row."""
    found: dict[str, Any] = {} if body is None else json.loads(body)
    if state in _OTHERS:
        return _other(state, found)
    chatter = found.get("chatter")
    return AlarmState(
        state=State(state),
        condition=Condition(condition),
        since=None if since is None else Instant(since),
        held=None if held is None else Duration(held),
        shelf=Shelf(**found["shelf"]) if "shelf" in found else None,
        telling=_telling(found.get("telling", {})),
        chatter=Chatter(tuple(chatter["raises"]), chatter["count"]) if chatter else Chatter(),
        carried=Carried(**found["carried"]) if "carried" in found else None,
    )


def _telling(found: dict[str, Any]) -> Telling:
    return Telling(**{**found, "causes": tuple(found.get("causes", ()))})


def _other(name: str, found: dict[str, Any]) -> Kept:
    if name == "out_of_service":
        return OutOfService(**{**found, "scope": Scope(found["scope"])})
    if name == "flooding":
        return Flooding(**{**found, "raises": tuple(found["raises"]), "first": tuple(found["first"])})
    return _OTHERS[name](**found)


def _json(found: Mapping[str, object]) -> str | None:
    return json.dumps(found, ensure_ascii=False) if found else None
