"""The past that judges want to be shown when the daemon starts: each sensor as far back as its own windows go.

One window of a day over a few sensors must not cost the readings of a day of all others. What a batch holds is in one
small column, and batches of one polling plan have the same one, so most old batches are left as they are.
"""

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from roommon.journal.columns import Columns, IllegibleBatch, numbers_in, unpack
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId

NEVER = Instant(1 << 62)


def wanted(batches: Iterable[Columns], ids: Sequence[SensorId], since: Mapping[SensorId, Instant]) -> Iterator[Reading]:
    """Yield the readings of each sensor in `since` from its instant on; what is illegible is left out."""

    @lru_cache(maxsize=512)
    def earliest(sensors: bytes, count: int) -> Instant:
        known = (ids[number] for number in numbers_in(sensors, count) if number < len(ids))
        return min((since.get(sensor, NEVER) for sensor in known), default=NEVER)

    for columns in batches:
        with contextlib.suppress(IllegibleBatch):
            if columns.last_at < earliest(columns.sensors, columns.readings):
                continue
            for reading in unpack(columns, ids):
                if reading.taken_at >= since.get(reading.sensor, NEVER):
                    yield reading
