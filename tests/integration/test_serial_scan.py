"""`roommon probe --scan-line` on a pty whose device hears nothing at settings that are not its own."""

import contextlib
import json
import os
import threading
import tty
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from simulators.modbus.settings import LineSettings, parsed
from tests.peers.cli import Cli
from tests.peers.simulated import simulated

pytestmark = pytest.mark.integration

IMAGE = "simulators/images/xy-md02.yaml"
QUICK = ("--scan-line", "--timeout", "0.05")


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def line(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A line with unit 3, at the settings that the test names."""
    port = tmp_path / "ttyUSB0"
    words = ("unit", IMAGE, "--unit", "3", "--serial", str(port), "--settings", request.param)
    with simulated(*words, log=tmp_path / "log"):
        yield port


@pytest.mark.parametrize(
    ("line", "baud", "stop_bits"),
    [("4800N1", 4800, 1), ("9600N2", 9600, 2)],
    indirect=["line"],
)
def test_the_setting_of_a_line_is_found(roommon: Cli, line: Path, baud: int, stop_bits: int) -> None:
    said = roommon("probe", "--serial", line, *QUICK, "--units", "2..3", "--json")
    assert said.code == 0, said.all
    assert said.err.startswith("24 settings, 2 units: up to 5 s; stop the daemon first")
    heard = [(one["baud"], one["parity"], one["stop_bits"], one["unit"]) for one in json.loads(said.out)["heard"]]
    assert heard == [(baud, "N", stop_bits, 3)]


@pytest.mark.parametrize("line", ["2400N1"], indirect=True)
def test_what_was_found_is_the_next_command(roommon: Cli, line: Path) -> None:
    said = roommon("probe", "--serial", line, *QUICK, "--units", "3")
    assert said.code == 0, said.all
    assert "2400 8N1: unit 3: " in said.err
    assert f"roommon probe --serial {line} --baud 2400 --parity N --stop-bits 1 --units 3\n" in said.out


@pytest.mark.parametrize("line", ["2400N1"], indirect=True)
def test_settings_that_a_port_does_not_take_are_passed_over_and_said(roommon: Cli, line: Path) -> None:
    said = roommon("probe", "--serial", line, *QUICK, "--units", "3")
    assert said.code == 0, said.all
    assert "the port does not take 9600 8E1, 4800 8E1, 19200 8E1" in said.err
    assert "Invalid argument" in said.err


@pytest.mark.parametrize("line", ["38400N1"], indirect=True)
def test_a_line_on_which_the_unit_is_not(roommon: Cli, line: Path) -> None:
    said = roommon("probe", "--serial", line, *QUICK)
    assert (said.code, said.out) == (1, "")
    assert said.err.splitlines()[-1] == "roommon: no unit answers at any setting"


def test_a_port_that_is_not_there(roommon: Cli, tmp_path: Path) -> None:
    said = roommon("probe", "--serial", tmp_path / "ttyUSB9", *QUICK)
    assert said.code == 1
    assert "No such file" in said.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("127.0.0.1:502",), "needs --serial"),
        (("--serial", "/dev/null", "--baud", "9600"), "leave --baud"),
        (("--serial", "/dev/null", "--read", "holding 0"), "goes with --serial and --units alone"),
    ],
)
def test_options_that_do_not_go_with_it(roommon: Cli, options: tuple[str, ...], words: str) -> None:
    said = roommon("probe", *options, "--scan-line")
    assert said.code == 2
    assert words in said.err


def test_a_unit_of_another_setting_that_is_heard_garbled_is_no_answer(roommon: Cli, tmp_path: Path) -> None:
    far, near = os.openpty()
    tty.setraw(near)
    port = tmp_path / "ttyUSB0"
    port.symlink_to(os.ttyname(near))
    os.set_blocking(far, False)
    ended = threading.Event()

    def answer_garbled() -> None:
        while not ended.wait(0.002):
            with contextlib.suppress(OSError):
                if os.read(far, 64):
                    os.write(far, b"\x03\x03\x02\xff\xff\x00\x00")

    with ThreadPoolExecutor(1) as unit:
        unit.submit(answer_garbled)
        said = roommon("probe", "--serial", port, *QUICK, "--units", "3")
        ended.set()
    os.close(far)
    os.close(near)
    assert said.code == 1
    assert "garbled, so not at this setting" in said.err


def test_settings_as_they_are_written() -> None:
    assert parsed("4800 8n2") == LineSettings(4800, 2)
    for wrong in ("4800", "4801N1", "9600E1"):
        with pytest.raises(ValueError, match=r"no line has|a pty has no parity"):
            parsed(wrong)
