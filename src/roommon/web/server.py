"""The server of the status page: addresses, headers, languages, and the events that keep a page up to date."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from roommon.journal.error import JournalError
from roommon.model.clock import Clock, Instant
from roommon.model.quantity import UNITS
from roommon.model.reading import SensorId
from roommon.model.text import Language, Text
from roommon.web.api import routes as api
from roommon.web.archive import Archive
from roommon.web.cookies import Kind
from roommon.web.deeds import Act, Deeds
from roommon.web.door import Door, guest_of, to_login, way_back
from roommon.web.drawing import STATIC, Drawing
from roommon.web.facts import Source, Watched
from roommon.web.live import Live, Parts, Seen
from roommon.web.metrics.scrape import Metrics
from roommon.web.pages import PAGES, Context
from roommon.web.picture import picture
from roommon.web.roles import Deed
from roommon.web.trends import SPANS, chart, figures, spreadsheet
from roommon.web.vitals import Pulse

_LANGUAGE = "language"
_A_YEAR_S = 31_536_000
_LARGEST_FORM = 16_384
_SETTLED_EVERY_S = 60.0
"""How often is looked at what was counted of attempts to log in."""
_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind} 'self'" for kind in ("script-src", "style-src", "img-src", "connect-src", "font-src")),
        *("form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
    )
)
"""Nothing but the page's own host is ever asked, and nothing that stands in a page's text is run."""
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}


_NOT_THERE = Text(
    "There is no such page, or what it showed is no longer configured.", "没有此页面，或其内容已不在配置中。"
)
_NOT_ALLOWED = Text("Administrators alone see who logged in.", "仅管理员可查看登录记录。")


class Server:
    """The pages of one site."""

    def __init__(self, source: Source, pulse: Pulse, door: Door, act: Act, clock: Clock) -> None:
        """`source` says how it is, `pulse` how roommon itself is; `door` who is there; `act` does what people want."""
        self._source = source
        self._door = door
        self._deeds = Deeds(door, act)
        self._clock = clock
        self._drawing = Drawing()
        self._live = Live(self._parts, clock)
        self._metrics = Metrics(source, pulse)

    def app(self) -> web.Application:
        """Return the application, to be run on any socket."""
        app = web.Application(
            middlewares=[self._guard, self._door.attend, self._explain], client_max_size=_LARGEST_FORM
        )
        get = app.router.add_get
        get("/", self._page("wall"))
        get("/plan", self._page("plan"))
        get("/plan/{about}", self._page("plan"))
        get("/plan/{about}/picture", self._picture)
        get("/devices", self._page("devices"))
        get("/devices/{about}", self._page("device"))
        get("/devices/{about}/wire", self._page("wire"))
        get("/sensors/{about}", self._page("sensor", self._course))
        get("/sensors/{about}/trend.json", self._chart)
        get("/sensors/{about}/trend.csv", self._spreadsheet)
        get("/protections/{about}", self._page("protection"))
        get("/alarms", self._page("alarms", self._events_of_alarms))
        get("/alarms/{about}", self._page("alarm", self._history))
        get("/incidents", self._page("incidents", self._incidents))
        get("/incidents/{about}", self._page("incident", self._incident))
        get("/handover", self._page("handover", self._hand_over))
        get("/drills", self._page("drills", self._drills))
        get("/record", self._page("alarms", self._what_people_did))
        get("/record/logins", self._logins)
        get("/live/{page}", self._events)
        get("/login", self._login)
        app.router.add_post("/login", self._log_in)
        app.router.add_post("/logout", self._log_out)
        app.router.add_post("/do/{verb}", self._deeds.do)
        get("/metrics", self._metrics.answer)
        app.add_subapp(api.PREFIX, api.application(self._source))
        get("/static/{version}/{name}", _static)
        app.cleanup_ctx.append(self._watch)
        app.on_shutdown.append(self._close)
        return app

    async def _watch(self, _app: web.Application) -> AsyncIterator[None]:
        tasks = [
            asyncio.create_task(self._live.run(), name="web:live"),
            asyncio.create_task(self._settle(), name="web:logbook"),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        self._door.logbook.flush()

    async def _settle(self) -> None:
        while True:
            await asyncio.sleep(_SETTLED_EVERY_S)
            self._door.logbook.settle()

    async def _close(self, _app: web.Application) -> None:
        self._live.close()

    async def _events_of_alarms(self, request: web.Request) -> Context:
        return await self._archive.events(request.path, request.query)

    async def _what_people_did(self, request: web.Request) -> Context:
        return await self._archive.events(request.path, request.query, by_people=True)

    async def _logins(self, request: web.Request) -> web.StreamResponse:
        guest = guest_of(request)
        if guest.session is None:
            return to_login(request)
        if not guest.may(Deed.SEE_LOGINS):
            return self._sorry(request, 403, _NOT_ALLOWED)
        return await self._page("logins", self._who_logged_in)(request)

    async def _who_logged_in(self, request: web.Request) -> Context:
        return await self._archive.logins(request.path, request.query)

    async def _history(self, request: web.Request) -> Context:
        return await self._archive.history(request.match_info["about"], request.path, request.query)

    async def _course(self, request: web.Request) -> Context:
        watched = self._watched(request)
        chosen, found = await self._archive.course(watched.sensor.id, self._now(), request.query)
        return {"spans": SPANS, "chosen": chosen, "figures": figures(found, watched), "lives": found.alarms[::-1]}

    async def _chart(self, request: web.Request) -> web.Response:
        watched = self._watched(request)
        _, found = await self._archive.course(watched.sensor.id, self._now(), request.query)
        setpoints = self._source.building().setpoints.get(watched.sensor.id, ())
        unit = UNITS[watched.sensor.quantity].symbol
        drawn = chart(found, watched, setpoints, unit, self._language(request))
        return web.json_response(drawn, headers={"Cache-Control": "no-store"})

    async def _spreadsheet(self, request: web.Request) -> web.Response:
        watched = self._watched(request)
        chosen, found = await self._archive.course(watched.sensor.id, self._now(), request.query)
        name = f"{watched.sensor.id}-{chosen}.csv"
        return web.Response(
            text=spreadsheet(found, watched.sensor.id),
            content_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )

    def _watched(self, request: web.Request) -> Watched:
        found = self._source.building().watched.get(SensorId(request.match_info["about"]))
        if found is None:
            raise web.HTTPNotFound
        return found

    def _now(self) -> Instant:
        return self._clock.instant(self._clock.monotonic())

    async def _incidents(self, request: web.Request) -> Context:
        return await self._archive.incidents(self._source.building().causes, self._now(), request.query)

    async def _incident(self, request: web.Request) -> Context:
        found = await self._archive.incident(request.match_info["about"], self._source.building().causes)
        if found is None:
            raise web.HTTPNotFound
        return found

    async def _hand_over(self, request: web.Request) -> Context:
        return await self._archive.hand_over(self._source.building().causes, self._now(), request.query)

    async def _drills(self, request: web.Request) -> Context:
        return await self._archive.drills(self._source.building(), await self._source.present(), request.query)

    async def _picture(self, request: web.Request) -> web.Response:
        floor = self._source.building().floors.get(request.match_info["about"])
        if floor is None or floor.background is None:
            raise web.HTTPNotFound
        return picture(request, floor.background)

    @property
    def _archive(self) -> Archive:
        return Archive(self._source.building().journal)

    def _page(self, name: str, more: Callable[[web.Request], Awaitable[Context]] | None = None) -> Handler:
        """Return what shows a page of `PAGES`; `more` reads what it shows of the past."""

        async def show(request: web.Request) -> web.StreamResponse:
            about = request.match_info.get("about", "")
            language, page = self._language(request), PAGES[name]
            building, present = self._source.building(), await self._source.present()
            context = page.context(building, present, about)
            if context is None:
                raise web.HTTPNotFound
            live = f"/live/{name}?{urlencode({'about': about, 'language': language.value})}" if page.parts else ""
            past = {} if more is None else await more(request)
            whole = {**context, **past, **self._frame(request, language)}
            whole |= {"building": building, "present": present, "live": live}
            html = self._drawing.draw(page.template, language, whole)
            return _html(request, html, language)

        return show

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Put the headers on every answer."""
        try:
            response = await handler(request)
        except web.HTTPException as error:
            error.headers.update({**_HEADERS, "Cache-Control": "no-store"})
            raise
        if not response.prepared:
            response.headers.update({key: value for key, value in _HEADERS.items() if key not in response.headers})
        return response

    @web.middleware
    async def _explain(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Say to a person why there is no page."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return self._sorry(request, 404, _NOT_THERE)
        except JournalError as error:
            return self._sorry(request, 503, Text(f"The journal cannot be read: {error}", f"无法读取日志库：{error}"))

    def _sorry(self, request: web.Request, status: int, words: Text) -> web.Response:
        language = self._language(request)
        whole = {**self._frame(request, language), "building": self._source.building(), "live": "", "words": words}
        return _html(request, self._drawing.draw("sorry.html", language, whole), language, status)

    async def _login(self, request: web.Request) -> web.StreamResponse:
        return self._ask_to_log_in(request, Text("", ""))

    def _ask_to_log_in(self, request: web.Request, words: Text, status: int = 200) -> web.Response:
        language = self._language(request)
        frame = {**self._frame(request, language), "building": self._source.building(), "live": ""}
        whole = {**frame, "words": words, "next": way_back(request.query.get("next", "/"))}
        whole["may_log_in"] = guest_of(request).visitor.may_log_in
        return _html(request, self._drawing.draw("login.html", language, whole), language, status)

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        guest, form = guest_of(request), await request.post()
        if not guest.visitor.may_log_in:
            raise web.HTTPForbidden
        answer = await self._door.logins.log_in(str(form.get("name", "")), str(form.get("password", "")), guest.visitor)
        if answer.token is None:
            return self._ask_to_log_in(request, answer.words, 401)
        response = web.HTTPSeeOther(way_back(str(form.get("next", "/"))))
        self._door.set_cookie(response, guest, Kind.SESSION, answer.token)
        raise response

    async def _log_out(self, request: web.Request) -> web.StreamResponse:
        guest = guest_of(request)
        self._door.logins.log_out(guest.token, guest.visitor)
        response = web.HTTPSeeOther("/")
        self._door.set_cookie(response, guest, Kind.SESSION, "")
        raise response

    def _frame(self, request: web.Request, language: Language) -> Mapping[str, object]:
        guest = guest_of(request)
        other = Language.ENGLISH if language is Language.CHINESE else Language.CHINESE
        query = urlencode({**request.query, _LANGUAGE: other.value})
        return {
            "here": request.path,
            "back": request.path_qs,
            "other_language": f"{request.path}?{query}",
            "guest": guest,
            "word": self._door.word(guest),
            "said": self._door.said(guest),
            "deeds": Deed,
        }

    async def _parts(self, seen: Seen) -> Parts:
        page, building, present = PAGES[seen.page], self._source.building(), await self._source.present()
        context = page.context(building, present, seen.about)
        if context is None:
            return {}
        whole = {**context, "building": building, "present": present}
        parts: Parts = {}
        for part in page.parts:
            parts[part] = self._drawing.draw(f"_{part}.html", seen.language, whole)
            await asyncio.sleep(0)  # The beats do not wait for a whole page.
        return parts

    async def _events(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["page"]
        if name not in PAGES:
            raise web.HTTPNotFound
        seen = Seen(name, request.query.get("about", ""), self._language(request))
        response = web.StreamResponse(
            headers={**_HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        guest, watcher = guest_of(request), self._live.join(seen)
        try:
            await response.write(self._live.event({}))
            while not watcher.is_over and self._door.is_in(guest):
                await response.write(self._live.event(await watcher.next_event()))
        except ConnectionError:
            pass
        finally:
            self._live.leave(watcher)
        return response

    def _language(self, request: web.Request) -> Language:
        """Return the reader's language: chosen, remembered, the browser's, else the site's."""
        for said in (request.query.get(_LANGUAGE), request.cookies.get(_LANGUAGE)):
            with contextlib.suppress(ValueError):
                return Language(said or "")
        session = guest_of(request).session
        if session is not None and session.user.language is not None:
            return session.user.language
        for tag in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").lower().split(","):
            if tag.strip().startswith("zh"):
                return Language.CHINESE
            if tag.strip().startswith("en"):
                return Language.ENGLISH
        return self._source.building().language


def _html(request: web.Request, html: str, language: Language, status: int = 200) -> web.Response:
    response = web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"}, status=status)
    if _LANGUAGE in request.query:
        response.set_cookie(_LANGUAGE, language.value, max_age=_A_YEAR_S, samesite="Strict", httponly=True)
    return response


async def _static(request: web.Request) -> web.FileResponse:
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": f"public, max-age={_A_YEAR_S}, immutable"})
