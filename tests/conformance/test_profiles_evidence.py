"""Every shipped profile reads its evidence: facts of real devices, and registers written from makers' documents.

What must come out was worked out by hand (`expected/`), and neither the profile nor the code was asked.
"""

from pathlib import Path

import pytest

from roommon.profiles.profile import shipped
from tests.conformance import evidence
from tests.conformance.expectation import SIMULATORS, all_expected, load, points_of

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("name", all_expected())
async def test_a_profile_reads_what_its_evidence_holds(name: str, tmp_path: Path) -> None:
    expected = load(name)
    assert evidence.images_cases(expected) == expected.cases.keys(), "each case of an image has its values"
    for case, values in expected.of_cases().items():
        found = await evidence.read(expected, case, tmp_path)
        assert evidence.differences(values, found) == [], case
        told = {key: found.identity.get(key) for key in expected.identity}
        assert told == expected.identity, case


@pytest.mark.parametrize("profile", shipped())
def test_every_point_of_a_profile_has_evidence(profile: str) -> None:
    every = [expected for expected in map(load, all_expected()) if expected.profile == profile]
    seen: set[str] = set().union(*(expected.points() for expected in every))
    unseen: set[str] = set().union(*(expected.unseen for expected in every))
    assert points_of(profile) - seen - unseen == set(), "points that no expectation has; or say why under `unseen`"
    assert unseen & seen == set(), "said to be unseen, and seen"
    assert unseen <= points_of(profile), "said to be unseen, and no points of the profile"


def test_all_evidence_is_used() -> None:
    there = {path.stem for folder in ("facts", "images") for path in (SIMULATORS / folder).glob("*.yaml")}
    assert there - set(all_expected()) == set(), "evidence without an expectation"
