"""What a judge can do besides judging. To ask a protocol takes 10 us, and there may be many judges of few classes."""

from functools import cache
from typing import TypeGuard

from roommon.rules.rule import Carries, Foresees, Judge, Measures, Meets, Sees, Window


def is_window(judge: Judge | None) -> TypeGuard[Window]:
    """Return whether `judge` remembers readings."""
    return judge is not None and _remembers(judge.__class__)


def sees(judge: Judge | None) -> TypeGuard[Sees]:
    """Return whether `judge` sees readings."""
    return judge is not None and _sees(judge.__class__)


def carries(judge: Judge | None) -> TypeGuard[Carries]:
    """Return whether `judge` knows more than the readings that it is shown at start."""
    return judge is not None and _carries(judge.__class__)


def foresees(judge: Judge | None) -> TypeGuard[Foresees]:
    """Return whether `judge` knows when a limit will be reached."""
    return judge is not None and _foresees(judge.__class__)


def meets(judge: Judge | None) -> TypeGuard[Meets]:
    """Return whether `judge` knows the other sensors of its rule."""
    return judge is not None and _meets(judge.__class__)


def measures(judge: Judge | None) -> TypeGuard[Measures]:
    """Return whether `judge` holds a number against its limit."""
    return judge is not None and _measures(judge.__class__)


@cache
def _measures(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Measures)


@cache
def _remembers(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Window)


@cache
def _carries(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Carries)


@cache
def _foresees(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Foresees)


@cache
def _sees(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Sees)


@cache
def _meets(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Meets)
