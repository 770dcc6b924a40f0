"""The addresses of the API, and what may be asked at each."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.typedefs import Handler

from roommon.journal.search import Wanted
from roommon.model.alarm import Priority
from roommon.model.reading import SensorId
from roommon.record.members import Members
from roommon.web.api import documents
from roommon.web.api.problem import Unasked, Unknown, as_problems
from roommon.web.archive import Archive
from roommon.web.facts import Building, Present, Source

PREFIX: Final = "/api/v1"
AT_MOST: Final = 500
"""Events on a page."""
_PAGE: Final = 50
_DIGITS: Final = 12
_PRIORITIES: Final = {each.name.lower(): each for each in Priority}


class Asked(NamedTuple):
    """One question, and how everything is."""

    building: Building
    present: Present
    id: str
    """Of what, where the address names it."""
    query: Mapping[str, str]


class Route(NamedTuple):
    """One address."""

    answer: Callable[[Asked], Awaitable[Members]]
    parameters: Collection[str] = ()
    """What the query may hold."""


def application(source: Source) -> web.Application:
    """Return the API as a part of the page's server."""
    app = web.Application(middlewares=[as_problems])
    for path, route in ROUTES.items():
        app.router.add_get(path, _handler(route, source))
    return app


def _handler(route: Route, source: Source) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        for name in request.query.keys() - set(route.parameters):
            raise Unasked(text=f"`{name}` cannot be asked for here; {_known(route.parameters)}")
        building, present = source.building(), await source.present()
        asked = Asked(building, present, request.match_info.get("id", ""), request.query)
        return _json(await route.answer(asked))

    return answer


def _known(parameters: Collection[str]) -> str:
    return f"{', '.join(f'`{name}`' for name in parameters)} can" if parameters else "nothing can"


def _json(members: Members) -> web.Response:
    text = json.dumps(members, ensure_ascii=False, allow_nan=False)
    return web.Response(text=text, content_type="application/json", headers={"Cache-Control": "no-store"})


async def _site(asked: Asked) -> Members:
    return documents.site(asked.building, asked.present)


async def _alarms(asked: Asked) -> Members:
    return documents.alarms(asked.building, asked.present)


async def _events(asked: Asked) -> Members:
    query, at_most = asked.query, _number(asked.query, "limit", AT_MOST) or _PAGE
    wanted = Wanted(words=query.get("words", ""), priority=_priority(query), alarm=query.get("alarm", ""))
    before = _number(query, "before", 10**_DIGITS)
    found = await Archive(asked.building.journal).read(lambda reader: reader.search(wanted, before, at_most + 1))
    page = found[:at_most]
    others = {name: value for name, value in query.items() if name != "before"}
    more = urlencode({**others, "before": page[-1].number}) if len(found) > at_most else None
    older = None if more is None else f"{PREFIX}/events?{more}"
    return documents.events(page, older, asked.building.language, asked.present.at)


async def _devices(asked: Asked) -> Members:
    return documents.devices(asked.building, asked.present)


async def _sensors(asked: Asked) -> Members:
    device = asked.query.get("device")
    if device is not None and device not in asked.building.units:
        raise Unknown(text=f"there is no device `{device}`")
    return documents.sensors(asked.building, asked.present, device)


async def _sensor(asked: Asked) -> Members:
    watched = asked.building.watched.get(SensorId(asked.id))
    if watched is None:
        raise Unknown(text=f"there is no sensor `{asked.id}`")
    return documents.sensor(watched, asked.building, asked.present)


def _priority(query: Mapping[str, str]) -> Priority | None:
    said = query.get("priority")
    if said is not None and said not in _PRIORITIES:
        raise Unasked(text=f"priority is `{said}`; it is one of {', '.join(_PRIORITIES)}")
    return None if said is None else _PRIORITIES[said]


def _number(query: Mapping[str, str], name: str, at_most: int) -> int | None:
    said = query.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) <= _DIGITS and 1 <= int(said) <= at_most):
        raise Unasked(text=f"{name} is `{said}`; it is a whole number from 1 to {at_most}")
    return int(said)


ROUTES: Mapping[str, Route] = {
    "/site": Route(_site),
    "/alarms": Route(_alarms),
    "/events": Route(_events, ("before", "words", "priority", "alarm", "limit")),
    "/devices": Route(_devices),
    "/sensors": Route(_sensors, ("device",)),
    "/sensors/{id}": Route(_sensor),
}
"""By their paths below `PREFIX`."""
