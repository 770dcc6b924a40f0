"""What a profile says about who its devices are: fixed texts, and where the rest stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from roommon.config.findings import Findings, Spot
from roommon.config.points import point
from roommon.config.reading import read
from roommon.config.secret import Surroundings
from roommon.config.sheet import Entry
from roommon.config.tree import Step, Value
from roommon.config.units import NotAValue
from roommon.config.written_points import Written, written
from roommon.profiles.point import Point
from roommon.profiles.profile import IdentitySpec


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a device is."""

    fixed: Mapping[str, str] = field(default_factory=dict)
    """`maker`: what is the same for the whole family."""
    asked: Mapping[str, Written] = field(default_factory=dict)
    """`model`, `serial`, ...: what each device is asked; `model.else` stands in for it."""

    def points(self, base: int, findings: Findings) -> dict[str, Point]:
        """Return what to ask, with addresses that count from `base`."""
        made: dict[str, Point] = {}
        for key, each in self.asked.items():
            spot = each.spot

            def note(at: str, error: NotAValue, spot: Spot = spot) -> None:
                findings.wrong(spot.below(at), error)

            found = point(each.spec, base, note)
            if found is not None:
                made[key] = found
        return made


def identity(raw: Value, spot: Spot, around: Surroundings, findings: Findings) -> Identity:
    """Return the identity that a profile writes; of what cannot be read the faults are noted."""
    if raw is None or read(IdentitySpec, raw, spot, around, findings) is None or not isinstance(raw, dict):
        return Identity()
    asked = [
        each
        for key, value in raw.items()
        if isinstance(value, dict)
        for each in written(Entry({**_as_text(value), "id": key}, spot.below(key)), around, findings)
    ]
    return Identity(
        {str(key): str(value) for key, value in raw.items() if not isinstance(value, dict | None)},
        {each.spec.id: each for each in asked},
    )


def _as_text(raw: Mapping[Step, Value]) -> dict[Step, Value]:
    """Return `raw` read as text, where it stands in an SNMP agent and nothing else is said."""
    where = str(raw.get("read", ""))
    text: dict[Step, Value] = (
        {} if where[:1].isalpha() and not where.startswith(("oid", "first")) else {"type": "string"}
    )
    instead = raw.get("else")
    return {**text, **raw, **({"else": _as_text(instead)} if isinstance(instead, dict) else {})}
