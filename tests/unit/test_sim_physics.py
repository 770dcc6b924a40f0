"""The simulated room's physics: what a person in the room would expect."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.climate import (
    AirConditionerSpec,
    Climate,
    RackSpec,
    Spec,
    dew_point_c,
    relative_humidity,
    saturation_hpa,
)
from simulators.hazards import Protector, ProtectorSpec, Rope, RopeSpec
from simulators.power import Ups, UpsSpec
from simulators.quantities import contact, read_quantities, set_quantity
from simulators.room import STEP_S, Plan, Room

PLAN = Plan(
    Spec(air_c=22, thermal_mass_kj_per_k=120),
    {"ac-1": AirConditionerSpec(9), "ac-2": AirConditionerSpec(9)},
    {"rack-a": RackSpec(6, "ac-1", ("ups-1", "ups-2")), "rack-b": RackSpec(5, "ac-2", ("ups-1", "ups-2"))},
    {"ups-1": UpsSpec(10, 4), "ups-2": UpsSpec(10, 0.5)},
)


def after(room: Room, seconds: float) -> Room:
    room.advance_to(room.elapsed_s + seconds)
    return room


def test_magnus_gives_the_textbook_dew_point() -> None:
    assert dew_point_c(0.5 * saturation_hpa(20.0)) == pytest.approx(9.3, abs=0.1)
    assert saturation_hpa(0.0) == pytest.approx(6.11, abs=0.01)


@given(celsius=st.floats(-30, 50), humidity=st.floats(1, 100))
def test_air_is_saturated_at_its_dew_point(celsius: float, humidity: float) -> None:
    vapour = humidity / 100 * saturation_hpa(celsius)
    assert relative_humidity(vapour, dew_point_c(vapour)) == pytest.approx(100)
    assert dew_point_c(vapour) <= celsius + 1e-9


def test_two_air_conditioners_hold_the_room_near_its_setpoint() -> None:
    assert after(Room(PLAN), 3600).climate.air_c == pytest.approx(22, abs=1.5)


def test_the_same_span_gives_the_same_room_however_it_is_cut() -> None:
    whole, cut = Room(PLAN), Room(PLAN)
    whole.advance_to(100)
    for tick in range(1, 1001):
        cut.advance_to(tick * 0.1)
    assert read_quantities(whole) == read_quantities(cut)
    assert whole.version == cut.version == 100 / STEP_S


def test_the_rack_before_the_failed_air_conditioner_gets_hot_first_and_cools_again() -> None:
    room = after(Room(PLAN), 600)
    set_quantity(room, "ac-1.running", value=False)
    after(room, 60)
    failed, other = room.racks["rack-a"], room.racks["rack-b"]
    assert room.inlet_c(failed) > 27 > room.inlet_c(other)
    assert contact(room, "ac-1.failed")
    assert not contact(room, "ac-2.failed")
    set_quantity(room, "ac-1.running", value=True)
    assert after(room, 300).inlet_c(failed) < 25


def test_warming_dries_the_air_without_taking_water_out_of_it() -> None:
    climate = Climate(Spec(outdoor_c=22, outdoor_humidity=45, humidity=45))
    before = climate.vapour_hpa
    climate.step(12, 0, 0, 60)
    assert climate.air_c > 22
    assert climate.humidity < 45
    assert climate.vapour_hpa == pytest.approx(before)


def test_without_mains_the_upses_carry_the_servers_until_their_batteries_are_empty() -> None:
    room = after(Room(PLAN), 10)
    set_quantity(room, "mains", value=False)
    small = room.upses["ups-2"]
    expected = small.runtime_s
    after(room, expected * 0.5)
    assert small.charge == pytest.approx(0.5, abs=0.05)
    assert small.on_battery_s == pytest.approx(expected * 0.5, abs=STEP_S)
    after(room, expected * 2)
    assert small.charge == pytest.approx(0, abs=0.02)
    assert room.drawn_w() == 0


def test_the_second_feed_takes_the_load_when_the_first_is_empty() -> None:
    room = after(Room(PLAN), 1)
    set_quantity(room, "mains", value=False)
    set_quantity(room, "ups-2.charge", 0.0)
    after(room, 1)
    assert room.upses["ups-2"].load_w == 0
    assert room.upses["ups-1"].load_w == pytest.approx(11_000, rel=0.05)


@given(light=st.floats(500, 4000), more=st.floats(1.1, 2))
def test_twice_the_load_more_than_halves_the_runtime(light: float, more: float) -> None:
    ups = Ups(UpsSpec(10, 4))
    ups.load_w = light
    long = ups.runtime_s
    ups.load_w = light * more
    assert ups.runtime_s * more < long


def test_water_is_told_when_enough_of_the_rope_is_wet_and_where_it_begins() -> None:
    rope = Rope(RopeSpec(length_m=30))
    rope.leak(12.4)
    rope.step(1)
    assert not rope.leaking
    for _ in range(40):
        rope.step(0.5)
    assert rope.leaking
    assert rope.wet_from_m == pytest.approx(12.4 - 21 * 0.02)
    rope.leak(None)
    for _ in range(40):
        rope.step(0.5)
    assert not rope.leaking


def test_a_leak_beyond_the_end_of_the_rope_is_refused() -> None:
    with pytest.raises(ValueError, match=r"leak at 31\.0 m: the rope is 30\.0 m long"):
        Rope(RopeSpec(30.0)).leak(31.0)


def test_dirt_is_told_from_water() -> None:
    rope = Rope(RopeSpec())
    rope.dirt_ua = 80
    assert rope.dirty
    assert not rope.leaking


def test_surges_count_and_wear_the_protector_out() -> None:
    protector = Protector(ProtectorSpec(rated_ka=20, life=15))
    protector.surge(0.05)
    assert protector.count == 0
    for _ in range(14):
        protector.surge(20)
    assert not protector.failed
    protector.surge(20)
    assert protector.failed
    assert protector.count == 15


def test_a_pinned_inlet_stays_until_it_is_let_go() -> None:
    room = Room(PLAN)
    set_quantity(room, "rack-a.inlet", -12.5)
    assert after(room, 100).inlet_c(room.racks["rack-a"]) == -12.5
    set_quantity(room, "rack-a.inlet", None)
    assert room.inlet_c(room.racks["rack-a"]) > 15


def test_an_unknown_quantity_names_the_one_that_was_meant() -> None:
    with pytest.raises(ValueError, match=r"no quantity 'rack-a\.inlt'; did you mean rack-a\.inlet\?"):
        set_quantity(Room(PLAN), "rack-a.inlt", 1.0)
    with pytest.raises(ValueError, match="mains: 1 is neither true nor false"):
        set_quantity(Room(PLAN), "mains", 1)
