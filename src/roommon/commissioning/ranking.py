"""Which of several profiles a device is of, the likeliest first, with the reasons in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from roommon.commissioning.fit import Fit, fit
from roommon.commissioning.known import Known
from roommon.commissioning.seen import Seen
from roommon.config.library import Opened
from roommon.config.site import Polled
from roommon.model.text import Text
from roommon.model.worded import sentences
from roommon.profiles.profile import Category

_ALIKE = 0.5
"""A profile whose points speak for it so much, measured by those of the first one, is its rival."""
_LEAST = 1.0
"""So much the points of a profile must speak for it, where nothing else does."""
_NAMED = 3
"""How many points a reason names."""


class Standing(IntEnum):
    """By what a device is known to be of a profile, the surest first."""

    KNOWN = 0
    """It says so itself."""
    NEAR = 1
    """It says so, and lacks something."""
    STANDARD = 2
    """It follows a standard that many makers follow."""
    AGENT = 3
    """It tells what any agent does."""
    FITS = 4
    """Its values alone say so."""
    DOUBTFUL = 5
    """Its values say so, and that which names the family is not there."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One profile that may be the device's, read from it."""

    profile: Opened
    polled: Polled
    known: Known | None
    every: Sequence[Seen]

    @property
    def name(self) -> str:
        """The profile's."""
        return self.profile.profile.id

    @property
    def fit(self) -> Fit:
        """How its points fit what the device gave."""
        return fit(self.every)

    @property
    def why(self) -> Text:
        """The reasons for and against it, in one sentence."""
        reasons = () if self.known is None else self.known.reasons
        return sentences(*reasons, _points(self.fit))


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return those that may be, the likeliest first: known by what it says, not a general standard, fitting best."""
    possible = [one for one in candidates if _is_possible(one)]
    return sorted(possible, key=_order)


def _order(one: Candidate) -> tuple[Standing, int, float, str]:
    return standing(one), -(one.known.exactness if one.known else 0), -one.fit.score, one.name


def standing(one: Candidate) -> Standing:
    """Return by what the device is known to be of the profile."""
    known = one.known
    if known is None:
        return Standing.FITS
    if known.is_doubtful:
        return Standing.DOUBTFUL
    if known.is_generic:
        return Standing.AGENT if one.profile.profile.category is Category.IDENTITY else Standing.STANDARD
    return Standing.NEAR if known.is_near else Standing.KNOWN


def _is_possible(one: Candidate) -> bool:
    """Return whether the device is known to be of the profile, or its points speak for it and none against it."""
    if standing(one) in (Standing.KNOWN, Standing.STANDARD, Standing.AGENT):
        return True
    return one.fit.score > _LEAST or (one.fit.is_sound and standing(one) is Standing.FITS)


def rivals(ranking: Sequence[Candidate]) -> list[Candidate]:
    """Return the profiles after the first that nothing tells from it; a person must look again."""
    if not ranking or standing(ranking[0]) < Standing.FITS:
        return []
    first = ranking[0]
    return [one for one in ranking[1:] if standing(one) is standing(first) and _is_like(one.fit, first.fit)]


def _is_like(one: Fit, first: Fit) -> bool:
    return one.is_sound >= first.is_sound and one.score >= _ALIKE * first.score


def _points(its: Fit) -> Text:
    if not its.asked:
        return Text("no point of it is there yet", "尚无其点位")
    answer = Text(f"{its.answered} of {its.asked} points answer", f"{its.asked} 个点位中 {its.answered} 个有应答")
    if its.answered and not its.strange:
        return Text(f"{answer.en}, all plausible", f"{answer.zh_cn}，数值均合理")
    return sentences(answer, _not_plausible(its.strange)) if its.strange else answer


def _not_plausible(strange: Sequence[Seen]) -> Text:
    few, more = ", ".join(one.point.key for one in strange[:_NAMED]), len(strange) - _NAMED
    rest = Text(f" and {more} more", f"，另有 {more} 个") if more > 0 else Text.same("")
    return Text(f"not plausible: {few}{rest.en}", f"数值不合理：{few}{rest.zh_cn}")
