"""What unknown registers may mean, and the profile that is drafted of it."""

import struct
from pathlib import Path

import pytest
import yaml

from roommon.commissioning.guess import Guess, guesses
from roommon.commissioning.shelf import Shelf
from roommon.commissioning.sketch import profile_draft
from roommon.model.quantity import Quantity
from roommon.poll.modbus.words import in_order
from roommon.profiles.point import Encoding, Order, Register, Table

INPUT = Register(Table.INPUT, 0)


def floats(order: Order, *values: float) -> list[int]:
    """The registers of floats as a device with this order has them; each order is its own inverse."""
    packed = b"".join(in_order(struct.pack(">f", value), order) for value in values)
    return list(struct.unpack(f">{len(packed) // 2}H", packed))


@pytest.mark.parametrize("order", list(Order))
def test_the_order_of_floats_is_found(order: Order) -> None:
    found = guesses(INPUT, floats(order, 230.25, 4.5, 0.0, 49.98))
    assert [(one.type, one.order, one.registers) for one in found] == [(Encoding.FLOAT32, order, 2)] * 4
    assert [one.quantity for one in found] == [Quantity.VOLTAGE, None, None, Quantity.FREQUENCY]
    assert [one.is_sure for one in found] == [True, False, False, True]


def test_floats_may_begin_at_an_odd_register() -> None:
    found = guesses(INPUT, [1, *floats(Order.ABCD, 230.1, 4.2)])
    assert [(one.at.address, one.type) for one in found] == [
        (0, Encoding.UINT16),
        (1, Encoding.FLOAT32),
        (3, Encoding.FLOAT32),
    ]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([4998], [(Encoding.UINT16, Quantity.FREQUENCY, 0.01, True)]),
        ([2313, 2310, 2298], [(Encoding.UINT16, Quantity.VOLTAGE, 0.1, True)] * 3),
        ([2313], [(Encoding.UINT16, Quantity.VOLTAGE, 0.1, False)]),
        ([231], [(Encoding.INT16, Quantity.TEMPERATURE, 0.1, False)]),
        ([65_491], [(Encoding.INT16, Quantity.TEMPERATURE, 0.1, False)]),
        ([655], [(Encoding.UINT16, Quantity.RELATIVE_HUMIDITY, 0.1, False)]),
        ([9600], [(Encoding.UINT16, None, 1.0, False)]),
        ([0x8000, 7], [(Encoding.UINT16, None, 1.0, False)] * 2),
    ],
)
def test_whole_numbers_are_taken_for_what_is_usual(
    words: list[int], expected: list[tuple[Encoding, Quantity | None, float, bool]]
) -> None:
    found = guesses(INPUT, words)
    assert [(one.type, one.quantity, one.scale, one.is_sure) for one in found] == expected
    assert all(one.why.en and one.why.zh_cn for one in found)


def test_letters_are_a_text() -> None:
    words = list(struct.unpack(">5H", b"PM5340\0\0A\0"))
    [found] = guesses(INPUT, [*words[:3], 0x4142])
    assert (found.type, found.registers, found.value) == (Encoding.STRING, 4, "PM5340AB")


def test_bits_stay_bits() -> None:
    found = guesses(Register(Table.DISCRETE, 4), [1, 0])
    assert [(str(one.at), one.type, one.value) for one in found] == [
        ("discrete 4", Encoding.BOOL, 1),
        ("discrete 5", Encoding.BOOL, 0),
    ]


def drafted(folder: Path, found: list[Guess]) -> str:
    (folder / "profiles").mkdir()
    text = profile_draft("my-meter", "a scan", {0: "Somebody", 5: "M 1"}, found)
    (folder / "profiles" / "my-meter.yaml").write_text(text, "utf-8")
    return text


def test_a_draft_is_a_profile_with_what_is_plain_and_the_rest_as_comments(tmp_path: Path) -> None:
    bits = guesses(Register(Table.COIL, 0), [1])
    text = drafted(tmp_path, [*guesses(INPUT, [*floats(Order.CDAB, 230.25, 4.5), 231]), *bits])
    opened = Shelf(tmp_path).open("my-meter")
    assert list(opened.points) == ["voltage_1"]
    assert (opened.profile.confidence, opened.profile.vendor, opened.profile.model) == ("medium", "Somebody", "M 1")
    assert opened.points[next(iter(opened.points))].spec.order is Order.CDAB
    comments = [line.strip().removeprefix("# - ") for line in text.splitlines() if line.strip().startswith("# - ")]
    assert [yaml.safe_load(line)["read"] for line in comments] == ["input 2", "input 4", "coil 0"]


def test_a_draft_whose_comments_are_taken_in_is_a_profile(tmp_path: Path) -> None:
    words = struct.unpack(">4H", b"ABCDEFGH")
    text = drafted(tmp_path, guesses(INPUT, [*words, 231, 7, 65_491, 0xFFFF]))
    file = tmp_path / "profiles" / "my-meter.yaml"
    file.write_text(text.replace("points: []", "points:").replace("  # - ", "  - "), "utf-8")
    shelf = Shelf(tmp_path)
    polled = shelf.device(shelf.open("my-meter"), "meter", unit=1)
    assert [sensor.key for sensor in polled.device.sensors] == ["temperature_1", "input_5", "temperature_2", "input_7"]


def test_a_draft_of_nothing_plain_has_no_points(tmp_path: Path) -> None:
    assert "points: []" in drafted(tmp_path, guesses(INPUT, [7]))
    assert not Shelf(tmp_path).open("my-meter").points
