"""Labels that do not lie over each other, nor under a rope, where it can be helped."""

from roommon.web import labels
from roommon.web.box import Box, Crowd
from roommon.web.floor import At
from roommon.web.labels import Anchor, Label, Mark, Standing

SHEET = Box(0, 0, 1000, 600)
NOTHING = Standing((), (), ())


def mark(x: float, y: float, width: float = 100, *, matters: bool = False) -> Mark:
    return Mark(At(x, y), 10, width, 24, matters)


def placed(*marks: Mark, standing: Standing = NOTHING) -> list[Label]:
    found = labels.placed(marks, SHEET, standing)
    assert all(label is not None for label in found)
    return [label for label in found if label is not None]


def test_a_label_stands_right_of_its_mark() -> None:
    [label] = placed(mark(500, 300))
    assert (label.box.left, label.box.middle.y, label.anchor, label.x) == (515, 300, Anchor.START, 515)


def test_at_the_right_wall_it_stands_left_of_it() -> None:
    [label] = placed(mark(970, 300))
    assert (label.box.right, label.anchor, label.x) == (955, Anchor.END, 955)


def test_no_label_lies_over_another_nor_over_a_mark() -> None:
    marks = [mark(400 + 40 * number, 300) for number in range(3)]
    boxes = [label.box for label in placed(*marks)]
    assert not any(one.meets(other) for one in boxes for other in boxes if one is not other)
    dots = [Box.around(each.at, 20, 20) for each in marks]
    assert not any(box.meets(dot) for box in boxes for dot in dots)


def test_what_stands_there_is_kept_free_where_there_is_room() -> None:
    rack = Box(510, 200, 200, 200)
    [label] = placed(mark(500, 300), standing=NOTHING._replace(things=(rack,)))
    assert not label.box.meets(rack)


def test_a_thing_is_rather_written_over_than_its_name() -> None:
    rack, name = Box(300, 100, 400, 400), Box(520, 290, 60, 20)
    [label] = placed(mark(500, 300), standing=Standing((rack,), (name,), ()))
    assert label.box.meets(rack)
    assert not label.box.meets(name)
    assert label.led_to is None


def test_no_rope_runs_through_a_label_and_a_line_leads_to_one_that_is_away() -> None:
    """Between the wall and the rope is room for the mark and not for its words."""
    rope = (At(60, 0), At(60, 600))
    [label] = placed(mark(30, 300), standing=NOTHING._replace(lines=(rope,)))
    assert not label.box.is_crossed(*rope)
    assert label.box.left > 60
    assert label.led_to == label.box.nearest(At(30, 300))


def test_a_line_that_leads_to_a_label_runs_through_no_words() -> None:
    rope, name = (At(60, 0), At(60, 600)), Box(70, 290, 10, 20)
    [label] = placed(mark(30, 300, 110), standing=Standing((), (name,), (rope,)))
    assert label.led_to is not None
    assert not name.is_crossed(At(30, 300), label.led_to)


def test_where_there_is_no_place_what_does_not_matter_is_left_out() -> None:
    full = NOTHING._replace(words=(Box(0, 0, 1000, 600),))
    assert labels.placed((mark(500, 300),), SHEET, full) == (None,)
    assert labels.placed((mark(500, 300, matters=True),), SHEET, full) != (None,)


def test_what_matters_chooses_first() -> None:
    usual, amiss = placed(mark(500, 300), mark(500, 320, matters=True))
    assert (amiss.box.left, amiss.box.middle.y) == (515, 320)
    assert usual.anchor is not Anchor.START


def test_what_matters_is_not_covered() -> None:
    crowd = tuple(mark(15 + 30 * x, 15 + 30 * y, matters=(x, y) == (10, 10)) for x in range(32) for y in range(19))
    found = labels.placed(crowd, SHEET, NOTHING)
    own = next(label for each, label in zip(crowd, found, strict=True) if each.matters)
    assert own is not None
    assert not any(other.box.meets(own.box) for other in found if other is not None and other is not own)


def test_a_chinese_letter_is_as_wide_as_it_is_high() -> None:
    assert labels.width("漏水", 20) == 40
    assert labels.width("ab", 20) < 30


def test_a_figure_more_or_less_leaves_the_place_as_it_is() -> None:
    assert labels.size(["9.8 °C", "not read"], 20) == labels.size(["10.1 °C", "not read"], 20)
    assert labels.size(["9.8 °C"], 20)[0] >= labels.width("9.8 °C", 20)


def test_a_label_that_fits_nowhere_is_written_all_the_same_if_it_matters() -> None:
    [label] = labels.placed((mark(10, 10, 300, matters=True),), Box(0, 0, 40, 40), NOTHING)
    assert label is not None
    assert label.box.width == 300


def test_a_line_crosses_a_box_or_passes_it() -> None:
    box = Box(10, 10, 10, 10)
    assert box.is_crossed(At(0, 0), At(30, 30))
    assert box.is_crossed(At(15, 0), At(15, 30))
    assert not box.is_crossed(At(0, 15), At(9, 15))
    assert not box.is_crossed(At(0, 25), At(30, 25))
    assert not box.is_crossed(At(0, 12), At(12, 0)), "it passes the corner"
    assert not box.is_crossed(At(20, 15), At(30, 15)), "it begins at its edge"


def test_a_crowd_finds_what_a_box_or_a_line_meets() -> None:
    crowd = Crowd(Box(100 * number, 50, 20, 20) for number in range(10))
    assert crowd.met(Box(90, 40, 230, 15)) == 3
    assert crowd.met(Box(30, 40, 60, 100)) == 0
    assert crowd.crossed(At(0, 60), At(510, 60)) == 6
