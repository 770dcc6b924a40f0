"""The profiles that a configuration may name: the user's own beside it, then the shipped ones; each is read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roommon.config import files
from roommon.config.findings import Findings, Spot
from roommon.config.points import point
from roommon.config.reading import read
from roommon.config.secret import Surroundings
from roommon.config.tree import Value
from roommon.config.wording import listed, no_such
from roommon.model.text import Text
from roommon.profiles.point import Point
from roommon.profiles.profile import FOLDER, PointKey, PointSpec, Profile, shipped


@dataclass(frozen=True, slots=True)
class Written:
    """A point as a profile writes it."""

    raw: Value
    spot: Spot
    spec: PointSpec


@dataclass(slots=True)
class Opened:
    """A profile that was read."""

    profile: Profile
    spot: Spot
    points: Mapping[PointKey, Written]
    made: dict[tuple[PointKey, int], Point | None] = field(default_factory=dict)
    """Points by key and address base, for all devices of this family."""

    def point(self, key: PointKey, base: int, findings: Findings) -> Point | None:
        """Return the point `key` with addresses that count from `base`."""
        if (key, base) not in self.made:
            written = self.points[key]
            self.made[key, base] = point(
                written.spec, base, lambda at, error: findings.wrong(written.spot.below(at), error)
            )
        return self.made[key, base]


class Library:
    """Opens profiles by name."""

    def __init__(self, folder: Path, around: Surroundings, findings: Findings) -> None:
        """`folder` is the configuration's; the user's profiles lie in its `profiles/`."""
        self._folder = folder / "profiles"
        self._around = around
        self._findings = findings
        self._opened: dict[str, Opened | None] = {}

    def open(self, name: str, named_at: Spot) -> Opened | None:
        """Return the profile `name`, or None after noting why there is none."""
        if name not in self._opened:
            path = next(
                (path for path in (self._folder / f"{name}.yaml", FOLDER / f"{name}.yaml") if path.is_file()), None
            )
            if path is None:
                self._unknown(name, named_at)
                return None
            self._opened[name] = self._read(path)
        return self._opened[name]

    def _unknown(self, name: str, named_at: Spot) -> None:
        known = sorted({*shipped(), *(path.stem for path in self._folder.glob("*.yaml"))})
        words = listed(known)
        otherwise = Text(f"known are {words}", f"可用的模板：{words}")
        self._findings.fault(named_at, *no_such(Text("profile", "设备模板"), name, known, otherwise))

    def _read(self, path: Path) -> Opened | None:
        source = files.read(path)
        self._findings.found.extend(source.faults)
        spot = Spot(source)
        profile = read(Profile, source.value, spot, self._around, self._findings)
        raw = source.value.get("points")
        points = self._points(raw if isinstance(raw, list) else [], spot)
        if profile is None:
            return None
        if profile.id != path.stem:
            self._findings.fault(
                spot.below("id"),
                Text(
                    f"the profile calls itself `{profile.id}`, its file {path.name}",
                    f"模板标识为 `{profile.id}`，文件名为 {path.name}",
                ),
                Text(f"write `id: {path.stem}`", f"请写 `id: {path.stem}`"),
            )
        return Opened(profile, spot, points)

    def _points(self, written: list[Value], spot: Spot) -> Mapping[PointKey, Written]:
        points: dict[PointKey, Written] = {}
        for index, raw in enumerate(written):
            at = spot.below("points", index)
            spec = read(PointSpec, raw, at, self._around, self._findings)
            if spec is None:
                continue
            if spec.id in points:
                self._findings.fault(
                    at.below("id"),
                    Text(f"`{spec.id}` is already a point of this profile", f"模板中已有点位 `{spec.id}`"),
                    Text("give each its own id", "请使用不同的标识"),
                )
                continue
            points[spec.id] = Written(raw, at, spec)
        return points
