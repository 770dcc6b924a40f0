"""docs/commissioning.md is what a new user sees: its commands are run on the simulator, and say what the page says.

`GOLDEN=rewrite` puts what they say into the pages; read the difference before you commit it.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.peers.process import free_address
from tests.peers.simulated import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.timeout(150)]

PORT, CONTROL = "1502", "/tmp/room"
"""As the page has them; each run has its own."""
BLOCK = re.compile(r"^```console\n\$ (?P<command>[^\n]*)\n(?P<output>.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^```yaml\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(,\d+)?"), "TIME"),
    (re.compile(r"\b\d+ ms\b"), "N ms"),
    (re.compile(r"(?<=TIME) +\d+ (s|秒)"), " AGE"),
    (re.compile(r'"at": \d+'), '"at": N'),
    (re.compile(r"─+"), ""),
)


class Walk:
    """One run of a page in a folder of its own."""

    def __init__(self, folder: Path, language: str, stack: ExitStack) -> None:
        self.port = str(free_address().port)
        self.control = str(folder / "room")
        self._folder = folder
        self._stack = stack
        self._environment = {**os.environ, "ROOMMON_LANGUAGE": language, "TZ": "UTC", "NO_COLOR": "1"}

    def does(self, command: str) -> str:
        """Run the command; return what it says on the page's own port."""
        words = command.replace(PORT, self.port).replace(CONTROL, self.control).split()
        program = [sys.executable, "-m", *words[words[0] == "python" and 2 :]]
        at = ROOT if words[0] == "python" else self._folder
        if words[-1] == "&":
            return self._begins(program[:-1], at, is_simulator=words[0] == "python")
        said = self._until_it_alarms(program) if words[1] == "alarms" else self._said(program, at)
        return said.replace(self.port, PORT).replace(self.control, CONTROL)

    def _said(self, program: list[str], at: Path) -> str:
        done = subprocess.run(
            program,
            cwd=at,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    def _begins(self, program: list[str], at: Path, *, is_simulator: bool) -> str:
        pipe, error = (subprocess.PIPE, None) if is_simulator else (None, subprocess.PIPE)
        process = self._stack.enter_context(
            subprocess.Popen(program, cwd=at, env=self._environment, stdout=pipe, stderr=error, text=True)
        )
        self._stack.callback(process.terminate)
        said = process.stdout if is_simulator else process.stderr
        assert said is not None
        return said.readline().replace(self.port, PORT).replace(self.control, CONTROL)

    def _until_it_alarms(self, program: list[str]) -> str:
        deadline = time.monotonic() + 50
        while True:
            said = self._said(program, self._folder)
            if said.count("→") == 2:
                return said
            assert time.monotonic() < deadline, said
            time.sleep(0.5)


def plain(output: str) -> list[str]:
    """The lines without what differs from run to run, and without what a table is ruled with."""
    for pattern, word in CHANGING:
        output = pattern.sub(word, output)
    return [" ".join(line.split()) for line in output.splitlines() if line.strip()]


def transcript(page: str, walk: Walk) -> Iterator[tuple[re.Match[str], str]]:
    for block in BLOCK.finditer(page):
        yield block, walk.does(block["command"])


def test_the_walkthrough_says_what_the_commands_say_in_both_languages(tmp_path: Path) -> None:
    pages = {"commissioning.md": "en", "commissioning.zh-CN.md": "zh"}
    with ThreadPoolExecutor(len(pages)) as both:
        walks = [both.submit(walked, ROOT / "docs" / name, language, tmp_path) for name, language in pages.items()]
        different = [each for walk in walks for each in walk.result()]
    assert different == []


def walked(path: Path, language: str, folder: Path) -> list[tuple[str, list[str], list[str]]]:
    """Each command that says something else than the page."""
    page, own = path.read_text("utf-8"), folder / language
    own.mkdir()
    start = FILE.search(page)
    assert start
    (own / "roommon.yaml").write_text(start["text"], "utf-8")
    with ExitStack() as stack:
        done = list(transcript(page, Walk(own, language, stack)))
    assert len([block for block, _ in done if block["command"].startswith("roommon")]) == 5
    if os.environ.get("GOLDEN") == "rewrite":
        path.write_text(rewritten(page, done), "utf-8")
        return []
    pairs = [(block["command"], plain(said), plain(block["output"])) for block, said in done]
    return [(command, said, written) for command, said, written in pairs if said != written]


def rewritten(page: str, done: list[tuple[re.Match[str], str]]) -> str:
    for block, said in reversed(done):
        lines = "".join(f"{line.rstrip()}\n" for line in said.splitlines())
        page = page[: block.start("output")] + re.sub(r"\n{2,}", "\n\n", lines) + page[block.end("output") :]
    return page
