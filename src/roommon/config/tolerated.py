"""Files that are named and not there yet: `check` before the installation."""

from roommon.config.findings import Findings, Spot
from roommon.config.secret import Surroundings
from roommon.config.source import Source
from roommon.config.tree import Value
from roommon.model.text import Text


def tell_tolerated(source: Source, around: Surroundings, findings: Findings, who: Text) -> None:
    """Warn of every file that is named and missing, where it is named; `who` will want it."""
    for name in dict.fromkeys(around.tolerated or ()):
        for at in _named(source.value, Spot(source), name):
            findings.warn(
                at,
                Text(f"there is no file `{name}` yet", f"文件 `{name}` 尚不存在"),
                Text(f"put it in place before {who.en} starts", f"请在启动{who.zh_cn}前放置该文件"),
            )


def _named(value: Value, spot: Spot, name: str) -> list[Spot]:
    """Return where `value` names the file `name`."""
    if isinstance(value, dict):
        here = [spot.below(key) for key, each in value.items() if each == name and str(key).endswith("_file")]
        return here + [found for key, each in value.items() for found in _named(each, spot.below(key), name)]
    if isinstance(value, list):
        return [found for index, each in enumerate(value) for found in _named(each, spot.below(index), name)]
    return []
