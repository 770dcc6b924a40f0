"""Register images from files: cases laid over each other, exceptions, and every mistake in one line."""

from pathlib import Path

import pytest

from simulators.modbus import imagefile
from simulators.modbus.image import Refused, Table
from simulators.modbus.imagefile import ImageFile
from simulators.shape import Misshapen

TOP = "device: Meter\ndocument: page 3\n"
METER = (
    TOP
    + """
unit: 7
numbering: 30001 is wire address 0
most: 10
exceptions: { holding: { 0x12: 4 } }
identity: { 0: Maker, 1: M-1 }
cases:
  normal:
    input: { 0x0000: [0x4366, 0x3334], 2: 7, 0x0009: [1] }
    holding: { 0x10: [1, 2, 3] }
    coils: { 0: [1, 0] }
  awkward:
    input: { 0x0001: [0xFFFF] }
    discrete: { 5: 1 }
"""
)


def load(tmp_path: Path, text: str) -> ImageFile:
    path = tmp_path / "meter.yaml"
    path.write_text(text, "utf-8")
    return imagefile.load(path)


def test_an_image_holds_exactly_what_is_written(tmp_path: Path) -> None:
    file = load(tmp_path, METER)
    image = file.image()
    assert (file.device, file.unit, image.most, image.identity) == ("Meter", 7, 10, {0: "Maker", 1: "M-1"})
    assert image.input == {0: [0x4366, 0x3334, 7], 9: [1]}
    assert image.coil == {0: [1, 0]}
    assert image.discrete is None
    with pytest.raises(Refused) as refused:
        image.read(Table.INPUT, 3, 1)
    assert refused.value.code == 2


def test_a_further_case_is_laid_over_the_normal_one(tmp_path: Path) -> None:
    image = load(tmp_path, METER).image("awkward")
    assert image.input == {0: [0x4366, 0xFFFF, 7], 9: [1]}
    assert image.discrete == {5: [1]}
    assert image.coil == {0: [1, 0]}


def test_a_register_with_an_exception_refuses_what_touches_it(tmp_path: Path) -> None:
    image = load(tmp_path, METER).image()
    assert list(image.read(Table.HOLDING, 0x10, 2)) == [1, 2]
    with pytest.raises(Refused) as refused:
        image.read(Table.HOLDING, 0x10, 3)
    assert refused.value.code == 4


def test_a_case_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Meter: no case 'odd'; there are normal, awkward"):
        load(tmp_path, METER).image("odd")


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ("{ awkward: {} }", "3:8: `normal` missing: the case over which the others are laid"),
        ("{ normal: { coil: { 0: 1 } } }", "3:20: unknown coil; there are coils, discrete, input, holding"),
        ("{ normal: { coils: { 0: 2 } } }", "3:32: 2 is not possible; write 0 to 1"),
        ("{ normal: { input: { 0: -1 } } }", "3:32: -1 is not possible; write 0 to 65535"),
        ("{ normal: { input: { 0: 1.5 } } }", "3:32: '1.5' is no whole number; write 0 to 65535, also as 0x1F"),
        ("{ normal: { input: { 0: [1, 2], 1: 3 } } }", "3:43: address 0x0001 stands in an earlier block; keep one"),
        ("{ normal: { input: { 0: 1, 0: 3 } } }", "3:35: 0 stands here twice; keep one"),
        ("{ normal: { input: { 0xFFFF: [1, 2] } } }", "3:41: beyond the last address, 0xffff"),
        ("{ normal: { input: { 70000: 1 } } }", "3:29: 70000 is not possible; write 0 to 65535"),
        ("{ normal: { input: [1] } }", "3:27: a mapping is due here: {key: value}"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(cases: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen) as error:
        load(tmp_path, f"{TOP}cases: {cases}\n")
    assert str(error.value) == f"meter.yaml:{said}"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("unit: 256", "3:7: 256 is not possible; write 0 to 255"),
        ("most: 0", "3:7: 0 is not possible; write 1 to 125"),
        (
            "units: 1",
            "3:1: unknown units; there are device, document, cases, unit, numbering, most, exceptions, identity",
        ),
        ("exceptions: { input: { 0: 0 } }", "3:27: 0 is not possible; write 1 to 255"),
    ],
)
def test_a_mistake_at_the_top_is_one_line_with_its_place(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(Misshapen) as error:
        load(tmp_path, f"{TOP}{line}\ncases: {{ normal: {{}} }}\n")
    assert str(error.value) == f"meter.yaml:{said}"
