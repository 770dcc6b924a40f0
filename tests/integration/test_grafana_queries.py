"""Every query of the dashboards answers, from a real InfluxDB that real rooms filled; with a wrong name none does."""

import urllib.error
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.peers.filled import Filled, filled
from tests.peers.grafana import ALL, Query, View, dashboards, expanded, queries
from tests.peers.influxql_names import unknown, wrong

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240), pytest.mark.xdist_group("grafana")]

QUERIES = [query for name, board in dashboards().items() for query in queries(name, board)]
DISTINCT = list({query.text: query for query in QUERIES}.values())
"""Annotations and variables are those of every dashboard."""


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("grafana")) as both:
        yield both


@pytest.fixture(scope="module")
def everything(rooms: Filled) -> View:
    return View(rooms.begin, rooms.end, {"site": ALL, "room": ALL, "device": ALL, "zone": "Asia/Shanghai"})


@pytest.fixture(scope="module")
def by_hand(rooms: Filled) -> View:
    """Every site, room and device, each chosen by hand."""
    chosen: dict[str, list[str] | str] = {
        tag: sorted({str(row["value"]) for row in rooms.database.ask(f'SHOW TAG VALUES WITH KEY = "{tag}"')})
        for tag in ("site", "room", "device")
    }
    return View(rooms.begin, rooms.end, {**chosen, "zone": "Asia/Shanghai"})


def faults(query: Query, view: View, rooms: Filled) -> list[str]:
    """What is wrong with a query: names that roommon never writes; what InfluxDB does not answer."""
    return unknown(query.text) or unanswered(query, view, rooms)


def unanswered(query: Query, view: View, rooms: Filled) -> list[str]:
    """What InfluxDB does not answer: an error, no rows, a column or tag in which there is nothing."""
    try:
        rows = rooms.database.ask(expanded(query, view))
    except (AssertionError, urllib.error.HTTPError) as error:
        return [str(error)]
    columns = {column for row in rows for column in row} - {"time"}
    empty = [column for column in columns if all(row.get(column) in (None, "") for row in rows)]
    return empty if rows and columns else ["no rows"]


@pytest.mark.parametrize("query", DISTINCT, ids=lambda query: query.place)
def test_a_query_answers(query: Query, rooms: Filled, everything: View, by_hand: View) -> None:
    assert faults(query, everything, rooms) == []
    assert faults(query, by_hand, rooms) == []


@pytest.mark.parametrize("query", DISTINCT, ids=lambda query: query.place)
def test_a_wrong_name_anywhere_in_it_is_found(query: Query, rooms: Filled, by_hand: View) -> None:
    tried = [replace(query, place=one.name, text=one.text) for one in wrong(query.text)]
    answered = [one for one in tried if not unanswered(one, by_hand, rooms)]
    assert len(answered) < len(tried), "the database alone finds nothing"
    assert [one.place for one in answered if not unknown(one.text)] == []


ODD = {"site": "医院 A/1 (旧)", "room": "机房|2 [b]", "device": "ups+1.$x"}


def test_names_with_odd_characters_are_chosen_like_any_other(rooms: Filled, everything: View) -> None:
    tags = "".join(f",{tag}={value.replace(' ', chr(92) + ' ')}" for tag, value in ODD.items())
    rooms.database.write(f'contact{tags},sensor=odd.leak value=1,quality="good" {rooms.end - 1}'.encode())
    variables = {query.place.split()[-1]: query for query in QUERIES if "variable" in query.place}
    chosen = dict(everything.chosen)
    for tag, value in ODD.items():
        offered = rooms.database.ask(expanded(variables[tag], View(rooms.begin, rooms.end, chosen)))
        assert value in {row["value"] for row in offered}
        chosen[tag] = [value]
    asked = next(query for query in QUERIES if "leak-and-lightning: panel 2 " in query.place)
    rows = rooms.database.ask(expanded(asked, View(rooms.begin, rooms.end, chosen)))
    assert [row["max"] for row in rows] == [1]
    offered = rooms.database.ask(expanded(variables["device"], View(rooms.begin, rooms.end, chosen)))
    assert {row["value"] for row in offered} == {ODD["device"]}
