"""The API when its journal cannot be read, and when a question or an address is not its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from roommon.web.api.routes import application
from tests.peers import made_building as shown
from tests.peers import openapi
from tests.peers.process import free_address

pytestmark = pytest.mark.integration


@asynccontextmanager
async def served(journal: Path) -> AsyncIterator[str]:
    """The address of an API whose journal lies at `journal`."""
    device = shown.device_of_everything()
    source = shown.Shown(replace(shown.building(device), journal=journal), shown.present([]))
    runner, address = web.AppRunner(application(source)), free_address()
    await runner.setup()
    try:
        await web.TCPSite(runner, *address).start()
        yield f"http://{address.host}:{address.port}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("content", [None, b"", b"no journal, but as long as one" * 1000])
async def test_a_journal_that_cannot_be_read_costs_its_own_answers_alone(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "journal.db"
    if content is not None:
        path.write_bytes(content)
    async with served(path) as base, ClientSession() as client:
        async with client.get(f"{base}/events") as answer:
            problem = await answer.json(content_type="application/problem+json")
            openapi.validate("/events", 503, "application/problem+json", problem)
            assert answer.status == 503
            assert str(path) in problem["detail"]
        async with client.get(f"{base}/sensors") as answer:
            assert answer.status == 200
