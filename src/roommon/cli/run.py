"""`roommon run`: becomes the daemon.

The command line ends here: it and what it imports are 5 MB that would stay for the years that the daemon runs.
"""

import os
import sys
from pathlib import Path
from typing import Never

from roommon.cli.complaint import Complaint
from roommon.cli.spoken import say

LEVELS = ("debug", "info", "warning", "error")


def run(config: Path, log_level: str) -> Never:
    """Go on in this process as the daemon (`service.py`); raise Complaint when `log_level` is none."""
    if log_level not in LEVELS:
        raise Complaint(say(f"no log level {log_level!r}", f"没有日志级别 {log_level!r}"))
    os.execv(sys.executable, [sys.executable, "-P", "-m", "roommon.cli.service", str(config), log_level])  # noqa: S606 - ourselves
