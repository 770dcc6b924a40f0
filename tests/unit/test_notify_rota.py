from pathlib import Path

import pytest

from roommon.notify.rota import on_duty
from roommon.notify.routing import targets
from roommon.notify.settings import Name, Rota
from tests.peers.notify_settings import THREE_PEOPLE, at, happened, settings

ROTA = """
rotas:
  - id: duty
    people: [wang, li, zhao]
    zone: Europe/Berlin
    from: 2026-11-25
    day: mon
    turn: 08:00
    swaps:
      - { from: 2026-12-01, until: 2026-12-03, who: zhao }
      - { from: 2026-12-02, until: 2026-12-03, who: wang }
routes: [{ to: duty, by: mail }]
"""


@pytest.fixture
def rota(tmp_path: Path) -> Rota:
    return settings(tmp_path, ROTA, THREE_PEOPLE).rotas[Name("duty")]


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        ("2026-11-23T07:59:59+01:00", "zhao"),  # the week before the first, before the turn
        ("2026-11-23T08:00:00+01:00", "wang"),  # `from` is a day of this week
        ("2026-11-29T23:00:00+01:00", "wang"),
        ("2026-11-30T07:59:00+01:00", "wang"),
        ("2026-11-30T08:00:00+01:00", "li"),
        ("2026-12-01T07:59:00+01:00", "li"),
        ("2026-12-01T08:00:00+01:00", "zhao"),  # swapped
        ("2026-12-02T07:59:00+01:00", "zhao"),  # the night still belongs to the day before
        ("2026-12-02T08:00:00+01:00", "wang"),  # the later line holds
        ("2026-12-03T07:59:59+01:00", "wang"),
        ("2026-12-03T08:00:00+01:00", "li"),
        ("2026-12-07T08:00:00+01:00", "zhao"),
        ("2026-12-14T08:00:00+01:00", "wang"),
        ("2027-03-29T07:59:00+02:00", "zhao"),  # summer time began the day before
        ("2027-03-29T08:00:00+02:00", "wang"),
    ],
)
def test_who_is_on_duty(rota: Rota, moment: str, who: str) -> None:
    assert on_duty(rota, at(moment)) == who


def test_a_route_to_the_rota_tells_who_has_the_duty(tmp_path: Path) -> None:
    made = settings(tmp_path, ROTA, THREE_PEOPLE)
    for moment, who in (("2026-11-24T00:00:00Z", "wang"), ("2026-12-01T12:00:00Z", "zhao")):
        assert [target.person for target in targets(made, happened(), at(moment))] == [who]
