"""The planner's promises, for any points and any limits."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roommon.poll.plan import Block, Plan, plan, width
from roommon.profiles.limits import Limits, Stretch
from roommon.profiles.point import BIT_TABLES, Encoding, Point, Register, Table

TABLES = st.sampled_from(Table)
ADDRESSES = st.integers(0, 400) | st.sampled_from([0xFFFC, 0xFFFF])
ENCODINGS = st.sampled_from([Encoding.UINT16, Encoding.INT32, Encoding.FLOAT64, Encoding.STRING])


@st.composite
def registers(draw: st.DrawFn) -> tuple[Register, Encoding, int]:
    table = draw(TABLES)
    if table in BIT_TABLES:
        return Register(table, draw(ADDRESSES)), Encoding.BOOL, 1
    return Register(table, draw(ADDRESSES)), draw(ENCODINGS), draw(st.integers(1, 130))


POINTS = st.lists(registers(), max_size=40).map(
    lambda places: [
        Point(f"p{index}", at, encoding, registers=count) for index, (at, encoding, count) in enumerate(places)
    ]
)
STRETCHES = st.builds(
    lambda table, first, length: Stretch(table, first, min(first + length, 0xFFFF)),
    TABLES,
    st.integers(0, 400),
    st.integers(0, 20),
)
LIMITS = st.builds(
    Limits,
    max_registers=st.integers(1, 125),
    max_bits=st.integers(1, 2000),
    forbidden=st.lists(STRETCHES, max_size=4).map(tuple),
    one_request_per_point=st.booleans(),
    max_hole=st.none() | st.integers(0, 50),
)
HOLES = st.integers(0, 40)


def addresses(block: Block) -> set[int]:
    return set(range(block.address, block.address + block.count))


def wanted(point: Point) -> set[int]:
    assert isinstance(point.at, Register)
    return set(range(point.at.address, point.at.address + width(point)))


def planned(points: list[Point], limits: Limits, hole: int) -> Plan:
    return plan(points, limits, hole)


@given(POINTS, LIMITS, HOLES)
def test_every_point_is_in_one_block_or_named_as_unreadable(points: list[Point], limits: Limits, hole: int) -> None:
    made = planned(points, limits, hole)
    covered = [place.index for block in made.blocks for place in block.places]
    assert sorted([*covered, *made.unreadable]) == list(range(len(points)))


@given(POINTS, LIMITS, HOLES)
def test_a_block_holds_all_addresses_of_its_points(points: list[Point], limits: Limits, hole: int) -> None:
    for block in planned(points, limits, hole).blocks:
        for place in block.places:
            assert points[place.index].at == Register(block.table, place.first)
            assert wanted(points[place.index]) <= addresses(block)


@given(POINTS, LIMITS, HOLES)
def test_no_request_is_longer_than_the_limits_or_touches_what_is_forbidden(
    points: list[Point], limits: Limits, hole: int
) -> None:
    for block in planned(points, limits, hole).blocks:
        assert block.count <= (limits.max_bits if block.table in BIT_TABLES else limits.max_registers)
        assert block.address + block.count <= 0x1_0000
        for stretch in limits.forbidden:
            assert stretch.table is not block.table or not addresses(block) & set(
                range(stretch.first, stretch.last + 1)
            )


@given(POINTS, LIMITS, HOLES)
def test_never_more_requests_than_points(points: list[Point], limits: Limits, hole: int) -> None:
    assert len(planned(points, limits, hole).blocks) <= len(points)


@given(POINTS, LIMITS, HOLES)
def test_no_hole_is_longer_than_it_may_be(points: list[Point], limits: Limits, hole: int) -> None:
    most = hole if limits.max_hole is None else limits.max_hole
    for block in planned(points, limits, hole).blocks:
        read = sorted(set().union(*(wanted(points[place.index]) for place in block.places)))
        assert all(later - earlier - 1 <= most for earlier, later in pairwise(read))


@given(POINTS, LIMITS, HOLES)
def test_one_request_per_point_shares_a_request_among_the_same_registers_alone(
    points: list[Point], limits: Limits, hole: int
) -> None:
    if limits.one_request_per_point:
        for block in planned(points, limits, hole).blocks:
            assert len({(place.first, place.count) for place in block.places}) == 1


@given(POINTS, HOLES)
def test_an_unreadable_point_is_longer_than_a_request_or_beyond_the_last_address(
    points: list[Point], hole: int
) -> None:
    for index in planned(points, Limits(), hole).unreadable:
        assert width(points[index]) > 125 or max(wanted(points[index])) > 0xFFFF


@given(st.sets(st.integers(0, 60), min_size=1, max_size=12), st.integers(1, 12))
def test_no_cover_needs_fewer_requests(places: set[int], longest: int) -> None:
    """Against dynamic programming over all ways to cut the sorted points."""
    points = [Point(f"p{at}", Register(Table.HOLDING, at), Encoding.UINT16) for at in places]
    ordered = sorted(places)
    fewest = [0] + [len(ordered)] * len(ordered)
    for end in range(1, len(ordered) + 1):
        starts = [begin for begin in range(end) if ordered[end - 1] - ordered[begin] < longest]
        fewest[end] = 1 + min(fewest[begin] for begin in starts)
    made = plan(points, Limits(max_registers=longest), 200)
    assert len(made.blocks) == fewest[-1]
