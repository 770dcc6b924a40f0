"""Where a service logs: standard error, in the shape that its reader wants."""

import logging
import os


def log_to_stderr(level: int) -> None:
    """Log to standard error; under systemd without a time, which the system's journal adds, and with its levels."""
    under_systemd = "JOURNAL_STREAM" in os.environ
    shape = "%(message)s" if under_systemd else "%(asctime)s %(levelname)s %(message)s"
    handler = logging.StreamHandler()
    handler.setFormatter(_WithPriority(shape) if under_systemd else logging.Formatter(shape))
    logging.basicConfig(level=level, handlers=[handler])


class _WithPriority(logging.Formatter):
    """Puts sd-daemon(3)'s `<4>` before each line, so that `journalctl -p warning` finds what it should."""

    _PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))

    def format(self, record: logging.LogRecord) -> str:
        """Return the record with its priority before every line."""
        number = next(number for level, number in self._PRIORITIES if record.levelno >= level)
        return "\n".join(f"<{number}>{line}" for line in super().format(record).splitlines())
