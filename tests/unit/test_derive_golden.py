"""The golden cases of derived sensors: as they are batched, one by one, all at once; and going on after a reload."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import pytest

from roommon.derive.again import again
from roommon.derive.deriver import Deriver
from roommon.model.command import ClockStep, PersonsCommand, Resumed
from roommon.model.reading import Reading
from tests.golden.derive.case import CASES, Case, Entry, derived_of, load, told

EVERY = pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)


def flat(case: Case) -> Iterator[Reading | ClockStep | Resumed]:
    for each in case.inputs:
        match each:
            case ClockStep() | Resumed():
                yield each
            case PersonsCommand():
                pass
            case _:
                yield from each


def at_once(case: Case) -> Iterator[Entry]:
    for is_reading, group in groupby(flat(case), lambda each: isinstance(each, Reading)):
        if is_reading:
            yield [each for each in group if isinstance(each, Reading)]
        else:
            yield from (each for each in group if not isinstance(each, Reading))


def test_there_are_cases() -> None:
    kinds = {type(each.config).__module__.rpartition(".")[2] for folder in CASES for each in load(folder).derived}
    assert kinds == {
        *("dew_point", "dew_margin", "minimum", "maximum", "mean", "spread", "sum", "difference", "rate"),
    }


@EVERY
def test_a_case_derives_what_it_expects(folder: Path) -> None:
    case = load(folder)
    found = list(derived_of(case, Deriver(case.derived)))
    assert told(case, found) == (folder / "readings.expected").read_text("utf-8")


@EVERY
def test_how_the_readings_were_batched_changes_nothing_not_even_the_order(folder: Path) -> None:
    case = load(folder)
    recorded = [each for each in again(flat(case), Deriver(case.derived)) if isinstance(each, Reading)]
    assert joined(case, case.inputs) == recorded
    assert joined(case, list(at_once(case))) == recorded


def joined(case: Case, inputs: Sequence[Entry]) -> list[Reading]:
    deriver, found = Deriver(case.derived), list[Reading]()
    for each in inputs:
        if isinstance(each, Sequence):
            found += deriver.take(each)
        else:
            deriver.note(each)
    return found


@EVERY
def test_a_record_with_derived_readings_derives_the_same_again_and_nothing_twice(folder: Path) -> None:
    case = load(folder)
    once = list(again(flat(case), Deriver(case.derived)))
    assert list(again(once, Deriver(case.derived))) == once


@EVERY
def test_a_reload_that_changes_nothing_changes_nothing(folder: Path) -> None:
    case = load(folder)
    deriver, found = Deriver(case.derived), list[Reading]()
    for each in case.inputs:
        deriver.configure(load(folder).derived)
        if isinstance(each, Sequence):
            found += [reading for reading in deriver.take(each) if reading.sensor in deriver.sensors]
        else:
            deriver.note(each)
    assert told(case, found) == (folder / "readings.expected").read_text("utf-8")
