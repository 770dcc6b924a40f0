"""How everything is, from the configuration and the journal alone: what the wall is made of, without a daemon."""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from roommon.cli.sites import reader_at, site_if_sound, site_of
from roommon.config.site import Site
from roommon.daemon.showing import building_of
from roommon.journal.reader import JournalReader
from roommon.journal.standing import standing_alarms
from roommon.model.clock import Duration, Instant
from roommon.model.reading import Reading, SensorId
from roommon.web.facts import OLD_BEATS, OLD_SLACK, Building, Present

_AWAKE_MS = 20_000
"""A running daemon records its own health every 5 s; beyond this it does not run, or its disk takes nothing."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One look."""

    building: Building
    present: Present
    last: Instant | None
    """When something was recorded last; None when nothing ever was."""

    @property
    def is_awake(self) -> bool:
        """Whether the record goes on."""
        return self.last is not None and self.present.at - self.last <= _AWAKE_MS


class Watching:
    """One site, looked at again and again; what was read is remembered, so that each look reads what is new."""

    def __init__(self, config: Path, journal: Path | None) -> None:
        """Raise ConfigInvalid when the configuration has faults."""
        self._config = config
        self._journal = journal
        self._take(site_of(config))
        self._configured: Instant | None = None
        self._newest: dict[SensorId, Reading] = {}
        self._seen: Instant | None = None

    def _take(self, site: Site) -> None:
        self._building = building_of(site)
        self._path = self._journal or site.journal.path

    def look(self) -> Seen:
        """Return how it is now.

        Raises:
            Complaint: there is no journal.
            JournalError: it cannot be read.
        """
        at = Instant(time.time_ns() // 1_000_000)
        with reader_at(self._path) as reader:
            self._reconfigure(reader)
            self._read(reader, at)
            present = Present(
                at=at,
                newest=self._newest,
                standing=standing_alarms(reader),
                states=reader.states(),
                reached_at={},
                answering={},
                identities={},
            )
            return Seen(self._building, present, reader.last_instant())

    def _reconfigure(self, reader: JournalReader) -> None:
        """Take the configuration again when the daemon has taken another one; keep ours while the file is wrong."""
        configured = reader.configured_at()
        if configured is None or configured.at == self._configured:
            return
        if self._configured is not None:
            site = site_if_sound(self._config)
            if site is not None:
                self._take(site)
                self._seen = None
        self._configured = configured.at

    def _read(self, reader: JournalReader, at: Instant) -> None:
        if self._seen is None:
            for every, sensors in self._by_beat().items():
                since = Instant(at - OLD_BEATS * every - OLD_SLACK)
                self._remember(one for one in reader.inputs_of(sensors, since) if isinstance(one, Reading))
        else:
            self._remember(one for one in reader.inputs(self._seen) if isinstance(one, Reading))

    def _by_beat(self) -> dict[Duration, set[SensorId]]:
        found: dict[Duration, set[SensorId]] = defaultdict(set)
        for each in self._building.watched.values():
            found[each.every].add(each.sensor.id)
        return found

    def _remember(self, readings: Iterable[Reading]) -> None:
        for reading in readings:
            self._newest[reading.sensor] = reading
            self._seen = max(self._seen or reading.taken_at, reading.taken_at)
