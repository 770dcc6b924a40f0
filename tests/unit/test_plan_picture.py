"""A picture of a floor is one by what is in it."""

import struct
from pathlib import Path

import pytest

from roommon.config import plan_picture
from roommon.config.units import NotAValue

SVG = '<svg xmlns="http://www.w3.org/2000/svg" {}><script>alert(1)</script></svg>'


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height) + b"\x08\x06\x00\x00\x00"


def picture(folder: Path, content: bytes) -> tuple[str, float | None]:
    path = folder / "floor.png"
    path.write_bytes(content)
    found, proportions = plan_picture.picture(path)
    assert found.content == content
    return found.media_type, proportions


@pytest.mark.parametrize(
    ("written", "proportions"),
    [
        ('viewBox="0 0 200 100"', 2),
        ('viewBox="0,0,200,100" width="5" height="5"', 2),
        ('width="30mm" height="20mm"', 1.5),
        ('width="100%"', None),
        ('viewBox="0 0 200 0"', None),
        ('viewBox="0 0 a b"', None),
        ("", None),
    ],
)
def test_an_svg_says_its_proportions_or_none(tmp_path: Path, written: str, proportions: float | None) -> None:
    assert picture(tmp_path, SVG.format(written).encode()) == ("image/svg+xml", proportions)


def test_a_png_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert picture(tmp_path, png(300, 150)) == ("image/png", 2)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg",
        b"<svg></svg>",
        b"\xff\xfe",
        png(0, 10),
        png(10, 100_000),
        png(10, 10)[:20],
        b'<!DOCTYPE a [<!ENTITY b "c">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
    ],
)
def test_anything_else_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NotAValue):
        picture(tmp_path, content)


def test_a_picture_that_is_too_large_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "floor.svg"
    with path.open("wb") as file:
        file.truncate(plan_picture.LARGEST + 1)
    with pytest.raises(NotAValue, match="2 MiB"):
        plan_picture.picture(path)


def test_a_folder_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(NotAValue, match="cannot be read"):
        plan_picture.picture(tmp_path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\xff\xd8\xff\xe0JFIF", "neither SVG nor PNG"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><svg/>', "declares entities"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">\n<g></svg>', "is broken in line 2"),
    ],
)
def test_it_is_said_what_is_wrong_with_a_picture(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(NotAValue, match=problem):
        picture(tmp_path, content)


@pytest.mark.parametrize("written", ["http://evil.example/x.svg", "/etc/roommon/https:/evil.example/x.svg", "data:x"])
def test_an_address_is_no_file(written: str) -> None:
    assert plan_picture.is_address(Path(written))
    with pytest.raises(NotAValue, match="nothing is fetched"):
        plan_picture.picture(Path(written))


def test_a_file_is_no_address() -> None:
    assert not plan_picture.is_address(Path("/etc/roommon/my-data.svg"))
