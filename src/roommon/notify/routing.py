"""Who is told of an event, by which channel, and from when on. Pure: the clock comes in as an instant."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.schedule import Schedule
from roommon.notify.event import Event
from roommon.notify.rota import on_duty
from roommon.notify.settings import Name, Route, Settings, Target

_MINUTE_MS = 60_000
_WEEK_MINUTES = 7 * 24 * 60


def targets(settings: Settings, event: Event, at: Instant, rota: Name | None = None) -> dict[Target, Instant]:
    """Return everybody who is told of `event` at `at`, each with the instant before which they are left in peace.

    With `rota`, only who is told of it because they have its duty.
    """
    if event.is_own:
        return dict.fromkeys(trouble_targets(settings, at, rota), at)
    found: dict[Target, Instant] = {}
    for route in settings.top.routes:
        if not takes(settings, route, event):
            continue
        begin = at if event.priority is Priority.CRITICAL else _end_of_quiet(route.quiet, at)
        for target in _ways(settings, _meant(route.to, rota), route.by, at):
            found[target] = min(begin, found.get(target, begin))
    return found


def not_before(settings: Settings, event: Event, target: Target, at: Instant) -> Instant:
    """Return from when on `target` may hear more of an alarm that they were told of, whoever is on duty now."""
    if event.is_own or event.priority is Priority.CRITICAL:
        return at
    quiet = [
        _end_of_quiet(route.quiet, at)
        for route in settings.top.routes
        if takes(settings, route, event) and target.person in _everybody(settings, route.to)
    ]
    return min(quiet, default=at)


def takes(settings: Settings, route: Route, event: Event) -> bool:
    """Return whether `route` is about `event`."""
    if event.priority > route.priority or event.tier < route.tier:
        return False
    if (route.rooms and event.room not in route.rooms) or (route.sites and event.site not in route.sites):
        return False
    patterns = [*route.alarms, *(each for name in route.protections for each in settings.top.protections.get(name, ()))]
    return not (route.alarms or route.protections) or any(fnmatchcase(event.alarm, each) for each in patterns)


def trouble_targets(settings: Settings, at: Instant, rota: Name | None = None) -> Iterator[Target]:
    """Yield who is told of trouble with roommon, the broker, or another channel; with `rota`, by its duty alone."""
    trouble = settings.top.trouble
    if trouble.to:
        yield from _ways(settings, _meant(trouble.to, rota), trouble.by, at)
        return
    for route in settings.top.routes:
        yield from _ways(settings, _meant(route.to, rota), trouble.by or route.by, at)


def _meant(to: Iterable[Name], rota: Name | None) -> Iterable[Name]:
    return to if rota is None else [name for name in to if name == rota]


def _ways(settings: Settings, to: Iterable[Name], by: Iterable[Name], at: Instant) -> Iterator[Target]:
    chosen = set(by)
    for name in to:
        rota = settings.rotas.get(name)
        person = settings.people[name if rota is None else on_duty(rota, at)]
        yield from (Target(person.id, channel) for channel in person.reach if not chosen or channel in chosen)


def _everybody(settings: Settings, to: Iterable[Name]) -> set[Name]:
    """Return all who may be meant by `to`, on duty or not."""
    rotas: Mapping[Name, set[Name]] = {
        rota.id: {*rota.people, *(swap.who for swap in rota.swaps)} for rota in settings.rotas.values()
    }
    return {person for name in to for person in rotas.get(name, {name})}


def _end_of_quiet(quiet: Schedule | None, at: Instant) -> Instant:
    """Return the first minute from `at` on that is not quiet; a week that is quiet throughout keeps nothing."""
    if quiet is None or not quiet.holds(at):
        return at
    minute = at // _MINUTE_MS
    for later in range(minute + 1, minute + _WEEK_MINUTES):
        if not quiet.holds(Instant(later * _MINUTE_MS)):
            return Instant(later * _MINUTE_MS)
    return at
