from pathlib import Path

import pytest

from roommon.config import files
from roommon.config.fault import Place
from roommon.config.source import Source


def written(folder: Path, text: str, name: str = "roommon.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def said(source: Source) -> list[str]:
    return [fault.problem.en for fault in source.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("1:30", "1:30"),
        ("2026-11-23", "2026-11-23"),
        ("010", 10),
        ("0o10", 8),
        ("0x7FFF", 0x7FFF),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1_000", "1_000"),
        ("1.3.6.1", "1.3.6.1"),
        ("+", "+"),
        ("true", True),
        ("~", None),
        ("", None),
        ("'5'", "5"),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_scalars_are_read_as_yaml_1_2_reads_them(tmp_path: Path, text: str, value: object) -> None:
    read = files.read(written(tmp_path, f"key: {text}\n"))
    assert read.value == {"key": value}
    assert type(read.value["key"]) is type(value)


def test_every_value_knows_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffa:\n  - { b: 1, 中: [x, 甲, y] }\n")
    source = files.read(path)
    name = str(path)
    assert source.place(("a", 0, "b")) == Place(name, 2, 10)
    assert source.key_place(("a", 0, "中")) == Place(name, 2, 13)
    assert source.place(("a", 0, "中", 2)) == Place(name, 2, 23)
    assert source.place(("a", 0, "missing")) == Place(name, 2, 5)
    assert source.place(("missing",)) == Place(name, 1, 1)


def test_lists_of_several_files_are_joined_and_keep_their_places(tmp_path: Path) -> None:
    written(tmp_path, "devices: [a, b]\nsite: x\n", "1.yaml")
    second = written(tmp_path, "devices:\n  - c\n", "2.yml")
    written(tmp_path, "devices: [never]\n", "3.yaml.bak")
    source = files.read(tmp_path)
    assert source.value == {"devices": ["a", "b", "c"], "site": "x"}
    assert source.place(("devices", 2)) == Place(str(second), 2, 5)
    assert source.faults == []


def test_a_file_may_include_others_by_pattern_and_each_is_read_once(tmp_path: Path) -> None:
    main = written(tmp_path, "include: [parts/*.yaml, parts/a.yaml]\ndevices: [m]\n")
    written(tmp_path, "devices: [a]\ninclude: ../roommon.yaml\n", "parts/a.yaml")
    written(tmp_path, "devices: [b]\n", "parts/b.yaml")
    source = files.read(main)
    assert source.value == {"devices": ["m", "a", "b"]}
    assert source.faults == []
    assert [Path(name).name for name in source.texts] == ["roommon.yaml", "a.yaml", "b.yaml"]


def test_a_scalar_given_in_two_files_names_both_places(tmp_path: Path) -> None:
    first = written(tmp_path, "site: x\n", "1.yaml")
    second = written(tmp_path, "site: y\n", "2.yaml")
    [fault] = files.read(tmp_path).faults
    assert fault.place == Place(str(second), 1, 1)
    assert f"{first}:1:1" in fault.problem.en


@pytest.mark.parametrize(
    ("text", "problem", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "already given in line 1", 3, 1),
        ("a: &x [1]\nb: *x\n", "aliases such as `*x`", 2, 4),
        ("a: &x { <<: *x }\n", "aliases such as `*x`", 1, 13),
        ("a: !!int 5\n", "tags such as `!!int`", 1, 4),
        ("a: !env SECRET\n", "tags such as `!env`", 1, 4),
        ("a:\n\t- b\n", "a tab", 2, 1),
        ("a: [1\n", "this is not YAML", 2, 1),
        ("a: b: c\n", "this is not YAML", 1, 5),
        ("a: \x07\n", "this is not YAML", 1, 1),
        ("[a, b]: 1\n", "a key must be a word", 1, 1),
        ("just words\n", "does not begin with a key", 1, 1),
    ],
)
def test_what_yaml_would_let_pass_or_hide_is_refused(
    tmp_path: Path, text: str, problem: str, line: int, column: int
) -> None:
    path = written(tmp_path, text)
    faults = files.read(path).faults
    assert len(faults) == 1
    assert problem in faults[0].problem.en
    assert faults[0].place == Place(str(path), line, column)


@pytest.mark.parametrize("content", [b"site: \xbb\xfa\n", b"\xff\xfes\0i\0", b"\x7fELF\0\0"])
def test_what_is_no_text_is_said_and_not_decoded(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "roommon.yaml"
    path.write_bytes(content)
    assert said(files.read(path)) == ["this is not UTF-8 text"]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    source = files.read(tmp_path / "none.yaml")
    assert said(source) == [f"{tmp_path / 'none.yaml'} cannot be read: No such file or directory"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert said(files.read(tmp_path)) == ["the folder holds no YAML file"]
