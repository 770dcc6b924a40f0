"""The alarms about the certificate of the status page: one for each way that it is bad, and never two at once."""

from pathlib import Path

import pytest

from roommon.config.load import load
from roommon.config.site import Site
from roommon.daemon import page_certificate
from roommon.daemon.build import devices_of, engine_of
from roommon.daemon.page_certificate import PageCertificate
from roommon.model.alarm import Priority, Trigger
from roommon.model.clock import Instant
from roommon.web.validity import DAY, URGENT, WARNED, Validity, days_left, validity
from tests.peers.certificates import Authority
from tests.peers.hands import Hands
from tests.peers.page_site import CERTIFIED, page_site

NOW = Instant(1_790_000_000_000)


def site(folder: Path, web: str = CERTIFIED) -> Site:
    Authority(folder).issue("page", folder, days=90)
    config = folder / "roommon.yaml"
    config.write_text(page_site(web), "utf-8")
    return load(config)


@pytest.mark.parametrize(
    ("left", "stands"),
    [
        (WARNED + 1, Validity.HOLDS),
        (WARNED, Validity.EXPIRES),
        (URGENT + 1, Validity.EXPIRES),
        (URGENT, Validity.EXPIRES_SOON),
        (0, Validity.EXPIRES_SOON),
        (-1, Validity.EXPIRED),
    ],
)
def test_how_it_stands(left: int, stands: Validity) -> None:
    assert validity(Instant(NOW + left), NOW) is stands


def test_days_are_whole() -> None:
    assert [days_left(Instant(NOW + left), NOW) for left in (2 * DAY, 2 * DAY - 1, DAY - 1)] == [2, 1, 0]


def test_a_certificate_that_nears_its_end_is_one_alarm_after_the_other_until_it_is_renewed(tmp_path: Path) -> None:
    house, clock = site(tmp_path), Hands()
    engine, watch = engine_of(house, {}, []), PageCertificate(clock)
    assert watch.readings(house) == [], "nothing is served yet"
    ends = Instant(clock.instant(clock.now) + 40 * DAY)
    watch.holds_until(ends)
    told = []
    for day in range(45):
        events = [event for reading in watch.readings(house) for event in engine.fold([reading])]
        told += [(day, event.rule, event.trigger, event.priority) for event in events]
        clock.now += DAY / 1000
    watch.holds_until(Instant(ends + 365 * DAY))
    told += [(45, event.rule, event.trigger, event.priority) for event in engine.fold(watch.readings(house))]
    soon, sooner, over = "certificate-expires", "certificate-expires-soon", "certificate-expired"
    assert told == [
        (10, soon, Trigger.RAISED, Priority.LOW),
        (33, soon, Trigger.RETURNED, Priority.LOW),
        (33, sooner, Trigger.RAISED, Priority.MEDIUM),
        (41, sooner, Trigger.RETURNED, Priority.MEDIUM),
        (41, over, Trigger.RAISED, Priority.HIGH),
        (45, over, Trigger.RETURNED, Priority.HIGH),
    ]


def test_it_is_said_once_a_minute_and_as_it_changes(tmp_path: Path) -> None:
    house, clock = site(tmp_path), Hands()
    watch = PageCertificate(clock)
    watch.holds_until(Instant(clock.instant(clock.now) + 60 * DAY))
    said = []
    for _ in range(25):
        said += watch.readings(house)
        clock.now += 5
    assert [reading.value for reading in said] == [0.0] * 3
    watch.holds_until(clock.instant(clock.now))
    assert [reading.value for reading in watch.readings(house)] == [2.0]


def test_a_page_without_a_certificate_has_none_of_it(tmp_path: Path) -> None:
    house = site(tmp_path, "{}")
    assert page_certificate.DEVICE not in devices_of(house)
    assert list(page_certificate.rules(house)) == []
    watch = PageCertificate(Hands())
    watch.holds_until(NOW)
    assert watch.readings(house) == []
