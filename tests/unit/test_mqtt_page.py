"""docs/mqtt*.md: every command and document that stands there to be copied is what the code takes and says."""

import json
import re
from pathlib import Path

import pytest

from roommon.alerts import commands
from roommon.model.alarm import Trigger
from roommon.model.clock import Instant
from tests.peers import asyncapi

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("mqtt.md", "mqtt.zh-CN.md")
NOW = Instant(1_795_466_461_000)


def text(page: str) -> str:
    return (DOCS / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_command_can_be_sent_as_it_stands(page: str) -> None:
    shown = re.findall(r"(?:\$at|command)/(\w+) (?:-e .*\n.*)?-m '(\{.*\})'", text(page))
    for verb, payload in shown:
        commands.parse(verb, payload.encode(), NOW, "mqtt")
        asyncapi.validate(f"roommon/hospital-a/command/{verb}", payload)
    assert {verb for verb, _ in shown} == set(commands.VERBS)


@pytest.mark.parametrize("page", PAGES)
def test_every_document_is_as_described(page: str) -> None:
    event, reply = re.findall(r"^```json\n(.*?)^```", text(page), re.MULTILINE | re.DOTALL)
    asyncapi.validate("roommon/hospital-a/event", event)
    asyncapi.validate("roommon/hospital-a/reply/17", reply)
    members = {
        name
        for row in re.findall(r"^\| ((?:`\w+`[, 、]*)+) \|", text(page), re.MULTILINE)
        for name in re.findall(r"\w+", row)
    }
    assert {"tell", "suppression", "tier", "count", "note", "source"} <= members
    assert set(json.loads(event)) >= {"tell", "suppression", "tier", "count", "note", "source"}


@pytest.mark.parametrize("page", PAGES)
def test_every_trigger_and_verb_is_explained(page: str) -> None:
    rows = {
        name for row in re.findall(r"^\| (`.*?) \|", text(page), re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert rows >= {trigger.value for trigger in Trigger}
    assert rows >= set(commands.VERBS)


def test_both_pages_have_the_same_parts() -> None:
    shapes = [
        [len(re.findall(mark, text(page), re.MULTILINE)) for mark in ("^## ", "^\\|", "^```", "^- ")] for page in PAGES
    ]
    assert shapes[0] == shapes[1]
