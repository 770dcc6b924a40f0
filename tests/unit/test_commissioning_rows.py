"""Rows get ids that a person can read, and are known by what stays."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from roommon.commissioning.drops import unfitted
from roommon.commissioning.rows import rows_of, slug
from roommon.commissioning.seen import seen
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.standing import free_id, standing
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import Fault, FoundRow, Raw

SHELF = Shelf(Path("/nonexistent"))
UNHEARD = Fault(Reason.NO_COMMUNICATION, Text.same("no answer"))


def found(profile: str, rows: Sequence[FoundRow]) -> list[dict[str, object]]:
    return rows_of(SHELF.open(profile), rows).entries


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("Rack A inlet", "rack-a-inlet"),
        ("  T.Ambiente (°C) ", "t-ambiente-c"),
        ("Kühlung", "kuhlung"),
        ("机柜", ""),
        ("--", ""),
        ("x" * 90, "x" * 40),
    ],
)
def test_a_label_makes_an_id(words: str, id_: str) -> None:
    assert slug(words) == id_


def test_modules_behind_one_name_are_known_by_their_part() -> None:
    rows = [
        FoundRow("unit", "1.4", "CRAC 4", part="1"),
        *(FoundRow("unit", "1.5", "CRAC 5", part=str(n)) for n in (1, 2)),
    ]
    assert found("stulz-wib8000", rows) == [
        {"table": "unit", "id": "crac-4", "label": "CRAC 4"},
        {"table": "unit", "id": "crac-5", "label": "CRAC 5", "part": 1},
        {"table": "unit", "id": "crac-5-2", "label": "CRAC 5", "part": 2},
    ]


def test_nameless_modules_of_one_address_are_known_by_index_and_part() -> None:
    rows = [FoundRow("unit", "1.5", part=str(number)) for number in (1, 2)]
    assert found("stulz-wib8000", rows) == [
        {"table": "unit", "id": "unit-1-5", "index": "1.5", "part": 1},
        {"table": "unit", "id": "unit-1-5-2", "index": "1.5", "part": 2},
    ]


def test_a_further_row_is_called_after_the_usual_one_whatever_its_index_is_like() -> None:
    rows = [FoundRow("inlet", "1.1", "I1"), FoundRow("inlet", "1.2", "I2")]
    assert [entry["id"] for entry in found("raritan-pdu2", rows)] == ["inlet-1", "inlet-1-2"]


def test_a_row_is_known_by_its_label_or_its_index_and_never_by_half() -> None:
    rows = [
        FoundRow("temperature", "0", "Rack A"),
        FoundRow("temperature", "1", "Twin"),
        FoundRow("temperature", "2", "Twin"),
        FoundRow("temperature", "3", "机柜"),
        FoundRow("temperature", "4"),
    ]
    assert found("akcp-sensorprobe", rows) == [
        {"table": "temperature", "id": "rack-a", "label": "Rack A"},
        {"table": "temperature", "id": "twin", "index": 1},
        {"table": "temperature", "id": "twin-2", "index": 2},
        {"table": "temperature", "id": "temperature-3", "label": "机柜"},
        {"table": "temperature", "id": "temperature-4", "index": 4},
    ]


def test_rows_that_every_device_has_are_not_listed() -> None:
    usual = [FoundRow(table, "1") for table in ("input", "output", "bypass")]
    assert found("rfc1628-ups", usual) == []


def test_lines_that_a_device_has_besides_are_called_like_the_first() -> None:
    lines = [FoundRow("input", str(number)) for number in (1, 2, 3)]
    assert found("rfc1628-ups", lines) == [
        {"table": "input", "id": f"input-{number}", "index": number} for number in (1, 2, 3)
    ]


def test_a_table_that_the_device_has_not_is_lacking() -> None:
    rows = rows_of(SHELF.open("rfc1628-ups"), [FoundRow("input", "1"), FoundRow("output", "1")])
    assert rows.lacking == ("bypass-1",)


def test_new_rows_are_offered_under_ids_that_nobody_has() -> None:
    profile = SHELF.open("akcp-sensorprobe")
    configured = SHELF.device(profile, "akcp", rows=[{"table": "temperature", "id": "rack-b", "label": "Rack A"}])
    rows = rows_of(profile, [FoundRow("temperature", "0", "Rack A"), FoundRow("temperature", "1", "Rack B")])
    assert standing(configured, rows).entries == [{"table": "temperature", "id": "rack-b-2", "label": "Rack B"}]


def test_what_a_new_row_has_not_is_offered_under_the_id_that_it_gets() -> None:
    profile = SHELF.open("apc-powernet-env")
    configured = SHELF.device(profile, "apc", rows=[{"table": "wireless", "id": "rack-b", "label": "Rack A"}])
    rows = rows_of(profile, [FoundRow("wireless", "1", "Rack A"), FoundRow("wireless", "2", "Rack B")])
    lacks = ("rack-a.humidity", "rack-b.humidity", "uptime")
    assert standing(configured, rows, lacks).drop == ("rack-b-2.humidity",)


@pytest.mark.parametrize(
    ("raws", "missing"),
    [
        ({"temperature": 307, "humidity": -1, "battery_voltage": 29}, ("rack.humidity",)),
        ({"temperature": -2147483647, "humidity": -1, "battery_voltage": -1}, ()),
        ({"temperature": 307, "humidity": UNHEARD, "battery_voltage": 29}, ()),
        ({"temperature": 307, "humidity": 45, "battery_voltage": 29}, ()),
    ],
)
def test_a_row_without_an_element_lacks_it_and_one_without_any_is_idle(
    raws: dict[str, Raw | Fault], missing: tuple[str, ...]
) -> None:
    profile = SHELF.open("apc-powernet-env")
    polled = SHELF.device(profile, "apc", rows=[{"table": "wireless", "id": "rack", "label": "Rack A"}])
    said: dict[str, Raw | Fault] = {"mem_unit": 1, "rack.comm": 1, **{f"rack.{key}": raw for key, raw in raws.items()}}
    assert unfitted(seen(polled, [said.get(point.key, 0) for point in polled.points])) == missing


def test_new_lines_are_offered_with_those_that_they_would_replace() -> None:
    profile = SHELF.open("rfc1628-ups")
    configured = SHELF.device(profile, "ups")
    rows = rows_of(profile, [FoundRow("input", "1"), FoundRow("input", "2")])
    assert [entry["index"] for entry in standing(configured, rows).entries] == [1, 2]


def test_what_is_listed_is_nothing_new() -> None:
    profile = SHELF.open("akcp-sensorprobe")
    configured = SHELF.device(profile, "akcp", rows=[{"table": "temperature", "id": "rack-a", "index": 0}])
    assert standing(configured, rows_of(profile, [FoundRow("temperature", "0", "Rack A")])).entries == []


def test_an_id_that_is_taken_gets_a_number() -> None:
    assert free_id("ups", ["ups", "ups-2"]) == "ups-3"
    assert free_id("ups", []) == "ups"
