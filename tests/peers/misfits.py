"""What a kind of rule cannot judge, as a person would be told it."""

from collections.abc import Iterable

from roommon.rules.rule import Misfit


def wrong(faults: Iterable[Misfit]) -> list[str]:
    """The faults on one line each; both languages say something."""
    told = list(faults)
    for fault in told:
        for text in (fault.problem, fault.remedy):
            assert text.en != text.zh_cn, text.en
            assert not text.zh_cn.isascii(), text.zh_cn
    return [f"{fault.field}: {fault.problem.en}; {fault.remedy.en}" for fault in told]
