"""The API of the whole daemon: every answer, good and bad, is one of docs/openapi.yaml."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.peers import openapi
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.process import free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

LEAK = "rope.water.rope.leak"


class Api:
    """What is asked of one daemon; every answer is held to the document."""

    def __init__(self, at: str) -> None:
        self.base = f"http://{at}"
        self.asked = set[str]()

    async def get(self, address: str, expected: int = 200, method: str = "GET") -> dict[str, Any]:
        """What `address` below /api/v1 answers, or what stands in `older` of a page."""
        path = f"/api/v1{address}" if not address.startswith("/api/") else address
        status, kind, text = await asyncio.to_thread(self._fetch, path, method)
        assert status == expected, text
        answer = json.loads(text)
        place = _place(path.removeprefix("/api/v1").partition("?")[0])
        openapi.validate(place, status, kind, answer)
        self.asked.add(place)
        assert isinstance(answer, dict)
        return answer

    async def until_normal(self) -> dict[str, Any]:
        """The site, once all is well."""
        for _ in range(100):
            site = await self.get("/site")
            if site["mood"] == "normal":
                break
            await asyncio.sleep(0.2)
        return site

    def _fetch(self, path: str, method: str) -> tuple[int, str, str]:
        try:
            answer = urlopen(Request(self.base + path, method=method), timeout=10)
        except HTTPError as error:
            answer = error
        with answer:
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            return answer.status, answer.headers.get_content_type(), answer.read().decode()


def _place(path: str) -> str:
    """The document's own path of an address; any for what it does not have."""
    found = [each for each in openapi.document()["paths"] if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", each), path)]
    return found[0] if found else "/site"


@asynccontextmanager
async def an_api(folder: Path) -> AsyncIterator[tuple[House, Api]]:
    at = f"127.0.0.1:{free_address().port}"

    def changed(config: dict[str, object]) -> None:
        config["alerts"] = []
        config["web"] = {"listen": at}

    async with a_house(HOSPITAL, folder, changed=changed) as house:
        await house.until(lambda: "the status page is at" in house.daemon.log)
        yield house, Api(at)


async def test_every_answer_is_as_described(tmp_path: Path) -> None:
    async with an_api(tmp_path) as (house, api):
        await house.at_ease()
        site = await api.until_normal()
        assert (site["mood"], site["standing"]) == ("normal", {"critical": 0, "high": 0, "medium": 0, "low": 0})
        house.room.poke("rope", "input:0", 0x0009)
        house.room.poke("rope", "input:1", 123)
        house.room.poke("row-a-top", "input:1", 0x8000)
        await house.until(lambda: LEAK in house.daemon.standing())
        await house.until(lambda: "row-a-top.temperature" in house.bad())
        await asyncio.sleep(1)
        site = await api.get("/site")
        assert (site["mood"], site["standing"]["critical"]) == ("critical", 1)
        water = next(each for each in site["protections"] if each["protection"] == "water")
        assert (water["mood"], water["alarms"] > 0) == ("critical", True)
        standing = {each["alarm"]: each for each in (await api.get("/alarms"))["alarms"]}
        assert set(standing) == set(house.daemon.standing())
        assert (standing[LEAK]["state"], standing[LEAK]["taken_by"]) == ("unacknowledged", None)
        assert standing[LEAK]["since"] == standing[LEAK]["at"]
        rope = next(each for each in (await api.get("/devices"))["devices"] if each["device"] == "rope")
        assert (rope["answers"], rope["mood"], rope["answered"] > 2) == (True, "critical", True)
        sensors = (await api.get("/sensors"))["sensors"]
        assert house.sensors() <= {each["sensor"] for each in sensors}
        of_rope = (await api.get("/sensors?device=rope"))["sensors"]
        assert {each["device"] for each in of_rope} == {"rope"}
        broken = await api.get("/sensors/row-a-top.temperature")
        assert (broken["value"], broken["quality"], broken["mood"]) == (None, "bad", "blind")
        assert (await api.get("/sensors/rope.leak"))["value"] == 1
        assert api.asked | {"/events"} == set(openapi.document()["paths"])


async def test_the_record_comes_page_by_page(tmp_path: Path) -> None:
    async with an_api(tmp_path) as (house, api):
        for round_ in range(3):
            house.room.poke("rope", "input:0", 0x0009)
            await house.until(lambda: LEAK in house.daemon.standing())
            house.room.poke("fire", "discrete:1", 1 - round_ % 2)
            house.room.poke("rope", "input:0", 0)
            await asyncio.sleep(2)
        wanted = [event.number for event in house.daemon.events()][::-1]
        found, address = list[int](), "/events?limit=1"
        while address:
            page = await api.get(address)
            found += [event["number"] for event in page["events"]]
            address = page["older"]
        assert found[-len(wanted) :] == wanted
        assert len(wanted) > 1
        by_word = (await api.get("/events?words=leak&priority=critical"))["events"]
        assert by_word
        assert {event["alarm"] for event in by_word} == {LEAK}
        assert (await api.get(f"/events?alarm={LEAK}"))["events"] == by_word
        assert (await api.get("/events?words=no-such-word"))["events"] == []


WRONG = [
    ("/sensors/no.such", 404, "there is no sensor `no.such`"),
    ("/sensors?device=none", 404, "there is no device `none`"),
    ("/nothing", 404, None),
    ("/events?before=x", 400, "before is `x`; it is a whole number from 1 to 1000000000000"),
    ("/events?limit=501", 400, "limit is `501`; it is a whole number from 1 to 500"),
    ("/events?limit=0", 400, "limit is `0`; it is a whole number from 1 to 500"),
    ("/events?priority=urgent", 400, "priority is `urgent`; it is one of critical, high, medium, low"),
    ("/site?words=x", 400, "`words` cannot be asked for here; nothing can"),
    ("/sensors?devise=x", 400, "`devise` cannot be asked for here; `device` can"),
]


async def test_what_cannot_be_answered_is_a_problem_that_says_what_would_be_right(tmp_path: Path) -> None:
    async with an_api(tmp_path) as (_, api):
        for address, status, detail in WRONG:
            problem = await api.get(address, status)
            assert (problem["status"], problem["detail"]) == (status, detail)
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert (await api.get("/alarms", 405, method))["title"] == "Method Not Allowed"
