"""The status page: what open walls cost the daemon, how soon a first view stands, how fast a year of a sensor comes."""

import contextlib
import random
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from playwright.sync_api import Browser, sync_playwright

from bench import meter, running, sites, trends
from bench.meter import Use
from bench.result import Result, median_of
from bench.running import Loop
from roommon.journal.summary import HOURS
from roommon.model.clock import Instant
from roommon.model.reading import SensorId
from tests.peers.browser import CHROMIUM
from tests.peers.process import free_address

DEVICES, OPEN = 500, 20
WARM_S, SECONDS, ROUNDS = 15, 12, 3
VIEWS = 25
GROUP = f"Status page: {DEVICES} Modbus TCP devices x {sites.VALUES} registers at 1 s"


def rows(folder: Path) -> Iterator[Result]:
    """Measure one daemon with a year in its journal: nobody looks, 20 look, and so on in turns; then single views."""
    with running.servers(folder, "--modbus", str(DEVICES)) as bench:
        page = f"127.0.0.1:{free_address().port}"
        config = bench.site("1 s", page)
        sensors = [SensorId(f"{name}.t{n}") for name in bench.room.ready["devices"] for n in range(sites.VALUES)]
        trends.write_year(folder / "journal.db", sensors, Instant(HOURS.block_of(int(1000 * time.time()))))
        with running.daemon(config, Loop.UVLOOP) as daemon:
            daemon.wait_for("the status page is at")
            yield Result(GROUP, "the very first view after the start", _took(f"http://{page}/"), "ms")
            time.sleep(WARM_S)
            yield from _open_pages(daemon.pid, page)
            yield from _views(f"http://{page}", sensors)


@dataclass(frozen=True, slots=True)
class _Looking:
    """People who have a page open."""

    name: str
    paths: Sequence[str]


_LANGUAGES = ("en", "zh-CN")
_LOOKING = (
    _Looking(f"{OPEN} walls open", [f"/live/wall?language={_LANGUAGES[n % 2]}" for n in range(OPEN)]),
    _Looking(f"{OPEN} plans open", [f"/live/plan?language={_LANGUAGES[n % 2]}" for n in range(OPEN)]),
)


def _open_pages(pid: int, page: str) -> Iterator[Result]:
    alone: list[Use] = []
    open_: dict[str, list[Use]] = {each.name: [] for each in _LOOKING}
    heard = 0
    for _ in range(ROUNDS):
        alone.append(meter.measure(pid, SECONDS))
        for each in _LOOKING:
            with _watching(page, each.paths) as bytes_heard:
                time.sleep(2)
                open_[each.name].append(meter.measure(pid, SECONDS))
            heard = max(heard, bytes_heard())
    yield median_of(GROUP, "nobody looks: CPU", [use.percent for use in alone], "% of a core")
    yield median_of(GROUP, "nobody looks: memory (RSS)", [use.rss_mb for use in alone], "MB")
    for name, uses in open_.items():
        more = [use.percent - quiet.percent for use, quiet in zip(uses, alone, strict=True)]
        aim = 5.0 if name.endswith("walls open") else None
        yield median_of(GROUP, f"{name}: CPU more than with nobody", more, "% of a core", at_most=aim)
        yield median_of(GROUP, f"{name}: memory (RSS)", [use.rss_mb for use in uses], "MB")
    note = f"{heard / (SECONDS + 2) / 1000:.1f} kB/s to all of them at most"
    yield Result(GROUP, "what an open page hears", heard / (SECONDS + 2) / OPEN, "bytes/s", note=note)


@contextlib.contextmanager
def _watching(page: str, paths: Sequence[str]) -> Iterator[Callable[[], int]]:
    """Open event streams and read them, as browsers do; yields what tells how many bytes came in all."""
    host, _, port = page.rpartition(":")
    over, counts = Event(), [0] * len(paths)

    def listen(number: int, path: str) -> None:
        with socket.create_connection((host, int(port)), timeout=30) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: {page}\r\nAccept: text/event-stream\r\n\r\n".encode())
            while not over.is_set() and (got := line.recv(65536)):
                counts[number] += len(got)

    threads = [Thread(target=listen, args=each, daemon=True) for each in enumerate(paths)]
    for thread in threads:
        thread.start()
    try:
        yield lambda: sum(counts)
        assert all(counts), "a page heard nothing"
    finally:
        over.set()
        for thread in threads:
            thread.join(10)


def _views(base: str, sensors: Sequence[SensorId]) -> Iterator[Result]:
    chosen = random.Random(3).sample(sensors, VIEWS)
    note = "while 500 devices are polled"
    yield median_of(GROUP, "the wall: HTML", [_took(f"{base}/") for _ in chosen], "ms", note=note)
    years = [_took(f"{base}/sensors/{each}/trend.json?span=year") for each in chosen]
    yield median_of(GROUP, "a year of one sensor: JSON", years, "ms", at_most=500, note=f"at most {max(years):.0f} ms")
    pages = [_took(f"{base}/sensors/{each}?span=year") for each in chosen]
    yield median_of(GROUP, "a year of one sensor: its page", pages, "ms", at_most=500, note=f"at most {max(pages):.0f}")
    lists = [_took(f"{base}/devices") for _ in chosen]
    yield median_of(GROUP, f"the list of {DEVICES} devices: HTML", lists, "ms")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        seen = [_painted(browser, f"{base}/") for _ in range(VIEWS)]
        drawn = [_drawn(browser, f"{base}/sensors/{each}?span=year") for each in chosen]
        browser.close()
    yield median_of(GROUP, "the wall in Chromium until it is painted, nothing cached", seen, "ms", at_most=300)
    yield median_of(GROUP, "a year of one sensor in Chromium until its trend is drawn", drawn, "ms")


def _took(url: str) -> float:
    began = time.perf_counter()
    with urllib.request.urlopen(url, timeout=30) as answer:
        assert answer.status == 200
        answer.read()
    return 1e3 * (time.perf_counter() - began)


_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def _painted(browser: Browser, url: str) -> float:
    """First contentful paint, from the start of the navigation, ms."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    while (painted := page.evaluate(_PAINTED)) is None:  # no wait_for_function: our Content-Security-Policy forbids it
        page.wait_for_timeout(10)
    context.close()
    return float(painted)


def _drawn(browser: Browser, url: str) -> float:
    context = browser.new_context()
    page = context.new_page()
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_selector(".chart canvas")
    took = 1e3 * (time.perf_counter() - began)
    context.close()
    return took
