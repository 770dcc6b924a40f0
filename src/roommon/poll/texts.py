"""What a device says in words, as the number that its profile gives to them. Pure.

A text that is listed as it stands goes before one that patterns are like. What nothing is like, and what patterns of
different numbers are like, is not guessed.
"""

from functools import lru_cache

from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault
from roommon.profiles.point import like

PADDING = "\0 \t\r\n"
_NO_VALUE = frozenset(
    {"", "nan", "n/a", "na", "none", "null", "unknown", "invalid", "unavailable", "error", "fault", "open", "short"}
)
"""What network cards write where a value should be when their probe gives none (besides dashes, dots and stars)."""


def says_nothing(words: str) -> bool:
    """Return whether a device writes `words`, without padding, where it has no value."""
    return not any(letter.isalnum() for letter in words) or words.lower() in _NO_VALUE


@lru_cache(maxsize=4096)
def meant(said: str, texts: tuple[tuple[str, int], ...]) -> int | Fault:
    """Return the number of `said` by `texts`, patterns and their numbers, or why it has none."""
    found = [(pattern, number) for pattern, number in texts if like(said, pattern)]
    exact = {number for pattern, number in found if "*" not in pattern}
    numbers = exact or {number for _, number in found}
    if len(numbers) == 1:
        return next(iter(numbers))
    words = said.strip(PADDING)
    if numbers:
        several = "; ".join(f"{pattern!r}" for pattern, _ in found)
        return Fault(
            Reason.DEVICE_FAILURE,
            Text(f"{words!r} is like several of its texts: {several}", f"{words!r} 同时符合多个文字：{several}"),
        )
    if says_nothing(words):
        return Fault(
            Reason.SENSOR_FAILURE,
            Text(f"{words!r} instead of a state: the device has no value", f"应为状态而得到 {words!r}：设备没有该值"),
        )
    return Fault(Reason.DEVICE_FAILURE, Text(f"{words!r} is none of its known texts", f"{words!r} 不是已知的状态文字"))
