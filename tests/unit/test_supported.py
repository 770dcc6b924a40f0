"""SUPPORTED.md says what the profiles and their evidence hold, and what it says is enough to judge a family by."""

import pytest

from roommon.model.text import Language
from roommon.profiles.profile import shipped
from tests.conformance import supported


@pytest.mark.parametrize("language", list(Language))
def test_the_page_is_what_make_docs_prints(language: Language) -> None:
    assert supported.PAGES[language].read_text("utf-8") == supported.page(language), "run `make docs`"


@pytest.mark.parametrize("profile", shipped())
def test_every_family_has_its_line_with_what_it_was_proven_by(profile: str) -> None:
    pages = [supported.page(language) for language in Language]
    rows = [line for page in pages for line in page.splitlines() if line.startswith(f"| [`{profile}`]")]
    assert len(rows) == 2
    assert not any("nothing yet" in row or "尚无" in row for row in rows)
    assert all(f"### {profile}\n" in page for page in pages)


def test_a_recording_and_what_was_written_from_a_document_are_told_apart() -> None:
    known = {each.name: each for found in supported.evidence().values() for each in found}
    assert known["apc_smx750"].is_recording
    assert not known["akcp-sensorprobe-mib"].is_recording
    assert not known["eastron-sdm630"].is_recording
    assert all(each.values > 0 for each in known.values())
    assert not any(each.is_recording for each in known.values() if each.name.endswith("-mib"))


def test_what_rests_on_one_secondary_source_is_marked() -> None:
    [row] = [line for line in supported.page(Language.ENGLISH).splitlines() if line.startswith("| [`acrel-adw300`]")]
    assert "**one secondary source**" in row
