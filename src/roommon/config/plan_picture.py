"""The user's picture of a floor: SVG or PNG by what is in it, whatever its name says."""

import re
import struct
from pathlib import Path
from xml.parsers import expat

from roommon.config.units import NotAValue
from roommon.model import system_words
from roommon.model.text import Text
from roommon.web.floor import Background

LARGEST = 2 << 20
"""Bytes: what a browser of the ward loads at once."""
_PNG = b"\x89PNG\r\n\x1a\n"
_WIDEST = 8192
"""Pixels of a PNG: a small file may unpack into all the memory that the browser has."""
_ADDRESS = re.compile(r"(^|/)(https?|ftp|file|data):")
_NUMBER = re.compile(r"[-+0-9.eE]+")


def picture(path: Path) -> tuple[Background, float | None]:
    """Return the picture in `path`, and its width by its height, None where it does not say.

    Raises:
        NotAValue: it is missing, too large, or no picture.
    """
    if is_address(path):
        raise NotAValue(
            Text("a picture is a file, and nothing is fetched from elsewhere", "图片须为文件，不从网络获取"),
            Text("put the picture beside the configuration, and write its name", "请将图片放在配置文件旁，并写文件名"),
        )
    content = _read(path)
    if content.startswith(_PNG):
        return Background("image/png", content), _of_png(path, content)
    return Background("image/svg+xml", content), _of_svg(path, content)


def is_address(path: Path) -> bool:
    """Return whether what was meant is no file but an address: `https://...`, of which a path has one slash left."""
    return _ADDRESS.search(str(path)) is not None


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        why = system_words.said(error)
        raise NotAValue(
            Text(f"{path} cannot be read: {why.en}", f"无法读取 {path}：{why.zh_cn}"),
            Text("put the picture beside the configuration", "请将图片放在配置文件旁"),
        ) from error
    if len(content) > LARGEST:
        raise NotAValue(
            Text(f"{path} is larger than 2 MiB", f"{path} 大于 2 MiB"),
            Text("make it smaller: the plan needs no photograph", "请缩小图片：平面图不需要照片"),
        )
    return content


def _of_png(path: Path, content: bytes) -> float:
    width, height = struct.unpack(">II", content[16:24]) if content[12:16] == b"IHDR" and len(content) > 24 else (0, 0)
    if not (0 < width <= _WIDEST and 0 < height <= _WIDEST):
        raise NotAValue(
            Text(f"{path} is no PNG that can be shown", f"{path} 不是可显示的 PNG 图片"),
            Text(f"save it anew, at most {_WIDEST} pixels wide and high", f"请重新保存，宽高均不超过 {_WIDEST} 像素"),
        )
    return float(width / height)


def _of_svg(path: Path, content: bytes) -> float | None:
    """Return the proportions of an SVG; what it may do is the browser's to forbid (ADR 28)."""
    roots: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(name: str, attributes: dict[str, str]) -> None:
        if not roots:
            roots.append((name, attributes))

    parser.StartElementHandler = begin
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(content, True)
    except _Entities as error:
        raise NotAValue(
            Text(f"{path} declares entities, which can unpack into anything", f"{path} 含实体声明，展开后内容不可预知"),
            Text("save the picture as a plain SVG, or as PNG", "请另存为普通 SVG，或 PNG"),
        ) from error
    except expat.ExpatError as error:
        if not roots:
            raise _no_picture(path) from error
        raise NotAValue(
            Text(f"{path} is broken in line {error.lineno}", f"{path} 第 {error.lineno} 行有误，不是完整的 SVG"),
            Text("save the picture as SVG again", "请重新另存为 SVG"),
        ) from error
    name, attributes = roots[0]
    if name != "http://www.w3.org/2000/svg svg":
        raise _no_picture(path)
    return _proportions(attributes)


class _Entities(Exception):
    """The file declares entities, which can unpack into anything."""


def _refuse(*_: object) -> None:
    raise _Entities


def _no_picture(path: Path) -> NotAValue:
    return NotAValue(
        Text(f"{path} is neither SVG nor PNG", f"{path} 既不是 SVG 也不是 PNG"),
        Text("save the picture as SVG or PNG", "请将图片另存为 SVG 或 PNG"),
    )


def _proportions(attributes: dict[str, str]) -> float | None:
    box = attributes.get("viewBox", "").replace(",", " ").split()
    if len(box) == 4:
        return _ratio(box[2], box[3])
    sides = [_NUMBER.match(attributes.get(side, "")) for side in ("width", "height")]
    width, height = sides
    return _ratio(width.group(), height.group()) if width and height else None


def _ratio(width: str, height: str) -> float | None:
    try:
        return float(width) / float(height)
    except (ValueError, ZeroDivisionError):
        return None
