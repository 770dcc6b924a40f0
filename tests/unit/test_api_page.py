"""docs/api*.md: every address and parameter is explained, and the document that stands there is one."""

import json
import re
from pathlib import Path

import pytest

from roommon.web.api.routes import PREFIX, ROUTES
from roommon.web.mood import Mood
from tests.peers import openapi

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("api.md", "api.zh-CN.md")


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_address_is_explained(page: str) -> None:
    rows = dict(re.findall(r"^\| `(/api\S+)` \| (.*) \|$", text(page), re.MULTILINE))
    assert set(rows) == {PREFIX + path for path in ROUTES}
    for path, route in ROUTES.items():
        assert {name for name in route.parameters if f"`{name}`" not in rows[PREFIX + path]} == set()
    assert {mood for mood in Mood if f"`{mood}`" not in text(page)} == set()


@pytest.mark.parametrize("page", PAGES)
def test_the_document_is_as_described(page: str) -> None:
    [shown] = re.findall(r"^```json\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)
    assert openapi.faults({"$ref": "#/components/schemas/Sensor"}, json.loads(shown)) == []


def test_both_pages_have_the_same_parts() -> None:
    shapes = [[len(re.findall(mark, text(page), re.MULTILINE)) for mark in ("^\\|", "^```", "^- ")] for page in PAGES]
    assert shapes[0] == shapes[1]
