"""How soon a guesser is paused, and that nobody else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.web.address import ip
from roommon.web.attempts import AT_MOST, FORGOTTEN_S, LONGEST_PAUSE_S, WRONG_IN_A_ROW, Attempts
from roommon.web.user import UserId
from roommon.web.visitor import Visitor
from tests.peers.hands import Hands

WANG, LI = UserId("wang"), UserId("li")


def at(address: str, *, is_shared: bool = False) -> Visitor:
    return Visitor(ip(address), is_shared, is_encrypted=True, may_log_in=True)


WARD, DUTY, BOX = at("10.0.0.7"), at("10.0.0.8"), at("127.0.0.1")
PROXY = at("10.0.0.5", is_shared=True)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def attempts(clock: Hands) -> Attempts:
    return Attempts(clock)


def guess(attempts: Attempts, user: UserId, visitor: Visitor, times: int = WRONG_IN_A_ROW) -> float:
    """The pause after so many wrong passwords."""
    for _ in range(times):
        assert attempts.pause_s(user, visitor) == 0
        attempts.begin(user, visitor)
    return attempts.pause_s(user, visitor)


def test_the_pause_begins_with_the_fifth_and_doubles_up_to_a_quarter_of_an_hour(
    attempts: Attempts, clock: Hands
) -> None:
    assert guess(attempts, WANG, WARD, WRONG_IN_A_ROW - 1) == 0
    pauses = []
    for _ in range(7):
        pauses.append(guess(attempts, WANG, WARD, 1))
        clock.now += pauses[-1]
    assert pauses == [60, 120, 240, 480, 900, 900, 900]


def test_it_runs_off_by_itself_and_what_is_not_looked_at_does_not_count(attempts: Attempts, clock: Hands) -> None:
    guess(attempts, WANG, WARD)
    clock.now += 45
    assert attempts.pause_s(WANG, WARD) == 15
    clock.now += 15
    assert attempts.pause_s(WANG, WARD) == 0


def test_after_an_hour_it_all_begins_anew(attempts: Attempts, clock: Hands) -> None:
    guess(attempts, WANG, WARD)
    clock.now += FORGOTTEN_S
    assert guess(attempts, WANG, WARD, WRONG_IN_A_ROW - 1) == 0


def test_the_right_password_forgives_the_slips_before_it(attempts: Attempts) -> None:
    for _ in range(3):
        guess(attempts, WANG, WARD, WRONG_IN_A_ROW - 1)
        attempts.begin(WANG, WARD)
        attempts.succeed(WANG, WARD)
    assert guess(attempts, WANG, WARD, WRONG_IN_A_ROW - 1) == 0


def test_many_at_once_are_no_more_than_one_by_one(attempts: Attempts) -> None:
    begun = 0
    while attempts.pause_s(WANG, WARD) == 0:
        attempts.begin(WANG, WARD)
        begun += 1
    assert begun == WRONG_IN_A_ROW


def test_one_that_was_not_looked_at_is_taken_back(attempts: Attempts) -> None:
    for _ in range(20):
        assert attempts.pause_s(WANG, WARD) == 0
        attempts.begin(WANG, WARD)
        attempts.withdraw(WANG, WARD)
    assert len(attempts) == 0


def test_a_name_is_paused_for_guessers_at_many_places(attempts: Attempts) -> None:
    for number in range(WRONG_IN_A_ROW):
        guess(attempts, WANG, at(f"10.1.0.{number}"), 1)
    assert attempts.pause_s(WANG, at("10.1.0.99")) == 60
    assert attempts.pause_s(LI, at("10.1.0.99")) == 0


def test_a_place_is_paused_for_many_names(attempts: Attempts) -> None:
    for number in range(WRONG_IN_A_ROW):
        guess(attempts, UserId(f"u{number}"), WARD, 1)
    assert attempts.pause_s(WANG, WARD) == 60
    assert attempts.pause_s(WANG, DUTY) == 0


def test_a_guesser_with_a_login_of_their_own_is_not_forgiven_for_others(attempts: Attempts) -> None:
    for number in range(WRONG_IN_A_ROW):
        assert attempts.pause_s(LI, WARD) == 0
        guess(attempts, UserId(f"u{number}"), WARD, 1)
        attempts.begin(LI, WARD)
        attempts.succeed(LI, WARD)
    assert attempts.pause_s(LI, WARD) == 60


def test_who_guesses_at_the_night_duty_does_not_keep_the_night_duty_out(attempts: Attempts, clock: Hands) -> None:
    attempts.begin(WANG, DUTY)
    attempts.succeed(WANG, DUTY)
    for number in range(100):
        guess(attempts, WANG, at(f"10.1.{number}.1"), 1)
        clock.now += LONGEST_PAUSE_S
    guess(attempts, WANG, at("10.2.0.1"), 1)
    assert attempts.pause_s(WANG, at("10.3.0.1")) == LONGEST_PAUSE_S
    assert attempts.pause_s(WANG, DUTY) == 0
    assert attempts.pause_s(WANG, BOX) == 0


def test_nor_is_a_guesser_free_where_the_name_is_at_home(attempts: Attempts) -> None:
    attempts.begin(WANG, DUTY)
    attempts.succeed(WANG, DUTY)
    assert guess(attempts, WANG, DUTY) == 60
    assert guess(attempts, WANG, BOX) == 60


def test_at_the_box_each_name_counts_for_itself(attempts: Attempts) -> None:
    assert guess(attempts, WANG, BOX) == 60
    assert attempts.pause_s(LI, BOX) == 0
    assert attempts.pause_s(WANG, WARD) == 60


def test_a_proxy_that_does_not_say_who_comes_is_no_place(attempts: Attempts) -> None:
    assert guess(attempts, WANG, PROXY) == 60
    assert attempts.pause_s(LI, PROXY) == 0
    attempts.begin(LI, PROXY)
    attempts.succeed(LI, PROXY)
    guess(attempts, LI, WARD)
    assert attempts.pause_s(LI, PROXY) == 60, "nobody is at home at a proxy"


def test_a_block_of_version_6_is_one_place(attempts: Attempts) -> None:
    for number in range(WRONG_IN_A_ROW):
        guess(attempts, UserId(f"u{number}"), at(f"2001:db8:0:1::{number + 1}"), 1)
    assert attempts.pause_s(WANG, at("2001:db8:0:1:ffff::1")) == 60
    assert attempts.pause_s(WANG, at("2001:db8:0:2::1")) == 0
    assert guess(attempts, LI, at("fe80::1")) == 60
    assert attempts.pause_s(WANG, at("fe80::2")) == 0, "a link has many people"


def test_a_flood_of_names_and_addresses_takes_no_more_memory(attempts: Attempts) -> None:
    for number in range(AT_MOST + 500):
        visitor = at(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
        attempts.begin(UserId(f"u{number}"), visitor)
        attempts.succeed(UserId(f"u{number}"), visitor)
        attempts.begin(UserId(f"v{number}"), visitor)
    assert len(attempts) == AT_MOST
    guess(attempts, UserId("v10499"), at("10.9.9.9"), WRONG_IN_A_ROW - 1)
    assert guess(attempts, UserId("v0"), at("10.9.9.8"), WRONG_IN_A_ROW - 1) == 0, "the oldest are forgotten"


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([WANG, LI]),
            st.sampled_from([WARD, DUTY, BOX, PROXY]),
            st.booleans(),
            st.sampled_from([0.0, 30.0, 900.0, 4000.0]),
        ),
        max_size=60,
    )
)
def test_whatever_happens_a_quarter_of_an_hour_is_the_longest(
    steps: list[tuple[UserId, Visitor, bool, float]],
) -> None:
    clock = Hands()
    attempts = Attempts(clock)
    for user, visitor, is_right, wait in steps:
        if attempts.pause_s(user, visitor) == 0:
            attempts.begin(user, visitor)
            if is_right:
                attempts.succeed(user, visitor)
                assert attempts.pause_s(user, BOX) <= LONGEST_PAUSE_S
        clock.now += wait
        assert 0 <= attempts.pause_s(user, visitor) <= LONGEST_PAUSE_S
    clock.now += LONGEST_PAUSE_S
    assert all(attempts.pause_s(user, visitor) == 0 for user in (WANG, LI) for visitor in (WARD, DUTY, BOX, PROXY))
