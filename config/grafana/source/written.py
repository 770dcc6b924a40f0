"""The dashboards as the files that they become."""

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from config.grafana.source import boards, states
from config.grafana.source.frame import REFRESH, framed
from config.grafana.source.said import Say
from roommon.config.site import Site
from roommon.model.text import Language

FOLDER: Final = Path(__file__).parents[1] / "dashboards"


def written(site: Site | None = None) -> dict[str, str]:
    """Return every dashboard by its file, `en/overview.json`; for `site`, with the names of all its states."""
    states_of = {} if site is None else states.of_site(site)
    said_in = [Say(language, states_of) for language in Language]
    return {f"{say.language}/{board.NAME}.json": _text(_made(board, say)) for board in _boards() for say in said_in}


def _boards() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(boards.__path__, f"{boards.__name__}."):
        yield importlib.import_module(module.name)


def _made(board: ModuleType, say: Say) -> Dashboard:
    return framed(
        board.NAME,
        board.TITLE,
        board.ABOUT,
        say,
        board.sections(say),
        hours=board.HOURS,
        refresh=getattr(board, "REFRESH", REFRESH),
        with_days=getattr(board, "WITH_DAYS", False),
    )


def _text(dashboard: Dashboard) -> str:
    return json.dumps(dashboard, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
