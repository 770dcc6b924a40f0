"""What each page shows, from what is configured and how it is now."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from roommon.web.facts import Building, Present
from roommon.web.wall import wall

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


PAGES: Mapping[str, Page] = {
    "wall": Page("wall.html", ("banner", "tiles", "standing", "unseen", "aside", "foot"), _wall),
}
