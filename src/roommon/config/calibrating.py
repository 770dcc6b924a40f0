"""A sensor's calibration, put into the scale and offset of its point: once, and nowhere else."""

from dataclasses import replace
from fractions import Fraction

from roommon.config.scaling import Scaling
from roommon.config.units import NotAValue
from roommon.model.quantity import UNITS, Quantity
from roommon.model.text import Text
from roommon.profiles.point import Affine, Selector
from roommon.profiles.profile import PointSpec

_NAMES = (None, Quantity.CONTACT, Quantity.STATE)
"""Nothing, and quantities whose numbers are names."""


def calibrated(scaling: Scaling, spec: PointSpec) -> Scaling:
    """Return `scaling` with the calibration of `spec` behind it.

    Raises:
        NotAValue: what the point reads cannot be calibrated, or the offset is not in its unit.
    """
    if spec.calibration is None:
        return scaling
    step = _step(spec)
    affine, selectors = scaling
    if not selectors:
        return _behind(affine, step), ()
    *first, last = selectors
    choices = {told: _behind(each, step) for told, each in last.choices.items()}
    rest = None if last.otherwise is None else _behind(last.otherwise, step)
    return affine, (*first, Selector(last.point, choices, rest))


def _step(spec: PointSpec) -> Affine:
    """Return what the calibration does to a value in the canonical unit."""
    quantity, found = spec.quantity, spec.calibration
    if found is None or quantity is None or quantity in _NAMES:
        raise NotAValue(
            Text("only what is measured can be calibrated", "只有测量值可以校准"),
            Text("remove `calibration`", "请删除 `calibration`"),
        )
    if found.offset is None:
        return Affine(found.gain)
    unit = UNITS[quantity]
    if found.offset.unit != unit.difference:
        word = "K" if unit.difference == "K" else unit.symbol or "1"
        raise NotAValue(
            Text("the offset is not in the quantity's unit", "偏移量的单位与该量不符"),
            Text(f"write it in {word}", f"请用 {word} 书写"),
        )
    return Affine(found.gain, found.offset.value)


def _behind(first: Affine, then: Affine) -> Affine:
    """Return both steps as one, reckoned exactly."""
    scale, offset, gain, added = (Fraction(repr(float(each))) for each in (*_both(first), *_both(then)))
    return replace(first, scale=float(scale * gain), offset=float(offset * gain + added))


def _both(affine: Affine) -> tuple[float, float]:
    return affine.scale, affine.offset
