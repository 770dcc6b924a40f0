"""The pages lead where they say, the README stays short, and every page can be reached."""

import re
from functools import cache
from pathlib import Path

import pytest

from roommon.model.quantity import UNITS

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
NOT_OURS = {"node_modules", "dist", "build", "results"}
LONGEST_README = 150


def pages() -> list[Path]:
    inside = (path for path in ROOT.rglob("*.md") if not hidden(path) and not NOT_OURS & set(path.parts))
    return sorted(inside)


def hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(ROOT).parts)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def prose(path: Path) -> str:
    return FENCED.sub("", path.read_text("utf-8"))


def targets(path: Path) -> list[tuple[Path, str]]:
    """Where the relative links of a page lead: a file and a place in it."""
    links = [link for link in LINK.findall(prose(path)) if "://" not in link and not link.startswith("mailto:")]
    split = [link.partition("#") for link in links]
    return [((path.parent / file).resolve() if file else path, place) for file, _, place in split]


def anchors(path: Path) -> set[str]:
    """The places in a page, as a forge makes them of its headings."""
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(path)))
    return {heading.strip().replace(" ", "-") for heading in kept}


@pytest.mark.parametrize("path", pages(), ids=name)
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    wrong = [
        (name(to), place) for to, place in targets(path) if not to.exists() or (place and place not in anchors(to))
    ]
    assert wrong == []


def test_every_page_can_be_reached_from_those_at_the_root() -> None:
    reached, rest = set[Path](), sorted(ROOT.glob("*.md"))
    while rest:
        at = rest.pop()
        reached.add(at)
        there = [to for to, _ in targets(at)]
        there += [to for folder in there for to in folder.glob("*.md")]
        rest += [to for to in there if to.suffix == ".md" and to.is_file() and to not in reached]
    assert [name(path) for path in pages() if path not in reached] == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_is_short(readme: str) -> None:
    assert len((ROOT / readme).read_text("utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("*.md")), ids=name)
def test_a_decision_has_a_number_of_its_own_and_a_title(path: Path) -> None:
    number = path.name[:4]
    assert number.isdigit()
    assert len(list(path.parent.glob(f"{number}-*.md"))) == 1
    assert path.read_text("utf-8").startswith("# ")


def test_the_glossary_names_every_quantity_with_its_unit() -> None:
    told = prose(ROOT / "docs" / "glossary.md")
    rows = [f"| `{quantity}` | {unit.name.zh_cn} | {unit.ucum} |" for quantity, unit in UNITS.items()]
    assert [row for row in rows if row not in told] == []
