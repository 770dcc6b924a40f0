"""Rows of SNMP tables: found by what they are called, followed when they move, and never taken for one another."""

import logging
from collections.abc import Mapping, Sequence

import pytest

from roommon.model.reading import Reason
from roommon.poll.driver import Fault, Raw
from roommon.poll.snmp.agent import SYS_UPTIME
from roommon.poll.snmp.budget import Patience
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.point import By, Cell, Encoding, Oid, Point, Row, RowTable
from tests.peers.snmp_room import Room, details, oid, reader_of_points, reasons, room

pytestmark = pytest.mark.integration

ENTRY = "1.3.6.1.4.1.99999.50.1"
LABEL, DEGREE, KIND, SERIAL = (f"{ENTRY}.{column}" for column in range(1, 5))
TABLE = RowTable("temperature", DEGREE, label=(LABEL,))


def fill(agent: Room, rows: Mapping[str, tuple[str, int]]) -> None:
    """Let the table hold `rows`: label and degree by index."""
    for name in [name for name in agent.values if name.startswith(f"{ENTRY}.")]:
        del agent.values[name]
    for index, (label, degree) in rows.items():
        agent.values |= {f"{LABEL}.{index}": label.encode(), f"{DEGREE}.{index}": degree}
        agent.values |= {f"{KIND}.{index}": 1, f"{SERIAL}.{index}": f"SN{degree}".encode()}


def filled(rows: Mapping[str, tuple[str, int]]) -> Room:
    agent = room(2)
    fill(agent, rows)
    return agent


def cell(name: str, by: By = By.LABEL, table: str = "temperature") -> Point:
    return Point(f"{by}-{name}", Cell(Row(table, by, name), DEGREE), Encoding.NUMBER)


def reader_of(
    agent: Room, points: Sequence[Point], table: RowTable = TABLE, *, budget_s: float = 8.0, retries: int = 0
) -> SnmpReader:
    return reader_of_points(agent, points, Patience(1.0, retries, budget_s), [table])


async def beat(reader: SnmpReader, agent: Room, *, later_s: float = 10.0) -> Sequence[Raw | Fault]:
    """What a beat gives, with what is learned after it."""
    raws = await reader.read()
    await reader.learn()
    agent.clock.now += later_s
    return raws


async def test_a_row_is_read_in_the_beat_in_which_the_device_is_met_and_then_by_one_request() -> None:
    agent = filled({"3": ("Rack B", 22), "7": ("Rack A", 21)})
    reader = reader_of(agent, [cell("Rack A"), cell("Rack B"), Point("fixed", Oid(oid(1)), Encoding.NUMBER)])
    assert await beat(reader, agent) == [21, 22, 1]
    agent.requests()
    assert await beat(reader, agent) == [21, 22, 1]
    assert agent.requests() == 1
    assert [came.at for came in reader.heard.came().values()] == [f"{DEGREE}.7", f"{DEGREE}.3", oid(1)]


@pytest.mark.parametrize("label", [b"Rack A\0\0", b" Rack A ", b"Rack A\r\n"])
async def test_a_label_may_be_padded(label: bytes) -> None:
    agent = filled({"3": ("", 22)})
    agent.values[f"{LABEL}.3"] = label
    reader = reader_of(agent, [cell("Rack A ")])
    assert [*await beat(reader, agent), *await beat(reader, agent)] == [22, 22]


async def test_a_row_that_moves_is_followed_and_its_old_place_is_never_read_for_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22), "3": ("Rack C", 23)})
    reader = reader_of(agent, [cell("Rack B"), cell("Rack C")])
    assert await beat(reader, agent) == [22, 23]
    fill(agent, {"1": ("Rack B", 22), "2": ("Rack C", 23)})
    assert reasons(await beat(reader, agent)) == {0: Reason.NOT_CONNECTED, 1: Reason.NOT_CONNECTED}
    assert await beat(reader, agent) == [22, 23]
    moved = [line for line in caplog.messages if "moved" in line]
    assert moved == [
        f"ups-1 10.0.0.3:161: row called 'Rack {name}' of table temperature moved from index {before} to {now}"
        for name, before, now in (("B", 2, 1), ("C", 3, 2))
    ]
    assert not [line for line in caplog.messages if "no value" in line or "cannot read" in line]


async def test_a_row_that_is_renamed_in_its_place_is_gone_and_the_others_are_named(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = filled({"1": ("Rack A", 21)})
    reader = reader_of(agent, [cell("Rack A")])
    await beat(reader, agent)
    fill(agent, {"1": ("Rack X", 30), "9": ("", 31)})
    gone = [await beat(reader, agent) for _ in range(5)]
    assert {reason for raws in gone for reason in reasons(raws).values()} == {Reason.NOT_CONNECTED}
    (said,) = details(gone[-1])
    assert said == "no row called 'Rack A' in table temperature; there are: 'Rack X' (index 1), index 9"
    assert [said in line for line in caplog.messages if "row" in line] == [True]


async def test_a_row_that_comes_back_is_read_in_that_very_beat(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22)})
    reader = reader_of(agent, [cell("Rack A")])
    await beat(reader, agent)
    fill(agent, {"2": ("Rack B", 22)})
    for _ in range(30):
        assert reasons(await beat(reader, agent))[0] is Reason.NOT_CONNECTED
    fill(agent, {"1": ("Rack A", 20), "2": ("Rack B", 22)})
    assert await beat(reader, agent) == [20]
    assert sum("cannot read a row" in line for line in caplog.messages) == 1
    assert sum("there again, at index 1" in line for line in caplog.messages) == 1


async def test_a_row_that_comes_back_elsewhere_is_found_within_a_minute() -> None:
    agent = filled({"1": ("Rack A", 21)})
    reader = reader_of(agent, [cell("Rack A")])
    await beat(reader, agent)
    fill(agent, {})
    for _ in range(60):
        await beat(reader, agent)
    fill(agent, {"8": ("Rack A", 20)})
    beats = [await beat(reader, agent) for _ in range(8)]
    assert beats[-1] == [20]


async def test_two_rows_of_one_name_are_none_until_they_are_told_apart() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack A", 22), "3": ("Rack B", 23)})
    reader = reader_of(agent, [cell("Rack A"), cell("Rack B")])
    raws = await beat(reader, agent)
    assert reasons(raws) == {0: Reason.CONFIGURATION_ERROR}
    assert "more than one row called 'Rack A': 'Rack A' (index 1), 'Rack A' (index 2)" in details(raws)[0]
    apart = [cell("SN21", By.SERIAL), cell("2", By.INDEX)]
    told = RowTable("temperature", DEGREE, label=(LABEL,), serial=SERIAL)
    assert await beat(reader_of(agent, apart, told), agent) == [21, 22]


async def test_a_serial_number_of_bytes_is_written_as_bytes_are_shown() -> None:
    agent = filled({"1": ("", 21)})
    agent.values[f"{SERIAL}.1"] = bytes.fromhex("000C15ABCDEF")
    reader = reader_of(agent, [cell("00:0C:15:ab:cd:ef", By.SERIAL)], RowTable("temperature", DEGREE, serial=SERIAL))
    assert [*await beat(reader, agent), *await beat(reader, agent)] == [21, 21]


async def test_parts_that_an_agent_appends_to_an_index_are_asked_for_and_not_written() -> None:
    agent = filled({"1.0": ("Rack A", 21), "2.0": ("Rack B", 22)})
    short = RowTable("temperature", DEGREE, label=(LABEL,), index=1)
    reader = reader_of(agent, [cell("2", By.INDEX), cell("Rack A")], short)
    assert await beat(reader, agent) == [22, 21]
    assert (agent.asked[-1][-3:]) == [f"{DEGREE}.2.0", f"{LABEL}.1.0", f"{DEGREE}.1.0"]


async def test_an_index_that_two_rows_have_is_not_guessed() -> None:
    agent = filled({"1.1": ("Rack A", 21), "1.2": ("Rack B", 22)})
    reader = reader_of(agent, [cell("1", By.INDEX)], RowTable("temperature", DEGREE, label=(LABEL,), index=1))
    assert reasons(await beat(reader, agent)) == {0: Reason.CONFIGURATION_ERROR}


async def test_a_row_by_index_that_is_not_there_is_not_connected_and_may_come(caplog: pytest.LogCaptureFixture) -> None:
    agent = filled({"1": ("Rack A", 21)})
    reader = reader_of(agent, [cell("2", By.INDEX)])
    for _ in range(3):
        raws = await beat(reader, agent)
        assert reasons(raws) == {0: Reason.NOT_CONNECTED}
        assert details(raws) == ["no row 2 in table temperature; there are: 'Rack A' (index 1)"]
    assert len(caplog.messages) == 1
    fill(agent, {"1": ("Rack A", 21), "2": ("Rack B", 22)})
    assert await beat(reader, agent) == [22]


async def test_the_only_row_needs_no_name_and_several_are_not_guessed() -> None:
    agent = filled({"4": ("", 21), "5": ("", 22)})
    agent.values[f"{KIND}.5"] = 2
    kind = RowTable("temperature", DEGREE, where=((KIND, frozenset({1})),))
    reader = reader_of(agent, [cell("", By.ONLY)], kind)
    assert await beat(reader, agent) == [21]
    agent.values[f"{KIND}.5"] = 1
    agent.booted_at = agent.clock.now
    await beat(reader, agent)
    raws = await beat(reader, agent)
    assert reasons(raws) == {0: Reason.CONFIGURATION_ERROR}
    assert "several rows" in details(raws)[0]


async def test_tables_over_one_table_each_have_their_own_rows() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack A", 60)})
    agent.values[f"{KIND}.2"] = b"humidity sensor"
    tables = [
        RowTable("temperature", DEGREE, label=(LABEL,), where=((KIND, frozenset({1})),)),
        RowTable("humidity", DEGREE, label=(LABEL,), where=((KIND, frozenset({"humid*"})),)),
    ]
    points = [cell("Rack A"), cell("Rack A", table="humidity")]
    reader = reader_of_points(agent, points, Patience(1.0, 0, 8.0), tables)
    assert await beat(reader, agent) == [21, 60]


async def test_rows_that_nobody_listed_are_offered_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22), "4": ("Rack C", 23)})
    reader = reader_of(agent, [cell("Rack A")])
    for _ in range(400):
        await beat(reader, agent)
    assert reader.about is not None
    assert [(row.table, row.index, row.label) for row in reader.about.unlisted] == [
        ("temperature", "2", "Rack B"),
        ("temperature", "4", "Rack C"),
    ]
    (offer,) = [line for line in caplog.messages if "configuration" in line]
    assert offer.endswith(
        "2 rows of table temperature are not in the configuration: 'Rack B' (index 2), 'Rack C' (index 4)"
    )
    fill(agent, {"1": ("Rack A", 21), "2": ("Rack B", 22), "4": ("Rack C", 23), "5": ("Rack D", 24)})
    for _ in range(400):
        await beat(reader, agent)
    assert sum("3 rows of table temperature" in line for line in caplog.messages) == 1
    assert len(reader.about.unlisted) == 3


async def test_many_offered_rows_are_said_in_short(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    agent = filled({str(number): (f"Rack {number}", number) for number in range(1, 41)})
    await beat(reader_of(agent, [cell("Rack 7")]), agent)
    assert caplog.messages[-1].endswith("'Rack 11' (index 11) and 29 more")


async def test_a_long_table_is_walked_over_several_beats_and_delays_no_fixed_point() -> None:
    agent = filled({str(number): (f"Rack {number}", number) for number in range(1, 2001)})
    agent.answer_s = 0.02
    points = [cell("Rack 1999"), Point("fixed", Oid(oid(1)), Encoding.NUMBER)]
    reader = reader_of(agent, points, budget_s=0.8)
    took = []
    for _ in range(20):
        began = agent.clock.now
        raws = await reader.read()
        took.append(agent.clock.now - began)
        assert raws[1] == 1
        if raws[0] == 1999:
            break
        assert reasons(raws) == {0: Reason.NO_COMMUNICATION}
        assert "being walked" in details(raws)[0]
        await reader.learn()
        assert agent.clock.now - began < 0.85
        agent.clock.now = began + 1.0
    assert 4 <= len(took) < 12
    assert took[0] <= 0.3
    assert max(took[1:]) <= 0.05


async def test_a_walk_that_never_ends_is_cut_off_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    agent = filled({"1": ("Rack A", 21)})
    agent.endless = DEGREE
    reader = reader_of(agent, [cell("Rack A"), cell("1", By.INDEX)], budget_s=20.0)
    for _ in range(100):
        raws = await beat(reader, agent)
    assert reasons(raws) == {0: Reason.DEVICE_FAILURE}
    assert raws[1] == 21
    assert ["walk does not end" in line for line in caplog.messages] == [True]


async def test_an_agent_that_is_deaf_to_getbulk_is_walked_by_getnext_and_its_readings_never_suffer() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22)})
    agent.deaf_to_bulk = True
    reader = reader_of(agent, [cell("Rack B"), Point("fixed", Oid(oid(1)), Encoding.NUMBER)])
    beats = [await beat(reader, agent) for _ in range(5)]
    assert [raws[1] for raws in beats] == [1] * 5
    assert beats[-1] == [22, 1]


async def test_an_agent_that_is_silent_to_walks_keeps_its_readings_and_is_left_alone_ever_longer(
    caplog: pytest.LogCaptureFixture,
) -> None:
    agent = filled({"1": ("Rack A", 21)})
    agent.deaf_to_walks = True
    reader = reader_of(agent, [cell("Rack A"), Point("fixed", Oid(oid(1)), Encoding.NUMBER)])
    for _ in range(60):
        raws = await beat(reader, agent)
        assert raws[1] == 1
    assert reasons(raws) == {0: Reason.NO_COMMUNICATION}
    assert agent.pages < 60
    assert ["cannot be walked" in line for line in caplog.messages] == [True]


async def test_the_tables_are_walked_again_after_a_restart_and_once_an_hour() -> None:
    agent = filled({"1": ("Rack A", 21)})
    reader = reader_of(agent, [cell("Rack A")])
    await beat(reader, agent)
    before = agent.pages
    for _ in range(355):
        await beat(reader, agent)
    assert agent.pages == before
    for _ in range(10):
        await beat(reader, agent)
    hourly = agent.pages
    assert hourly > before
    agent.booted_at = agent.clock.now
    await beat(reader, agent)
    await beat(reader, agent)
    assert agent.pages > hourly


async def test_a_column_that_a_row_lacks_is_a_mistake_and_costs_no_walk_after_walk() -> None:
    agent = filled({"1": ("Rack A", 21)})
    lacking = Point("extra", Cell(Row("temperature", By.LABEL, "Rack A"), f"{ENTRY}.9"), Encoding.NUMBER)
    reader = reader_of(agent, [cell("Rack A"), lacking])
    for _ in range(20):
        raws = await beat(reader, agent)
    assert reasons(raws) == {1: Reason.CONFIGURATION_ERROR}
    assert agent.pages <= 4


async def test_an_object_of_a_row_that_goes_alone_is_walked_for_once_and_said(caplog: pytest.LogCaptureFixture) -> None:
    agent = filled({"1": ("Rack A", 21)})
    kind = Point("kind", Cell(Row("temperature", By.LABEL, "Rack A"), KIND), Encoding.NUMBER)
    reader = reader_of(agent, [cell("Rack A"), kind])
    await beat(reader, agent)
    before = agent.pages
    del agent.values[f"{KIND}.1"]
    for _ in range(20):
        assert reasons(await beat(reader, agent)) == {1: Reason.NOT_CONNECTED}
    assert 0 < agent.pages - before <= 4
    assert [f"{KIND}.1" in line for line in caplog.messages] == [True]


async def test_a_counter_of_a_row_goes_on_where_the_row_goes() -> None:
    agent = filled({"1": ("Rack A", 4_294_967_290), "2": ("Rack B", 5)})
    counted = Point("energy", Cell(Row("temperature", By.LABEL, "Rack A"), DEGREE), Encoding.COUNTER32)
    reader = reader_of(agent, [counted])
    assert await beat(reader, agent) == [4_294_967_290]
    fill(agent, {"1": ("Rack B", 5), "2": ("Rack A", 4)})
    assert reasons(await beat(reader, agent))[0] is Reason.NOT_CONNECTED
    assert await beat(reader, agent) == [4_294_967_300]


async def test_a_name_that_was_not_heard_proves_nothing() -> None:
    agent = filled({"1": ("Rack A", 21)})
    reader = reader_of(agent, [cell("Rack A")])
    await beat(reader, agent)
    agent.fatal = {f"{LABEL}.1"}
    raws = await beat(reader, agent)
    assert reasons(raws) == {0: Reason.NOT_CONNECTED}
    assert SYS_UPTIME in agent.values


def test_a_row_of_a_table_that_is_not_there_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="stands in a table humidity"):
        reader_of(room(1), [cell("Rack A", table="humidity")])


async def test_a_row_is_found_by_any_of_the_columns_that_make_rows() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22)})
    del agent.values[f"{DEGREE}.2"]
    table = RowTable("temperature", DEGREE, index=1, also=(KIND,))
    agent.values |= {f"{KIND}.3.0": 1}
    reader = reader_of(agent, [cell("1", By.INDEX)], table)
    await beat(reader, agent)
    assert reader.about is not None
    assert [row.index for row in reader.about.unlisted] == ["2", "3"]


async def test_a_row_without_a_name_is_known_by_its_description() -> None:
    agent = filled({"1": ("", 19), "2": ("B", 23)})
    reader = reader_of(agent, [cell("SN19"), cell("B")], RowTable("temperature", DEGREE, label=(LABEL, SERIAL)))
    assert await beat(reader, agent) == [19, 23]


HEADS = RowTable("module", DEGREE, label=(LABEL,), index=2)
"""Rows of two parts; modules follow in the walked column."""


def of(name: str, column: str, tail: str = "", part: str = "") -> Point:
    row = Row("module", By.LABEL, name, part)
    return Point(f"{name}-{column[-1]}-{tail}-{part}", Cell(row, column, tail), Encoding.NUMBER)


async def test_a_tail_stands_behind_the_rows_index_and_goes_where_the_row_goes() -> None:
    agent = room(2)
    agent.values |= {f"{LABEL}.1.1": b"Inlet A", f"{DEGREE}.1.1": 0, f"{KIND}.1.1.1": 15, f"{KIND}.1.1.4": 230}
    agent.values |= {f"{KIND}.1.2.1": 99, f"{KIND}.1.2.4": 98, f"{KIND}.1.1": 97, f"{KIND}.1": 96}
    reader = reader_of(agent, [of("Inlet A", KIND, "1"), of("Inlet A", KIND, "4")], HEADS)
    assert await beat(reader, agent) == [15, 230]
    del agent.values[f"{LABEL}.1.1"], agent.values[f"{DEGREE}.1.1"]
    agent.values |= {f"{LABEL}.1.2": b"Inlet A", f"{DEGREE}.1.2": 0}
    assert reasons(await beat(reader, agent)) == {0: Reason.NOT_CONNECTED, 1: Reason.NOT_CONNECTED}
    assert await beat(reader, agent) == [99, 98]


async def test_two_modules_behind_one_name_are_told_apart_by_their_part_and_never_guessed() -> None:
    agent = room(2)
    agent.values |= {f"{LABEL}.1.4": b"CRAC", f"{DEGREE}.1.4.1": 21, f"{DEGREE}.1.4.2": 22}
    reader = reader_of(agent, [of("CRAC", DEGREE, part="2"), of("CRAC", DEGREE, part="3"), of("CRAC", DEGREE)], HEADS)
    await beat(reader, agent)
    raws = await beat(reader, agent)
    assert raws[0] == 22
    assert reasons(raws) == {1: Reason.NOT_CONNECTED, 2: Reason.CONFIGURATION_ERROR}
    both = "'CRAC' (index 1.4, part 1), 'CRAC' (index 1.4, part 2)"
    assert details(raws) == [
        f"no row called 'CRAC', part 3 in table module; there are: {both}",
        f"table module has more than one row called 'CRAC': {both}; say by `part` which is meant",
    ]


async def test_a_module_is_followed_to_another_address_and_stays_the_same_module() -> None:
    agent = room(2)
    agent.values |= {f"{LABEL}.1.4": b"CRAC", f"{DEGREE}.1.4.1": 21, f"{DEGREE}.1.4.2": 22}
    reader = reader_of(agent, [of("CRAC", DEGREE, part="2")], HEADS)
    assert await beat(reader, agent) == [22]
    agent.values |= {f"{LABEL}.1.4": b"Other", f"{LABEL}.1.9": b"CRAC", f"{DEGREE}.1.9.1": 31, f"{DEGREE}.1.9.2": 32}
    assert reasons(await beat(reader, agent)) == {0: Reason.NOT_CONNECTED}
    assert await beat(reader, agent) == [32]


async def test_the_name_of_a_row_and_its_values_come_in_one_answer_where_they_fit() -> None:
    agent = filled({str(index): (f"Rack {index}", index) for index in range(1, 31)})
    points = [
        Point(f"{index}-{column}", Cell(Row("temperature", By.LABEL, f"Rack {index}"), column), Encoding.NUMBER)
        for index in range(1, 31)
        for column in (DEGREE, KIND)
    ]
    reader = reader_of(agent, points)
    await beat(reader, agent)
    agent.requests()
    await reader.read()
    rows = [{oid.rpartition(".")[2] for oid in asked if oid.startswith(ENTRY)} for asked in agent.asked]
    assert len(rows) > 1
    assert sum(map(len, rows)) == 30
    assert sum(map(len, agent.asked)) == 1 + 3 * 30


async def test_an_agent_that_takes_little_at_once_is_asked_for_the_name_again_when_the_values_are_there() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22)})
    agent.most = 1
    reader = reader_of(agent, [cell("Rack A"), cell("Rack B")])
    assert [await beat(reader, agent) for _ in range(3)][-1] == [21, 22]
    agent.requests()
    assert await reader.read() == [21, 22]
    assert [name for (name,) in agent.asked] == [
        SYS_UPTIME,
        f"{LABEL}.1",
        f"{DEGREE}.1",
        f"{LABEL}.2",
        f"{DEGREE}.2",
        f"{LABEL}.1",
        f"{LABEL}.2",
    ]


async def test_a_beat_that_ends_before_every_name_was_asked_again_gives_no_value_that_nobody_proved() -> None:
    agent = filled({"1": ("Rack A", 21), "2": ("Rack B", 22)})
    agent.most = 1
    reader = reader_of(agent, [cell("Rack A"), cell("Rack B")])
    for _ in range(3):
        await beat(reader, agent)
    agent.answer_s = 1.5
    raws = await reader.read()
    assert raws[0] == 21
    assert reasons(raws) == {1: Reason.NO_COMMUNICATION}
