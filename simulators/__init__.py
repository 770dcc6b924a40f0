"""The simulated room: a program of its own (`python -m simulators`), which never imports roommon. README.md says how to use it."""

from simulators.roomfile import RoomFile, load, parse
from simulators.running import Running, serve

__all__ = ["RoomFile", "Running", "load", "parse", "serve"]
