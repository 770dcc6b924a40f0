"""`roommon notify run`: becomes that program, as `roommon run` becomes the daemon."""

import os
import sys
from pathlib import Path
from typing import Never

from roommon.cli.complaint import Complaint
from roommon.cli.run import LEVELS
from roommon.cli.spoken import say


def run(config: Path, log_level: str) -> Never:
    """Go on in this process (`notify_service.py`); raise Complaint when `log_level` is none."""
    if log_level not in LEVELS:
        raise Complaint(say(f"no log level {log_level!r}", f"没有日志级别 {log_level!r}"))
    program = [sys.executable, "-P", "-m", "roommon.cli.notify_service", str(config), log_level]
    os.execv(sys.executable, program)  # noqa: S606 - ourselves
