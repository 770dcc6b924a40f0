"""What is printed of every kind of rule that is tried over thirty recorded hours, in each language.

`python -m tests.golden.trial.case` writes both anew; the difference is for a reviewer.
"""

import contextlib
import io
import os
import tempfile
from pathlib import Path

from roommon.cli.alarms_trial import chosen, tried
from roommon.cli.trial_shown import print_tried
from roommon.config.load import load
from roommon.journal.reader import JournalReader
from roommon.record.figures import Span
from tests.peers.recorded_kinds import BEGIN, RULES, recorded_kinds

FOLDER = Path(__file__).parent
EXPECTED = {"en": FOLDER / "kinds.en.expected", "zh": FOLDER / "kinds.zh.expected"}


def printed(config: Path) -> str:
    """What `alarms test RULE --suggest` says from ten hours after the beginning on, in the environment's language."""
    site = load(config)
    with JournalReader(site.journal.path) as reader, contextlib.redirect_stdout(io.StringIO()) as said:
        time = Span(BEGIN, reader.last_instant() or BEGIN)
        for rule in RULES:
            print_tried(*tried(chosen(site, rule), site, reader, time, suggest=True))
            print()
    return "".join(f"{line.rstrip()}\n" for line in said.getvalue().splitlines())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = recorded_kinds(Path(folder))
        for language, path in EXPECTED.items():
            os.environ["ROOMMON_LANGUAGE"] = language
            path.write_text(printed(config), encoding="utf-8")


if __name__ == "__main__":
    main()
