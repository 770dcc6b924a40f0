"""Blocks of registers that repeat, against addresses that are counted one step at a time."""

from hypothesis import given
from hypothesis import strategies as st

from roommon.config.repeats import moved, numbered
from roommon.profiles.point import Register, Table
from roommon.profiles.profile import PointKey, RepeatSpec

LEVELS = st.lists(
    st.builds(RepeatSpec, st.integers(1, 12), st.integers(1, 60), st.integers(0, 3)), min_size=1, max_size=3
)


@given(levels=LEVELS, start=st.integers(0, 500), data=st.data())
def test_a_block_lies_as_many_steps_behind_the_first_as_its_number_says(
    levels: list[RepeatSpec], start: int, data: st.DataObject
) -> None:
    numbers = [data.draw(st.integers(level.first, level.first + level.count - 1)) for level in levels]
    address = start
    for number, level in zip(numbers, levels, strict=True):
        assert isinstance(level.stride, int)
        for _ in range(level.first, number):
            address += level.stride
    row = numbered(PointKey("t"), levels, "/".join(map(str, numbers)))
    assert moved(Register(Table.HOLDING, start), None, row, None) == (Register(Table.HOLDING, address), None)


@given(low=st.integers(0, 4), more=st.integers(1, 4), number=st.integers(1, 60))
def test_bits_are_counted_through_the_registers(low: int, more: int, number: int) -> None:
    step = low + more
    row = numbered(PointKey("t"), [RepeatSpec(60, f"{step} bits")], number)
    at, bits = moved(Register(Table.INPUT, 100), (low, 1), row, None)
    assert bits is not None
    assert (at.address - 100) * 16 + bits[0] == low + step * (number - 1)
    assert bits[0] < 16
