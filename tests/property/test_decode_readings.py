"""Whatever raws come, each sensor has exactly one reading, and it is sound."""

import math

from hypothesis import given
from hypothesis import strategies as st

from roommon.model.clock import Instant
from roommon.model.device import DeviceId
from roommon.model.reading import Quality, Reason
from roommon.poll.decode import Decoder
from roommon.poll.driver import Fault, Raw
from roommon.profiles.point import Affine, Encoding, Gate, Oid, Point, Selector

RAWS = (
    st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
    | st.builds(Fault, st.sampled_from(Reason), st.just("why"))
    | st.sampled_from([0, 1, 2, 0x7FFF])
)
SMALL = st.sampled_from([0, 1, 2])
FACTORS = st.floats(-1000, 1000)


@st.composite
def devices(draw: st.DrawFn) -> list[Point]:
    keys = [f"p{n}" for n in range(draw(st.integers(1, 6)))]
    return [
        Point(
            key,
            Oid("1.3.6"),
            draw(st.sampled_from([Encoding.INT16, Encoding.NUMBER])),
            affine=draw(st.builds(Affine, FACTORS, FACTORS)),
            selectors=tuple(
                draw(
                    st.lists(
                        st.builds(Selector, st.sampled_from(keys), st.just({0: Affine(2.0), 1: Affine()})), max_size=1
                    )
                )
            ),
            invalid=draw(st.frozensets(st.sampled_from([0.0, 1.0, 32767.0]))),
            range=draw(st.none() | st.just((-50.0, 100.0))),
            good_when=tuple(draw(st.lists(st.builds(Gate, st.sampled_from(keys), st.frozensets(SMALL)), max_size=1))),
            is_sensor=draw(st.booleans()),
        )
        for key in keys
    ]


@given(devices(), st.data())
def test_one_sound_reading_per_sensor(points: list[Point], data: st.DataObject) -> None:
    raws: list[Raw | Fault] = data.draw(st.lists(RAWS, min_size=len(points), max_size=len(points)))
    readings = Decoder(DeviceId("dev"), points).readings(raws, Instant(5))
    sensors = [point for point in points if point.is_sensor]
    assert [reading.sensor for reading in readings] == [f"dev.{point.key}" for point in sensors]
    for point, reading in zip(sensors, readings, strict=True):
        if reading.value is None:
            assert reading.quality is Quality.BAD
            assert reading.reason is not None
        else:
            assert (reading.quality, reading.reason) == (Quality.GOOD, None)
            assert isinstance(reading.value, float)
            assert math.isfinite(reading.value)
            assert point.range is None or point.range[0] <= reading.value <= point.range[1]
