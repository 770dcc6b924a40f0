"""The daemon's own process: `python -m roommon.cli.service CONFIG LEVEL`, which `roommon run` becomes."""

import asyncio
import faulthandler
import logging
import sys
from pathlib import Path

from roommon.cli import mendable
from roommon.cli.standard_error import log_to_stderr
from roommon.config.apart import load
from roommon.daemon import daemon


def main() -> None:
    """Run until SIGTERM; what a user can mend is told in a line."""
    config, level = Path(sys.argv[1]), sys.argv[2]
    mendable.run(lambda: _serve(config, level))


def _serve(config: Path, level: str) -> None:
    log_to_stderr(logging.getLevelNamesMapping()[level.upper()])
    faulthandler.enable()  # the watchdog ends a stuck daemon with SIGABRT: the log then shows where it stuck
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(daemon.run(lambda: load(config)))


def _loop_factory() -> "type[asyncio.AbstractEventLoop] | None":
    """Return uvloop's loop where it is installed (roommon[fast]): a fifth to two fifths less CPU."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


if __name__ == "__main__":
    main()
