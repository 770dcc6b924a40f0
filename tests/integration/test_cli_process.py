"""`roommon` as a process: its start, its pipes, its signals."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers.recorded_day import recorded_day

pytestmark = pytest.mark.integration

ROOMMON = [sys.executable, "-m", "roommon"]
COMMANDS = ["run", "demo", "check", "profiles", "probe", "alarms", "history", "journal", "devices", "replay"]
SAID = [
    "user add",
    "user list",
    "alarms acknowledge",
    "alarms shelve",
    "alarms note",
    "service",
    "service out",
    "service in",
]
HELPS = [["--help"], *([*command.split(), "--help"] for command in (*COMMANDS, *SAID))]
HEAVY = {
    *("asyncio", "sqlite3", "ssl", "yaml", "pydantic", "rich", "aiohttp", "pymodbus", "gufo", "paho"),
    *("influxdb_client", "apscheduler", "serial", "amqtt", "uvloop", "logging"),
}
MOST_WORK = 2.4
"""Of a help page, measured by `import typer`; the heaviest page takes 2.25."""
ENGLISH = {**os.environ, "ROOMMON_LANGUAGE": "en"}


def roommon(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*ROOMMON, *arguments], capture_output=True, text=True, timeout=30, env=ENGLISH | environment, check=False
    )


@pytest.mark.parametrize("arguments", [["--version"], *HELPS])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; sys.argv = ['roommon', *sys.argv[1:]]\n"
        "from roommon.cli.app import main\n"
        "try: main()\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout
    assert HEAVY & {name.partition(".")[0] for name in done.stderr.split()} == set()


def calls(statements: str, arguments: list[str]) -> int:
    """How many functions, in Python and in C, a new interpreter calls for `statements`: the same on any box."""
    program = (
        "import sys; sys.argv = ['roommon', *sys.argv[1:]]\n"
        "made = 0\n"
        "def count(_frame, event, _what):\n"
        "    global made\n"
        "    made += event in ('call', 'c_call')\n"
        "sys.setprofile(count)\n"
        f"try:\n    {statements}\n"
        "finally:\n    sys.setprofile(None); print(made, file=sys.stderr)"
    )
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return int(done.stderr.splitlines()[-1])


@pytest.fixture(scope="module")
def of_typer() -> int:
    return calls("import typer", [])


@pytest.mark.parametrize("arguments", HELPS, ids=" ".join)
def test_help_answers_at_once(arguments: list[str], of_typer: int) -> None:
    """Within the work of some two imports of the library that takes the command line apart: 0.1 s on most boxes.

    Work is counted in calls, which do not depend on what else the box does.
    """
    assert calls("from roommon.cli.app import main; main()", arguments) < MOST_WORK * of_typer


def test_the_version_is_told() -> None:
    assert roommon("--version").stdout.startswith("roommon 0.")


def test_every_command_is_listed_in_both_languages() -> None:
    english, chinese = roommon("--help").stdout, roommon("--help", ROOMMON_LANGUAGE="zh").stdout
    assert all(command in english and command in chinese for command in COMMANDS)
    assert "机房" in chinese


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["history", "--nonsense"], ["probe", "10.0.0.5:502", "--unit", "x"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    done = roommon(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("roommon: ")
    assert done.stderr.count("\n") == 1


def test_a_configuration_that_is_not_there_is_one_line() -> None:
    done = roommon("run", "/nonexistent/roommon.yaml")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_a_journal_that_another_daemon_holds_is_one_line(tmp_path: Path) -> None:
    config = recorded_day(tmp_path)
    with subprocess.Popen([*ROOMMON, "run", config], stderr=subprocess.PIPE, text=True, env=ENGLISH) as first:
        assert first.stderr is not None
        while " watches " not in (line := first.stderr.readline()):
            assert line, "the daemon ended"
        try:
            second = roommon("run", str(config))
        finally:
            first.terminate()
            first.communicate(timeout=20)
    assert second.returncode == 2
    assert "Traceback" not in second.stderr
    assert str(first.pid) in second.stderr.splitlines()[-1]


@pytest.mark.parametrize("shape", ["--json", "--csv", ""])
def test_a_reader_who_goes_ends_it_quietly(tmp_path: Path, shape: str) -> None:
    config = recorded_day(tmp_path)
    command = [*ROOMMON, "history", "rack-a.inlet", "--config", str(config), "--from", "2000-01-01", shape]
    with subprocess.Popen(
        [word for word in command if word], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.wait(30)


def test_ctrl_c_ends_it_quietly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(20)
        where = f"127.0.0.1:{mute.getsockname()[1]}"
        command = [*ROOMMON, "probe", where, "--read", "input 1", "--timeout", "30"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            client, _ = mute.accept()
            with client:
                client.recv(1)
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, b"", b"")
