"""How the daemon talks to systemd: sd_notify(3) over the socket that `Type=notify` gives it."""

import logging
import os
import socket
import time
from collections.abc import Mapping

_SEND_S = 1.0

_log = logging.getLogger(__name__)


def notify(*assignments: str, environment: Mapping[str, str] = os.environ) -> None:
    """Send `assignments` (`READY=1`, `STATUS=...`) to the service manager; without one, do nothing."""
    path = environment.get("NOTIFY_SOCKET")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
            manager.settimeout(_SEND_S)
            manager.sendto("\n".join(assignments).encode(), address)
    except OSError as error:
        _log.warning("systemd does not hear %s: %s", assignments[0], error)


def notify_reloading() -> None:
    """Say that the configuration is being read again; systemd 253 and newer wants the monotonic time with it."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def watchdog_interval_s(environment: Mapping[str, str] = os.environ) -> float | None:
    """Return how often to feed the watchdog (half of what systemd allows), or None when there is none."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    allowed_us = int(environment.get("WATCHDOG_USEC", "0"))
    return allowed_us / 2_000_000 if allowed_us else None
