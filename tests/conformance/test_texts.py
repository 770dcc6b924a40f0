"""Every sentence that a person reads stands in the source in both languages, and both name the same values."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.conformance.shipped import ROOT

SOURCE = ROOT / "src" / "roommon"
SPEAKERS = {"Text", "say"}
CHINESE = range(0x4E00, 0xA000)


class Spoken(NamedTuple):
    """One call that gives a sentence in both languages."""

    place: str
    en: ast.expr
    zh_cn: ast.expr


def spoken() -> Iterator[Spoken]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in SPEAKERS and len(node.args) == 2:
                yield Spoken(f"{path.relative_to(ROOT)}:{node.lineno}", *node.args)


SPOKEN = [each for each in spoken() if isinstance(each.en, ast.Constant | ast.JoinedStr)]


def words(expression: ast.expr) -> str:
    """What stands between the values."""
    parts = expression.values if isinstance(expression, ast.JoinedStr) else [expression]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def is_chinese(letters: str) -> bool:
    return any(ord(letter) in CHINESE for letter in letters)


def letters(said: str) -> list[str]:
    return re.findall("[A-Za-z]+", said)


def placeholders(expression: ast.expr) -> set[str]:
    return set(re.findall(r"\{\w*\}", words(expression)))


def test_there_are_sentences() -> None:
    assert len(SPOKEN) > 100


def untranslated(said: Spoken) -> bool:
    """Whether a Chinese reader would get English words; commands, numbers and bare values read the same in both."""
    en, zh_cn = words(said.en), words(said.zh_cn)
    if is_chinese(zh_cn) or letters(en) == letters(zh_cn):
        return False
    return bool(letters(zh_cn)) or not zh_cn.strip()


def test_a_sentence_is_there_in_both_languages() -> None:
    assert [each.place for each in SPOKEN if untranslated(each) or is_chinese(words(each.en))] == []


def test_the_templates_name_the_same_values_in_both_languages() -> None:
    plain = [each for each in SPOKEN if isinstance(each.en, ast.Constant)]
    assert [each.place for each in plain if placeholders(each.en) != placeholders(each.zh_cn)] == []
