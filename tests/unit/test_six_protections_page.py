"""docs/six-protections.md names profiles and rules that there are, the same in both languages."""

import re
from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.profiles.profile import shipped

ROOT = Path(__file__).parents[2]
PAGES = ("six-protections.md", "six-protections.zh-CN.md")
HEADINGS = 8
"""The title, the six, and the test twice a year."""


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text("utf-8")


def columns(name: str, at: int) -> set[str]:
    """What is named as code in one column of the tables."""
    rows = [row.strip("|").split("|") for row in page(name).splitlines() if row.startswith("| ")]
    return {code for row in rows for code in re.findall(r"`([^`]+)`", row[at])}


@pytest.mark.parametrize("name", PAGES)
def test_every_profile_on_the_page_is_there(name: str) -> None:
    named = columns(name, 2) - {"sensors:"}
    assert len(named) > 20
    assert named - set(shipped()) == set()


@pytest.mark.parametrize("name", PAGES)
def test_every_rule_on_the_page_is_in_force_in_the_hospital_room(name: str) -> None:
    path = ROOT / "config" / "examples" / "hospital-room.yaml"
    site = examine(path, {}, tolerate_missing_secrets=True).site
    assert site is not None
    named = columns(name, 3) - {"vibration", "vibration-strong"}
    rules = {str(rule.id) for rule in site.rules}
    assert named - rules == set()
    own = {rule for rule in rules if "." not in rule} - {"no-value"}
    assert own - named == set(), "rules of the room that the page does not explain"


def test_both_languages_name_the_same() -> None:
    english, chinese = ({*re.findall(r"`([^`]+)`", page(name))} for name in PAGES)
    assert english == chinese
    assert [len(re.findall(r"^##? ", page(name), re.MULTILINE)) for name in PAGES] == [HEADINGS, HEADINGS]
