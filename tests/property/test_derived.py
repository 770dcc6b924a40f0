"""What must hold of derived readings, whatever the inputs say and however they come."""

from collections.abc import Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from roommon.derive.derivation import Derived, Input, KindConfig, Several
from roommon.derive.deriver import Deriver
from roommon.derive.kinds import dew_point, difference, maximum, mean, minimum, spread
from roommon.derive.kinds import sum as sums
from roommon.model.clock import Duration, Instant
from roommon.model.device import DeviceId, Sensor
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from roommon.model.text import Text

START = 1_795_420_800_000
AIR = DeviceId("air")


def sensor(key: str, quantity: Quantity = Quantity.TEMPERATURE) -> Sensor:
    return Sensor(AIR, key, quantity, Text.same(key))


def derived(key: str, config: KindConfig, inputs: Sequence[Sensor], needs: int | None = None) -> Derived:
    made_of = tuple(Input(each, Duration(10_000)) for each in inputs)
    return Derived(sensor(key), config, made_of, needs or len(inputs))


OF = Several(None)
ABC = [sensor(key) for key in "abc"]
SEVERAL: dict[str, KindConfig] = {
    "minimum": minimum.Config(of=OF),
    "mean": mean.Config(of=OF),
    "maximum": maximum.Config(of=OF),
    "spread": spread.Config(of=OF),
    "sum": sums.Config(of=OF),
}
HUMIDITY = sensor("h", Quantity.RELATIVE_HUMIDITY)
DEW = derived("dew", dew_point.Config(temperature=ABC[0].id, humidity=HUMIDITY.id), [ABC[0], HUMIDITY])

values = st.floats(-1e6, 1e6, allow_nan=False)
maybe = st.one_of(values, st.none())
rounds = st.lists(st.tuples(maybe, maybe, maybe), min_size=1, max_size=12)


def reading(name: SensorId, at: int, value: float | None) -> Reading:
    at_ = Instant(START + at)
    return bad(name, at_, Reason.NO_COMMUNICATION) if value is None else good(name, at_, value)


def beats(day: Sequence[Sequence[float | None]], inputs: Sequence[Sensor] = ABC) -> list[list[Reading]]:
    return [
        [reading(each.id, 10_000 * number, value) for each, value in zip(inputs, row, strict=True)]
        for number, row in enumerate(day)
    ]


def out(deriver: Deriver, batches: Sequence[Sequence[Reading]]) -> list[Reading]:
    return [one for batch in batches for one in deriver.take(batch) if one.sensor in deriver.sensors]


@given(st.lists(values, min_size=3, max_size=3))
def test_minimum_mean_maximum_are_in_this_order_and_spread_is_between_them(row: list[float]) -> None:
    deriver = Deriver(derived(key, config, ABC) for key, config in SEVERAL.items())
    found = {one.sensor: one.value for one in out(deriver, beats([row]))}
    least, middle, most, spread_ = (found[SensorId(f"air.{key}")] for key in ("minimum", "mean", "maximum", "spread"))
    assert least is not None
    assert middle is not None
    assert most is not None
    assert least <= middle <= most
    assert least in row
    assert most in row
    assert spread_ == most - least


@given(st.floats(-60, 80), st.floats(-5, 110))
def test_a_dew_point_is_never_above_the_temperature(temperature: float, humidity: float) -> None:
    [found] = out(Deriver([DEW]), beats([(temperature, humidity)], [ABC[0], HUMIDITY]))
    assert (found.value is None) is (found.quality is Quality.BAD)
    assert found.value is None or -45 <= found.value <= temperature


@given(st.floats(-40, 60), st.floats(1, 100), st.floats(1, 100))
def test_more_humid_air_has_no_lower_dew_point(temperature: float, one: float, other: float) -> None:
    day = [(temperature, min(one, other)), (temperature, max(one, other))]
    drier, wetter = out(Deriver([DEW]), beats(day, [ABC[0], HUMIDITY]))
    assert drier.value is None or wetter.value is None or drier.value <= wetter.value


@given(rounds, st.permutations(range(3)), st.permutations(range(3)), st.integers(1, 3))
def test_the_order_of_inputs_and_of_a_beats_readings_changes_nothing(
    day: list[tuple[float | None, ...]], inputs: list[int], order: list[int], needs: int
) -> None:
    for key, config in SEVERAL.items():
        one = Deriver([derived(key, config, ABC, needs)])
        other = Deriver([derived(key, config, [ABC[place] for place in inputs], needs)])
        shuffled = [[beat[place] for place in order] for beat in beats(day)]
        assert out(one, beats(day)) == out(other, shuffled)


@given(rounds, st.lists(st.integers(1, 5)))
def test_how_readings_are_batched_changes_nothing(day: list[tuple[float | None, ...]], sizes: list[int]) -> None:
    chain = [
        derived("mean", SEVERAL["mean"], ABC, 2),
        derived("rise", difference.Config(of=ABC[0].id, minus=SensorId("air.mean")), [ABC[0], sensor("mean")]),
    ]
    whole = [one for beat in beats(day) for one in beat]
    cuts = [0, *sizes, len(whole)]
    places = sorted({min(sum(cuts[: n + 1]), len(whole)) for n in range(len(cuts))})
    cut = [whole[a:b] for a, b in pairwise(places)]
    once, again = Deriver(chain), Deriver(chain)
    assert list(once.take(whole)) == [one for batch in cut for one in again.take(batch)]


@given(rounds, st.integers(1, 3))
def test_every_beat_gives_one_reading_which_is_bad_when_too_few_inputs_are_good(
    day: list[tuple[float | None, ...]], needs: int
) -> None:
    found = out(Deriver([derived("mean", SEVERAL["mean"], ABC, needs)]), beats(day))
    assert [one.taken_at for one in found] == [START + 10_000 * number for number in range(len(day))]
    enough = [sum(value is not None for value in row) >= needs for row in day]
    assert [one.value is not None for one in found] == enough
    assert {one.reason for one in found if one.value is None} <= {Reason.BAD_INPUT}


@given(st.lists(st.booleans(), min_size=8, max_size=40), st.booleans())
def test_an_input_that_is_silent_is_never_a_value_older_than_three_beats(speaks: list[bool], first: bool) -> None:
    deriver = Deriver([derived("mean", SEVERAL["mean"], ABC[:2])])
    heard: int | None = None
    for number, says in enumerate([first, *speaks]):
        at = 10_000 * number
        heard = at if says else heard
        batch = [reading(ABC[0].id, at, 20.0), *([reading(ABC[1].id, at, 22.0)] if says else [])]
        for one in out(deriver, [batch]):
            assert one.value is None or (heard is not None and at - heard <= 30_000)
            assert one.value in (None, 21.0)
            assert one.value is not None or one.reason is Reason.OVERDUE, "nobody else says that it is silent"


def test_what_no_derivation_concerns_is_handed_on_as_it_is() -> None:
    batch = [reading(SensorId("other.x"), 0, 1.0)]
    assert Deriver([DEW]).take(batch) is batch
    assert Deriver().take(batch) is batch


def test_a_doubtful_input_makes_a_doubtful_reading() -> None:
    doubt = Reading(ABC[0].id, Instant(START), 20.0, Quality.UNCERTAIN, Reason.SENSOR_FAILURE)
    day = [doubt, *[reading(each.id, 0, 22.0) for each in ABC[1:]]]
    [found] = out(Deriver([derived("mean", SEVERAL["mean"], ABC)]), [day])
    assert (found.quality, found.reason) == (Quality.UNCERTAIN, Reason.SENSOR_FAILURE)


def test_a_sum_that_no_number_can_hold_is_out_of_range() -> None:
    for config in (SEVERAL["sum"], SEVERAL["mean"], SEVERAL["spread"]):
        row = (1.7e308, -1.7e308, 0.0) if config is SEVERAL["spread"] else (1.7e308,) * 3
        [found] = out(Deriver([derived("much", config, ABC)]), beats([row]))
        assert found.reason is Reason.OUT_OF_RANGE


def test_a_rates_window_is_filled_from_what_the_journal_kept() -> None:
    from roommon.derive.kinds import rate

    rise = derived("rise", rate.Config(of=ABC[0].id, window=Duration(600_000)), ABC[:1])
    past = [reading(ABC[0].id, 60_000 * minute, 20 + minute / 10) for minute in range(10)]
    lived, started = Deriver([rise]), Deriver([rise])
    lived.take(past)
    assert started.windows().keys() == {ABC[0].id}
    started.remember(past)
    now = [reading(ABC[0].id, 600_000, 21.0)]
    assert list(started.take(now)) == list(lived.take(now))
    assert out(started, [[reading(ABC[0].id, 660_000, 21.1)]])[0].value is not None
