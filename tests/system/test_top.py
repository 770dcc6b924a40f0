"""`roommon top` on a terminal beside the whole daemon: of any size, in both languages, with and without colour."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.peers.daemon import eventually
from tests.peers.example_house import HOSPITAL, House, a_house
from tests.peers.process import free_address
from tests.peers.terminal import on_a_terminal

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

HURT = (
    ("row-b-top", "input:1", 331),
    ("rope", "input:0", 0x0009),
    ("rope", "input:1", 123),
    ("row-a-top", "input:1", 0x8000),
)


@asynccontextmanager
async def a_hurt_house(folder: Path) -> AsyncIterator[tuple[House, str]]:
    at = f"127.0.0.1:{free_address().port}"

    def changed(config: dict[str, object]) -> None:
        config["alerts"] = []
        config["web"] = {"listen": at}

    async with a_house(HOSPITAL, folder, changed=changed) as house:
        for device, place, value in HURT:
            house.room.poke(device, place, value)
        await house.until(lambda: "rope.water.rope.leak" in house.daemon.standing())
        await house.until(lambda: house.bad() == {"row-a-top.temperature"})
        yield house, at


def top(house: House, *options: str) -> list[str]:
    return [sys.executable, "-m", "roommon", "top", str(house.daemon.path), *options]


async def test_it_lives_on_a_terminal_of_any_size_until_q(tmp_path: Path) -> None:
    async with a_hurt_house(tmp_path) as (house, _):
        await asyncio.to_thread(_watch, house)


def _watch(house: House) -> None:
    with on_a_terminal(top(house), ROOMMON_LANGUAGE="en") as terminal:
        text = terminal.until(lambda text: "Row A 2.0 m temperature  out of range" in text)
        assert "Critical alarm" in text
        assert "nobody has it yet" in text
        assert "Cannot be read" in text
        assert re.search(r"^Water +critical ", text, re.MULTILINE)
        assert re.search(r"^Fire +normal ", text, re.MULTILINE)
        assert b"\x1b[" in terminal.raw
        terminal.resize(160, 50)
        wide = terminal.until(lambda text: "find the water" in text)
        assert len(wide.splitlines()) > len(text.splitlines())
        for device, place in (("rope", "input:0"), ("rope", "input:1")):
            house.room.poke(device, place, 0)
        terminal.until(lambda text: "returned, unacknowledged" in text)
        house.daemon.kill()
        terminal.until(lambda text: "does roommon run?" in text, 40)
        terminal.press("q")
        assert terminal.process.wait(10) == 1
        assert terminal.lines
        assert b"\x1b[?1049l" in terminal.raw  # what stood there before is there again


async def test_without_colour_and_in_chinese_it_says_the_same_within_80_columns(tmp_path: Path) -> None:
    async with a_hurt_house(tmp_path) as (house, _):
        await asyncio.to_thread(_read_plain, house)


def _read_plain(house: House) -> None:
    with on_a_terminal(top(house), NO_COLOR="1", ROOMMON_LANGUAGE="zh-CN") as terminal:
        text = terminal.until(lambda text: "无法读取" in text.replace(" ", ""))
        said = text.replace(" ", "")
        for words in ("紧急告警", "漏水", "尚无人确认"):
            assert words in said
        assert re.findall(rb"\x1b\[[\d;]*?(?:3[1-7]|4[1-7]|9[1-7])[\d;]*m", terminal.raw) == []
        terminal.press("q")
        assert terminal.process.wait(10) == 1


async def test_the_page_and_the_terminal_never_disagree(tmp_path: Path) -> None:
    async with a_hurt_house(tmp_path) as (house, at):
        told = await asyncio.to_thread(eventually, lambda: _settled(f"http://{at}/api/v1/site"))
        done = await asyncio.to_thread(_run, top(house, "--json"))
        assert (done.returncode, done.stderr) == (1, "")
        shown = json.loads(done.stdout)
        same = ("site", "room", "mood", "text", "sensors", "standing", "aside", "language", "version")
        assert {name: shown[name] for name in same} == {name: told[name] for name in same}
        pages, ours = ({each["protection"]: each for each in one["protections"]} for one in (told, shown))
        facts = ("mood", "alarms", "sensors", "name")
        assert {key: [each[fact] for fact in facts] for key, each in ours.items()} == {
            key: [each[fact] for fact in facts] for key, each in pages.items()
        }
        assert shown["awake"] is True
        assert {each["sensor"] for each in shown["unseen"]} == {"row-a-top.temperature"}
        assert {each["alarm"] for each in shown["alarms"]} == set(house.daemon.standing())
        once = await asyncio.to_thread(_run, top(house, "--once"))
        assert once.returncode == 1
        assert "Critical alarm" in once.stdout
        assert "\x1b" not in once.stdout


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def _settled(url: str) -> dict[str, Any]:
    """What the page says, once all that roommon makes itself has been heard too."""
    told = _json(url)
    return told if told["sensors"]["configured"] - told["sensors"]["seen"] == 1 else {}


def _json(url: str) -> dict[str, Any]:
    with urlopen(url, timeout=10) as answer:
        loaded = json.load(answer)
    assert isinstance(loaded, dict)
    return loaded
