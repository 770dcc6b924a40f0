"""The server of the status page: addresses, headers, languages, and the events that keep a page up to date."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from urllib.parse import urlencode

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from roommon.model.clock import Clock
from roommon.model.text import Language
from roommon.web.api import routes as api
from roommon.web.archive import Archive
from roommon.web.drawing import STATIC, Drawing
from roommon.web.facts import Source
from roommon.web.live import Live, Parts, Seen
from roommon.web.metrics.scrape import Metrics
from roommon.web.pages import PAGES, Context
from roommon.web.vitals import Pulse

_LANGUAGE = "language"
_A_YEAR_S = 31_536_000
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


class Server:
    """The pages of one site."""

    def __init__(self, source: Source, pulse: Pulse, clock: Clock) -> None:
        """`source` says how it is, `pulse` how roommon itself is."""
        self._source = source
        self._clock = clock
        self._drawing = Drawing()
        self._live = Live(self._parts, clock)
        self._metrics = Metrics(source, pulse)

    def app(self) -> web.Application:
        """Return the application, to be run on any socket."""
        app = web.Application(middlewares=[_guarded])
        get = app.router.add_get
        get("/", self._page("wall"))
        get("/devices", self._page("devices"))
        get("/devices/{about}", self._page("device"))
        get("/protections/{about}", self._page("protection"))
        get("/alarms", self._page("alarms", self._events_of_alarms))
        get("/alarms/{about}", self._page("alarm", self._history))
        get("/incidents", self._page("incidents", self._incidents))
        get("/incidents/{about}", self._page("incident", self._incident))
        get("/record", self._page("alarms", self._what_people_did))
        get("/live/{page}", self._events)
        get("/metrics", self._metrics.answer)
        app.add_subapp(api.PREFIX, api.application(self._source))
        get("/static/{version}/{name}", _static)
        app.cleanup_ctx.append(self._watch)
        app.on_shutdown.append(self._close)
        return app

    async def _watch(self, _app: web.Application) -> AsyncIterator[None]:
        task = asyncio.create_task(self._live.run(), name="web:live")
        yield
        task.cancel()
        await asyncio.wait([task])

    async def _close(self, _app: web.Application) -> None:
        self._live.close()

    async def _events_of_alarms(self, request: web.Request) -> Context:
        return await self._archive.events(request.path, request.query)

    async def _what_people_did(self, request: web.Request) -> Context:
        return await self._archive.events(request.path, request.query, by_people=True)

    async def _history(self, request: web.Request) -> Context:
        return await self._archive.history(request.match_info["about"], request.path, request.query)

    async def _incidents(self, request: web.Request) -> Context:
        now = self._clock.instant(self._clock.monotonic())
        return await self._archive.incidents(self._source.building().causes, now, request.query)

    async def _incident(self, request: web.Request) -> Context:
        found = await self._archive.incident(request.match_info["about"], self._source.building().causes)
        if found is None:
            raise web.HTTPNotFound
        return found

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

    def _frame(self, request: web.Request, language: Language) -> Mapping[str, object]:
        other = Language.ENGLISH if language is Language.CHINESE else Language.CHINESE
        query = urlencode({**request.query, _LANGUAGE: other.value})
        return {"here": request.path, "other_language": f"{request.path}?{query}"}

    async def _parts(self, seen: Seen) -> Parts:
        page, building, present = PAGES[seen.page], self._source.building(), await self._source.present()
        context = page.context(building, present, seen.about)
        if context is None:
            return {}
        whole = {**context, "building": building, "present": present}
        return {part: self._drawing.draw(f"_{part}.html", seen.language, whole) for part in page.parts}

    async def _events(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["page"]
        if name not in PAGES:
            raise web.HTTPNotFound
        seen = Seen(name, request.query.get("about", ""), self._language(request))
        response = web.StreamResponse(
            headers={**_HEADERS, "Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await response.prepare(request)
        watcher = self._live.join(seen)
        try:
            await response.write(self._live.event({}))
            while not watcher.is_over:
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
        for tag in request.headers.get(hdrs.ACCEPT_LANGUAGE, "").lower().split(","):
            if tag.strip().startswith("zh"):
                return Language.CHINESE
            if tag.strip().startswith("en"):
                return Language.ENGLISH
        return self._source.building().language


def _html(request: web.Request, html: str, language: Language) -> web.Response:
    response = web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})
    if _LANGUAGE in request.query:
        response.set_cookie(_LANGUAGE, language.value, max_age=_A_YEAR_S, samesite="Strict", httponly=True)
    return response


async def _static(request: web.Request) -> web.FileResponse:
    path = STATIC / request.match_info["name"]
    if path.parent != STATIC or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": f"public, max-age={_A_YEAR_S}, immutable"})


@web.middleware
async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(_HEADERS)
        raise
    if not response.prepared:
        response.headers.update(_HEADERS)
    return response
