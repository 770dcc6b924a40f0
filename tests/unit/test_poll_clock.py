"""The one clock: steps are seen once, slewing is not a step."""

import time

import pytest

from roommon.poll.clock import SystemClock


def test_an_instant_is_now_by_the_wall_clock() -> None:
    clock = SystemClock()
    assert abs(clock.instant(clock.monotonic()) - time.time() * 1000) < 200


@pytest.mark.parametrize("by_s", [3_600, -3_600, 0.3, -0.3])
def test_a_step_is_told_once_and_adopted(monkeypatch: pytest.MonkeyPatch, by_s: float) -> None:
    clock = SystemClock()
    at = clock.monotonic()
    before = clock.instant(at)
    real = time.time_ns
    monkeypatch.setattr("roommon.poll.clock.time.time_ns", lambda: real() + round(by_s * 1e9))
    assert clock.check() == pytest.approx(by_s * 1000, abs=40)
    assert clock.instant(at) - before == pytest.approx(by_s * 1000, abs=40)
    assert clock.check() == 0


def test_slewing_is_adopted_without_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    at = clock.monotonic()
    before = clock.instant(at)
    real = time.time_ns
    monkeypatch.setattr("roommon.poll.clock.time.time_ns", lambda: real() + 100_000_000)
    assert clock.check() == 0
    assert clock.instant(at) - before == pytest.approx(100, abs=40)
