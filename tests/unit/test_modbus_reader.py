"""One device's reader against a device of a few lines that refuses what it is told to."""

import logging
from collections.abc import Callable, Sequence

import pytest

from roommon.model.clock import Instant
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.poll.driver import DeviceUnreachable, Fault, Raw
from roommon.poll.modbus.frames import Answer, Refusal, Wrong
from roommon.poll.modbus.reader import ASK_AGAIN_S, ModbusReader
from roommon.poll.plan import Block, plan
from roommon.profiles.limits import Limits, Stretch
from roommon.profiles.point import Encoding, Point, Register, Table


class HandClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


class Device:
    """Registers that hold their own addresses; `judge` returns what is wrong with a request, or None."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []
        self.judge: Callable[[Block], Answer | DeviceUnreachable | None] = lambda _block: None

    async def ask(self, block: Block) -> Answer:
        self.asked.append((block.address, block.count))
        trouble = self.judge(block)
        if isinstance(trouble, DeviceUnreachable):
            raise trouble
        if trouble is not None:
            return trouble
        return b"".join(at.to_bytes(2, "big") for at in range(block.address, block.address + block.count))

    def take_asked(self) -> list[tuple[int, int]]:
        asked, self.asked = self.asked, []
        return asked


class Bench:
    """A device, its reader and a clock."""

    def __init__(self, addresses: Sequence[int], limits: Limits | None = None) -> None:
        self.addresses = addresses
        self.device = Device()
        self.clock = HandClock()
        points = [Point(f"p{at}", Register(Table.INPUT, at), Encoding.UINT16) for at in addresses]
        self.reader = ModbusReader(
            "probe",
            points,
            plan(points, limits or Limits(), 32),
            self.device.ask,
            self.clock,
        )

    async def read(self) -> dict[int, Raw | Fault]:
        return dict(zip(self.addresses, await self.reader.read(), strict=True))

    def refuse(self, *addresses: int, code: int = 2) -> None:
        self.device.judge = lambda block: (
            Refusal(code) if any(block.address <= at < block.address + block.count for at in addresses) else None
        )

    def obey(self) -> None:
        self.device.judge = lambda _block: None


def reasons(raws: dict[int, Raw | Fault]) -> dict[int, Reason]:
    return {at: raw.reason for at, raw in raws.items() if isinstance(raw, Fault)}


async def test_all_points_come_with_one_request() -> None:
    bench = Bench([0, 1, 5, 9])
    assert await bench.read() == {0: 0, 1: 1, 5: 5, 9: 9}
    assert bench.device.asked == [(0, 10)]


@pytest.mark.parametrize("code", [1, 2, 3])
async def test_a_refused_register_is_found_in_the_same_beat_and_costs_the_others_nothing(code: int) -> None:
    bench = Bench(range(16))
    bench.refuse(11, code=code)
    raws = await bench.read()
    assert reasons(raws) == {11: Reason.CONFIGURATION_ERROR}
    assert all(raw == at for at, raw in raws.items() if at != 11)


async def test_afterwards_the_culprit_is_left_alone_and_then_asked_again() -> None:
    bench = Bench(range(16))
    bench.refuse(11)
    await bench.read()
    bench.device.take_asked()
    assert reasons(await bench.read()) == {11: Reason.CONFIGURATION_ERROR}
    assert not any(address <= 11 < address + count for address, count in bench.device.take_asked())
    bench.clock.now += ASK_AGAIN_S
    assert reasons(await bench.read()) == {11: Reason.CONFIGURATION_ERROR}
    assert (11, 1) in bench.device.take_asked()
    await bench.read()
    assert (11, 1) not in bench.device.take_asked()


async def test_a_culprit_that_is_not_refused_any_more_comes_back_and_brings_the_others() -> None:
    bench = Bench(range(16))
    bench.refuse(3, 11)
    assert len(reasons(await bench.read())) == 2
    bench.obey()
    bench.clock.now += ASK_AGAIN_S
    await bench.read()
    assert await bench.read() == {at: at for at in range(16)}


async def test_a_hole_that_is_refused_is_not_read_over_any_more() -> None:
    bench = Bench([0, 1, 8, 9])
    bench.refuse(5)
    assert await bench.read() == {0: 0, 1: 1, 8: 8, 9: 9}
    bench.device.take_asked()
    await bench.read()
    assert sorted(bench.device.take_asked()) == [(0, 2), (8, 2)]


async def test_a_device_that_takes_small_blocks_alone_is_read_in_small_blocks() -> None:
    bench = Bench(range(100))
    bench.device.judge = lambda block: Refusal(4) if block.count > 30 else None
    assert await bench.read() == {at: at for at in range(100)}
    bench.device.take_asked()
    await bench.read()
    assert sorted(bench.device.take_asked()) == [(0, 25), (25, 25), (50, 25), (75, 25)]


async def test_a_register_that_fails_is_asked_each_beat_and_says_when_it_is_well() -> None:
    bench = Bench(range(8))
    bench.refuse(3, code=4)
    assert reasons(await bench.read()) == {3: Reason.DEVICE_FAILURE}
    assert reasons(await bench.read()) == {3: Reason.DEVICE_FAILURE}
    bench.obey()
    assert await bench.read() == {at: at for at in range(8)}


async def test_a_device_that_fails_as_a_whole_is_not_halved_each_beat() -> None:
    bench = Bench(range(8))
    bench.device.judge = lambda _block: Refusal(4)
    assert set(reasons(await bench.read()).values()) == {Reason.DEVICE_FAILURE}
    bench.device.take_asked()
    await bench.read()
    assert bench.device.take_asked() == [(0, 8)]


async def test_a_device_that_refuses_everything_is_asked_one_thing_a_beat_and_recovers() -> None:
    bench = Bench(range(4))
    bench.refuse(0, 1, 2, 3)
    assert set(reasons(await bench.read()).values()) == {Reason.CONFIGURATION_ERROR}
    bench.device.take_asked()
    for _ in range(4):
        await bench.read()
    assert len(bench.device.take_asked()) == 4
    bench.obey()
    for _ in range(4):
        await bench.read()
    assert await bench.read() == {at: at for at in range(4)}


@pytest.mark.parametrize("answer", [Refusal(6), Refusal(5), Wrong(Text.same("unit 9 answered instead of 1"))])
async def test_what_is_neither_value_nor_refusal_is_the_devices_failure(answer: Answer) -> None:
    bench = Bench(range(4))
    bench.device.judge = lambda _block: answer
    assert set(reasons(await bench.read()).values()) == {Reason.DEVICE_FAILURE}
    bench.obey()
    assert await bench.read() == {at: at for at in range(4)}


async def test_a_device_that_gives_nothing_is_unreachable() -> None:
    bench = Bench([0, 200])
    bench.device.judge = lambda _block: DeviceUnreachable("probe: silent")
    with pytest.raises(DeviceUnreachable):
        await bench.read()


async def test_a_device_that_stops_within_a_beat_keeps_what_it_said() -> None:
    bench = Bench([0, 200])
    bench.device.judge = lambda block: DeviceUnreachable("silent") if block.address == 200 else None
    raws = await bench.read()
    assert raws[0] == 0
    assert reasons(raws) == {200: Reason.NO_COMMUNICATION}


async def test_a_device_that_stops_while_a_culprit_is_sought_is_sought_again() -> None:
    bench = Bench(range(16))
    bench.device.judge = lambda block: (
        Refusal(2) if block.count == 16 else DeviceUnreachable("silent") if block.address else None
    )
    with pytest.raises(DeviceUnreachable):
        await bench.read()
    bench.refuse(11)
    assert reasons(await bench.read()) == {11: Reason.CONFIGURATION_ERROR}


async def test_a_point_in_a_forbidden_stretch_is_never_asked() -> None:
    bench = Bench([0, 1, 5], Limits(forbidden=(Stretch(Table.INPUT, 1, 4),)))
    assert reasons(await bench.read()) == {1: Reason.CONFIGURATION_ERROR}
    assert bench.device.asked == [(0, 1), (5, 1)]


async def test_the_log_names_a_culprit_once_and_when_it_is_well(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    bench = Bench(range(4))
    bench.refuse(2)
    for _ in range(3):
        await bench.read()
        bench.clock.now += ASK_AGAIN_S
    bench.obey()
    await bench.read()
    assert [record.getMessage() for record in caplog.records] == [
        "probe: input register 2 (p2) is refused: exception 2 (illegal data address); asked again in 10 min",
        "probe: input register 2 is not refused any more",
    ]
