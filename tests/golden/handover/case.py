"""The hand-over of a shift that is over, as a person reads it, in each language.

`python -m tests.golden.handover.case` writes both anew; the difference is for a reviewer.
"""

import contextlib
import io
import os
import tempfile
from pathlib import Path

from roommon.cli.handover import print_handover
from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.record.shift import shift
from tests.peers.room import HOUR, START
from tests.peers.shift_day import END, shift_day

FOLDER = Path(__file__).parent
EXPECTED = {"en": FOLDER / "day_shift.en.expected", "zh": FOLDER / "day_shift.zh.expected"}
_ASKED = Instant(END + 24 * HOUR)


def printed(journal: Path) -> str:
    """What is printed on the next day, in the language of the environment."""
    with JournalReader(journal) as reader, contextlib.redirect_stdout(io.StringIO()) as said:
        print_handover(shift(reader, START, END, _ASKED, {}), None, as_json=False)
    return said.getvalue()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        journal = shift_day(Path(folder))
        for language, path in EXPECTED.items():
            os.environ["ROOMMON_LANGUAGE"] = language
            path.write_text(printed(journal), encoding="utf-8")


if __name__ == "__main__":
    main()
