"""`roommon check --explain`: of which sensors each derived one is made."""

from rich.text import Text as Styled

from roommon.cli.screen import console, print_beside
from roommon.cli.spoken import say
from roommon.config import kinds
from roommon.config.site import Site
from roommon.derive.derivation import Derived
from roommon.rules import settings

_INDENT = 4


def print_derived(site: Site) -> None:
    """Print a line for each derived sensor, if there are any."""
    if site.derived:
        console().print(Styled(say("\nderived", "\n派生"), "bold"))
    for each in site.derived:
        print_beside("", f"{each.id}{say(': ', '：')}{_said(each)}", _INDENT)


def documents(site: Site) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [
        {
            "sensor": each.id,
            "kind": kinds.key_of(each.config),
            "quantity": each.sensor.quantity.value,
            "inputs": [one.sensor.id for one in each.inputs],
            "needs": each.needs,
            "every_s": each.every / 1000,
        }
        for each in site.derived
    ]


def _said(derived: Derived) -> str:
    """Return `maximum of a.t, b.t, every 10 s, 1 of 2 needed`."""
    kind, every = kinds.key_of(derived.config), settings.length(derived.every)
    names = say(", ", "、").join(each.sensor.id for each in derived.inputs)
    said = say(f"{kind} of {names}, every {every}", f"{kind}，来源 {names}，每 {every} 一次")
    if derived.needs == len(derived.inputs):
        return said
    return said + say(
        f", {derived.needs} of {len(derived.inputs)} needed", f"，{len(derived.inputs)} 个中需 {derived.needs} 个有效"
    )
