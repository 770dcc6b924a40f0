"""The status page as people have it open: Chromium, the whole daemon, the hospital's room on real protocols."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from playwright.async_api import Browser, expect

from tests.peers.browser import DESK, PHONE, WALL, Looked, chromium, looking
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.page_user import PASSWORD, add_user, log_in
from tests.peers.process import free_address

pytestmark = [pytest.mark.system, pytest.mark.timeout(240)]

SHOTS = os.environ.get("PAGE_SHOTS")
"""A folder into which every page is drawn, to be looked at: `make screenshots`."""
SHOWN_ON_A_PHONE = ("wall", "alarm")
PATHS = {
    "wall": "/",
    "plan": "/plan",
    "devices": "/devices",
    "device": "/devices/ups-1",
    "wire": "/devices/rope/wire",
    "protection": "/protections/temperature",
    "alarms": "/alarms",
    "search": "/alarms?words=leak&priority=critical",
    "alarm": "/alarms/rope.water.rope.leak",
    "incidents": "/incidents",
    "incident": "/incidents/1",
    "handover": "/handover",
    "drills": "/drills",
    "record": "/record",
    "sensor": "/sensors/row-b-top.temperature?span=hour",
    "login": "/login",
}
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 700"><path d="M860 0V700"/></svg>'
NO_NAMES: Mapping[str, str] = MappingProxyType({})
LOOKS = (("en", "light", DESK), ("zh-CN", "dark", WALL), ("en", "dark", PHONE), ("zh-CN", "light", PHONE))
"""Both languages in both themes, on a desk, on a wall and on a telephone."""
WITH_AXE = LOOKS[:2]
"""What axe-core looks at: each language and each theme once; a look of it takes as long as ten of ours."""
DRILLED: Mapping[str, str] = MappingProxyType({"arrester-failed": "180 d"})
"""Rules that demand drills, and how often."""
HURT = (
    ("row-b-top", "input:1", 331),
    ("rope", "input:0", 0x0009),
    ("rope", "input:1", 123),
    ("fire", "discrete:1", 1),
    ("row-a-mid", "input:1", 0x8000),
)


@asynccontextmanager
async def a_page(
    folder: Path, view: str = "open", names: Mapping[str, str] = NO_NAMES, drilled: Mapping[str, str] = DRILLED
) -> AsyncIterator[tuple[House, Browser, str]]:
    """The hospital's room with its page; `names` are devices' names that are not the example's.

    `drilled` are rules that demand drills, and how often.
    """
    port = free_address().port

    def changed(config: dict[str, object]) -> None:
        config["alerts"] = []
        config["web"] = {"listen": f"127.0.0.1:{port}", "view": view}
        (folder / "floor.svg").write_text(PICTURE, "utf-8")
        plan = config["plan"]
        assert isinstance(plan, dict)
        plan["background"] = "floor.svg"
        devices = config["devices"]
        assert isinstance(devices, list)
        rules = config["rules"]
        assert isinstance(rules, list)
        config["rules"] = [
            rule | {"drill_every": drilled[rule["id"]]} if rule["id"] in drilled else rule for rule in rules
        ]
        for device in devices:
            if device["id"] in names:
                device["name"] = names[device["id"]]

    async with a_house(HOSPITAL, folder, changed=changed) as house, chromium() as browser:
        await house.until(lambda: "the status page is at" in house.daemon.log)
        yield house, browser, f"http://127.0.0.1:{port}"


def hurt(house: House) -> None:
    for device, place, value in HURT:
        house.room.poke(device, place, value)


@pytest.mark.timeout(360)
async def test_every_page_is_sound_in_both_languages_and_themes_and_asks_nobody_else(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        wrong: list[str] = []
        for language, theme, size in LOOKS:
            async with looking(browser, base, size=size, theme=theme, language=language) as looked:
                for name, path in PATHS.items():
                    await looked.go(path)
                    if SHOTS and (size != PHONE or name in SHOWN_ON_A_PHONE):
                        place = f"{name}-{'phone' if size == PHONE else 'screen'}.{language}.png"
                        await looked.page.screenshot(path=Path(SHOTS) / place)
                    if (language, theme, size) in WITH_AXE:
                        wrong += await looked.violations()
                    wrong += await looked.wider_than_the_screen()
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


async def told_at_the_terminal(house: House) -> list[str]:
    """The lines of the hand-over as the command line prints it, without when it was asked."""
    command = [sys.executable, "-m", "roommon", "incidents", "--handover", "--config", str(house.daemon.path)]
    environment = {**os.environ, "ROOMMON_LANGUAGE": "en"}
    said = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True, check=True)
    return [line.strip() for line in said.stdout.splitlines()[2:] if line.strip()]


def without_lengths(lines: list[str]) -> list[str]:
    """The lines without how long things have lasted, which goes on between two looks."""
    return [re.sub(r"(\d+ (d|h|min|s) ?)+", "", line) for line in lines]


async def test_the_page_is_of_use_without_scripts_and_by_keyboard_alone(tmp_path: Path) -> None:
    async with a_page(tmp_path) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        async with looking(browser, base, scripts=False) as looked:
            await looked.go("/")
            text = await looked.text()
            assert "Critical alarm" in text
            assert "Go and look, two of you." in text
            await looked.go("/devices/row-b-top/wire")
            row = looked.page.locator("tr", has=looked.page.locator("code", has_text="temperature"))
            for words in ("33.1 °C", "014B", "1 register", "int16 × 0.1", "331 (0x14B)", "input 1"):
                await expect(row).to_contain_text(words)
            for _ in range(5):  # an alarm may come between the two looks
                await looked.go("/handover")
                shown = await looked.page.locator("main :is(h2, .told li, .nothing)").all_inner_texts()
                told = await told_at_the_terminal(house)
                if without_lengths(shown) == without_lengths(told):
                    break
            assert without_lengths(shown) == without_lengths(told)
            assert any("Water: Leak rope" in line for line in shown), shown
            await looked.go("/handover?from=25:00")
            assert "'25:00' is not a time; write it as 2026-11-23T08:00" in await looked.text()
            await looked.go("/handover")
            await looked.page.emulate_media(media="print", color_scheme="dark")
            for there, selector in ((False, "nav"), (False, "form"), (True, "h1"), (True, ".told"), (True, ".signed")):
                await expect(looked.page.locator(selector).first).to_be_visible(visible=there)
            ground = "getComputedStyle(document.body).backgroundColor"
            text = "getComputedStyle(document.querySelector('.told li')).color"
            assert await looked.page.evaluate(f"[{ground}, {text}]") == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
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
    async with a_page(tmp_path, names={"rope": NASTY, "fire": NASTY}) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        async with looking(browser, base) as looked:
            for path in (*PATHS.values(), "/devices/rope", f"/alarms?words={NASTY}", f"/alarms/{NASTY}", f"/x{NASTY}"):
                await looked.go(path)
                await looked.page.wait_for_timeout(1200 if path in ("/", "/plan") else 0)
                assert await looked.page.evaluate("window.hit") is None, path
            await looked.go("/devices/rope")
            assert NASTY in await looked.text()


async def drill(looked: Looked, house: House) -> None:
    """Begin a drill where the page of drills leads to, answer it, and see that it counts."""
    await looked.go("/drills")
    first = looked.page.locator("tbody").first.locator("tr").first
    await expect(first).to_contain_text("quake")
    await expect(first).to_contain_text("overdue")
    await looked.page.click("text=arrester, second stage")
    await looked.page.fill("form[action='/do/drill'] [name=value]", "1")
    await looked.page.click("form[action='/do/drill'] button")
    await expect(looked.page.locator(".said")).to_have_text("The drill runs.")
    alarm = "arrester-failed.drill.power.di2"
    await house.until(lambda: alarm in house.daemon.standing())
    await looked.go(f"/alarms/{alarm}")
    await looked.page.click("form[action='/do/acknowledge'] button")
    await looked.go("/drills")
    demanded = looked.page.locator("tr", has=looked.page.locator("th", has_text="arrester-failed"))
    for words in ("in time", "王工 (wang)", "answered after"):
        await expect(demanded).to_contain_text(words)
    await expect(looked.page.locator("tbody").nth(1).locator("tr")).to_have_count(1)
    assert await looked.violations() == []


async def test_people_log_in_and_what_they_do_is_on_record_under_their_name(tmp_path: Path) -> None:
    add_user(tmp_path, "wang", "operator", "王工")
    add_user(tmp_path, "li", "viewer", "李工")
    add_user(tmp_path, "zhang", "administrator", "张工")
    alarm = "/alarms/rope.water.rope.leak"
    async with a_page(tmp_path, drilled={**DRILLED, "quake": "2 s"}) as (house, browser, base):
        hurt(house)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        async with looking(browser, base) as looked:
            await looked.go(alarm)
            await expect(looked.page.locator("form[action^='/do/']")).to_have_count(0)
            await looked.page.click("text=Log in to acknowledge")
            await log_in(looked, "wang", "wrong-password")
            await expect(looked.page.locator(".said")).to_have_text("Wrong name or password.")
            await log_in(looked, "wang")
            await expect(looked.page).to_have_url(base + alarm)
            await looked.page.fill("form[action='/do/acknowledge'] [name=note]", "on my way")
            await looked.page.click("form[action='/do/acknowledge'] button")
            await expect(looked.page.locator(".said")).to_have_text("Acknowledged.")
            assert await looked.violations() == []
            await looked.page.select_option("form[action='/do/shelve'] [name=for_s]", "1800")
            await looked.page.fill("form[action='/do/shelve'] [name=note]", "the plumber is here")
            await looked.page.click("form[action='/do/shelve'] button")
            await expect(looked.page.locator("#one")).to_contain_text("the plumber is here", timeout=10_000)
            done = [each.event for each in house.daemon.events() if each.event.by is not None and not each.event.drill]
            assert [(event.trigger.value, event.by, event.source) for event in done] == [
                ("acknowledged", "王工 (wang)", "web"),
                ("shelved", "王工 (wang)", "web"),
            ]
            # A form that another site made has no word, and one of another session has a wrong one.
            for wrong in ("", "0" * 64):
                form: dict[str, str | float | bool] = {"alarm": "rope.water.rope.leak", "word": wrong}
                answer = await looked.page.request.post(base + "/do/unshelve", form=form)
                assert answer.status == 403
            # An open way back leads nowhere else.
            word = await looked.page.input_value("form[action='/do/note'] [name=word]")
            answer = await looked.page.request.post(
                base + "/do/note",
                form={"word": word, "alarm": "rope.water.rope.leak", "note": "x", "back": "//evil.example/"},
                max_redirects=0,
            )
            assert (answer.status, answer.headers["location"]) == (303, "/")
            await drill(looked, house)
            await looked.page.click("text=Log out")
            await expect(looked.page.locator("text=Log in").first).to_be_visible()
        async with looking(browser, base) as looked:
            await looked.go("/login")
            await log_in(looked, "li")
            await looked.go(alarm)
            await expect(looked.page.locator("form[action^='/do/']")).to_have_count(0)
            word = await looked.page.input_value("form[action='/logout'] [name=word]")
            await looked.page.request.post(
                base + "/do/unshelve", form={"word": word, "alarm": "rope.water.rope.leak", "back": alarm}
            )
            await looked.go(alarm)
            assert [
                each.event.trigger.value for each in house.daemon.events() if each.event.by and not each.event.drill
            ][-1] == "noted"
            await _administrators_alone_see_who_logged_in(looked, base)
        assert "wrong password for wang" in house.daemon.log
        assert PASSWORD not in house.daemon.log


async def _administrators_alone_see_who_logged_in(looked: Looked, base: str) -> None:
    await looked.go("/record")
    await expect(looked.page.locator("a[href='/record/logins']")).to_have_count(0)
    assert (await looked.page.request.get(base + "/record/logins")).status == 403
    await looked.page.click("text=Log out")
    await looked.go("/record/logins")
    assert looked.page.url.endswith("/login?next=/record/logins")
    await log_in(looked, PASSWORD, "zhang")
    await log_in(looked, "zhang")
    await looked.go("/record")
    await looked.page.click("a[href='/record/logins']")
    rows = looked.page.locator("table.events tbody tr")
    cells = [await rows.nth(number).locator("td").all_inner_texts() for number in range(await rows.count())]
    assert [row[1:] for row in cells[::-1]] == [
        ["wrong name or password", "王工 (wang)", "127.0.0.1", "the page", "1"],
        ["logged in", "王工 (wang)", "127.0.0.1", "the page", "1"],
        ["logged out", "王工 (wang)", "127.0.0.1", "the page", "1"],
        ["logged in", "李工 (li)", "127.0.0.1", "the page", "1"],
        ["logged out", "李工 (li)", "127.0.0.1", "the page", "1"],
        ["wrong name or password", "a name that nobody has", "127.0.0.1", "the page", "1"],
        ["logged in", "张工 (zhang)", "127.0.0.1", "the page", "1"],
    ]
    assert await looked.violations() == []
    assert await looked.wider_than_the_screen() == []


async def test_where_looking_needs_a_login_nothing_is_seen_without_one(tmp_path: Path) -> None:
    add_user(tmp_path, "li", "viewer", "李工")
    async with a_page(tmp_path, view="login") as (_, browser, base), looking(browser, base) as looked:
        for path in [each for each in PATHS.values() if each != "/login"]:
            await looked.go(path)
            assert "/login?next=" in looked.page.url
            assert "Leak rope" not in await looked.text()
        closed = (
            "/live/wall",
            "/sensors/rope.leak/trend.csv",
            "/sensors/rope.leak/trend.json",
            "/plan/machine-room/picture",
            "/metrics",
            "/api/v1/site",
        )
        for path in closed:
            answer = await looked.page.request.get(base + path)
            assert answer.status == 401, path
            assert PICTURE not in await answer.text()
        followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
        answers = [
            await looked.page.request.get(base + "/", headers=followed | more, max_redirects=0)
            for more in ({}, {"Referer": "https://mail.example/"}, {"Referer": base + "/"})
        ]
        assert [(each.status, each.headers.get("refresh")) for each in answers] == [(200, "0"), (200, "0"), (303, None)]
        await log_in(looked, "li")
        await looked.go("/devices")
        assert "Leak rope" in await looked.text()
        answer = await looked.page.request.get(base + "/plan/machine-room/picture")
        assert await answer.text() == PICTURE
