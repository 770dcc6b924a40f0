"""Where along a rope a distance is."""

import pytest

from roommon.web import polyline
from roommon.web.floor import At

ROPE = (At(8, 6), At(1, 6), At(1, 1), At(8, 1))


def test_a_line_is_as_long_as_its_stretches() -> None:
    assert polyline.length(ROPE) == 19
    assert polyline.length((At(0, 0), At(3, 4))) == 5


@pytest.mark.parametrize(
    ("metres", "place"),
    [
        (0, (8, 6)),
        (3, (5, 6)),
        (7, (1, 6)),
        (9.5, (1, 3.5)),
        (12, (1, 1)),
        (19, (8, 1)),
        (25, (8, 1)),
        (-1, (8, 6)),
    ],
)
def test_a_distance_is_counted_around_the_corners(metres: float, place: tuple[float, float]) -> None:
    assert polyline.along(ROPE, metres / 19) == pytest.approx(place)


def test_a_stretch_without_length_is_passed_over() -> None:
    line = (At(0, 0), At(0, 0), At(4, 0))
    assert polyline.along(line, 0.5) == At(2, 0)
