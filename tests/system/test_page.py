"""The status page as people have it open: Chromium, the whole daemon, the hospital's room on real protocols."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.peers.browser import DESK, PHONE, WALL, chromium, looking
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.process import free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

SHOTS = os.environ.get("PAGE_SHOTS")
"""A folder into which every page is drawn, to be looked at."""
PATHS = {
    "wall": "/",
    "devices": "/devices",
    "device": "/devices/ups-1",
    "protection": "/protections/temperature",
    "alarms": "/alarms",
    "search": "/alarms?words=leak&priority=critical",
    "alarm": "/alarms/rope.water.rope.leak",
    "incidents": "/incidents",
    "incident": "/incidents/1",
    "record": "/record",
}
HURT = (
    ("row-b-top", "input:1", 331),
    ("rope", "input:0", 0x0009),
    ("rope", "input:1", 123),
    ("fire", "discrete:1", 1),
)


@asynccontextmanager
async def a_page(folder: Path, **names: str) -> AsyncIterator[tuple[House, Browser, str]]:
    """The hospital's room with its page; `names` are devices' names that are not the example's."""
    port = free_address().port

    def changed(config: dict[str, object]) -> None:
        config["alerts"] = []
        config["web"] = {"listen": f"127.0.0.1:{port}"}
        devices = config["devices"]
        assert isinstance(devices, list)
        for device in devices:
            if device["id"] in names:
                device["name"] = names[device["id"]]

    async with a_house(HOSPITAL, folder, changed=changed) as house, chromium() as browser:
        await house.until(lambda: "the status page is at" in house.daemon.log)
        yield house, browser, f"http://127.0.0.1:{port}"


def hurt(house: House) -> None:
    for device, place, value in HURT:
        house.room.poke(device, place, value)


async def test_every_page_is_sound_in_both_languages_and_themes_and_asks_nobody_else(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        wrong: list[str] = []
        for language in ("en", "zh-CN"):
            for theme, size in (("light", DESK), ("dark", WALL), ("light", PHONE)):
                async with looking(browser, base, size=size, theme=theme, language=language) as looked:
                    for name, path in PATHS.items():
                        await looked.go(path)
                        if SHOTS:
                            shot = f"{name}-{size[0]}-{theme}-{language}.png"
                            await looked.page.screenshot(path=Path(SHOTS) / shot)
                        wrong += await looked.violations()
                        if await looked.is_wider_than_the_screen():
                            wrong.append(f"{path} is wider than {size[0]}")
                    assert looked.asked == {base.removeprefix("http://")}
                    wrong += looked.complaints
        assert wrong == []


async def test_the_wall_lives_what_is_not_read_is_not_green_and_a_dead_daemon_is_seen(tmp_path: Path) -> None:
    async with (
        a_page(tmp_path) as (house, browser, base),
        looking(browser, base, size=WALL, language="zh-CN") as looked,
    ):
        await house.at_ease()
        await looked.go("/")
        page = looked.page
        await expect(page.locator("h1")).to_have_text("一切正常", timeout=10_000)
        house.room.poke("row-a-top", "input:1", 0x8000)
        await expect(page.locator("h1")).to_have_text("监测不全", timeout=15_000)
        await expect(page.locator("#unseen")).to_contain_text("A 列 2.0 m")
        hurt(house)
        await expect(page.locator("h1")).to_have_text("紧急告警", timeout=10_000)
        await expect(page.locator("#standing")).to_contain_text("感应线 12.3 m 处有水")
        await expect(page.locator(".tile.mood-critical")).to_have_count(3)
        assert house.daemon.process is not None
        await expect(page.locator("#stale")).to_be_hidden()
        house.daemon.process.send_signal(signal.SIGSTOP)
        await expect(page.locator("#stale")).to_be_visible(timeout=10_000)
        house.daemon.process.send_signal(signal.SIGCONT)
        await expect(page.locator("#stale")).to_be_hidden(timeout=15_000)
        await asyncio.to_thread(house.daemon.kill)
        await expect(page.locator("#stale")).to_be_visible(timeout=10_000)


async def test_the_page_is_of_use_without_scripts_and_by_keyboard_alone(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        async with looking(browser, base, scripts=False) as looked:
            await looked.go("/")
            text = await looked.text()
            assert "Critical alarm" in text
            assert "Go and look, two of you." in text
        async with looking(browser, base) as looked:
            await looked.go("/")
            await looked.page.keyboard.press("Tab")
            await expect(looked.page.locator(".skip")).to_be_focused()
            reached = set()
            for _ in range(40):
                await looked.page.keyboard.press("Tab")
                reached.add(await looked.page.evaluate("document.activeElement.getAttribute('href')"))
            assert {"/", "/devices", "/alarms", "/incidents", "/record", "/protections/water"} <= reached
            assert "/alarms/rope.water.rope.leak" in reached


NASTY = '<script>window.hit=1</script><img src=x onerror="window.hit=1">\'"{{7*7}}'


async def test_nothing_that_a_name_says_is_run(tmp_path: Path) -> None:
    async with a_page(tmp_path, rope=NASTY, fire=NASTY) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        async with looking(browser, base) as looked:
            for path in (*PATHS.values(), "/devices/rope", f"/alarms?words={NASTY}", f"/alarms/{NASTY}", f"/x{NASTY}"):
                await looked.go(path)
                await looked.page.wait_for_timeout(1200 if path == "/" else 0)
                assert await looked.page.evaluate("window.hit") is None, path
            await looked.go("/devices/rope")
            assert NASTY in await looked.text()
