from hypothesis import given
from hypothesis import strategies as st

from roommon.journal.columns import CODE_OF, Columns, IllegibleBatch, pack, pick, places, unpack
from roommon.journal.sensors import Sensors
from roommon.model.clock import Instant
from roommon.model.reading import Quality, Reading, Reason, SensorId

SENSORS = st.sampled_from([SensorId(f"device-{number}.value") for number in range(40)])
INSTANTS = st.integers(0, 1 << 45).map(Instant)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
REASONS = st.sampled_from(Reason)
GOOD = st.builds(Reading, SENSORS, INSTANTS, FINITE, st.just(Quality.GOOD), st.none())
UNCERTAIN = st.builds(Reading, SENSORS, INSTANTS, FINITE, st.just(Quality.UNCERTAIN), REASONS)
BAD = st.builds(Reading, SENSORS, INSTANTS, st.none(), st.just(Quality.BAD), REASONS)
READINGS = st.lists(GOOD, min_size=1, max_size=50) | st.lists(GOOD | UNCERTAIN | BAD, min_size=1, max_size=50)


@given(READINGS)
def test_what_was_packed_comes_back_the_same_and_in_order(readings: list[Reading]) -> None:
    sensors = Sensors([])
    back = unpack(pack(readings, sensors.number_of), sensors.ids)
    assert repr(back) == repr(readings)  # -0.0 too


@given(READINGS, st.data())
def test_one_sensor_is_picked_without_the_others(readings: list[Reading], data: st.DataObject) -> None:
    sensors = Sensors([])
    columns = pack(readings, sensors.number_of)
    wanted = data.draw(SENSORS)
    found = places(columns.sensors, columns.readings, sensors.get(wanted, -1))
    assert [pick(columns, place, wanted) for place in found] == [one for one in readings if one.sensor == wanted]


@given(READINGS, st.sampled_from(["sensors", "taken_at", "values", "codes"]), st.data())
def test_a_damaged_column_is_said_and_never_read_as_something_else(
    readings: list[Reading], column: str, data: st.DataObject
) -> None:
    sensors = Sensors([])
    columns = pack(readings, sensors.number_of)
    sound: bytes = getattr(columns, column)
    place = data.draw(st.integers(2, len(sound) - 1))
    changed = bytearray(sound)
    changed[place] ^= data.draw(st.integers(1, 255))
    blobs = {name: getattr(columns, name) for name in ("sensors", "taken_at", "values", "codes")}
    damaged = Columns(columns.readings, columns.first_at, columns.last_at, **{**blobs, column: bytes(changed)})
    try:
        back = unpack(damaged, sensors.ids)
    except IllegibleBatch:
        return
    assert back == readings  # bits that zlib does not use may change


def test_every_reason_has_a_number_of_its_own() -> None:
    assert set(CODE_OF) == set(Reason)
    assert len(set(CODE_OF.values())) == len(CODE_OF)
    assert all(0 < code < 0x80 for code in CODE_OF.values())
