"""Every folder in tests/golden/config is a configuration and what `check` says of it, in both languages.

`GOLDEN=rewrite pytest tests/unit/test_config_golden.py` writes what is said now: read the difference before you commit.
"""

import os
from pathlib import Path

import pytest

from roommon.config.load import Checked, examine
from roommon.model.text import Language

CASES = Path(__file__).parent.parent / "golden" / "config"
EXPECTED = {Language.ENGLISH: "config.error", Language.CHINESE: "config.error.zh-CN"}


def said(checked: Checked, language: Language) -> str:
    return "".join(f"{fault.told(language)}\n" for fault in (*checked.faults, *checked.warnings, *checked.notes))


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
@pytest.mark.parametrize("language", Language)
def test_every_fault_is_told_with_its_place(case: str, language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / case)
    found = said(examine(Path("roommon.yaml"), {}), language)
    expected = Path(EXPECTED[language])
    if os.environ.get("GOLDEN") == "rewrite":
        expected.write_text(found, "utf-8")
    assert found == expected.read_text("utf-8")


def test_ten_different_faults_are_all_told_in_one_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES / "ten-faults")
    checked = examine(Path("roommon.yaml"), {})
    marked = [
        number for number, line in enumerate(Path("roommon.yaml").read_text("utf-8").splitlines(), 1) if "# " in line
    ]
    assert len(marked) == 10
    assert [fault.place.line for fault in checked.faults] == marked
