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
from typing import get_args, get_type_hints

from roommon.derive.derivation import Inputs, Several
from roommon.derive.derivation import KindConfig as DerivationConfig
from roommon.model.clock import Duration
from roommon.model.device import Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import SensorId
from roommon.model.text import Text
from roommon.profiles.point import Oid, Register
from roommon.rules.rule import KindConfig, Misfit


class Family(StrEnum):
    """A folder of kinds."""

    DRIVER = "roommon.poll.drivers"
    RULE = "roommon.rules.kinds"
    DERIVATION = "roommon.derive.kinds"
    SINK = "roommon.alerts.sinks"
    CHANNEL = "roommon.notify.channels"
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


def key_of(config: KindConfig | DerivationConfig) -> str:
    """Return the key under which a rule or derivation with this `config` is written."""
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


def beat_misfits(kind: Kind, config: KindConfig | DerivationConfig, every: Duration) -> Iterable[Misfit]:
    """Return why this `config` cannot do with sensors that are read once `every`; most kinds do not mind."""
    judge: Callable[[object, Duration], Iterable[Misfit]] | None = getattr(kind.module, "beat_faults", None)
    return () if judge is None else judge(config, every)


def input_fields(kind: Kind) -> Mapping[str, bool]:
    """Return the settings of a derivation that name sensors, each with whether it may name several."""
    hints = get_type_hints(kind.config)
    return {name: hint is Several for name, hint in hints.items() if hint in (SensorId, Several)}


def needs_all(kind: Kind) -> bool:
    """Return whether a derivation of this kind is nothing without any one of its inputs."""
    return bool(getattr(kind.module, "NEEDS_ALL", False)) or not any(input_fields(kind).values())


def derivation_misfits(kind: Kind, config: DerivationConfig, inputs: Inputs) -> Iterable[Misfit]:
    """Return why a derivation of this kind cannot be made of `inputs`."""
    judge: Callable[[DerivationConfig, Inputs], Iterable[Misfit]] = kind.module.faults
    return judge(config, inputs)


def derived_quantity(kind: Kind, config: DerivationConfig, inputs: Inputs) -> Quantity:
    """Return what comes out of `inputs`, of which there are no misfits."""
    tell: Callable[[DerivationConfig, Inputs], Quantity] = kind.module.quantity
    return tell(config, inputs)
