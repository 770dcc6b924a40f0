"""The user's picture of a floor as it goes to browsers: an image and nothing else, whatever is in it."""

from aiohttp import hdrs, web

from roommon.web.floor import Background

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    "Cache-Control": "private, no-cache",
    "Content-Disposition": "inline",
}
"""Who opens the picture by itself runs nothing of it either: an SVG may hold scripts, links and forms.

A browser keeps it and asks each time whether it may still be seen: somebody may have logged out.
"""


def picture(request: web.Request, background: Background) -> web.Response:
    """Return the answer that holds `background`, or that the browser has it already."""
    headers = {**_HEADERS, hdrs.ETAG: f'"{background.version}"'}
    if any(tag.value == background.version for tag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=background.content, content_type=background.media_type, headers=headers)
