"""How a serial line is set, and whether the far end of a pty has set it so.

A pty carries every byte at every setting; by this a simulated device answers at its own alone. A pty keeps speed and
stop bits; it has no parity: Linux drops the bit, and the C library calls that an error (drivers/tty/pty.c,
pty_set_termios).
"""

import re
import termios
from dataclasses import dataclass

_WRITTEN = re.compile(r"(\d+)\s*8?N([12])")
_CONTROL, _SPEED = 2, 5
"""Places in what tcgetattr returns."""


@dataclass(frozen=True, slots=True)
class LineSettings:
    """Speed and stop bits, without parity."""

    baud: int
    stop_bits: int = 1

    def __post_init__(self) -> None:
        if not hasattr(termios, f"B{self.baud}") or self.stop_bits not in (1, 2):
            raise ValueError(f"no line has {self.baud} baud with {self.stop_bits} stop bits")

    def are_of(self, pty: int) -> bool:
        """Return whether the pty with this end is set so."""
        attributes = termios.tcgetattr(pty)
        has_two = bool(int(attributes[_CONTROL]) & termios.CSTOPB)
        return attributes[_SPEED] == getattr(termios, f"B{self.baud}") and has_two is (self.stop_bits == 2)


def parsed(text: str) -> LineSettings:
    """Return the settings written `4800N1` or `9600 8N2`; raise ValueError."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if not found:
        raise ValueError(f"{text!r}: write a speed and stop bits, such as 9600N1 or 4800N2; a pty has no parity")
    return LineSettings(int(found[1]), int(found[2]))
