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

from config.grafana.source import boards, said
from config.grafana.source.frame import framed
from roommon.model.text import Language

FOLDER: Final = Path(__file__).parents[1] / "dashboards"


def written() -> dict[str, str]:
    """Return every dashboard by its file: `en/overview.json`."""
    return {
        f"{language}/{board.NAME}.json": _text(_made(board, language)) for board in _boards() for language in Language
    }


def _boards() -> Iterator[ModuleType]:
    for module in pkgutil.iter_modules(boards.__path__, f"{boards.__name__}."):
        yield importlib.import_module(module.name)


def _made(board: ModuleType, language: Language) -> Dashboard:
    sections = board.sections(said.in_language(language))
    with_days = getattr(board, "WITH_DAYS", False)
    return framed(board.NAME, board.TITLE, board.ABOUT, language, sections, hours=board.HOURS, with_days=with_days)


def _text(dashboard: Dashboard) -> str:
    return json.dumps(dashboard, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
