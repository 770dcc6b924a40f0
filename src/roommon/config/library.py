"""The profiles that a configuration may name: the user's own beside it, then the shipped ones; each is read once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from roommon.config import files
from roommon.config.findings import Findings, Spot
from roommon.config.identities import Identity, identity
from roommon.config.points import point
from roommon.config.reading import read
from roommon.config.secret import Surroundings
from roommon.config.sheet import Entries, Sheet, extended, sheet
from roommon.config.tables import OpenedTable, opened_table
from roommon.config.wording import listed, no_such
from roommon.config.written_points import Written, written
from roommon.model.text import Text
from roommon.profiles.point import Point, RowTable
from roommon.profiles.profile import FOLDER, PointKey, Profile, shipped


@dataclass(slots=True)
class Opened:
    """A profile that was read."""

    profile: Profile
    spot: Spot
    points: Mapping[PointKey, Written]
    tables: Mapping[PointKey, OpenedTable]
    rules: Entries
    """Recommended rules as they are written."""
    identity: Identity
    made: dict[tuple[PointKey, int], Point | None] = field(default_factory=dict)
    """Points by key and address base, for all devices of this family."""

    @property
    def row_tables(self) -> tuple[RowTable, ...]:
        """The tables whose rows are looked for in the device."""
        return tuple(table.rows for table in self.tables.values() if table.rows is not None)

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
        self._sheets: dict[Path, Sheet | None] = {}

    def names(self) -> list[str]:
        """Return the names of all profiles that there are."""
        return sorted({*shipped(), *(path.stem for path in self._folder.glob("*.yaml"))})

    def open(self, name: str, named_at: Spot) -> Opened | None:
        """Return the profile `name`, or None after noting why there is none."""
        if name not in self._opened:
            path = self._path(name)
            if path is None:
                self._unknown(name, named_at)
                return None
            self._opened[name] = self._read(path)
        return self._opened[name]

    def _path(self, name: str, *, below: Path | None = None) -> Path | None:
        """Return the file of the profile `name`; what extends a profile of its own name means the shipped one."""
        paths = (self._folder / f"{name}.yaml", FOLDER / f"{name}.yaml")
        return next((path for path in paths if path != below and path.is_file()), None)

    def _unknown(self, name: str, named_at: Spot) -> None:
        known = self.names()
        words = listed(known)
        otherwise = Text(f"known are {words}", f"可用的模板：{words}")
        self._findings.fault(named_at, *no_such(Text("profile", "设备模板"), name, known, otherwise))

    def _read(self, path: Path) -> Opened | None:
        whole = self._sheet(path)
        if whole is None:
            return None
        spot = whole.spot
        profile = read(Profile, whole.top, spot, self._around, self._findings)
        points = {
            each.spec.id: each
            for entry in whole.points.values()
            for each in written(entry, self._around, self._findings)
        }
        tables = [opened_table(entry, self._around, self._findings) for entry in whole.tables.values()]
        if profile is None:
            return None
        if profile.id != path.stem:
            self._misnamed(profile, path, spot)
        return Opened(
            profile,
            spot,
            points,
            {table.table.id: table for table in tables if table is not None},
            whole.rules,
            identity(whole.top.get("identity"), spot.below("identity"), self._around, self._findings),
        )

    def _misnamed(self, profile: Profile, path: Path, spot: Spot) -> None:
        self._findings.fault(
            spot.below("id"),
            Text(
                f"the profile calls itself `{profile.id}`, its file {path.name}",
                f"模板标识为 `{profile.id}`，文件名为 {path.name}",
            ),
            Text(f"write `id: {path.stem}`", f"请写 `id: {path.stem}`"),
        )

    def _sheet(self, path: Path) -> Sheet | None:
        """Return what the file says together with the profile that it extends, None after a fault."""
        if path not in self._sheets:
            self._sheets[path] = None  # whoever comes by again while it is read, extends itself
            source = files.read(path)
            self._findings.found.extend(source.faults)
            own = sheet(source.value, Spot(source), self._findings)
            self._sheets[path] = self._whole(own, path) if source.value else None
        return self._sheets[path]

    def _whole(self, own: Sheet, path: Path) -> Sheet | None:
        name = own.top.get("extends")
        if name is None:
            return own
        at = own.spot.below("extends")
        below = self._path(str(name), below=path)
        if below is None and name != path.stem:
            self._unknown(str(name), at)
            return None
        if below is None or self._sheets.get(below, own) is None:
            self._findings.fault(
                at,
                Text(f"`{name}` cannot be extended from here", f"此处不能扩展 `{name}`"),
                Text("check that file, and that no profile extends itself", "请检查该文件，且模板不能扩展自身"),
            )
            return None
        base = self._sheet(below)
        return None if base is None else extended(own, base, self._findings)
