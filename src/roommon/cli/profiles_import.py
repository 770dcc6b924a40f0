"""`roommon profiles import`: a maker's register sheet as a profile for review, and what could not be understood."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from roommon.cli.complaint import Complaint, complain
from roommon.cli.screen import print_table
from roommon.cli.spoken import counted, language, say
from roommon.cli.words import word
from roommon.commissioning.rows import slug
from roommon.commissioning.sheet import Imported, imported
from roommon.commissioning.sheet_draft import Drafted, Left
from roommon.commissioning.sheet_file import NotASheet, grids
from roommon.commissioning.sheet_headings import known
from roommon.commissioning.sheet_profile import profile_yaml
from roommon.model.worded import about

NO = 1
STDOUT = "-"
_USUAL = "imported"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is imported, and where it goes."""

    sheet: Path
    name: str | None
    write: str | None
    """A file; `-`: standard output; None: nowhere."""


def profiles_import(asked: Asked, *, as_json: bool) -> int:
    """Make a profile of the sheet; return 1 when rows of it were not understood."""
    found, name = _imported(asked.sheet), _name(asked)
    text = profile_yaml(found, name, asked.sheet.name, language())
    if as_json:
        print(json.dumps(_document(found, name, text), ensure_ascii=False))
    elif asked.write == STDOUT:
        print(text, end="")
    else:
        _print_points(found.points)
    if asked.write not in (None, STDOUT):
        _write(Path(str(asked.write)), text)
    if not as_json:
        _print_left(found, asked)
    return NO if found.not_understood else 0


def _imported(path: Path) -> Imported:
    try:
        found = imported(grids(path, known))
    except NotASheet as error:
        raise Complaint(word(about(str(path), error.words))) from error
    if not found.points and not found.left:
        raise Complaint(
            say(
                f"{path}: no row of headings with an address and a name (such as Address, Parameter)",
                f"{path}：未找到含地址与名称的表头行（寄存器地址、Address；名称、Name）",
            )
        )
    return found


def _name(asked: Asked) -> str:
    """Return the profile's id: as given, as the file that is written, or as the sheet is called."""
    stem = Path(asked.write).stem if asked.write not in (None, STDOUT) else None
    if asked.name is not None and slug(asked.name) != asked.name:
        better = slug(asked.name) or _USUAL
        raise Complaint(
            say(f"`{asked.name}` cannot be an id; `{better}` can", f"`{asked.name}` 不能用作标识；可用 `{better}`")
        )
    if stem is None:
        return asked.name or slug(asked.sheet.stem) or _USUAL
    name = asked.name or stem
    if name != stem or slug(stem) != stem or not str(asked.write).endswith(".yaml"):
        better = f"{asked.name or slug(stem) or _USUAL}.yaml"
        raise Complaint(say(f"a profile lies in the file of its name: {better}", f"模板文件名须与标识一致：{better}"))
    return name


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise Complaint(say(f"{path} is there already, and is left as it is", f"{path} 已存在，保持不变")) from error


def _print_points(points: Sequence[Drafted]) -> None:
    headings = (
        *(say("row", "行"), say("point", "点位"), say("read", "地址"), say("type", "类型")),
        *(say("quantity", "量"), say("scale", "系数"), say("unit", "单位"), say("to check", "需核对")),
    )
    print_table(headings, [_row(one) for one in points])


def _row(one: Drafted) -> tuple[str, ...]:
    spec = one.spec
    read = str(spec["read"]) + (f" bit {spec['bits']}" if "bits" in spec else "")
    order = f" {spec['order']}" if "order" in spec else ""
    shown = [str(spec.get(key, "")) for key in ("quantity", "scale", "unit")]
    doubts = say("; ", "；").join(map(word, one.doubts))
    return (word(one.line.place), str(spec["id"]), read, f"{spec.get('type', '')}{order}", *shown, doubts)


def _print_left(found: Imported, asked: Asked) -> None:
    """Say on standard error what a person must know: standard output may be the profile."""
    doubtful = sum(bool(one.doubts) for one in found.points)
    for hint in found.hints:
        print(word(hint), file=sys.stderr)
    for one in found.left:
        print(f"{_mark(one)} {word(one.line.place)}: {word(one.why)}: {one.line.original}", file=sys.stderr)
    points = counted(len(found.points), "point", "个点位")
    left, lost = len(found.left) - len(found.not_understood), len(found.not_understood)
    print(
        say(
            f"{points}, {doubtful} to check; {left} left out on purpose, {lost} not understood",
            f"{points}，其中 {doubtful} 个需核对；有意略去 {left} 行，未能理解 {lost} 行",
        ),
        file=sys.stderr,
    )
    if asked.write is None:
        complain(say("nothing was written; --write FILE.yaml keeps it", "尚未写入；用 --write 文件.yaml 保存"))


def _mark(one: Left) -> str:
    return "-" if one.is_meant else "?"


def _document(found: Imported, name: str, text: str) -> dict[str, object]:
    return {
        "id": name,
        "points": [
            {"row": one.line.number, "sheet": one.line.sheet, **one.spec, "doubts": [word(each) for each in one.doubts]}
            for one in found.points
        ],
        "left_out": [
            {
                "row": one.line.number,
                "sheet": one.line.sheet,
                "why": word(one.why),
                "on_purpose": one.is_meant,
                "original": one.line.original,
            }
            for one in found.left
        ],
        "hints": [word(hint) for hint in found.hints],
        "yaml": text,
    }
