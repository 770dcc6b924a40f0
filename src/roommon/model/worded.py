"""Errors whose words reach people: they carry them in every language, and `str` of one is English, for the log."""

from roommon.model.text import Language, Text


class Worded(Exception):
    """What went wrong, in words that a person may read."""

    def __init__(self, words: Text | str) -> None:
        """`words` say who, where and what; another program's own words, as it said them, are a string."""
        self.words = Text.same(words) if isinstance(words, str) else words
        super().__init__(self.words.en)


class Invalid(Worded, ValueError):
    """A value that cannot be: says what is wrong and what would be right."""

    def __init__(self, problem: Text, remedy: Text) -> None:
        """Keep both sentences for the fault."""
        super().__init__(sentences(problem, remedy))
        self.problem = problem
        self.remedy = remedy


def about(what: object, words: Text) -> Text:
    """Return `words` with what they are about before them: `ups-1: no answer`."""
    subject = what if isinstance(what, Text) else Text.same(str(what))
    return Text(f"{subject.en}: {words.en}", f"{subject.zh_cn}：{words.zh_cn}")


def sentences(*texts: Text) -> Text:
    """Return those of `texts` that say anything, one behind the other."""
    said = [text for text in texts if text]
    return Text(
        "; ".join(text.in_language(Language.ENGLISH) for text in said),
        "；".join(text.in_language(Language.CHINESE) for text in said),
    )
