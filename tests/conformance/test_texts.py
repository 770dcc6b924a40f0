"""Every sentence that a person reads stands in the source in both languages, and both name the same values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import yaml
import yaml._yaml

from roommon.config import yaml_words
from tests.conformance.shipped import ROOT

SOURCE = ROOT / "src" / "roommon"
SPEAKERS = {"Text", "say", "counted"}
CHINESE = range(0x4E00, 0xA000)
WORDED = {
    *("Worded", "Invalid", "NotAValue", "DeviceUnreachable", "Silent", "LinkLost", "SinkUnavailable", "Refusal"),
    *("Unavailable", "Unanswered", "Forbidden", "TlsFileUnusable", "NoAnswer"),
    *("JournalError", "JournalUnusable", "JournalLocked", "DiskTrouble"),
}
"""What is raised with words for a person: those are texts, or another program's own words."""
SAME = {"chmod 600", "27 °C", "TimeTicks"}
"""Commands, examples and names that read the same in both languages."""


class Spoken(NamedTuple):
    """One call that gives a sentence in both languages."""

    place: str
    en: ast.expr
    zh_cn: ast.expr


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def spoken() -> Iterator[Spoken]:
    for place, node in calls():
        if ast.unparse(node.func) in SPEAKERS and len(node.args) >= 2:
            yield Spoken(place, *node.args[-2:])


SPOKEN = [each for each in spoken() if isinstance(each.en, ast.Constant | ast.JoinedStr)]


def words(expression: ast.expr) -> str:
    """What stands between the values."""
    parts = expression.values if isinstance(expression, ast.JoinedStr) else [expression]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def is_chinese(letters: str) -> bool:
    return any(ord(letter) in CHINESE for letter in letters)


def letters(said: str) -> list[str]:
    """The words of `said` in Latin letters; the names of placeholders are none."""
    return re.findall("[A-Za-z]+", re.sub(r"\{\w*\}", "", said))


def placeholders(expression: ast.expr) -> set[str]:
    return set(re.findall(r"\{\w*\}", words(expression)))


def values(expression: ast.expr) -> set[str]:
    """The names of the values in an f-string, the same for `why.en` and `why.zh_cn`."""
    parts = expression.values if isinstance(expression, ast.JoinedStr) else []
    shown = {_same_in_both(ast.unparse(part.value)) for part in parts if isinstance(part, ast.FormattedValue)}
    return {value for value in shown if value not in {"en", "zh_cn"} and "== 1" not in value}


def _same_in_both(value: str) -> str:
    """`value` without what differs by language: the field of a text, the word between the parts of a list."""
    return re.sub(r"\.(en|zh_cn)\b", "", re.sub(r"'[^']*'\.join", "join", value))


def test_there_are_sentences() -> None:
    assert len(SPOKEN) > 400


def untranslated(said: Spoken) -> bool:
    """Whether a Chinese reader would get English words; commands, numbers and bare values read the same in both."""
    en, zh_cn = words(said.en), words(said.zh_cn)
    if is_chinese(zh_cn):
        return False
    if letters(en) == letters(zh_cn):
        return len(letters(en)) > 1 and not any(same in en for same in SAME)
    return bool(letters(zh_cn)) or not zh_cn.strip()


def test_a_sentence_is_there_in_both_languages() -> None:
    assert [each.place for each in SPOKEN if untranslated(each) or is_chinese(words(each.en))] == []


def test_the_templates_name_the_same_values_in_both_languages() -> None:
    assert [each.place for each in SPOKEN if placeholders(each.en) != placeholders(each.zh_cn)] == []


def test_a_sentence_names_the_same_values_in_both_languages() -> None:
    both = [each for each in SPOKEN if isinstance(each.zh_cn, ast.Constant | ast.JoinedStr)]
    assert [(each.place, values(each.en), values(each.zh_cn)) for each in both if differ(each)] == []


def differ(said: Spoken) -> bool:
    """Whether one language tells less; a lookup by what the other shows tells the same."""
    return {inner(value) for value in values(said.en)} != {inner(value) for value in values(said.zh_cn)}


def inner(value: str) -> str:
    """The value itself, also where it is looked up in a table of words or quoted."""
    found = re.fullmatch(r"[\w.]+\.get\((\w+), \1\)|(\w+) or '[^']*'", value)
    return value if found is None else found[1] or found[2]


def test_what_is_raised_for_a_person_is_no_english_sentence() -> None:
    raised = [(place, node) for place, node in calls() if ast.unparse(node.func).split(".")[-1] in WORDED]
    assert len(raised) > 60
    assert [place for place, node in raised if any(is_sentence(argument) for argument in node.args)] == []


def is_sentence(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant | ast.JoinedStr) and bool(letters(words(argument)))


def names(document: object) -> Iterator[dict[str, str]]:
    """Every mapping of languages to words in a profile."""
    if isinstance(document, dict):
        if document.keys() & {"en", "zh-CN"}:
            yield document
        for value in document.values():
            yield from names(value)
    elif isinstance(document, list):
        for value in document:
            yield from names(value)


def test_profiles_name_everything_in_both_languages() -> None:
    lacking = [
        f"{path.name}: {name}"
        for path in sorted((SOURCE / "profiles").glob("*.yaml"))
        for name in names(yaml.safe_load(path.read_text("utf-8")))
        if name.keys() != {"en", "zh-CN"}
        or is_chinese(str(name["en"]))
        or (letters(str(name["zh-CN"])) not in ([], letters(str(name["en"]))) and not is_chinese(str(name["zh-CN"])))
    ]
    assert lacking == []


def test_libyamls_words_are_all_there_in_chinese() -> None:
    library = Path(str(yaml._yaml.__file__)).read_bytes()
    said = re.findall(rb"\0((?:did not find|could not find|found|control|mapping|block)[ -~]{8,60})\0", library)
    problems = {words.decode() for words in said if b">=" not in words and b"_" not in words and b"->" not in words}
    assert len(problems) > 20
    assert problems - yaml_words.CHINESE.keys() == set()
