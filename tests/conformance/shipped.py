"""What is shipped, found as the configuration finds it: kinds by their folders, and the samples that use them."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from roommon.config import files, kinds, load, notify
from roommon.config.fault import Fault
from roommon.config.kinds import Family, Kind
from roommon.config.tree import Step, Value

ROOT = Path(__file__).parents[2]
SAMPLES = [ROOT / "config" / "roommon.yaml", *sorted((ROOT / "config" / "examples").glob("*.yaml"))]
NOTIFY_SAMPLES = [ROOT / "config" / "notify.yaml", ROOT / "config" / "examples" / "notify" / "groups.yaml"]
KINDS = [(family, kind) for family in Family for kind in kinds.all_of(family).values()]
PAGES: Mapping[Family, str] = {
    Family.DRIVER: "docs/drivers/{}.md",
    Family.RULE: "docs/rules/{}.md",
    Family.DERIVATION: "docs/derived.md",
    Family.SINK: "docs/{}.md",
    Family.STORE: "docs/{}.md",
    Family.CHANNEL: "docs/notify.md",
}


def of(*families: Family) -> list[Kind]:
    return [kind for family, kind in KINDS if family in families]


def named(kind: Kind) -> str:
    """The id of a kind in the tests' names."""
    return kind.key


def module(kind: Kind) -> str:
    """The name of the file that holds `kind`."""
    return kind.module.__name__.rpartition(".")[2]


def page(family: Family, kind: Kind) -> Path:
    return ROOT / PAGES[family].format(module(kind))


def samples(kind: Kind) -> Iterator[tuple[Path, tuple[Step, ...], dict[Step, Value]]]:
    """Every use of `kind` in a shipped configuration: its file, where it stands, and its settings."""
    for path in NOTIFY_SAMPLES if is_channel(kind) else SAMPLES:
        for at, settings in uses(files.read(path).value, kind.key, ()):
            yield path, at, settings


def is_channel(kind: Kind) -> bool:
    """Whether `kind` stands in the configuration of `roommon notify`."""
    return kind.module.__name__.startswith(Family.CHANNEL.value)


def faults(kind: Kind, path: Path) -> Sequence[Fault]:
    """What is wrong in the file `path`, which uses `kind`."""
    if is_channel(kind):
        return notify.examine(path, {}, tolerate_missing_secrets=True).faults
    return load.examine(path, {}, tolerate_missing_secrets=True).faults


def uses(value: Value, key: str, at: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], dict[Step, Value]]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inside:
        if step == key and isinstance(each, dict):
            yield (*at, step), each
        yield from uses(each, key, (*at, step))


def mappings(value: Value, at: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The places of `value` and of every mapping in it."""
    if isinstance(value, dict):
        yield at
        for step, each in value.items():
            yield from mappings(each, (*at, step))
