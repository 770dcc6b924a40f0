"""The heat map's colours can be told apart, by eyes that see no red or no green too."""

import re
from itertools import pairwise

import pytest

from roommon.web import heat
from roommon.web.drawing import STATIC
from roommon.web.floor import Heat

_STEP = re.compile(r"--heat-(\d+): #([0-9a-f]{6});")
_LINEAR = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    # Vienot, Brettel and Mollon 1999, on linear RGB.
    "no red": ((0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)),
    "no green": ((0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)),
}
SHEET = (STATIC / "plan.css").read_text("utf-8")
_LEAST = 4.0
"""Of CIE 1976 lightness (0 to 100), between two steps outside the recommended range."""


def themes() -> list[dict[int, str]]:
    blocks = re.split(r"(?=--heat-0: )", (STATIC / "plan.css").read_text("utf-8"))[1:]
    found = [{int(step): colour for step, colour in _STEP.findall(block)} for block in blocks]
    return [steps for steps in found if len(steps) > 1]


def seen(colour: str, eyes: str) -> tuple[float, float]:
    """Lightness, and how yellow (+) or blue (-) it is."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    red, green, blue = (sum(a * b for a, b in zip(row, linear, strict=True)) for row in _LINEAR[eyes])
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * float(luminance) ** (1 / 3) - 16, (red + green) / 2 - blue


def test_every_step_of_the_scale_has_its_colour_in_both_themes() -> None:
    steps = range(len(heat.edges(Heat((), 12, 35, 1))) + 1)
    dark, *light = themes()
    assert len(light) == 2
    assert light[0] == light[1]
    assert list(dark) == list(light[0]) == list(steps)


@pytest.mark.parametrize("eyes", _LINEAR)
@pytest.mark.parametrize("theme", [0, 1])
def test_each_step_away_from_what_is_recommended_is_seen(eyes: str, theme: int) -> None:
    colours = themes()[theme]
    away = 1 if theme == 0 else -1
    for side in ([6, 7, 8, 9, 10, 11], [4, 3, 2, 1, 0]):
        lightness = [seen(colours[step], eyes)[0] * away for step in side]
        assert all(further - nearer > _LEAST for nearer, further in pairwise(lightness)), (side, lightness)


@pytest.mark.parametrize("eyes", _LINEAR)
@pytest.mark.parametrize("theme", [0, 1])
def test_warm_is_yellow_and_cold_is_blue_to_all_eyes(eyes: str, theme: int) -> None:
    colours = themes()[theme]
    assert all(seen(colours[step], eyes)[1] < -0.02 for step in range(4))
    assert all(seen(colours[step], eyes)[1] > 0.02 for step in range(7, 12))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, 1.4.3: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def colours_called(name: str, sheet: str) -> list[str]:
    """The colours of a name in turn: dark, light, light."""
    found = re.findall(rf"--{name}: #([0-9a-f]{{3,6}});", (STATIC / sheet).read_text("utf-8"))
    return [colour if len(colour) == 6 else "".join(letter * 2 for letter in colour) for colour in found]


@pytest.mark.parametrize("theme", [0, 1, 2])
def test_words_are_read_on_every_colour_by_the_edge_around_them(theme: int) -> None:
    """AAA between words and their edge, wherever they are; the edge is wide enough to be the ground of a letter."""
    text, halo = colours_called("text", "page.css")[theme], colours_called("halo", "plan.css")[theme]
    assert contrast(text, halo) >= 7
    [edge] = re.findall(r"\.drawn \.value \{ paint-order: stroke; stroke: var\(--halo\); stroke-width: (\d+)px", SHEET)
    assert int(edge) >= 7
