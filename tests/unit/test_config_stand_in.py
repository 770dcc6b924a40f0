"""Points that stand in for others (`else`), one behind the other."""

from pathlib import Path

import pytest

from roommon.config.load import examine
from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.poll.decode import Decoder

SITE = "site: s\nroom: r\ndevices: [{ id: box, modbus_tcp: { host: h }, profile: folded }]\n"
PROFILE = """
id: folded
vendor: v
model: m
name: { en: meter, zh-CN: 电表 }
confidence: solid
sources: [a document]
points:
  - id: p
    name: { en: power factor, zh-CN: 功率因数 }
    quantity: ratio
    read: holding 1
    type: int16
    range: -100 % .. 100 %
    else:
      { read: holding 1, type: int16, scale: -1, offset: 200, range: 0 % .. 100 %,
        else: { read: holding 1, type: int16, scale: -1, offset: -200, range: -100 % .. 0 % } }
"""


@pytest.mark.parametrize(("raw", "value"), [(95, 95.0), (130, 70.0), (-130, -70.0), (-95, -95.0), (30000, None)])
def test_the_first_of_the_points_that_stand_in_for_each_other_and_has_a_value_gives_it(
    raw: int, value: float | None, tmp_path: Path
) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "folded.yaml").write_text(PROFILE, "utf-8")
    (tmp_path / "roommon.yaml").write_text(SITE, "utf-8")
    checked = examine(tmp_path / "roommon.yaml", {})
    assert checked.site is not None, checked.faults
    points = checked.site.devices[0].points
    assert [each.key for each in points] == ["p", "p.else", "p.else.else"]
    [reading] = Decoder(DeviceId("box"), points).readings([raw] * len(points), Instant(0))
    assert reading.value == value
