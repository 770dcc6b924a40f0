"""Between the inlets, and where nothing is known."""

from collections.abc import Sequence
from math import cos, dist, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.web import heat
from roommon.web.floor import At, Heat

ROOM = heat.grid(10, 7)
HEAT = Heat((), 12, 35, 2.5)
PLACES = st.builds(At, st.floats(0, 10), st.floats(0, 7))
INLETS = st.lists(st.tuples(PLACES, st.floats(-10, 60)), min_size=1, max_size=6)


def known(inlets: list[tuple[At, float]], reach: float = 2.5) -> list[tuple[At, float]]:
    values = heat.between(ROOM, inlets, reach)
    return [(node, value) for node, value in zip(ROOM.nodes(), values, strict=True) if value is not None]


def area(outline: Sequence[At]) -> float:
    """Gauss's formula, without a sign."""
    pairs = zip(outline, [*outline[1:], outline[0]], strict=True)
    twice: float = sum(a.x * b.y - b.x * a.y for a, b in pairs)
    return abs(twice) / 2


def test_a_floor_is_reckoned_at_about_a_thousand_places_however_large_it_is() -> None:
    assert len(list(heat.grid(2, 2).nodes())) == 81
    assert 900 < len(list(heat.grid(80, 50).nodes())) < 1200
    assert 900 < len(list(heat.grid(500, 2).nodes())) < 3000
    assert list(ROOM.nodes())[-1] == pytest.approx((10, 7))


@given(inlets=INLETS)
def test_nothing_between_the_inlets_is_colder_or_warmer_than_they_are(inlets: list[tuple[At, float]]) -> None:
    own = [temperature for _, temperature in inlets]
    assert all(min(own) - 1e-9 <= value <= max(own) + 1e-9 for _, value in known(inlets))


@given(inlets=INLETS)
def test_far_from_every_inlet_nothing_is_known(inlets: list[tuple[At, float]]) -> None:
    slack = 2 * max(ROOM.across, ROOM.down)
    assert all(min(dist(node, at) for at, _ in inlets) < 2.5 + slack for node, _ in known(inlets))


@given(inlets=INLETS)
def test_within_the_reach_of_an_inlet_something_is_known(inlets: list[tuple[At, float]]) -> None:
    nodes = {node for node, _ in known(inlets)}
    near = [node for node in ROOM.nodes() if min(dist(node, at) for at, _ in inlets) <= 2.5]
    assert nodes >= set(near)


def test_all_that_an_inlet_reaches_is_painted_up_to_its_edge() -> None:
    [only] = heat.painted(10, 7, ((At(5, 3.5), 22.0),), HEAT)
    for degrees in range(360):
        x, y = 5 + 2.499 * cos(radians(degrees)), 3.5 + 2.499 * sin(radians(degrees))
        inside = [
            outline
            for outline in only.outlines
            if outline[0].x <= x <= outline[2].x and outline[0].y <= y <= outline[2].y
        ]
        assert inside, degrees


def test_where_one_row_ends_and_the_next_begins_are_two_areas() -> None:
    over = heat.Grid(4, 2, 1.0, 1.0)
    known = {(column, row) for column in range(3) for row in (0, 1)} | {
        (column, row) for column in (2, 3, 4) for row in (1, 2)
    }
    values = [22.0 if (column, row) in known else None for row in range(3) for column in range(5)]
    [only] = heat.areas(over, values, [])
    assert [(outline[0], outline[2]) for outline in only.outlines] == [((0, 0), (2, 1)), ((2, 1), (4, 2))]


def test_an_inlet_has_its_own_temperature_at_its_own_place() -> None:
    node = list(ROOM.nodes())[200]
    found = dict(known([(node, 31.0), (At(node.x + 1, node.y), 20.0)]))
    assert found[node] == pytest.approx(31.0, abs=0.01)


def test_half_way_between_two_inlets_it_is_their_mean() -> None:
    found = dict(known([(At(4, 3), 20.0), (At(6, 3), 30.0)]))
    middle = min(found, key=lambda node: dist(node, At(5, 3)))
    assert found[middle] == pytest.approx(25.0, abs=0.2)


def test_without_inlets_nothing_is_drawn() -> None:
    assert heat.areas(ROOM, heat.between(ROOM, [], 2.5), heat.edges(HEAT)) == []


def test_the_middle_of_the_scale_is_what_is_recommended() -> None:
    assert heat.edges(HEAT) == [12, 14, 16, 18, 21, 24, 27, 29, 31, 33, 35]


@pytest.mark.parametrize(("temperature", "step"), [(11.0, 0), (12.0, 1), (22.0, 5), (33.1, 10), (40.0, 11)])
def test_one_temperature_everywhere_is_one_colour(temperature: float, step: int) -> None:
    everywhere = [temperature] * len(list(ROOM.nodes()))
    [only] = heat.areas(ROOM, everywhere, heat.edges(HEAT))
    assert only.step == step
    assert sum(area(outline) for outline in only.outlines) == pytest.approx(70)


def test_the_edge_between_two_colours_lies_where_the_temperature_is_passed() -> None:
    slope = [20 + node.x for node in ROOM.nodes()]
    [coldest, warmer] = heat.areas(ROOM, slope, [26.3])
    assert sum(area(outline) for outline in coldest.outlines) == pytest.approx(70)
    assert sum(area(outline) for outline in warmer.outlines) == pytest.approx((10 - 6.3) * 7)
    assert min(place.x for outline in warmer.outlines for place in outline) == pytest.approx(6.3)


@given(inlets=INLETS)
def test_each_warmer_area_lies_in_the_colder_one(inlets: list[tuple[At, float]]) -> None:
    found = heat.painted(10, 7, tuple(inlets), HEAT)
    sizes = [sum(area(outline) for outline in each.outlines) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert [each.step for each in found] == sorted(each.step for each in found)
    assert all(size > 0 for size in sizes)


def test_a_cell_with_a_corner_of_which_nothing_is_known_is_not_drawn() -> None:
    values: list[float | None] = [22.0] * len(list(ROOM.nodes()))
    values[0] = None
    [only] = heat.areas(ROOM, values, [])
    assert sum(area(outline) for outline in only.outlines) == pytest.approx(70 - ROOM.across * ROOM.down)
