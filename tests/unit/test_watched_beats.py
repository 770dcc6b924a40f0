"""What roommon says itself is said again within its beat: else the wall takes it for silent."""

from pathlib import Path

from roommon.config.load import examine
from roommon.daemon import health
from roommon.daemon.build import beats_of
from roommon.daemon.repeated import EVERY, Repeated
from roommon.model.reading import SensorId

SENSOR = SensorId("ups-1.identity")
HOSPITAL = Path(__file__).parents[2] / "config" / "examples" / "hospital-room.yaml"


def test_a_contact_of_our_own_is_said_as_it_changes_and_once_in_its_beat() -> None:
    repeated = Repeated()
    said = [
        (now, value)
        for now, value in ((0.0, 0), (5.0, 0), (10.0, 1), (65.0, 1), (70.0, 1), (75.0, 0), (134.9, 0), (135.0, 0))
        if repeated.is_due(SENSOR, value, now)
    ]
    assert said == [(0.0, 0), (10.0, 1), (70.0, 1), (75.0, 0), (135.0, 0)]


def test_those_of_the_hospital_have_that_beat() -> None:
    site = examine(HOSPITAL, tolerate_missing_secrets=True).site
    assert site is not None
    own = [sensor for sensor in beats_of(site) if sensor.endswith((".identity", ".link"))]
    assert len(own) > 20
    assert {beats_of(site)[sensor] for sensor in own} == {EVERY}
    assert health.EVERY_S * 1000 <= EVERY
