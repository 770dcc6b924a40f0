"""The plan as people have it open: Chromium, the whole daemon, the hospital's room on real protocols."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.peers.browser import PHONE, chromium, looking
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.process import free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

FLOOR = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 700" onload="window.hit=1">
  <style>path { stroke: #333; stroke-width: 3; fill: none }</style>
  <script>window.hit=1; document.documentElement.setAttribute("data-hit", "1")</script>
  <path d="M860 0V700M860 500H1000"/><circle cx="930" cy="600" r="40" fill="none" stroke="#333"/>
  <foreignObject width="10" height="10"><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="x"/></foreignObject>
  <image href="http://127.0.0.1:{port}/elsewhere.png" width="10" height="10"/>
</svg>
"""
WATER = (("rope", "input:0", 0x0009), ("rope", "input:1", 123))
"""12.3 m along the rope."""
HOT = ("row-b-top", "input:1", 331)


@asynccontextmanager
async def a_plan(
    folder: Path, changed: Callable[[dict[str, Any]], None] = lambda _: None
) -> AsyncIterator[tuple[House, Browser, str]]:
    """The hospital's room with its plan; `changed` says what is not as in the example."""
    port = free_address().port

    def with_page(config: dict[str, Any]) -> None:
        config["alerts"] = []
        config["web"] = {"listen": f"127.0.0.1:{port}"}
        changed(config)

    async with a_house(HOSPITAL, folder, changed=with_page) as house, chromium() as browser:
        await house.until(lambda: "the status page is at" in house.daemon.log)
        yield house, browser, f"http://127.0.0.1:{port}"


@asynccontextmanager
async def elsewhere() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that nobody should ask: its port, and what it was asked."""
    asked: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readline())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], asked


def with_picture(config: dict[str, Any]) -> None:
    config["plan"]["background"] = "floor.svg"


def floor_of(port: int, folder: Path) -> str:
    """The picture in its place; it wants something of `port`."""
    text = FLOOR.replace("{port}", str(port))
    (folder / "floor.svg").write_text(text, "utf-8")
    return text


def hurt(house: House, *pokes: tuple[str, str, int]) -> None:
    for device, place, value in pokes:
        house.room.poke(device, place, value)


async def place_of_water(page: Page) -> tuple[float, float]:
    """Where the drop is, in metres of the floor of 10 m by 7 m."""
    found = await page.evaluate(
        """() => {
          const floor = document.querySelector("#plan_water svg"), drop = document.querySelector(".water-place");
          const to = floor.getScreenCTM().inverse(), box = drop.getBoundingClientRect(), view = floor.viewBox.baseVal;
          const at = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2).matrixTransform(to);
          return [at.x / view.width * 10, at.y / view.height * 7];
        }"""
    )
    return found[0], found[1]


async def moving(page: Page) -> int:
    return int(await page.evaluate("document.getAnimations().filter((each) => each.animationName === 'water').length"))


async def test_water_comes_and_goes_at_its_place_on_the_rope(tmp_path: Path) -> None:
    async with a_plan(tmp_path) as (house, browser, base), looking(browser, base, language="zh-CN") as looked:
        await house.at_ease()
        await looked.go("/plan")
        page = looked.page
        await expect(page.locator("#plan_state")).to_contain_text("无水")
        await expect(page.locator(".water")).to_have_count(0)
        hurt(house, *WATER)
        await expect(page.locator("#plan_water")).to_contain_text("12.3 m 处有水", timeout=10_000)
        await expect(page.locator("#plan_state")).to_contain_text("全长 25.0 m，12.3 m 处有水")
        x, y = await place_of_water(page)
        assert x == pytest.approx(1.5, abs=0.05)
        assert y == pytest.approx(6.2 - (12.3 / 25 * 24 - 6.9), abs=0.05)
        assert await moving(page) == 1
        await page.emulate_media(reduced_motion="reduce")
        assert await moving(page) == 0
        hurt(house, ("rope", "input:1", 45))
        await expect(page.locator("#plan_water")).to_contain_text("4.5 m 处有水", timeout=10_000)
        assert (await place_of_water(page))[1] == pytest.approx(6.2, abs=0.05)
        hurt(house, ("rope", "input:0", 0), ("rope", "input:1", 0))
        await expect(page.locator(".water")).to_have_count(0, timeout=10_000)


async def colour_at(page: Page, x: float, y: float) -> list[int]:
    """The steps of the heat map that are painted at a place of the floor, by what the browser itself finds there."""
    found = await page.evaluate(
        """([x, y]) => [...document.querySelectorAll(".warmth path")].filter((path) => {
          const view = path.ownerSVGElement.viewBox.baseVal;
          return path.isPointInFill(new DOMPoint(x / 10 * view.width, y / 7 * view.height));
        }).map((path) => Number(path.className.baseVal.slice("heat-".length)))""",
        [x, y],
    )
    return [int(each) for each in found]


async def test_the_inlets_heat_is_painted_where_they_are_and_a_dead_one_has_no_colour(tmp_path: Path) -> None:
    async with a_plan(tmp_path) as (house, browser, base), looking(browser, base) as looked:
        await house.at_ease()
        hurt(house, HOT)
        await looked.go("/plan")
        page = looked.page
        await expect(page.locator("#plan_state")).to_contain_text("33.1 °C", timeout=10_000)
        assert max(await colour_at(page, 6.3, 4)) == 10
        assert max(await colour_at(page, 4.1, 3)) == 5
        assert await colour_at(page, 9.6, 6.6) == []
        for height in ("low", "mid", "top"):
            hurt(house, (f"row-b-{height}", "input:1", 0x8000))
        await expect(page.locator("#plan_state")).to_contain_text("3 of 6 are read", timeout=15_000)
        await expect(page.locator("#plan .value.is-unread")).to_have_count(3)
        assert "33.1" not in await page.inner_text("#plan")
        assert await colour_at(page, 8.3, 4.5) == []


async def test_things_and_sensors_lead_to_their_pages_by_keyboard_too(tmp_path: Path) -> None:
    async with a_plan(tmp_path) as (house, browser, base), looking(browser, base) as looked:
        await house.at_ease()
        await looked.go("/plan")
        await expect(looked.page.locator("nav [aria-current]")).to_have_text("Plan")
        reached = set()
        for _ in range(60):
            await looked.page.keyboard.press("Tab")
            reached.add(await looked.page.evaluate("document.activeElement.getAttribute('href')"))
        assert {"/devices/ups-1", "/sensors/row-a-top.temperature", "/sensors/rope.leak_distance"} <= reached
        await looked.page.locator("#plan a[href='/devices/ups-1']").click()
        await expect(looked.page).to_have_url(f"{base}/devices/ups-1")
        await what_was_opened_and_pushed_stays_so(house, browser, base)


async def what_was_opened_and_pushed_stays_so(house: House, browser: Browser, base: str) -> None:
    """On a telephone the drawing and the table are wider than the screen, and each is pushed within its own box."""
    async with looking(browser, base, size=PHONE) as looked:
        await looked.go("/plan")
        page = looked.page
        assert await looked.wider_than_the_screen() == []
        letters = await page.locator("#plan .value").first.evaluate("each => each.getBoundingClientRect().height")
        assert letters >= 14
        await page.locator("#plan-fine summary").click()
        for box in (".floor-scroll", "#plan_facts .scroll"):
            await page.locator(box).evaluate("each => { each.scrollLeft = 60; }")
        await page.locator("#plan-fine summary").focus()
        hurt(house, HOT)
        await expect(page.locator("#plan_state .amiss")).to_contain_text(
            "Row B 2.0 m: 33.1 °C, critical", timeout=10_000
        )
        await expect(page.locator("#plan_facts")).to_contain_text("33.1 °C")
        await expect(page.locator("#plan-fine")).to_have_attribute("open", "")
        await expect(page.locator("#plan-fine summary")).to_be_focused()
        for box in (".floor-scroll", "#plan_facts .scroll"):
            assert await page.locator(box).evaluate("each => each.scrollLeft") == 60, box


async def test_a_picture_is_an_image_whatever_is_in_it(tmp_path: Path) -> None:
    async with elsewhere() as (port, asked_elsewhere):
        floor = floor_of(port, tmp_path)
        await nothing_of_the_picture_runs(tmp_path, floor)
        assert asked_elsewhere == []


async def nothing_of_the_picture_runs(folder: Path, floor: str) -> None:
    async with a_plan(folder, with_picture) as (_, browser, base), looking(browser, base) as looked:
        await looked.go("/plan")
        page = looked.page
        path = await page.locator(".floor-picture").get_attribute("href")
        assert path == "/plan/machine-room/picture"
        assert await page.evaluate("window.hit") is None
        await looked.go(path)
        assert await page.evaluate("window.hit") is None
        assert await page.evaluate("document.documentElement.getAttribute('data-hit')") is None
        async with aiohttp.ClientSession(base) as session:
            async with session.get(path) as answer:
                assert (answer.status, answer.content_type) == (200, "image/svg+xml")
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                policy = answer.headers["Content-Security-Policy"]
                assert "sandbox" in policy
                assert "script-src" not in policy
                assert "default-src 'none'" in policy
                assert await answer.text() == floor
                tag = answer.headers["ETag"]
            async with session.get(path, headers={"If-None-Match": f'"another", {tag}'}) as answer:
                assert (answer.status, await answer.read()) == (304, b"")
                assert "sandbox" in answer.headers["Content-Security-Policy"]
            async with session.get(path, headers={"If-None-Match": '"another"'}) as answer:
                assert answer.status == 200
            for wrong in (
                "/plan/cellar/picture",
                "/plan/machine-room/floor.svg",
                "/plan/..%2Ffloor.svg/picture",
                "/plan/cellar",
            ):
                async with session.get(wrong) as answer:
                    assert answer.status == 404, wrong


async def test_rooms_have_a_page_each_and_one_without_a_plan_shows_its_devices(tmp_path: Path) -> None:
    def two_rooms(config: dict[str, Any]) -> None:
        for device in config["devices"]:
            if device["id"] == "ups-2":
                device["room"] = 'store <b>"/?#'
        config["plan"]["things"] = [each for each in config["plan"]["things"] if each.get("devices") != "ups-2"]

    async with a_plan(tmp_path, two_rooms) as (house, browser, base), looking(browser, base) as looked:
        await house.at_ease()
        await looked.go("/plan")
        page = looked.page
        await expect(page.locator("#plan svg")).to_have_count(1)
        await page.locator(".choices a:not([aria-current])").click()
        await expect(page.locator("h1 small")).to_have_text('store <b>"/?#')
        await expect(page.locator("#plan svg")).to_have_count(0)
        await expect(page.locator(".card")).to_have_count(1)
        await expect(page.locator(".card")).to_contain_text("UPS 2")
        await expect(page.locator(".card")).to_contain_text("%")
        await asyncio.to_thread(
            house.room.running["ups-2"][0].poke, house.room.running["ups-2"][1], "1.3.6.1.2.1.33.1.2.4.0", 41
        )
        await expect(page.locator(".card-value")).to_have_text("41.0 %", timeout=15_000)
        assert await looked.violations() == []
        async with looking(browser, base, size=PHONE, theme="dark") as phone:
            await phone.go(page.url.removeprefix(base))
            assert await phone.violations() == []
            assert await phone.wider_than_the_screen() == []
