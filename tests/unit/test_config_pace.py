from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.config.pace import load
from roommon.config.site import Site

LINE = """
site: s
room: r
buses: [ {{ id: line, modbus_serial: {{ port: /dev/ttyS0, baud: {baud} }} }} ]
devices:
"""
DEVICE = "  - {{ id: d{number}, bus: line, unit: {number}, every: {every}, profile: eastron-sdm630 }}\n"


def site(tmp_path: Path, baud: int, devices: int, every: str) -> Site | None:
    lines = "".join(DEVICE.format(number=number, every=every) for number in range(1, devices + 1))
    (tmp_path / "roommon.yaml").write_text(LINE.format(baud=baud) + lines, "utf-8")
    return examine(tmp_path / "roommon.yaml", {}).site


def share(tmp_path: Path, baud: int, devices: int, every: str) -> float:
    found = site(tmp_path, baud, devices, every)
    assert found is not None
    reckoned = load(found.buses[0], found.devices, None)
    assert reckoned is not None
    return reckoned.share


def test_a_line_is_loaded_by_every_device_and_less_by_slower_beats(tmp_path: Path) -> None:
    one = share(tmp_path, 9600, 1, "10 s")
    assert share(tmp_path, 9600, 3, "10 s") == pytest.approx(3 * one)
    assert share(tmp_path, 9600, 1, "20 s") == pytest.approx(one / 2)


def test_a_faster_line_has_more_room(tmp_path: Path) -> None:
    assert share(tmp_path, 19200, 1, "10 s") < share(tmp_path, 9600, 1, "10 s")


def test_a_beat_that_the_line_cannot_keep_is_refused(tmp_path: Path) -> None:
    assert site(tmp_path, 9600, 10, "1 s") is None
    assert site(tmp_path, 9600, 10, "30 s") is not None


def test_bytes_on_the_wire_are_reckoned_as_the_standard_has_them(tmp_path: Path) -> None:
    """Two registers at 9600 8N1: 8 + 9 bytes of 10 bits; two rests of 3.5 characters in whole ms; 10 ms to think."""
    text = LINE.format(baud=9600) + (
        "  - { id: d, bus: line, unit: 1, every: 1 s,\n"
        "      sensors: [ { id: v, quantity: voltage, read: input 0, type: float32 } ] }\n"
    )
    (tmp_path / "roommon.yaml").write_text(text, "utf-8")
    found = examine(tmp_path / "roommon.yaml", {}).site
    assert found is not None
    reckoned = load(found.buses[0], found.devices, None)
    assert reckoned is not None
    assert reckoned.requests == 1
    assert reckoned.share == pytest.approx(17 * 10 / 9600 + 2 * 0.004 + 0.010)
