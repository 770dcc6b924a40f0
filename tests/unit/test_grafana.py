"""The dashboards' files are those that their source makes, and what every one of them owes a person."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from grafana_foundation_sdk.models.dashboard import Dashboard

from config.grafana.source.frame import DATA_SOURCE
from config.grafana.source.written import FOLDER, written
from roommon.config.load import examine
from roommon.model.quantity import UNITS
from roommon.model.text import Language
from tests.peers.grafana import ALL, SHORTEST, Query, View, as_regex, dashboards, expanded, parts, queries
from tests.peers.influxql_names import unknown, wrong

PROVISIONING = FOLDER.parent / "provisioning"
BOARDS = {f"{language}/{name}": board for language in Language for name, board in dashboards(language.value).items()}
PLOTS = {"timeseries", "state-timeline"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;!?()][\u4e00-\u9fff]")
SAME_IN_BOTH = {"UPS", "roommon"}


def panels(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (panel for panel in parts(board) if panel["type"] != "row")


def test_the_files_are_those_that_the_source_makes() -> None:
    on_the_disk = {str(path.relative_to(FOLDER)): path.read_text("utf-8") for path in FOLDER.rglob("*.json")}
    made = written()
    assert on_the_disk.keys() == made.keys(), "make dashboards"
    assert [name for name, text in made.items() if on_the_disk[name] != text] == [], "make dashboards"


@pytest.mark.parametrize("name", BOARDS)
def test_the_sdk_reads_what_it_wrote(name: str) -> None:
    read = Dashboard.from_json(BOARDS[name])
    assert read.uid == BOARDS[name]["uid"]
    assert len(read.panels or ()) == len(BOARDS[name]["panels"])


def test_every_dashboard_has_a_uid_of_its_own_that_grafana_takes() -> None:
    uids = [board["uid"] for board in BOARDS.values()]
    assert len(set(uids)) == len(uids) == 14
    assert all(re.fullmatch(r"[a-z0-9-]{1,40}", uid) for uid in uids), uids


@pytest.mark.parametrize("name", BOARDS)
def test_a_dashboard_is_for_a_wall(name: str) -> None:
    board = BOARDS[name]
    assert board["refresh"] == ("1m" if name.endswith("/health") else "10s")
    assert (board["timezone"], board["schemaVersion"]) == ("browser", 36)
    assert [link["type"] for link in board["links"]] == ["dashboards"]
    assert set(board["links"][0]["tags"]) <= set(board["tags"])


@pytest.mark.parametrize("name", BOARDS)
def test_every_panel_says_what_it_shows_and_what_to_do(name: str) -> None:
    for panel in panels(BOARDS[name]):
        assert panel["title"]
        assert len(panel["description"]) > 10, panel["title"]
        assert panel["targets"], panel["title"]


@pytest.mark.parametrize("name", BOARDS)
def test_panels_have_numbers_of_their_own_and_do_not_overlap(name: str) -> None:
    board = BOARDS[name]
    assert [part["id"] for part in parts(board)] == list(range(1, len(list(parts(board))) + 1))
    taken: set[tuple[int, int]] = set()
    for panel in parts(board):
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells


@pytest.mark.parametrize("name", BOARDS)
def test_a_gap_stays_a_gap(name: str) -> None:
    for panel in panels(BOARDS[name]):
        custom = panel["fieldConfig"]["defaults"].get("custom", {})
        assert custom.get("spanNulls", False) is False, panel["title"]
        if panel["type"] in PLOTS and "alarm_event" not in panel["targets"][0]["query"]:
            fills = {fill for target in panel["targets"] for fill in re.findall(r"fill\((\w+)\)", target["query"])}
            assert fills <= {"null", "none"} or panel["title"] in ("Readings stored", "入库读数"), panel["title"]


@pytest.mark.parametrize("name", BOARDS)
def test_what_has_no_reading_is_never_green(name: str) -> None:
    for panel in panels(BOARDS[name]):
        if panel["type"] == "stat":
            defaults = panel["fieldConfig"]["defaults"]
            assert defaults["noValue"] in ("no reading", "无读数", "none", "无"), panel["title"]
            assert all(step["color"] == "#808080" for step in defaults["thresholds"]["steps"] if step["value"] is None)


@pytest.mark.parametrize("name", BOARDS)
def test_no_query_is_unbounded_or_finer_than_the_screen(name: str) -> None:
    for query in queries(name, BOARDS[name]):
        if not query.text.startswith("SHOW TAG VALUES"):
            assert "$timeFilter" in query.text or "${__to}ms - " in query.text, query
            assert re.findall(r"time\((?!\$__interval|1d|10m|1m)", query.text) == [], query


def test_no_query_names_what_roommon_does_not_write() -> None:
    named = {query.place: unknown(query.text) for name, board in BOARDS.items() for query in queries(name, board)}
    assert {place: names for place, names in named.items() if names} == {}


def test_both_languages_ask_the_same() -> None:
    for name in dashboards():
        english, chinese = (BOARDS[f"{language}/{name}"] for language in Language)
        asked = [[query.text for query in queries(name, board)] for board in (english, chinese)]
        assert asked[0] == asked[1]
        assert [part["gridPos"] for part in parts(english)] == [part["gridPos"] for part in parts(chinese)]


def words(board: dict[str, Any]) -> Iterator[str]:
    yield board["title"]
    yield board["description"]
    for panel in parts(board):
        yield panel["title"]
        if panel["type"] != "row":
            yield panel["description"]
            yield from names_of_values(panel)


def names_of_values(panel: dict[str, Any]) -> Iterator[str]:
    field = panel["fieldConfig"]
    properties = [each for override in field.get("overrides", ()) for each in override["properties"]]
    yield from (each["value"] for each in properties if each["id"] == "displayName")
    mapped = [each["value"] for each in properties if each["id"] == "mappings"] + [
        field["defaults"].get("mappings", ())
    ]
    yield from (result["text"] for maps in mapped for one in maps for result in one["options"].values())


@pytest.mark.parametrize("name", dashboards())
def test_every_word_is_there_in_each_language(name: str) -> None:
    english, chinese = (list(words(BOARDS[f"{language}/{name}"])) for language in Language)
    assert len(english) == len(chinese)
    assert [word for word in english if CHINESE.search(word)] == []
    lacking = [word for word in chinese if not CHINESE.search(word) and word not in SAME_IN_BOTH]
    assert lacking == []
    assert [word for word in chinese if HALF_WIDTH.search(word)] == []


@pytest.mark.parametrize("name", BOARDS)
def test_a_curve_is_in_the_unit_of_what_it_measures(name: str) -> None:
    suffixes = {f"suffix:{unit.symbol}" for unit in UNITS.values()}
    known = {"celsius", "percent", "volt", "amp", "watt", "voltamp", "kwatth", "hertz", "s", "mamp", "lengthm", "none"}
    for panel in panels(BOARDS[name]):
        unit = panel["fieldConfig"]["defaults"].get("unit", "none")
        assert unit in known | suffixes | {"dateTimeFromNow"}, panel["title"]


def test_variables_chain_and_have_all() -> None:
    for name, board in BOARDS.items():
        variables = {one["name"]: one for one in board["templating"]["list"]}
        assert list(variables)[:4] == ["datasource", "site", "room", "device"], name
        assert variables["datasource"]["current"]["value"] == DATA_SOURCE
        for one in ("site", "room", "device"):
            assert variables[one]["includeAll"], name
            assert variables[one]["multi"], name
            assert variables[one]["allValue"] == ALL
        assert "${site:regex}" in variables["room"]["query"]
        assert "${room:regex}" in variables["device"]["query"]


def test_odd_names_are_escaped_as_grafana_does() -> None:
    view = View(1, 2, {"site": ["医院 A/1 (旧)", "b.c|d"], "room": ["3#"], "device": ALL, "zone": "UTC"})
    query = Query("here", '"site" =~ /^${site:regex}$/ "room" =~ /^${room:regex}$/ /^${device:regex}$/ ${__to}ms')
    expected = r'"site" =~ /^(医院 A\/1 \(旧\)|b\.c\|d)$/ "room" =~ /^3#$/ /^.*$/ 2ms'
    assert expanded(query, view) == expected
    assert as_regex(["a+b"]) == r"a\+b"


def test_a_misspelt_name_is_one_that_roommon_does_not_write() -> None:
    text = 'SELECT max("value") FROM "ratio" WHERE "site" =~ /^${site:regex}$/ AND "sensor" =~ /[.](load|output_load)$/'
    found = {one.name.split()[0]: unknown(one.text) for one in wrong(text)}
    assert found == {
        '"value"': ["value_wrong"],
        '"ratio"': ["ratio_wrong", "load", "output_load"],
        '"site"': ["site_wrong"],
        '"sensor"': ["sensor_wrong"],
        "load": ["load_wrong"],
        "output_load": ["output_load_wrong"],
    }


HOSPITAL = FOLDER.parents[1] / "examples" / "hospital-room.yaml"


def state_names(board: dict[str, Any], sensor: str) -> dict[str, str]:
    """What the values of a state are called in a dashboard."""
    overrides = [one for panel in panels(board) for one in panel["fieldConfig"]["overrides"]]
    found = [one for one in overrides if re.search(str(one["matcher"]["options"]).strip("/"), sensor)]
    [mapped] = [each["value"] for one in found for each in one["properties"] if each["id"] == "mappings"] or [[]]
    return {value: result["text"] for one in mapped for value, result in one["options"].items()}


def test_a_state_that_profiles_call_differently_has_no_name() -> None:
    power, cooling = BOARDS["en/power"], BOARDS["en/cooling"]
    assert "3" not in state_names(power, "ups-2.output_source")  # mains in one profile, battery in another
    assert state_names(cooling, "crac-1.system_state") == {"1": "on", "2": "off", "3": "standby"}


def test_dashboards_of_one_site_call_every_state_by_its_name() -> None:
    site = examine(HOSPITAL, {}, tolerate_missing_secrets=True).site
    own = {name.removesuffix(".json"): json.loads(text) for name, text in written(site).items()}
    assert state_names(own["en/power"], "ups-2.output_source")["3"] == "mains"
    assert state_names(own["zh-CN/power"], "ups-2.output_source")["5"] == "电池"
    assert state_names(own["en/power"], "ups-1.output_status")["3"] == "on battery"
    assert state_names(own["en/power"], "ups-9.output_source") == {}


def test_a_configuration_with_faults_makes_no_dashboards(tmp_path: Path) -> None:
    wrong_site = tmp_path / "roommon.yaml"
    wrong_site.write_text("site: x\nrooom: y\n", "utf-8")
    command = [sys.executable, "-m", "config.grafana.source", "--to", str(tmp_path / "out"), "--site", str(wrong_site)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=FOLDER.parents[2])
    assert ended.returncode == 2
    assert "roommon.yaml:2:1" in ended.stderr
    assert not (tmp_path / "out").exists()


SOURCES = sorted((PROVISIONING / "datasources").glob("*.yaml"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_data_source_is_the_one_that_the_dashboards_choose_and_holds_no_secret(path: Path) -> None:
    [source] = yaml.safe_load(path.read_text("utf-8"))["datasources"]
    assert (source["name"], source["uid"], source["type"]) == (DATA_SOURCE, DATA_SOURCE, "influxdb")
    assert source["jsonData"]["timeInterval"] == SHORTEST
    assert source["jsonData"]["dbName"] == "roommon"
    assert all("$__file{" in secret for secret in source["secureJsonData"].values())


def test_there_is_a_data_source_for_each_generation() -> None:
    assert [path.stem for path in SOURCES] == ["influxdb-1", "influxdb-2", "influxdb-3"]


def test_the_providers_find_the_dashboards_where_install_puts_them() -> None:
    providers = yaml.safe_load((PROVISIONING / "dashboards" / "roommon.yaml").read_text("utf-8"))["providers"]
    install = (FOLDER.parents[2] / "systemd" / "install.sh").read_text("utf-8")
    assert "config/grafana/dashboards" in install
    assert {one["options"]["path"] for one in providers} == {
        f"/usr/share/roommon/grafana/dashboards/{language}" for language in Language
    }
    assert all(not one["allowUiUpdates"] and one["folderUid"] for one in providers)
