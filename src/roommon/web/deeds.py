"""What people do at the page: the same commands as over MQTT and on the command line, under the name of their login."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from roommon.model.text import Text
from roommon.rules.answer import Answer
from roommon.web.door import Door, guest_of, way_back
from roommon.web.roles import Deed

SOURCE = "web"
Act = Callable[[str, Mapping[str, object], str], Awaitable[Answer]]
"""Take the command of a verb with its members, from a source, and return what it came to."""

_VERBS = {deed.value: deed for deed in Deed if deed not in (Deed.LOOK, Deed.SEE_LOGINS)}
_TEXTS = ("alarm", "note", "sensor", "device", "room", "rule", "id")
_NUMBERS = ("for_s", "value")
_NOT_ALLOWED = Text("Your role may not do that.", "您的角色无权执行此操作。")


class Deeds:
    """Takes the forms of pages."""

    def __init__(self, door: Door, act: Act) -> None:
        self._door = door
        self._act = act

    async def do(self, request: web.Request) -> web.StreamResponse:
        """Take the form of one verb, and send the browser back to the page, which then says what it came to."""
        guest, deed = guest_of(request), _VERBS.get(request.match_info["verb"])
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        if deed is None:
            raise web.HTTPNotFound
        if guest.session is None:
            raise web.HTTPUnauthorized
        if not guest.may(deed):
            self._door.say(guest, _NOT_ALLOWED, done=False)
        else:
            answer = await self._act(deed.value, _members(form) | {"by": guest.session.user.signed}, SOURCE)
            self._door.say(guest, answer.words, done=answer.done)
        raise web.HTTPSeeOther(way_back(form.get("back", "/")))


def _members(form: Mapping[str, str]) -> dict[str, object]:
    """Return what a form says as the members of a command; what is left empty is not there."""
    members: dict[str, object] = {key: form[key] for key in _TEXTS if form.get(key, "").strip()}
    for key in _NUMBERS:
        if form.get(key, "").strip():
            members[key] = _number(form[key])
    if form.get("one_shot"):
        members["one_shot"] = True
    return members


def _number(written: str) -> object:
    """Return the number that was written; what is none is left for the command to refuse."""
    try:
        return float(written)
    except ValueError:
        return written
