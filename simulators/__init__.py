"""The simulated room: a program of its own (`python -m simulators`), which never imports roommon. See README.md."""

from simulators.roomfile import RoomFile, load, parse
from simulators.running import Running
from simulators.serving import serve

__all__ = ["RoomFile", "Running", "load", "parse", "serve"]
