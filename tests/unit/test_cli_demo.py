"""What the demonstration shows, and what it says of a broker that is none."""

from collections import deque
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from roommon.cli.demo import Seen, Stage, _screen, demo
from roommon.cli.demo_processes import Broker
from tests.peers.process import free_address


def message(number: int, state: str = "unacknowledged") -> dict[str, Any]:
    return {
        "number": number,
        "at": "2026-11-23T21:30:00Z",
        "alarm": f"inlet-hot.rack-{number}.temperature",
        "priority": "medium",
        "state": state,
        "trigger": "raised" if state != "normal" else "returned",
        "tell": True,
        "suppression": None,
        "text": f"{number}: " + "the inlet of a rack with quite a long name is hot, " * 4,
        "response": "Check the air conditioners, all of them, one after the other. " * 3,
    }


def drawn(width: int, height: int, messages: list[dict[str, Any]], folder: Path) -> list[str]:
    console = Console(width=width, height=height, record=True, force_terminal=True, color_system=None)
    seen = Seen(messages=deque(maxlen=9))
    for each in messages:
        seen.take(each)
    stage = Stage(folder, Broker("127.0.0.1", 1883, "mosquitto"), "http://127.0.0.1:8480/", seen, {})
    with console.capture() as said:
        console.print(_screen(stage, 60.0, console.size))
    return said.get().splitlines()


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 40), (200, 60)])
def test_the_newest_message_is_on_every_screen(width: int, height: int, tmp_path: Path) -> None:
    story = [*(message(number) for number in range(1, 8)), *(message(number, "normal") for number in range(1, 6))]
    lines = drawn(width, height, story, tmp_path)
    assert len(lines) < height
    assert max(len(line) for line in lines) <= width
    assert any("returned" in line and "5: the inlet" in line for line in lines), lines
    assert any("7: the inlet" in line and "Check" in line for line in lines) or width < 100


@pytest.mark.parametrize("given", ["foo:bar", ":1883", "127.0.0.1:99999", "127.0.0.1:"])
def test_a_broker_that_is_none_is_told_in_a_line(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo(given, None, 1.0) == 1
    said = capsys.readouterr()
    assert "write it like 127.0.0.1:1883" in " ".join((said.out + said.err).split())
    assert "Traceback" not in said.out + said.err


def test_a_broker_that_does_not_answer_is_told_in_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    assert demo("{}:{}".format(*free_address()), None, 1.0) == 1
    said = capfd.readouterr()
    assert "no MQTT broker answers at 127.0.0.1:" in said.out
    assert "Traceback" not in said.out + said.err
    assert "Connection failed" not in said.err
