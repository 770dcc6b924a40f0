"""docs/alarms*.md: what stands there to be copied is taken as it stands."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from roommon.config.load import examine
from tests.peers.cli import Cli

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("alarms.md", "alarms.zh-CN.md")
COMMANDS = (*PAGES, "command-line.md", "command-line.zh-CN.md")
ROOM = """
site: s
room: r
devices:
  - id: contacts
    modbus_tcp: { host: 127.0.0.1 }
    unit: 1
    sensors:
      - { id: di2, quantity: contact, read: discrete 2 }
      - { id: di4, quantity: contact, read: discrete 4 }
  - id: leak
    modbus_tcp: { host: 127.0.0.2 }
    unit: 1
    sensors: [{ id: leak, quantity: contact, read: discrete 1 }]
  - id: crac-1
    modbus_tcp: { host: 127.0.0.3 }
    unit: 1
    sensors: [{ id: mode, quantity: contact, read: discrete 1 }]
"""


def blocks(page: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)]


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_piece_of_yaml_is_sound(page: str, tmp_path: Path) -> None:
    pieces = blocks(page)
    assert len(pieces) >= 7
    path = tmp_path / "roommon.yaml"
    for piece in pieces:
        path.write_text(ROOM + yaml.safe_dump(piece, allow_unicode=True))
        assert [fault.problem.en for fault in examine(path, {}).faults] == [], piece


def test_both_pages_have_the_same_yaml_and_parts() -> None:
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    assert [len(re.findall("^## ", text(page), re.MULTILINE)) for page in PAGES] == [12, 12]


@pytest.mark.parametrize("page", COMMANDS)
def test_every_command_is_typed_right(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each gets as far as the daemon, which is not there; a pattern as far as the journal, which is neither."""
    roommon = Cli(monkeypatch, capsys)
    lines = re.findall(r"roommon (?:alarms|service) (?:[a-z]+) [^`\n]*", text(page))
    typed = [shlex.split(line, comments=True)[1:] for line in lines]
    verbs = [
        words for words in typed if words[1] in ("acknowledge", "shelve", "unshelve", "reset", "note", "out", "in")
    ]
    assert len(verbs) >= 5
    for words in verbs:
        said = roommon(*words, "--socket", tmp_path / "nobody.sock", "--config", tmp_path / "none.yaml")
        assert said.code == 2
        assert "nobody takes commands here" in said.err or "*" in " ".join(words), (words, said.err)
