"""The language in which the command line speaks: the reader's own, from the environment."""

import os
from collections.abc import Mapping

from roommon.model.text import Language, Text


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """Return the reader's language: ROOMMON_LANGUAGE, then the locale in POSIX's order; else English."""
    for name in ("ROOMMON_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return Language.CHINESE if value.lower().startswith("zh") else Language.ENGLISH
    return Language.ENGLISH


def say(en: str, zh_cn: str) -> str:
    """Return the words in the reader's language."""
    return Text(en, zh_cn).in_language(language())


def counted(number: int, en: str, zh_cn: str) -> str:
    """Return how many there are: `1 event`, `2 events`, `2 个事件`."""
    return say(f"{number} {en}{'' if number == 1 else 's'}", f"{number} {zh_cn}")
