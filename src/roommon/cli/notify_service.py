"""The process of `roommon notify run`: `python -m roommon.cli.notify_service CONFIG LEVEL`."""

import asyncio
import faulthandler
import logging
import sys
from pathlib import Path

from roommon.cli import mendable
from roommon.cli.standard_error import log_to_stderr
from roommon.config.notify import load
from roommon.daemon import service
from roommon.notify import program


def main() -> None:
    """Run until SIGTERM; what a user can mend is told in a line."""
    config, level = Path(sys.argv[1]), sys.argv[2]
    mendable.run(lambda: _serve(config, level))


def _serve(config: Path, level: str) -> None:
    log_to_stderr(logging.getLevelNamesMapping()[level.upper()])
    faulthandler.enable()  # the watchdog ends a stuck program with SIGABRT: the log then shows where it stuck
    feed_every_s = service.watchdog_interval_s()
    asyncio.run(program.run(load(config), lambda: load(config), service.notify, feed_every_s))


if __name__ == "__main__":
    main()
