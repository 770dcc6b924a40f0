"""A terminal of any size with a program in it: what stands on its screen, and keys pressed."""

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Sequence

import pyte


class Terminal:
    """One program on a terminal of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int, columns: int, rows: int) -> None:
        self.process = process
        self._master = master
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""

    def press(self, key: str) -> None:
        os.write(self._master, key.encode())

    def resize(self, columns: int, rows: int) -> None:
        _size(self._master, columns, rows)
        self._screen.resize(rows, columns)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen now."""
        self._read()
        return [line.rstrip() for line in self._screen.display]

    def until(self, true: Callable[[str], bool], seconds: float = 20.0) -> str:
        """The screen, once it is `true`."""
        deadline = time.monotonic() + seconds
        while not true(text := "\n".join(self.lines)):
            assert time.monotonic() < deadline, text
        return text

    def _read(self) -> None:
        while select.select([self._master], [], [], 0.1)[0]:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return  # the program has ended
            self.raw += data
            self._stream.feed(data)


def _size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


@contextlib.contextmanager
def on_a_terminal(command: Sequence[str], columns: int = 80, rows: int = 24, **environment: str) -> Iterator[Terminal]:
    """Run `command` on a terminal, as over ssh; end it afterwards."""
    master, slave = pty.openpty()
    _size(slave, columns, rows)
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    env = kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | environment
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, start_new_session=True)
    os.close(slave)
    try:
        yield Terminal(process, master, columns, rows)
    finally:
        process.kill()
        process.wait(10)
        os.close(master)
