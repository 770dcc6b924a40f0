"""`roommon check --explain`: which sensors are calibrated, how, by whom, and until when it holds."""

from collections.abc import Iterator
from dataclasses import replace

from rich.text import Text as Styled

from roommon.cli.screen import console, print_beside
from roommon.cli.spoken import say
from roommon.config.site import Site
from roommon.profiles.calibration import Calibration
from roommon.rules import settings

_INDENT = 4


def print_calibrations(site: Site) -> None:
    """Print a line for each calibrated sensor, if there are any."""
    found = list(_calibrated(site))
    if found:
        console().print(Styled(say("\ncalibrated", "\n已校准"), "bold"))
    for sensor, calibration in found:
        print_beside("", f"{sensor}{say(': ', '：')}{_said(calibration)}", _INDENT)


def documents(site: Site) -> list[dict[str, object]]:
    """Return the same for programs."""
    return [
        {
            "sensor": sensor,
            "gain": each.gain,
            "offset": None if each.offset is None else each.offset.value,
            "date": None if each.date is None else each.date.isoformat(),
            "by": each.by,
            "due": None if each.due is None else each.due.isoformat(),
        }
        for sensor, each in _calibrated(site)
    ]


def _calibrated(site: Site) -> Iterator[tuple[str, Calibration]]:
    for polled in site.devices:
        for point in polled.points:
            if point.calibration is not None and point.is_sensor:
                yield f"{polled.device.id}.{point.key}", point.calibration


def _said(calibration: Calibration) -> str:
    """Return `value x 1.002 - 0.3 K, 2026-05-01, by Li, due 2027-05-01`."""
    words = [_formula(calibration)]
    if calibration.date is not None:
        words.append(calibration.date.isoformat())
    if calibration.by is not None:
        words.append(say(f"by {calibration.by}", f"校准人 {calibration.by}"))
    if calibration.due is not None:
        words.append(say(f"due {calibration.due}", f"到期 {calibration.due}"))
    return say(", ", "，").join(words)


def _formula(calibration: Calibration) -> str:
    said = say("value", "读数")
    if calibration.gain != 1:
        said += f" × {calibration.gain:g}"
    offset = calibration.offset
    if offset is not None and offset.value:
        said += f" {'-' if offset.value < 0 else '+'} {settings.amount(replace(offset, value=abs(offset.value)))}"
    return said if said != say("value", "读数") else say("value as it is", "读数不变")
