"""The user's picture of a floor as it goes to browsers: an image and nothing else, whatever is in it."""

from aiohttp import web

from roommon.web.floor import Background

_A_YEAR_S = 31_536_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
    "Cache-Control": f"private, max-age={_A_YEAR_S}, immutable",
    "Content-Disposition": "inline",
}
"""Who opens the picture by itself runs nothing of it either: an SVG may hold scripts, links and forms."""


def picture(background: Background) -> web.Response:
    """Return the answer that holds `background`."""
    return web.Response(body=background.content, content_type=background.media_type, headers=_HEADERS)
