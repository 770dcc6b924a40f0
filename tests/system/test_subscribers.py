"""The examples of docs/subscribers.md against a real broker: what is told, repeats, gaps, being away; and a daemon."""

import ast
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.peers.daemon import eventually
from tests.peers.mosquitto import Mosquitto, mosquitto
from tests.peers.node_red import running_flow
from tests.peers.people_house import HOT, a_house
from tests.peers.process import Address
from tests.peers.teller import SITE, Teller, changed, teller

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
LONGEST = 30


def python(address: Address, site: str, command: Path) -> list[str]:
    return [sys.executable, str(EXAMPLES / "subscriber.py"), site, str(command), address.host, str(address.port)]


def shell(address: Address, site: str, command: Path) -> list[str]:
    return [str(EXAMPLES / "subscriber.sh"), site, str(command), "-h", address.host, "-p", str(address.port)]


EACH = pytest.mark.parametrize("example", [python, shell])
Example = Callable[[Address, str, Path], list[str]]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    (tmp_path / "broker").mkdir()
    with mosquitto(tmp_path / "broker") as running:
        yield running


@pytest.fixture
def site(broker: Mosquitto) -> Iterator[Teller]:
    with teller(broker.address) as speaks:
        yield speaks


@contextlib.contextmanager
def running(command: list[str], folder: Path) -> Iterator[None]:
    """The example in a group of its own; killed with all that it started."""
    with subprocess.Popen(command, start_new_session=True, cwd=folder) as process:
        try:
            yield
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def noting(folder: Path) -> tuple[Path, Callable[[], list[str]]]:
    """A command that notes what it is called with, and what it noted."""
    calls, command = folder / "calls", folder / "call"
    command.write_text(f'#!/bin/sh\necho "$1" >> {calls}\n')
    command.chmod(0o755)
    return command, lambda: calls.read_text().splitlines() if calls.exists() else []


def until_it_listens(site: Teller, said: Callable[[], list[str]]) -> None:
    """Tell event 1 until the example has it; all further copies are repeats."""
    first = changed("first.a.b")

    def is_there() -> bool:
        site.publish(1, first)
        time.sleep(0.2)
        return bool(said())

    eventually(is_there)
    site.number = 1


def line(alarm: str) -> str:
    return f"[medium] {alarm} is 27.3 °C. Check the air conditioners."


@EACH
def test_it_tells_what_people_are_to_be_told_once_and_says_a_gap(
    example: Example, broker: Mosquitto, site: Teller, tmp_path: Path
) -> None:
    command, said = noting(tmp_path)
    with running(example(broker.address, SITE, command), tmp_path):
        until_it_listens(site, said)
        site.tell("silent.a.b", tell=False)
        told = site.tell("told.a.b")
        site.publish(3, told)
        site.publish(7, changed("jump.a.b"))
        expected = [line("first.a.b"), line("told.a.b"), f"events 4 to 6 of {SITE} have not come", line("jump.a.b")]
        eventually(lambda: said() == expected)


@EACH
def test_what_comes_while_it_is_away_is_told_when_it_is_back(
    example: Example, broker: Mosquitto, site: Teller, tmp_path: Path
) -> None:
    command, said = noting(tmp_path)
    with running(example(broker.address, SITE, command), tmp_path):
        until_it_listens(site, said)
    time.sleep(0.5)
    for number in range(3):
        site.tell(f"away-{number}.a.b")
    with running(example(broker.address, SITE, command), tmp_path):
        expected = [line("first.a.b"), *(line(f"away-{number}.a.b") for number in range(3))]
        eventually(lambda: said() == expected)


def test_the_python_one_takes_an_event_that_comes_late(broker: Mosquitto, site: Teller, tmp_path: Path) -> None:
    command, said = noting(tmp_path)
    with running(python(broker.address, SITE, command), tmp_path):
        until_it_listens(site, said)
        site.publish(3, changed("third.a.b"))
        late = changed("second.a.b")
        site.publish(2, late)
        site.publish(2, late)
        site.publish(4, changed("fourth.a.b"))
        gap = f"events 2 to 2 of {SITE} have not come"
        expected = [line("first.a.b"), gap, line("third.a.b"), line("second.a.b"), line("fourth.a.b")]
        eventually(lambda: said() == expected)


def test_the_python_one_is_told_again_what_its_command_did_not_take(
    broker: Mosquitto, site: Teller, tmp_path: Path
) -> None:
    command, said = noting(tmp_path)
    with running(python(broker.address, SITE, command), tmp_path):
        until_it_listens(site, said)
    command.write_text("#!/bin/sh\nexit 1\n")
    with running(python(broker.address, SITE, command), tmp_path):
        site.tell("refused.a.b")
        time.sleep(2)
    noting(tmp_path)
    with running(python(broker.address, SITE, command), tmp_path):
        eventually(lambda: said() == [line("first.a.b"), line("refused.a.b")])


def test_the_node_red_flow_does_the_same_in_node_red(broker: Mosquitto, site: Teller, tmp_path: Path) -> None:
    flow = (EXAMPLES / "node-red-flow.json").read_text("utf-8")
    with running_flow(tmp_path / "red", flow, broker.address) as red:
        until_it_listens(site, lambda: red.said("told"))
        site.tell("silent.a.b", tell=False)
        told = site.tell("told.a.b")
        site.publish(3, told)
        site.publish(7, changed("jump.a.b"))
        late = changed("late.a.b")
        site.publish(5, late)
        site.publish(5, late)
        site.publish(8, changed("last.a.b"))
        eventually(lambda: line("last.a.b") in red.said("told"))
    site.number = 8
    site.tell("away.a.b")
    with running_flow(tmp_path / "red", flow, broker.address) as red:
        eventually(lambda: line("away.a.b") in red.said("told"))
        alarms = ("first", "told", "jump", "late", "last", "away")
        assert red.said("told") == [line(f"{alarm}.a.b") for alarm in alarms]
        assert red.said("lost") == ["events 4 to 6 have not come"]


@EACH
def test_a_real_daemon_is_understood(example: Example, tmp_path: Path) -> None:
    command, said = noting(tmp_path)
    with a_house(tmp_path) as house, running(example(house.broker.address, "demo", command), tmp_path):
        time.sleep(1)
        house.heat("rack-a", 315)
        house.until(HOT, "raised")
        eventually(lambda: any("31.5 °C" in sentence for sentence in said()))


def test_they_have_thirty_lines_each() -> None:
    source = (EXAMPLES / "subscriber.py").read_text("utf-8")
    body = ast.parse(source).body[1:]
    python_lines = [row for row in source.splitlines()[body[0].lineno - 1 :] if row.strip() and row.strip()[0] != "#"]
    shell_lines = [row for row in (EXAMPLES / "subscriber.sh").read_text("utf-8").splitlines() if row.strip()]
    assert len(python_lines) <= LONGEST
    assert len(shell_lines) <= LONGEST
