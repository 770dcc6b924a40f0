"""Labels as they are written: names that roommon keeps for itself, and the one label whose words it knows."""

from collections.abc import Mapping

from roommon.config.findings import Findings, Spot
from roommon.config.points import RESERVED
from roommon.config.wording import listed, meant
from roommon.model.text import Text
from roommon.web.protection import LABEL, NAMES, Protection


def review(labels: Mapping[str, str], spot: Spot, findings: Findings) -> None:
    """Note labels that are roommon's own, and a protection that is none of the six; `spot` is that of all `labels`."""
    for label in sorted(RESERVED & labels.keys()):
        findings.fault(
            spot.below(label).key_place,
            Text(f"`{label}` is a label of roommon's own", f"`{label}` 是 roommon 自用的标签"),
            Text("call it otherwise, such as `location`", "请改用其他名称，例如 `location`"),
        )
    protection(labels, spot, findings)


def protection(labels: Mapping[str, str], spot: Spot, findings: Findings) -> None:
    """Warn of a protection that is none of the six: the sensor would stand at another tile, or at none."""
    said = labels.get(LABEL)
    if said is None or said in list(Protection):
        return
    findings.warn(
        spot.below(LABEL),
        Text(f"`{said}` is none of the six protections", f"`{said}` 不属于六类防护"),
        _closest(said) or Text(f"write {listed(list(Protection))}", f"可写 {listed(list(Protection))}"),
    )


def _closest(said: str) -> Text | None:
    """Return "did you mean ...?" with the word that `said`, in either language, comes next to."""
    words = {word: each for each, name in NAMES.items() for word in (name.en.lower(), name.zh_cn)}
    named = words.get(said.strip().lower())
    return meant(said if named is None else named, Protection)
