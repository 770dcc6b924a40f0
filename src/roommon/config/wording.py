"""Sentences that several checks say."""

import difflib
from collections.abc import Iterable, Sequence

from roommon.model.text import Text

_MANY = 12


def meant(name: str, known: Iterable[str]) -> Text | None:
    """Return "did you mean ...?" with the one of `known` that is next to `name`, None when none is near."""
    choices = {choice.lower(): choice for choice in known}
    parts = {part: choice for choice in choices.values() for part in choice.lower().split("_")[::-1]}
    near = difflib.get_close_matches(name.lower(), list(choices), n=1, cutoff=0.6)
    part = difflib.get_close_matches(name.lower(), list(parts), n=1, cutoff=0.8)
    if not near and not part:
        return None
    found = choices[near[0]] if near else parts[part[0]]
    return Text(f"did you mean `{found}`?", f"是否应为 `{found}`？")


def listed(words: Sequence[str]) -> str:
    """Return `words` in a row, cut after a dozen."""
    shown = ", ".join(f"`{word}`" for word in words[:_MANY])
    return f"{shown}, ..." if len(words) > _MANY else shown


def unknown_key(key: str, known: Iterable[str]) -> tuple[Text, Text]:
    """Return what to say about a `key` that does not belong here."""
    choices = sorted(known)
    words = listed(choices)
    remedy = Text(f"known are {words}", f"可用的键：{words}") if choices else Text("remove it", "请删除")
    return Text(f"`{key}` is not known here", f"此处没有 `{key}` 这个键"), meant(key, choices) or remedy


def not_a_choice(value: object, known: Iterable[str]) -> tuple[Text, Text]:
    """Return what to say about a `value` that is none of the `known`."""
    choices = list(known)
    words = listed(choices)
    problem = Text(f"`{shown(value)}` is not possible here", f"此处不能写 `{shown(value)}`")
    return problem, meant(str(value), choices) or Text(f"write one of {words}", f"可写 {words}")


def no_such(what: Text, name: str, known: Iterable[str], otherwise: Text) -> tuple[Text, Text]:
    """Return what to say about the `name` of something that does not exist."""
    return Text(f"there is no {what.en} `{name}`", f"没有{what.zh_cn} `{name}`"), meant(name, known) or otherwise


def shown(value: object) -> str:
    """Return `value` as the file writes it, cut short."""
    match value:
        case None:
            return "(nothing)"
        case bool():
            return "true" if value else "false"
        case dict():
            return "{...}"
        case list():
            return "[...]"
    words = str(value)
    return words if len(words) <= 40 else f"{words[:37]}..."
