"""The room that an example of config/examples describes: every device of it served by the simulator from evidence."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from roommon.config.described import described
from roommon.profiles.profile import FOLDER
from simulators import single
from simulators.modbus.connection import Framing
from simulators.roomfile import ModbusEntry, SnmpEntry
from simulators.running import Running
from simulators.snmp.keys import Auth, Privacy
from tests.conformance.expectation import HERE, SIMULATORS, load

EXAMPLES = SIMULATORS.parent / "config" / "examples"
QUICK = {"on_delay": "0 s", "off_delay": "0 s"}


@dataclass(frozen=True, slots=True)
class Example:
    """One example, and what stands for its devices."""

    name: str
    evidence: Mapping[str, str]
    """By device: a file of `simulators/facts` or `simulators/images`, or a path."""
    normal: Mapping[tuple[str, str], int | str] = field(default_factory=dict)
    """Raw values of this room in which nothing is wrong, where the evidence has others: by device and place."""


@dataclass(slots=True)
class Served:
    """The simulated devices, and the configuration as it reaches them."""

    config: dict[str, Any]
    running: dict[str, tuple[Running, str]] = field(default_factory=dict)
    """By device: who serves it, and as what."""

    def poke(self, device: str, place: str, value: int | str) -> None:
        """Let the device hold `value` from now on."""
        running, name = self.running[device]
        running.poke(name, place, value)


@asynccontextmanager
async def served(example: Example, folder: Path) -> AsyncIterator[Served]:
    """The devices of `example` on free ports; its configuration with these ports, its secrets, and without delays."""
    found = Served(yaml.safe_load((EXAMPLES / f"{example.name}.yaml").read_text("utf-8")))
    (folder / "secrets").mkdir()
    async with AsyncExitStack() as stack:
        for endpoint, devices in _endpoints(found.config):
            await stack.enter_async_context(_behind(endpoint, devices, example, folder, found))
        for (device, place), value in example.normal.items():
            found.poke(device, place, value)
        _without_delays(found.config)
        _without_what_the_evidence_lacks(found.config, example)
        yield found


def _endpoints(config: dict[str, Any]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each connection of the configuration, with the devices behind it."""
    buses = {bus["id"]: bus for bus in config.get("buses", ())}
    shared = [(bus, [each for each in config["devices"] if each.get("bus") == name]) for name, bus in buses.items()]
    return shared + [(device, [device]) for device in config["devices"] if "bus" not in device]


@asynccontextmanager
async def _behind(
    endpoint: dict[str, Any], devices: list[dict[str, Any]], example: Example, folder: Path, found: Served
) -> AsyncIterator[None]:
    """Serve `devices` at one free port, and put it into the configuration."""
    files = {device["id"]: _file(example.evidence[device["id"]], folder) for device in devices}
    if "snmp" in endpoint:
        settings, [device] = endpoint["snmp"], devices
        serving = single.agent(files[device["id"]], _access(settings, folder))
        names = {device["id"]: files[device["id"]].stem}
    else:
        settings = endpoint["modbus_tcp"]
        units = [single.unit_of(files[device["id"]], device.get("unit", 1)) for device in devices]
        stems = [unit.name for unit in units]
        framing = Framing.RTU if settings.get("framer") == "rtu" else Framing.TCP
        serving = single.units(units, ModbusEntry(framing=framing))
        names = {
            device["id"]: unit.name if stems.count(unit.name) == 1 else f"{unit.name}-{unit.id}"
            for device, unit in zip(devices, units, strict=True)
        }
    async with serving as running:
        settings |= {"host": "127.0.0.1", "port": running.port(single.SERVER)}
        found.running |= {device: (running, name) for device, name in names.items()}
        yield


def _file(evidence: str, folder: Path) -> Path:
    own = folder / f"{evidence}.yaml"
    return own if own.exists() else load(evidence).evidence()


def _access(settings: Mapping[str, Any], folder: Path) -> SnmpEntry:
    """Who may ask the agent, as the example says; the secrets lie where it looks for them."""

    def secret(key: str) -> str:
        word = f"{settings[key]}-of-the-example"
        path = folder / "secrets" / settings[key]
        path.write_text(f"{word}\n", "utf-8")
        path.chmod(0o600)
        return word

    if settings["version"] == "2c":
        return SnmpEntry(community=secret("community_file"))
    return SnmpEntry(
        user=settings["user"],
        auth=Auth(settings["auth"]),
        auth_passphrase=secret("auth_file"),
        privacy=Privacy(settings["privacy"]),
        privacy_passphrase=secret("privacy_file"),
    )


def _without_delays(config: dict[str, Any]) -> None:
    """Let everything be read every 2 s, and every rule speak at once: a person's patience is not what is tested."""
    advice = {one.profile.id: [rule.id for rule in one.rules] for one in described(FOLDER / "nowhere")[0]}
    for device in config["devices"]:
        device["every"] = "2 s"
        asked = device.get("recommended")
        if asked:
            given = asked if isinstance(asked, dict) else {}
            taken = [rule for rule in advice[device["profile"]] if rule not in given.get("drop", ())]
            changes = {rule: {**given.get("change", {}).get(rule, {}), **QUICK} for rule in taken}
            device["recommended"] = {**given, "change": changes}
    for rule in config["rules"]:
        for key in rule.keys() - {"id", "sensors", "text", "response"}:
            rule[key] |= QUICK


def _without_what_the_evidence_lacks(config: dict[str, Any], example: Example) -> None:
    """Leave out what this one recorded device has not, though others of its family have."""
    for device in config["devices"]:
        name = example.evidence[device["id"]]
        if (HERE / f"{name}.yaml").exists():
            expected = load(name)
            lacking = [key for key, value in expected.values.items() if value == "bad configuration_error"]
            absent = [key for key in (*expected.absent, *lacking) if "." not in key]
            device["drop"] = [*device.get("drop", ()), *absent]
