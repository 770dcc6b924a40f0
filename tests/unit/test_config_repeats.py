"""Registers that repeat: the device says which blocks are fitted, and nobody reckons an address."""

from pathlib import Path

import pytest

from roommon.config.load import Checked, examine
from roommon.config.repeats import numbered
from roommon.config.site import Polled
from roommon.config.units import NotAValue
from roommon.poll.plan import plan
from roommon.profiles.point import Register, Table
from roommon.profiles.profile import PointKey, RepeatSpec

CONFIG = """
site: a
room: b
alerts: [mqtt: {{ host: 127.0.0.1 }}]
devices: [{{ id: d, modbus_tcp: {{ host: 127.0.0.1 }}, recommended: true, {device} }}]
"""


def checked(folder: Path, device: str) -> Checked:
    (folder / "roommon.yaml").write_text(CONFIG.format(device=device), "utf-8")
    return examine(folder / "roommon.yaml")


def only(found: Checked) -> Polled:
    assert not found.faults
    assert found.site is not None
    return found.site.devices[0]


def test_a_hundred_and_twenty_cables_are_three_rows_of_a_configuration_and_few_requests(tmp_path: Path) -> None:
    rows = ", ".join(f"{{ table: cable, id: cable-{circuit}, index: {circuit}/1..40 }}" for circuit in (1, 2, 3))
    device = only(checked(tmp_path, f"profile: ttk-fg-sys, rows: [{rows}]"))
    found = {point.key: (point.at, point.bits) for point in device.points}
    assert found["cable-2-7.leak"] == (Register(Table.HOLDING, 7207), (4, 1))
    assert found["cable-3-40.location"] == (Register(Table.HOLDING, 9340), None)
    assert len(device.device.sensors) == 8 + 3 * 40 * 8
    blocks = plan(device.points, device.limits, 0).blocks
    assert sorted((block.address, block.count) for block in blocks) == [
        (4096, 4),
        *((kind + 100 * circuit + 1, 40) for kind in (7000, 8000, 9000) for circuit in (1, 2, 3)),
    ]


def test_what_is_not_fitted_is_not_asked_for(tmp_path: Path) -> None:
    device = only(checked(tmp_path, "profile: tracetek-ttdm128, rows: [{ table: sim, id: hall, index: 5 }]"))
    assert {point.key: str(point.at) for point in device.points} == {
        "hall.status": "input 180",
        "hall.location": "input 181",
    }


def test_recommended_rules_are_about_all_blocks(tmp_path: Path) -> None:
    found = checked(tmp_path, "profile: tracetek-ttdm128, rows: [{ table: sim, id: sim, index: 1..2 }]")
    assert found.site is not None
    rule = next(rule for rule in found.site.rules if rule.id == "d.attention")
    assert rule.sensors.ids == {"d.sim-1.status", "d.sim-2.status"}


def test_a_bit_that_repeats_bit_after_bit_stands_beside_words_that_repeat_otherwise(tmp_path: Path) -> None:
    device = only(checked(tmp_path, "profile: rle-ld-series, rows: [{ table: zone, id: z, index: 2..16 }]"))
    found = {point.key: (point.at, point.bits) for point in device.points}
    assert found["z-2.enabled"] == (Register(Table.INPUT, 10), (1, 1))
    assert found["z-16.enabled"] == (Register(Table.INPUT, 10), (15, 1))
    assert found["z-16.leak"] == (Register(Table.INPUT, 39), (0, 1))


LEVELS = [RepeatSpec(3, 100), RepeatSpec(40, 1)]


@pytest.mark.parametrize("index", ["0/1", "4/1", "1/41", "1/0", "7", "1/2/3", "1/x", "1.2", "", None, -1])
def test_a_block_that_cannot_be_is_a_fault_and_no_other_block(index: str | int | None) -> None:
    with pytest.raises(NotAValue) as error:
        numbered(PointKey("cable"), LEVELS, index)
    assert error.value.remedy.en == "write `index:` 1/1 to 3/40"
