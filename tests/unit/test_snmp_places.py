"""Where the points of a device stand, and what is asked along."""

from dataclasses import replace

from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.places import Places
from roommon.poll.snmp.rows import Rows
from roommon.profiles.point import Affine, By, Cell, Encoding, Gate, Listed, Oid, Point, Row, RowTable, Selector

TABLE = RowTable("port", "1.3.9.1", label=("1.3.9.2",))


def places_of(*points: Point) -> Places:
    return Places(points, Rows("ups-1", points, [TABLE]))


def point(key: str, oid: str, *, fallback: str | None = None) -> Point:
    return Point(key, Oid(oid), Encoding.NUMBER, fallback=fallback)


def test_an_object_is_asked_for_once_beside_the_clock_and_a_leading_dot_is_no_other_object() -> None:
    places = places_of(point("a", "1.3.1.0"), point("b", ".1.3.1.0"))
    assert list(places.sizes) == [SYS_UPTIME, "1.3.1.0"]
    assert [place.oid for place in places.objects] == ["1.3.1.0", "1.3.1.0"]


def test_a_list_and_a_row_that_is_not_known_are_no_objects_and_a_row_by_index_is_one() -> None:
    listed = Point("alarm", Listed("1.3.8.1", "1.3.7.1"), Encoding.NUMBER)
    called = Point("called", Cell(Row("port", By.LABEL, "Rack A"), "1.3.9.1"), Encoding.NUMBER)
    numbered = Point("numbered", Cell(Row("port", By.INDEX, "4"), "1.3.9.1"), Encoding.NUMBER)
    places = places_of(listed, called, numbered)
    assert [place.oid for place in places.objects] == ["", "", "1.3.9.1.4"]
    assert list(places.sizes) == [SYS_UPTIME, "1.3.9.1.4"]


def test_only_whole_numbers_that_are_taken_as_they_come_go_the_short_way() -> None:
    encodings = [Encoding.NUMBER, Encoding.STRING, Encoding.COUNTER32]
    ways = [Point(encoding, Oid("1.3.1.0"), encoding) for encoding in encodings]
    parts = [
        Point("bit", Oid("1.3.1.0"), Encoding.NUMBER, bits=(0, 1)),
        Point("flag", Oid("1.3.1.0"), Encoding.STRING, flag=1),
    ]
    assert [place.is_plain for place in places_of(*ways, *parts).objects] == [True, False, False, False, False]


def test_all_of_a_chain_stand_in_for_one_another_and_nobody_for_a_point_of_its_own() -> None:
    chain = [point("a", "1.3.1.0", fallback="b"), point("b", "1.3.2.0", fallback="c"), point("c", "1.3.3.0")]
    assert places_of(*chain, point("alone", "1.3.4.0")).stand_ins == {
        "1.3.1.0": {"1.3.2.0", "1.3.3.0"},
        "1.3.2.0": {"1.3.1.0", "1.3.3.0"},
        "1.3.3.0": {"1.3.1.0", "1.3.2.0"},
    }
    assert "1.3.1.0" not in places_of(*chain, point("same", "1.3.1.0")).stand_ins


def test_what_only_chooses_a_factor_may_be_missing_where_there_is_one_without_it() -> None:
    family = replace(point("family", "1.3.2.0"), is_sensor=False)
    told = replace(point("a", "1.3.1.0"), selectors=(Selector("family", {"*mge*": Affine(10.0)}, Affine()),))
    untold = replace(told, selectors=(Selector("family", {"*mge*": Affine(10.0)}),))
    gated = replace(told, good_when=(Gate("family", frozenset({"*mge*"})),))
    assert places_of(told, family).optional == {"1.3.2.0"}
    assert places_of(told, family, point("same", "1.3.2.0")).optional == set()
    assert places_of(told, replace(untold, key="b"), family).optional == set()
    assert places_of(gated, family).optional == set()
