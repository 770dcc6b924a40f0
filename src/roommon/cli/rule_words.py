"""A rule in words: what it waits for, how long, how it ends, and how urgent it is."""

from collections.abc import Iterable, Mapping

from rich.text import Text as Styled

from roommon.cli.screen import print_beside
from roommon.cli.spoken import say
from roommon.cli.words import COLOURS, PRIORITIES, word
from roommon.config import kinds
from roommon.model.alarm import Acknowledgement
from roommon.model.device import Sensor
from roommon.rules import settings
from roommon.rules.rule import KindConfig


def conditions(config: KindConfig, sensors: Iterable[Sensor]) -> Mapping[str, list[Sensor]]:
    """Return what `config` waits for in words, each with the sensors of which it is said so."""
    found: dict[str, list[Sensor]] = {}
    for sensor in sensors:
        found.setdefault(word(kinds.condition(config, sensor)), []).append(sensor)
    return found


def print_heading(name: str, config: KindConfig, indent: int = 0) -> None:
    """Print the rule's name behind its priority, as an alarm shows it, and beside it its manner."""
    priority = Styled(f" {word(PRIORITIES[config.priority])} ", COLOURS[config.priority])
    heading = Styled(" " * indent) + priority + Styled("  ") + Styled(name, "bold")
    print_beside(heading, manner(config) or say("at once", "立即"), heading.cell_len + 2)


def manner(config: KindConfig) -> str:
    """Return how long it waits and how the alarm ends: `for 2 min, ends after 30 s`."""
    said = []
    if config.on_delay:
        after = settings.length(config.on_delay)
        said.append(say(f"for {after}", f"持续 {after}"))
    if config.off_delay:
        after = settings.length(config.off_delay)
        said.append(say(f"ends after {after}", f"恢复 {after} 后解除"))
    if config.acknowledge is Acknowledgement.PERSON:
        said.append(say("a person must acknowledge", "须人工确认"))
    return say(", ", "，").join(said)


def document(config: KindConfig) -> dict[str, object]:
    """Return the settings that every kind has, for programs."""
    return {
        "priority": config.priority.name.lower(),
        "on_delay_s": config.on_delay / 1000,
        "off_delay_s": config.off_delay / 1000,
        "acknowledge": config.acknowledge.value,
    }
