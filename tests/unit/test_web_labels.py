"""Labels that do not lie over each other where it can be helped."""

from roommon.web import labels
from roommon.web.labels import Box, Mark

SHEET = Box(0, 0, 1000, 600)
TEXT = ["23.1 °C"]


def placed(*marks: Mark, standing: tuple[Box, ...] = ()) -> list[Box]:
    return labels.placed(marks, SHEET, standing, 20, 10)


def test_a_label_stands_right_of_its_mark() -> None:
    [box] = placed(Mark(500, 300, TEXT))
    assert box.left == 515
    assert box.top + box.height / 2 == 300


def test_at_the_right_wall_it_stands_left_of_it() -> None:
    [box] = placed(Mark(980, 300, TEXT))
    assert box.left + box.width == 965


def test_no_label_lies_over_another_nor_over_a_mark() -> None:
    marks = [Mark(400 + 40 * number, 300, TEXT) for number in range(3)]
    boxes = placed(*marks)
    assert not any(one.meets(other) for one in boxes for other in boxes if one is not other)
    dots = [Box(mark.x - 10, mark.y - 10, 20, 20) for mark in marks]
    assert not any(box.meets(dot) for box in boxes for dot in dots)


def test_what_stands_there_is_kept_free_where_there_is_room() -> None:
    rack = Box(510, 200, 200, 200)
    [box] = placed(Mark(500, 300, TEXT), standing=(rack,))
    assert not box.meets(rack)


def test_a_chinese_letter_is_as_wide_as_it_is_high() -> None:
    assert labels.width("漏水", 20) == 40
    assert labels.width("ab", 20) < 30


def test_a_label_that_fits_nowhere_is_written_all_the_same() -> None:
    [box] = labels.placed([Mark(10, 10, ["a very long name"])], Box(0, 0, 20, 20), (), 20, 10)
    assert box.width > 20
