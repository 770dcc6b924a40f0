"""A journal of what people did to the alarms of the small room."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from roommon.model.alarm import Acknowledgement, AlarmId, Priority
from roommon.model.clock import Duration
from roommon.model.command import Command
from roommon.model.quantity import Amount
from roommon.model.reading import Reading
from roommon.rules import chatter
from roommon.rules.engine import Engine
from roommon.rules.kinds import limit, off_normal
from roommon.rules.policy import Policy, Repeat
from roommon.rules.rule import Cause
from tests.peers.journal import journal_at
from tests.peers.room import INLET, LEAK, MODE, ROOM, rule, seconds

HOT, WET, WARM, OFF = (AlarmId(f"{name}.rack-a.{key}") for name, key in (
    ("hot", "inlet"), ("wet", "leak"), ("warm", "inlet"), ("off", "mode"))
)  # fmt: skip
PERSON = Acknowledgement.PERSON
RULES = [
    rule("hot", limit.Config(above=Amount(27.0, "Cel"), priority=Priority.HIGH, acknowledge=PERSON), INLET),
    replace(rule("wet", off_normal.Config(priority=Priority.CRITICAL, acknowledge=PERSON), LEAK), latches=True),
    replace(
        rule("warm", limit.Config(above=Amount(24.0, "Cel"), priority=Priority.LOW, acknowledge=PERSON), INLET),
        suppressed_by=(Cause(alarm=HOT),),
        settle=seconds(0),
    ),
    replace(
        rule("off", off_normal.Config(abnormal=frozenset({3}), priority=Priority.MEDIUM, acknowledge=PERSON), MODE),
        unstable=chatter.Config(times=2, quiet=Duration(600_000)),
    ),
]
REPEATS = Policy(repeat={Priority.CRITICAL: Repeat(Duration(60_000), escalate_after=(Duration(60_000),))})

Input = Sequence[Reading] | Command


def recorded(folder: Path, *inputs: Input) -> Path:
    """A journal of what `inputs` came to."""
    return recorded_in(folder, inputs)


def recorded_in(folder: Path, *sittings: Sequence[Input]) -> Path:
    """A journal of what came of `sittings`, before each of which it was opened anew."""

    async def fold() -> None:
        engine = Engine(RULES, [ROOM], policy=REPEATS)
        for inputs in sittings:
            async with journal_at(folder / "journal.db") as journal:
                for entry in inputs:
                    folded = engine.overlaid(entry) if isinstance(entry, Sequence) else entry
                    events = engine.fold(folded)
                    given = folded if isinstance(folded, Sequence) else (folded,)
                    await journal.append(given, events, engine.take_changed())

    asyncio.run(fold())
    return folder / "journal.db"
