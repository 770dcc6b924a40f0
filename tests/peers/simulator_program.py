"""`python -m simulators` as a program of its own."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = (sys.executable, "-m", "simulators")


@contextmanager
def program(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The program with `arguments`, and its ready line."""
    command = (*PROGRAM, *arguments, "--until-stdin-closes")
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process, json.loads(process.stdout.readline())
        finally:
            process.terminate()


def complaint(*arguments: str | Path) -> tuple[int, str]:
    """The exit status of a program that must refuse, and what it says."""
    command = (*PROGRAM, *map(str, arguments))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    return done.returncode, done.stderr


def tell(ready: dict[str, Any], *words: str) -> tuple[int, dict[str, Any], str]:
    """What a command at the running simulator gives: status, JSON, complaint."""
    command = (*PROGRAM, words[0], "--control", ready["control"], *words[1:])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr.strip()
