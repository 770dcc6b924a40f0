"""What was found is put behind what a file says, and nothing of that file is changed."""

import pytest
import yaml

from roommon.commissioning.writing import Draft, NotWritable, appended, document, listed

DEVICE = {"id": "b", "bus": "gateway-1", "unit": 2, "profile": "xy-md02", "rows": [{"table": "t", "id": "on"}]}
BUS = {"id": "gateway-1", "modbus_tcp": {"host": "10.0.0.1"}}
BLOCK = """site: a   # mine
devices:
  # the first
  - id: a
    rows:
      - { table: t, id: x }
  # after the devices

rules: []
"""


@pytest.mark.parametrize(
    "text",
    [
        BLOCK,
        "devices: [{ id: a }]\nsite: a\n",
        "site: a\ndevices: [ { id: a },\n  { id: c }, ]\n",
        "site: a\ndevices:\nroom: b\n",
        "site: a\ndevices: []\n",
        "site: a",
        "",
        "devices:\n- {id: a, labels: {x: y,\n   z: w}}\nsite: a\n",
        "buses: [{ id: old }]\ndevices:\n    - id: a\n    - id: c",
        "# nothing but a remark\n",
    ],
)
def test_what_stood_in_the_file_stands_there_still(text: str) -> None:
    added = appended(text, Draft([DEVICE], [BUS]))
    before, after = yaml.safe_load(text) or {}, yaml.safe_load(added)
    assert after["devices"] == [*(before.get("devices") or []), DEVICE]
    assert after["buses"] == [*(before.get("buses") or []), BUS]
    assert {key: value for key, value in after.items() if key not in ("devices", "buses")} == {
        key: value for key, value in before.items() if key not in ("devices", "buses")
    }
    for line in text.splitlines():
        assert line.strip(" ],") in added


def test_comments_stay_where_they_are() -> None:
    added = appended(BLOCK, Draft([DEVICE])).splitlines()
    assert added[: added.index("  - id: b")] == BLOCK.splitlines()[:6]
    assert added[-3:] == ["  # after the devices", "", "rules: []"]


@pytest.mark.parametrize("text", ["- a list\n", "site: [\n", "devices: 7\n"])
def test_what_cannot_be_added_to_is_left_alone(text: str) -> None:
    with pytest.raises(NotWritable):
        appended(text, Draft([DEVICE]))


def test_a_new_file_is_a_configuration() -> None:
    said = yaml.safe_load(document(Draft([DEVICE], [BUS]), whole=True))
    assert said == {"site": "server-room", "room": "server-room", "buses": [BUS], "devices": [DEVICE]}


def test_a_part_of_a_folder_names_no_site() -> None:
    assert yaml.safe_load(document(Draft([DEVICE]), whole=False)) == {"devices": [DEVICE]}


def test_words_that_yaml_reads_otherwise_are_quoted() -> None:
    entries = [{"label": label} for label in ("on", "1:30", "010", "机柜 A: 进风", "")]
    assert yaml.safe_load(listed(entries)) == entries
