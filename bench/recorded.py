"""The daemon with a note of each answer: `python -m bench.recorded NOTES roommon.yaml info`.

The same program, with two of its methods wrapped: a slot's tick, which tells how late the slot began, and the outlet,
which tells when the answers came to the queue. At the end it writes one JSON line per answer to NOTES: device, the
monotonic time of its beat, seconds from that to the queue, and whether it was good.
"""

import json
import sys
from pathlib import Path

from roommon.cli.service import main
from roommon.model.device import DeviceId
from roommon.model.reading import Quality
from roommon.poll.poller import Beat
from roommon.poll.slots import Outlet, Slot

Note = tuple[str, float, float, bool]

_notes: list[Note] = []
_behind: dict[DeviceId, float] = {}
"""How late its slot began the last beat."""
_give, _tick = Outlet.give, Slot._tick


def give(outlet: Outlet, batch: list[Beat]) -> None:
    """Give the batch, and note when each beat of it came."""
    _give(outlet, batch)
    now = outlet._clock.monotonic()
    for beat in batch:
        first = beat.readings[0]
        device = DeviceId(first.sensor.rpartition(".")[0])
        behind = _behind.get(device, 0.0)
        _notes.append((device, beat.asked_at - behind, now - beat.asked_at + behind, first.quality is Quality.GOOD))


def tick(slot: Slot) -> None:
    """Begin the beat, and note how late it is."""
    behind = max(0.0, slot._clock.monotonic() - slot.due)
    _behind.update(dict.fromkeys(slot.pollers, behind))
    _tick(slot)


def read(path: Path) -> list[Note]:
    """The notes of a daemon that has ended."""
    return [(device, at, late, good) for device, at, late, good in map(json.loads, path.read_text().splitlines())]


if __name__ == "__main__":
    path = Path(sys.argv.pop(1))
    setattr(Outlet, "give", give)  # noqa: B010 - mypy knows that it is a method
    setattr(Slot, "_tick", tick)  # noqa: B010 - as above
    try:
        main()
    finally:
        path.write_text("".join(json.dumps(note) + "\n" for note in _notes))
