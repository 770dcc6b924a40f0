"""A room of config/examples with the whole daemon in it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from roommon.config.load import examine
from roommon.model.reading import Quality
from tests.peers.daemon import Daemon, eventually
from tests.peers.example_room import Example, Served, served
from tests.peers.mosquitto import Mosquitto

PASSWORD = "of-the-broker"
LEAKAGE = """
device: a residual-current monitor, as hospital-room.yaml writes it
document: none; the example's own register
cases: { normal: { holding: { 0: 35 } } }
"""
_QUIET = {5200: (12, 30), 5204: (8, 20, 12, 8), 5210: (8, 5), 5216: (17, 43, 11, 28, 3, 2)}
QUIET_FLOOR = {
    ("floor", f"holding:{first + n}"): word for first, words in _QUIET.items() for n, word in enumerate(words)
}
"""Peaks of 0.118 and 0.078 m/s2, 0.03 mm/s. The image's own 1.25 g is a machine, not a floor."""
PROBES = {f"row-{row}-{height}": "xy-md02" for row in "ab" for height in ("low", "mid", "top")}

HOSPITAL = Example(
    "hospital-room",
    {
        "surges": "watchfuleye-wth-cs",
        "leakage": "leakage",
        "power": "waveshare-modbus-io8",
        "fire": "waveshare-modbus-io8",
        "rope": "rle-seahawk-10k",
        "spots": "waveshare-modbus-io8",
        "mains": "eastron-sdm630",
        "ups-1": "apc_smtl1000-nmc3",
        "ups-2": "istars",
        "floor": "banner-qm30vt2",
        **PROBES,
        "return-air": "xy-md02",
        "crac-1": "liebert_weblbds",
    },
    {
        **QUIET_FLOOR,
        # Contacts that are closed while all is well; the image's own first input is closed.
        ("power", "discrete:1"): 1,
        ("fire", "discrete:0"): 0,
        ("fire", "discrete:4"): 1,
        ("spots", "discrete:0"): 0,
    },
)
THREATS: Mapping[str, tuple[str, Mapping[str, int | str], str]] = {
    "lightning": ("power", {"discrete:1": 0}, "arrester-failed.power.di2"),
    "fire": ("fire", {"discrete:1": 1}, "fire-group.fire.di2"),
    "water": ("rope", {"input:0": 0x0009, "input:1": 123}, "rope.position.rope.leak_distance"),
    "electricity": ("mains", {"input:0": 0x42C8, "input:1": 0}, "mains.phase-loss.mains.voltage_l1"),
    "quake": ("floor", {"holding:5206": 1250}, "quake.floor.acceleration_peak_z"),
    "condensation": ("return-air", {"input:1": 250, "input:2": 950}, "condensation.air.dew_margin"),
    "high temperature": ("row-b-top", {"input:1": 331}, "inlet-very-hot.row-b-top.temperature"),
}
"""What happens to which device, and the alarm that must come of it."""
WAITING = {"air.inlet_rise"}
"""Has its first value after a quarter of an hour."""


@dataclass(frozen=True, slots=True)
class House:
    """A room, and the daemon that watches it."""

    room: Served
    daemon: Daemon

    async def until(self, true: Callable[[], object]) -> None:
        """Wait until `true`, while the simulated devices go on answering."""
        await asyncio.to_thread(eventually, true)

    def sensors(self) -> set[str]:
        """Every sensor of the configuration."""
        site = examine(self.daemon.path).site
        assert site is not None
        return {str(sensor.id) for device in site.sensed() for sensor in device.sensors} - WAITING

    def bad(self) -> set[str]:
        """The sensors without a good reading at last, and those without any."""
        last = {sensor: readings[-1].quality for sensor, readings in self.daemon.everything().items()}
        return {sensor for sensor in self.sensors() if last.get(sensor) is not Quality.GOOD}

    async def at_ease(self) -> None:
        """Wait until all sensors read good and no alarm stands."""
        await self.until(lambda: not self.bad())
        await self.until(lambda: not self.daemon.standing())


@asynccontextmanager
async def a_house(
    example: Example,
    folder: Path,
    broker: Mosquitto | None = None,
    changed: Callable[[dict[str, Any]], None] = lambda _: None,
) -> AsyncIterator[House]:
    """The example's room, and the whole daemon with its configuration, `changed`; without its database."""
    (folder / "leakage.yaml").write_text(LEAKAGE, "utf-8")
    async with served(example, folder) as room:
        room.config.pop("store", None)
        room.config["journal"] = {"commit_every": "200 ms"}
        [sink] = room.config["alerts"]
        if broker is not None:
            sink["mqtt"] |= {"host": broker.address.host, "port": broker.address.port}
        if "password_file" in sink["mqtt"]:
            path = folder / "secrets" / sink["mqtt"]["password_file"]
            path.write_text(PASSWORD, "utf-8")
            path.chmod(0o600)
        changed(room.config)
        daemon = Daemon(folder, room.config)
        try:
            await asyncio.to_thread(daemon.start)
            yield House(room, daemon)
        finally:
            await asyncio.to_thread(daemon.end)
