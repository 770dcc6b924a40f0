"""Finds the kinds of drivers, rules, sinks and stores by looking into their folders: a new file is a new kind.

A kind's key in YAML is its module's name (`limit`, `mqtt`, `snmp`), and the module's `Config` is what it takes. Where
`Config` is a union, each of its classes is a kind: `modbus.TcpConfig` is `modbus_tcp`. So a key names its module, and
nothing but what a configuration uses is imported.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import ModuleType
from typing import get_args

from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.profiles.point import Oid, Register
from roommon.rules.rule import KindConfig, Misfit


class Family(StrEnum):
    """A folder of kinds."""

    DRIVER = "roommon.poll.drivers"
    RULE = "roommon.rules.kinds"
    SINK = "roommon.alerts.sinks"
    STORE = "roommon.store"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind: its key, the class of its configuration, and the module that does it."""

    key: str
    config: type
    module: ModuleType


def find(family: Family, key: str) -> Kind | None:
    """Return the kind that `key` names, importing its module alone."""
    for name in _modules(family):
        if key == name or key.startswith(f"{name}_"):
            kind = _kinds(family, name).get(key)
            if kind is not None:
                return kind
    return None


def all_of(family: Family) -> dict[str, Kind]:
    """Return every kind of `family` by its key; imports them all."""
    return {key: kind for name in _modules(family) for key, kind in _kinds(family, name).items()}


def _modules(family: Family) -> Iterable[str]:
    package = importlib.import_module(family.value)
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__) if not module.name.startswith("_"))


def _kinds(family: Family, name: str) -> Mapping[str, Kind]:
    module = importlib.import_module(f"{family.value}.{name}")
    config = getattr(module, "Config", None)
    several = get_args(config)
    if several:
        keys = {f"{name}_{each.__name__.removesuffix('Config').lower()}": each for each in several}
    else:
        keys = {name: config} if isinstance(config, type) else {}
    return {key: Kind(key, each, module) for key, each in keys.items()}


def addresses(module: ModuleType) -> type[Register | Oid]:
    """Return what the driver `module` reads: registers of units, or objects of an agent."""
    reads: type[Register | Oid] = module.READS
    return reads


def misfits(kind: Kind, config: KindConfig, sensor: Sensor) -> Iterable[Misfit]:
    """Return why rules of this kind with this `config` cannot judge `sensor`."""
    judge: Callable[[KindConfig, Sensor], Iterable[Misfit]] = kind.module.faults
    return judge(config, sensor)


def key_of(config: KindConfig) -> str:
    """Return the key under which a rule with this `config` is written."""
    return type(config).__module__.rpartition(".")[2]


def condition(config: KindConfig, sensor: Sensor) -> Text:
    """Return in words when an alarm of `sensor` is there by this `config`: `above 27 °C, deadband 1 K`."""
    tell: Callable[[KindConfig, Sensor], Text] = importlib.import_module(type(config).__module__).condition
    return tell(config, sensor)


def group_misfits(
    kind: Kind, config: KindConfig, sensors: Sequence[Sensor], site: Mapping[SensorId, Sensor]
) -> Iterable[Misfit]:
    """Return why this `config` cannot judge `sensors` together, of those of the `site`; most kinds judge one by one."""
    judge: Callable[[KindConfig, Sequence[Sensor], Mapping[SensorId, Sensor]], Iterable[Misfit]] | None
    judge = getattr(kind.module, "group_faults", None)
    return () if judge is None else judge(config, sensors, site)


def beat_misfits(kind: Kind, config: KindConfig, every: Duration) -> Iterable[Misfit]:
    """Return why this `config` cannot judge sensors that are read once `every`; most kinds do not mind."""
    judge: Callable[[KindConfig, Duration], Iterable[Misfit]] | None = getattr(kind.module, "beat_faults", None)
    return () if judge is None else judge(config, every)
