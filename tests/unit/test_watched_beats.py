"""What roommon says itself is said again within its beat: else the wall takes it for silent."""

import pytest

from roommon.daemon import build, calibrations, health, identities, links, page_certificate


@pytest.mark.parametrize(
    "again_s",
    [
        calibrations._AGAIN / 1000,
        identities._EVERY_S,
        links._EVERY_S,
        page_certificate._AGAIN_S,
        health.EVERY_S,
    ],
)
def test_contacts_of_our_own_keep_their_beat(again_s: float) -> None:
    assert again_s * 1000 <= build._OWN_EVERY
