"""`roommon alarms test` over a recorded journal, with every kind that looks at more than one value.

What ran is in the record, so a rule as it ran must come to the same, from whenever it is tried on.
"""

import json
import shutil
import statistics
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from roommon.journal.reader import JournalReader
from roommon.model.clock import Instant
from roommon.model.reading import SensorId
from tests.golden.trial import case
from tests.peers.cli import Cli
from tests.peers.recorded_day import MINUTE
from tests.peers.recorded_kinds import BEGIN, RACKS, RULES, recorded_kinds

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("trial_journal")]

Document = dict[str, Any]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recorded_kinds(tmp_path_factory.mktemp("kinds"))


@pytest.fixture
def config(recorded: Path, tmp_path: Path) -> Path:
    """A copy that a test may change; the journal is the recorded one."""
    return Path(shutil.copy(recorded, tmp_path / "roommon.yaml"))


@pytest.fixture
def roommon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return Cli(monkeypatch, capsys)


@pytest.fixture
def tries(roommon: Cli, config: Path) -> Callable[..., list[Document]]:
    """Try a rule from `BEGIN` on, or from so many minutes later; one document for each rule."""

    def documents(rule: str, *more: str, later: int = 0) -> list[Document]:
        said = roommon("alarms", "test", rule, "--config", config, *since(BEGIN + later * MINUTE), "--json", *more)
        assert said.code in (0, 1), said.err
        return [json.loads(line) for line in said.out.splitlines()]

    return documents


def since(begin: int) -> tuple[str, str]:
    """Half a minute before `begin`: the clock goes on while the command starts."""
    days = (datetime.now(UTC).timestamp() * 1000 - begin + MINUTE / 2) / 86_400_000
    return "--days", f"{days:.6f}"


def instant(words: str) -> int:
    return round(datetime.fromisoformat(words).timestamp() * 1000)


@pytest.mark.parametrize("later", [0, 15, 475, 18 * 60])
@pytest.mark.parametrize("rule", RULES)
def test_a_rule_as_it_ran_comes_to_the_same(tries: Callable[..., list[Document]], rule: str, later: int) -> None:
    """To the second, also what stood already as the time began, and windows that are longer than a day."""
    stood = 0
    for document in tries(rule, later=later):
        assert [one["in_both"] for one in (*document["tried"], *document["recorded"])].count(False) == 0, document
        tried, recorded = (
            [(one["alarm"], one["begin"], one["end"]) for one in document[key]] for key in ("tried", "recorded")
        )
        assert tried == recorded
        assert document["silent"] == []
        stood += len(recorded)
    assert stood > 0 or later > 0


@pytest.mark.parametrize("language", case.EXPECTED)
def test_every_kind_reads_as_expected(recorded: Path, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", language)
    monkeypatch.setenv("TZ", "UTC")
    assert case.printed(recorded) == case.EXPECTED[language].read_text("utf-8")


@pytest.fixture(scope="module")
def inlets(recorded: Path) -> Mapping[Instant, list[float]]:
    """What the inlets said at each beat, those without a value left out."""
    found: dict[Instant, list[float]] = {}
    with JournalReader(recorded.parent / "journal.db") as reader:
        for rack in RACKS:
            for one in reader.readings(SensorId(f"{rack}.inlet"), BEGIN):
                found.setdefault(one.taken_at, []).extend([one.value] if one.value is not None else [])
    return found


def during(inlets: Mapping[Instant, list[float]], one: Document) -> Iterator[list[float]]:
    end = instant(one["end"]) if one["end"] else max(inlets)
    return (values for at, values in inlets.items() if instant(one["begin"]) <= at < end)


def test_the_peak_of_a_vote_is_the_second_hottest(
    tries: Callable[..., list[Document]], inlets: Mapping[Instant, list[float]]
) -> None:
    (document,) = tries("two-hot")
    for one in document["tried"]:
        assert one["peak"] == max(sorted(values)[-2] for values in during(inlets, one))
        assert one["peak_unit"] == "Cel"
        assert one["peak_text"].endswith("of 4)")


def test_the_peak_of_a_deviation_is_a_gap_to_the_neighbours(tries: Callable[..., list[Document]], config: Path) -> None:
    config.write_text(config.read_text().replace("more_than: 3 K", "more_than: 2 K"))
    (document,) = tries("odd")
    assert {one["peak_unit"] for one in document["tried"]} == {"K"}
    sides = {one["alarm"]: one["peak"] > 0 for one in document["tried"]}
    assert sides["odd.rack-d.inlet"] is True
    assert all(2 < abs(one["peak"]) < 6 for one in document["tried"])


def test_a_sensor_that_the_rule_does_not_select_is_read_for_the_comparison(
    tries: Callable[..., list[Document]], config: Path
) -> None:
    (document,) = tries("uncooled")
    assert len(document["tried"]) > 3
    config.write_text(config.read_text().replace("from: crac.supply", "from: rack-b.inlet").replace("10 K", "0.5 K"))
    (document,) = tries("uncooled")
    (one,) = document["tried"]
    assert one["peak"] < -0.7, "it is always the cooler of both"


def test_a_band_is_its_tiers(tries: Callable[..., list[Document]], roommon: Cli, config: Path) -> None:
    documents = tries("inlet", "--suggest")
    assert [document["rule"] for document in documents] == ["inlet.low", "inlet.high", "inlet.high-high"]
    assert all(document["tried"] for document in documents)
    assert {document["suggested"]["urgent_on_delay_s"] for document in documents} == {180.0}
    (alone,) = tries("inlet.high")
    assert alone["tried"] == documents[1]["tried"]
    said = roommon("alarms", "test", "inlt", "--config", config)
    assert "no rule `inlt`" in said.err


def test_the_peak_of_a_forecast_is_how_far_the_value_came(
    tries: Callable[..., list[Document]], inlets: Mapping[Instant, list[float]]
) -> None:
    (document,) = tries("soon")
    peaks = [one["peak"] for one in document["tried"]]
    assert any(peak > 28.5 for peak in peaks)
    assert any(peak < 28.5 for peak in peaks)
    for one in document["tried"]:
        assert one["peak"] <= max(max(values) for values in during(inlets, one))


def test_a_derived_sensor_that_the_record_does_not_have_is_derived(
    tries: Callable[..., list[Document]], config: Path, inlets: Mapping[Instant, list[float]]
) -> None:
    text = config.read_text().replace(
        "      - { id: spread,",
        "      - { id: usual, mean: { of: { quantity: temperature, location: inlet } } }\n      - { id: spread,",
    )
    rule = "  - { id: warm, limit: { above: 27 °C, deadband: 0.2 K, priority: low }, sensors: [room.usual] }\n"
    config.write_text(text + rule)
    (document,) = tries("warm")
    assert document["recorded"] == []
    assert len(document["tried"]) > 3
    for one in document["tried"]:
        assert one["peak"] == pytest.approx(
            max(statistics.fmean(values) for values in during(inlets, one) if len(values) == 4)
        )


def test_a_derived_sensor_is_what_the_configuration_makes_of_it_now(
    tries: Callable[..., list[Document]], config: Path
) -> None:
    """Of two racks that are alike the spread is small, whatever was recorded of it."""
    text = config.read_text().replace(
        "spread: { of: { quantity: temperature, location: inlet } }", "spread: { of: [rack-a.inlet, rack-b.inlet] }"
    )
    config.write_text(text)
    (document,) = tries("uneven")
    assert document["tried"] == []
    assert document["recorded"] != []


def test_what_was_never_recorded_is_named(roommon: Cli, config: Path) -> None:
    """A rule over it raises nothing, which says nothing about it."""
    text = config.read_text().replace(
        "      - { id: supply,",
        "      - { id: return, quantity: temperature, read: input 3, type: int16 }\n      - { id: supply,",
    )
    config.write_text(text + "  - { id: back, limit: { above: 30 °C, priority: low }, sensors: [crac.return] }\n")
    said = roommon("alarms", "test", "back", "--config", config, *since(BEGIN), "--suggest")
    assert "would have raised 0 alarms" in said.out
    assert "Without data in this time, so not judged: crac.return." in said.out
    assert "Nothing is proposed: no sensor said anything to judge." in said.out
    chinese = roommon("alarms", "test", "back", "--config", config, *since(BEGIN), "--suggest", language="zh").out
    assert "这段时间内没有数据，未参与试算：crac.return。" in chinese
    assert "没有建议：各传感器均无数据可供判断。" in chinese
    document = json.loads(
        roommon("alarms", "test", "back", "--config", config, *since(BEGIN), "--json", "--suggest").out
    )
    assert (document["silent"], document["suggested"]) == (["crac.return"], None)


def test_a_time_that_the_journal_has_nothing_of_is_no_rule_without_alarms(roommon: Cli, config: Path) -> None:
    said = roommon("alarms", "test", "odd", "--config", config, "--days", "1")
    assert (said.code, said.out) == (2, "")
    assert "the journal has nothing of this time" in said.err
    assert (
        "日志库中没有这段时间的记录"
        in roommon("alarms", "test", "odd", "--config", config, "--days", "1", language="zh").err
    )


def test_a_part_that_the_journal_has_is_named(roommon: Cli, config: Path) -> None:
    assert "it; the rule is tried over that" in roommon("alarms", "test", "wet", "--config", config, *since(BEGIN)).err
    assert "按该时段试算" in roommon("alarms", "test", "wet", "--config", config, *since(BEGIN), language="zh").err
