"""What roommon reads from itself."""

from dataclasses import dataclass, field

import pytest

from roommon.daemon.health import DEVICE, Health, own_device
from roommon.model.clock import Instant
from roommon.model.reading import Reading, SensorId
from roommon.model.text import Text

MQTT = SensorId(f"{DEVICE}.mqtt")


@dataclass
class _Clock:
    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


@dataclass
class _Own:
    clock: _Clock = field(default_factory=_Clock)
    said: list[Reading] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.health = Health(self.clock, self.said.extend)
        parts = [("journal", Text.same("journal")), ("mqtt", Text.same("mqtt"))]
        self.health.watch(own_device(parts, "server-room"))

    def values(self) -> dict[str, float | None]:
        return {reading.sensor: reading.value for reading in self.health.readings()}


@pytest.fixture
def own() -> _Own:
    return _Own()


def test_a_part_is_well_until_it_says_otherwise(own: _Own) -> None:
    assert own.values() == {"roommon.journal": 0.0, "roommon.mqtt": 0.0}
    own.health.reporter("mqtt")(Text("connection refused", "连接被拒绝"))
    assert own.values()[MQTT] == 1.0
    assert [reading.value for reading in own.said] == [1.0]


def test_trouble_of_before_the_start_goes_on_until_the_part_is_heard(own: _Own) -> None:
    own.health.suspect([MQTT])
    own.clock.now = 59.0
    assert own.values() == {"roommon.journal": 0.0, "roommon.mqtt": 1.0}
    own.health.reporter("mqtt")(None)
    assert own.values()[MQTT] == 0.0
    assert [reading.value for reading in own.said] == [0.0]


def test_trouble_that_is_still_there_is_no_change(own: _Own) -> None:
    own.health.suspect([MQTT])
    own.health.reporter("mqtt")(Text("connection refused", "连接被拒绝"))
    own.clock.now = 3600.0
    assert own.values()[MQTT] == 1.0
    assert own.said == []


def test_a_part_that_is_never_heard_is_well_in_the_end(own: _Own) -> None:
    own.health.suspect([MQTT])
    own.clock.now = 61.0
    assert own.values()[MQTT] == 0.0


def test_a_part_that_is_gone_is_not_suspected(own: _Own) -> None:
    own.health.suspect([SensorId(f"{DEVICE}.mqtt-2")])
    assert own.values() == {"roommon.journal": 0.0, "roommon.mqtt": 0.0}
