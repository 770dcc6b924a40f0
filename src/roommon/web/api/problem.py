"""What the API says when it cannot answer: RFC 9457."""

import json

from aiohttp import web
from aiohttp.typedefs import Handler

from roommon.journal.error import JournalError

_TYPE = "application/problem+json"
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
"""Headers that say what would be answered."""


class Unasked(web.HTTPBadRequest):
    """The query makes no sense; its text says what would."""


class Unknown(web.HTTPNotFound):
    """There is no such thing; its text says what was looked for."""


@web.middleware
async def as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let every error be a problem document."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        said = error.text if error.text != f"{error.status}: {error.reason}" else None
        kept = {name: value for name, value in error.headers.items() if name in _KEPT}
        return _problem(error.status, error.reason, said, kept)
    except JournalError as error:
        return _problem(503, "Service Unavailable", str(error), {})


def _problem(status: int, title: str, detail: str | None, headers: dict[str, str]) -> web.Response:
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    text = json.dumps(document, ensure_ascii=False)
    return web.Response(text=text, status=status, content_type=_TYPE, headers={"Cache-Control": "no-store", **headers})
