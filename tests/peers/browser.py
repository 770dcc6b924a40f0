"""Debian's Chromium, looking at pages: what it asked for, what it complained of, and what axe finds wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.async_api import Browser, Page, async_playwright, expect

CHROMIUM = "/usr/bin/chromium"
DESK, WALL, PHONE = (1440, 900), (1920, 1080), (390, 844)
expect.set_options(timeout=15_000)
_AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")

_WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter(each => !each.parentElement?.closest(".scroll") && each.getBoundingClientRect().right > innerWidth)
    .concat(document.documentElement)
    .map(each => `<${each.tagName.toLowerCase()} class="${each.className}"> ${each.textContent.trim().slice(0, 80)}`)
    .slice(0, 5)"""


@dataclass
class Looked:
    """One page as somebody has it open."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    """Errors of scripts and of the console."""
    asked: set[str] = field(default_factory=set)
    """The hosts of every request."""

    async def go(self, path: str) -> None:
        await self.page.goto(self.base + path, wait_until="domcontentloaded")
        await self.page.wait_for_timeout(150)

    async def text(self) -> str:
        return await self.page.inner_text("body")

    async def violations(self) -> list[str]:
        """What axe-core finds wrong, each with the elements that it means."""
        await self.page.evaluate(_AXE)
        found = await self.page.evaluate("axe.run(document)")
        return [
            f"{each['id']} at {self.page.url}: " + ", ".join(str(node["target"]) for node in each["nodes"][:3])
            for each in found["violations"]
        ]

    async def wider_than_the_screen(self) -> list[str]:
        """What reaches beyond the right edge, so that the page scrolls sideways; what scrolls by itself may."""
        found: list[str] = await self.page.evaluate(_WIDER)
        return [f"{each} at {self.page.url}" for each in found]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def looking(
    browser: Browser,
    base: str,
    *,
    size: tuple[int, int] = DESK,
    theme: str = "light",
    language: str = "en",
    scripts: bool = True,
) -> AsyncIterator[Looked]:
    """Somebody who looks at the pages under `base`."""
    context = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if theme == "dark" else "light",
        locale=language,
        java_script_enabled=scripts,
        ignore_https_errors=True,
    )
    page = await context.new_page()
    looked = Looked(page, base)
    page.on("pageerror", lambda error: looked.complaints.append(str(error)))
    page.on("console", lambda said: looked.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda request: looked.asked.add(urlsplit(request.url).netloc))
    try:
        yield looked
    finally:
        await context.close()
