"""docs/derived.md and docs/standards.md name all that there is, the same in both languages."""

import re
from pathlib import Path

import pytest

from roommon.config import kinds, shape
from roommon.config.kinds import Family
from roommon.standards.standard import FOLDER, shipped

DOCS = Path(__file__).parents[2] / "docs"
DERIVED = ("derived.md", "derived.zh-CN.md")
STANDARDS = ("standards.md", "standards.zh-CN.md")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def page(name: str) -> str:
    return FENCED.sub("", (DOCS / name).read_text("utf-8"))


def rows(name: str) -> list[str]:
    return [line for line in page(name).splitlines() if line.startswith("|") and not line.startswith("|---")]


def codes(name: str) -> set[str]:
    return {*re.findall(r"`([^`]+)`", page(name))}


@pytest.mark.parametrize("name", DERIVED)
def test_every_kind_of_derivation_has_its_row_with_its_settings(name: str) -> None:
    for key, kind in kinds.all_of(Family.DERIVATION).items():
        [row] = [row for row in rows(name) if f"`{key}`" in row.split("|")[1]]
        assert [setting for setting in shape.keys(kind.config) if f"`{setting}`" not in row] == [], key


@pytest.mark.parametrize("name", STANDARDS)
def test_every_standard_and_every_rule_of_one_is_on_the_page(name: str) -> None:
    named = codes(name)
    assert set(shipped()) <= named
    rules = {
        rule
        for path in FOLDER.glob("*.yaml")
        for rule in re.findall(r"^  - id: (\S+)$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(rules) > 8
    assert rules <= named


@pytest.mark.parametrize("name", STANDARDS)
@pytest.mark.parametrize("standard", shipped())
def test_every_limit_of_a_standard_is_on_the_page(standard: str, name: str) -> None:
    text = (FOLDER / f"{standard}.yaml").read_text("utf-8")
    limits = {float(value) for value in re.findall(r"(?:above|below): (-?[\d.]+)", text)}
    lines = page(name).splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"| `{standard}`"))
    follows = [line for line in lines[start + 1 : start + 2] if line.startswith("| |")]
    shown = {float(number) for line in [lines[start], *follows] for number in NUMBER.findall(line)}
    assert {abs(limit) for limit in limits} <= {abs(number) for number in shown}


@pytest.mark.parametrize("pages", [DERIVED, STANDARDS], ids=["derived", "standards"])
def test_both_languages_name_the_same_and_show_the_same_figures(pages: tuple[str, str]) -> None:
    english, chinese = pages
    assert codes(english) == codes(chinese)
    assert sorted(NUMBER.findall("".join(rows(english)))) == sorted(NUMBER.findall("".join(rows(chinese))))
