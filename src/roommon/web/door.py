"""Who is there: a request is admitted or not, is of a session or not, and does something only with its word."""

import math
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.web import cookies, forms
from roommon.web.api.problem import as_problems
from roommon.web.attempts import Attempts
from roommon.web.config import Config, View
from roommon.web.cookies import Cookie, Kind
from roommon.web.forms import Forms
from roommon.web.logbook import Keep, Logbook
from roommon.web.logins import Logins
from roommon.web.programs import CHALLENGE, Programs, Refused, Why
from roommon.web.roles import Deed
from roommon.web.sessions import Session, Sessions
from roommon.web.users import Users
from roommon.web.visitor import Visitor, is_admitted, visitor

WORD = "word"
"""The field of a form that shows that it is ours."""
_OPEN = ("/login", "/static/")
"""What may be seen without a login, wherever one is wanted."""
_BY_ITSELF = "/live/"
"""What a page asks for without anybody doing anything."""
_READ_ALONE = "/api/"
"""Where nothing can be done, and so no form comes from."""
_METRICS = "/metrics"
_READS = (hdrs.METH_GET, hdrs.METH_HEAD)
_GUEST = "guest"


@dataclass(slots=True)
class Guest:
    """Who sent a request."""

    visitor: Visitor
    token: str | None = field(repr=False)
    session: Session | None
    form: str = field(repr=False)
    """The form cookie, or a new one that is to be set."""

    def may(self, deed: Deed) -> bool:
        """Return whether they may do it."""
        return self.session is not None and self.session.user.role.may(deed)


class Door:
    """Lets people in; lives as long as the daemon, so that a reload logs nobody out."""

    def __init__(self, config: Config, keep: Keep, clock: Clock) -> None:
        """`config` says who is admitted, and where the users are; `keep` puts on record who logs in."""
        self.config = config
        self._users = Users(config.users, clock)
        self._sessions = Sessions(self._users.get, clock)
        self._forms = Forms()
        self._said: dict[str, tuple[bool, Text]] = {}
        """What the last deed of a session came to, until it is shown."""
        self.logbook = Logbook(keep, clock)
        self.logins = Logins(self._users, self._sessions, Attempts(clock), self.logbook, clock)
        self._programs = Programs(self._users, self.logbook, clock)

    @web.middleware
    async def attend(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Be the middleware in front of every page."""
        attended = partial(self._attend, handler=handler)
        return await (as_problems(request, attended) if request.path.startswith(_READ_ALONE) else attended(request))

    async def _attend(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        peer = request.remote or ""
        if not is_admitted(self.config, peer):
            raise web.HTTPForbidden
        guest = await self._guest(request, peer)
        request[_GUEST] = guest
        if guest.session is None and _is_from_elsewhere(request):
            return _asked_again()
        if self.config.view is View.LOGIN and guest.session is None and not request.path.startswith(_OPEN):
            if not _is_of_program(request):
                return to_login(request)
            await self._admit_program(request, guest.visitor)
        if request.method == hdrs.METH_POST and not request.path.startswith(_READ_ALONE):
            await self._check_form(request, guest)
        response = await handler(request)
        if not response.prepared and guest.form != request.cookies.get(_name(Kind.FORM, guest)):
            self.set_cookie(response, guest, Kind.FORM, guest.form)
        return response

    async def _admit_program(self, request: web.Request, who: Visitor) -> None:
        try:
            await self._programs.admit(request.headers.get(hdrs.AUTHORIZATION), who)
        except Refused as refused:
            raise _refusal(refused) from None

    async def _guest(self, request: web.Request, peer: str) -> Guest:
        headers = request.headers
        who = visitor(
            self.config,
            peer,
            headers.getall("X-Forwarded-For", []),
            headers.getall("X-Forwarded-Proto", []),
        )
        token = request.cookies.get(cookies.name(Kind.SESSION, is_encrypted=who.is_encrypted))
        form = request.cookies.get(cookies.name(Kind.FORM, is_encrypted=who.is_encrypted)) or forms.random_word()
        await self._users.refresh()
        session = self._sessions.find(token, is_used=not request.path.startswith(_BY_ITSELF))
        return Guest(who, token, session, form)

    async def _check_form(self, request: web.Request, guest: Guest) -> None:
        """Refuse a form that is not ours, or was filled in before the session it belongs to ended."""
        sent = (await request.post()).get(WORD)
        word = sent if isinstance(sent, str) else None
        is_ours = guest.session.accepts(word) if guest.session else self._forms.accepts(guest.form, word)
        if not is_ours:
            raise web.HTTPForbidden

    def word(self, guest: Guest) -> str:
        """Return the word for the forms of a page that `guest` is shown."""
        return guest.session.word if guest.session else self._forms.word(guest.form)

    def is_in(self, guest: Guest) -> bool:
        """Return whether `guest` may still look: their session may have ended while a stream is open."""
        return self.config.view is View.OPEN or self._sessions.find(guest.token, is_used=False) is not None

    def set_cookie(self, response: web.StreamResponse, guest: Guest, kind: Kind, value: str) -> None:
        """Let the browser keep `value`; an empty one is taken away."""
        response.headers.add(hdrs.SET_COOKIE, Cookie(kind, value, guest.visitor.is_encrypted).header())

    def say(self, guest: Guest, words: Text, *, done: bool) -> None:
        """Keep what a deed came to, for the next page."""
        if guest.session is not None:
            self._said[guest.session.word] = (done, words)

    def said(self, guest: Guest) -> tuple[bool, Text] | None:
        """Return what the last deed came to, once."""
        return self._said.pop(guest.session.word, None) if guest.session else None


def guest_of(request: web.Request) -> Guest:
    """Return who sent `request`, which the door has let in."""
    found: Guest = request[_GUEST]
    return found


def way_back(request_path: str) -> str:
    """Return a path of this server, whatever was written: never another host."""
    parts = urlsplit(request_path)
    is_ours = request_path.startswith("/") and not request_path.startswith(("//", "/\\"))
    return request_path if is_ours and not parts.netloc else "/"


def _name(kind: Kind, guest: Guest) -> str:
    return cookies.name(kind, is_encrypted=guest.visitor.is_encrypted)


def _is_from_elsewhere(request: web.Request) -> bool:
    """Return whether somebody followed a link of another site, such as a mail read in the browser.

    The browser then leaves our cookies at home (`SameSite=Strict`), whether there is a session or not.
    """
    headers = request.headers
    is_followed = (headers.get("Sec-Fetch-Site"), headers.get("Sec-Fetch-Mode")) == ("cross-site", "navigate")
    return is_followed and request.method == hdrs.METH_GET and not _is_referred_by_us(request)


def _is_referred_by_us(request: web.Request) -> bool:
    return urlsplit(request.headers.get(hdrs.REFERER, "")).netloc == request.host


def _asked_again() -> web.StreamResponse:
    """Return a page that asks for itself again: that comes from ourselves, with the cookies.

    A browser that takes this for the other site's question still says that it comes from us, and is not asked for ever.
    """
    headers = {"Refresh": "0", "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    return web.Response(headers=headers, content_type="text/html")


def to_login(request: web.Request) -> web.StreamResponse:
    """Lead a browser to the form, and refuse everybody else."""
    if not _is_page(request):
        raise web.HTTPUnauthorized
    raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs, safe='')}")


def _is_page(request: web.Request) -> bool:
    """Return whether somebody wants to see it in a browser."""
    return request.method == hdrs.METH_GET and "text/html" in request.headers.get(hdrs.ACCEPT, "")


def _is_of_program(request: web.Request) -> bool:
    """Return whether a program asks for what is made for programs; a browser is led to the form instead."""
    is_for_programs = request.path == _METRICS or request.path.startswith(_READ_ALONE)
    is_browser = _is_page(request) and hdrs.AUTHORIZATION not in request.headers
    return is_for_programs and request.method in _READS and not is_browser


def _refusal(refused: Refused) -> web.HTTPException:
    """Return what a program is answered that is not let in."""
    match refused.why:
        case Why.UNKNOWN | Why.WRONG:
            return web.HTTPUnauthorized(text=refused.why, headers={hdrs.WWW_AUTHENTICATE: CHALLENGE})
        case Why.PAUSED:
            return web.HTTPTooManyRequests(text=refused.why, headers=_later(refused.wait_s))
        case Why.BUSY:
            return web.HTTPServiceUnavailable(text=refused.why, headers=_later(refused.wait_s))
        case Why.READABLE:
            return web.HTTPForbidden(text=refused.why)
        case _:
            assert_never(refused.why)


def _later(wait_s: float) -> dict[str, str]:
    return {hdrs.RETRY_AFTER: str(math.ceil(wait_s))}
