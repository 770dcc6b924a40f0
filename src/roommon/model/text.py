"""What a person reads, in each language that roommon speaks."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language of the people on site (BCP 47 tags)."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or name in every language."""

    en: str
    zh_cn: str

    @classmethod
    def same(cls, words: str) -> "Text":
        """Return a text that reads the same in every language, such as a model number."""
        return cls(words, words)

    def in_language(self, language: Language) -> str:
        """Return the words for a reader of `language`."""
        return self.zh_cn if language is Language.CHINESE else self.en

    def __bool__(self) -> bool:
        return bool(self.en or self.zh_cn)
