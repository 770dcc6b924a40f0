"""What shows when all of `roommon notify`'s configuration is there: names that mean nothing, people not reached."""

from collections.abc import Callable, Iterable
from typing import Final

from roommon.config.findings import Findings, Spot
from roommon.config.notify_link import review_link
from roommon.config.wording import no_such
from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.routing import trouble_targets
from roommon.notify.settings import Person, Rota, Route, Settings

_CHECK: Final = Text("check the id", "请检查标识")
_PERSON: Final = Text("person or rota", "人员或值班表")
_ANY_TIME: Final = Instant(0)
"""Whoever has the duty then: it is about channels, not people."""
_CHANNEL: Final = Text("channel", "渠道")


def review(settings: Settings, spot: Spot, findings: Findings) -> None:
    """Note every name that is not there, every address that cannot be, and everybody who is reached by nothing."""
    for index, person in enumerate(settings.top.people):
        _person(settings, person, spot.below("people", index), findings)
    for index, rota in enumerate(settings.top.rotas):
        _rota(settings, rota, spot.below("rotas", index), findings)
    for index, route in enumerate(settings.top.routes):
        _route(settings, route, spot.below("routes", index), findings)
    review_link(settings, spot.below("link"), findings)
    trouble, at = settings.top.trouble, spot.below("trouble")
    known = [*settings.people, *settings.rotas]
    sound = _names(trouble.to, known, _PERSON, at.below("to"), findings)
    sound &= _names(trouble.by, settings.channels, _CHANNEL, at.below("by"), findings)
    if sound and not findings.found:
        _warn(settings, spot, findings)


def _names(given: Iterable[str], known: Iterable[str], what: Text, spot: Spot, findings: Findings) -> bool:
    """Note those of `given` that are not `known`; return whether all are."""
    choices, sound = list(known), True
    for index, name in enumerate(given):
        if name not in choices:
            findings.fault(spot.below(index), *no_such(what, name, choices, _CHECK))
            sound = False
    return sound


def _person(settings: Settings, person: Person, spot: Spot, findings: Findings) -> None:
    if not person.reach:
        problem = Text(f"nothing reaches {person.id}", f"没有任何渠道可通知 {person.id}")
        findings.fault(
            spot.below("reach"), problem, Text("write `reach: { mail: ... }`", "请写 `reach: { mail: ... }`")
        )
    for name, address in person.reach.items():
        at = spot.below("reach", name)
        channel = settings.channels.get(name)
        if channel is None:
            findings.fault(at.key_place, *no_such(_CHANNEL, name, settings.channels, _CHECK))
            continue
        check: Callable[[str], None] | None = getattr(channel.module, "check", None)
        try:
            if check is not None:
                check(address)
        except Invalid as error:
            findings.wrong(at, error)


def _rota(settings: Settings, rota: Rota, spot: Spot, findings: Findings) -> None:
    what = Text("person", "人员")
    _names(rota.people, settings.people, what, spot.below("people"), findings)
    for index, swap in enumerate(rota.swaps):
        if swap.who not in settings.people:
            findings.fault(spot.below("swaps", index, "who"), *no_such(what, swap.who, settings.people, _CHECK))
    if not rota.people:
        problem = Text(f"nobody is in the rota {rota.id}", f"值班表 {rota.id} 中没有人")
        findings.fault(spot.below("people"), problem, Text("name people", "请写出人员"))


def _route(settings: Settings, route: Route, spot: Spot, findings: Findings) -> None:
    known = [*settings.people, *settings.rotas]
    sound = _names(route.to, known, _PERSON, spot.below("to"), findings)
    sound &= _names(route.by, settings.channels, _CHANNEL, spot.below("by"), findings)
    what = Text("protection", "防护类别")
    _names(sorted(route.protections), settings.top.protections, what, spot.below("protections"), findings)
    _names(sorted(route.sites), settings.top.sites, Text("site", "站点"), spot.below("sites"), findings)
    if not route.to:
        problem = Text("this route leads to nobody", "此路由没有通知任何人")
        findings.fault(spot.below("to"), problem, Text("name people or rotas", "请写出人员或值班表"))
    if not sound:
        return
    for name in route.to:
        for person in settings.rotas[name].people if name in settings.rotas else (name,):
            if person in settings.people and route.by and not set(route.by) & set(settings.people[person].reach):
                findings.fault(
                    spot.below("by"),
                    Text(f"none of these channels reaches {person}", f"这些渠道都无法通知 {person}"),
                    Text("give them an address there under `reach`", "请在其 `reach` 下给出地址"),
                )


def _warn(settings: Settings, spot: Spot, findings: Findings) -> None:
    if not any(_is_open(route) for route in settings.top.routes):
        findings.warn(
            spot.below("routes"),
            Text(
                "some critical alarms are told to nobody: every route is narrowed",
                "部分紧急告警不会通知任何人：所有路由都有限定",
            ),
            Text("add a route with `priority: critical` alone", "请添加一条只写 `priority: critical` 的路由"),
        )
    ways = {target.channel for target in trouble_targets(settings, _ANY_TIME)}
    if len(ways) < 2:
        findings.warn(
            spot.below("trouble"),
            Text("when this one channel fails, nobody can be told of it", "只有一个渠道：它失效时无法通知任何人"),
            Text("reach somebody by a second channel", "请为某人再配一个渠道"),
        )


def _is_open(route: Route) -> bool:
    narrowed = route.rooms or route.sites or route.alarms or route.protections or route.tier
    return not narrowed and route.priority >= Priority.CRITICAL
