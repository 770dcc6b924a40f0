"""The daemon's own process: `python -m roommon.cli.service CONFIG LEVEL`, which `roommon run` becomes."""

import asyncio
import faulthandler
import logging
import os
import sys
from pathlib import Path

from roommon.cli import mendable
from roommon.config.apart import load
from roommon.daemon import daemon


def main() -> None:
    """Run until SIGTERM; what a user can mend is told in a line."""
    config, level = Path(sys.argv[1]), sys.argv[2]
    mendable.run(lambda: _serve(config, level))


def _serve(config: Path, level: str) -> None:
    _log_to_stderr(logging.getLevelNamesMapping()[level.upper()])
    faulthandler.enable()  # the watchdog ends a stuck daemon with SIGABRT: the log then shows where it stuck
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(daemon.run(lambda: load(config)))


def _log_to_stderr(level: int) -> None:
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


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Return uvloop's loop where it is installed (roommon[fast]): a fifth to two fifths less CPU."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


if __name__ == "__main__":
    main()
