"""`roommon check --explain`: the rules in force, whom each judges, and where it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rich.text import Text as Styled

from roommon.cli import calibrated, derived, rule_words
from roommon.cli.screen import console, print_beside
from roommon.cli.spoken import counted, language, say
from roommon.cli.words import word
from roommon.config import kinds
from roommon.config.fault import Place
from roommon.config.load import Checked
from roommon.config.recommended import LeftOut, Origin, Why
from roommon.config.site import Site
from roommon.model.device import Sensor
from roommon.model.text import Text
from roommon.rules.rule import Rule

_INDENT = 4
_SHOWN = 6
"""How many sensors are named; a rule for a whole room has hundreds."""
_WHY: Mapping[Why, Text] = {
    Why.DROPPED: Text("left out by the device", "设备配置中已去掉"),
    Why.NO_SENSORS: Text("the device has no such sensor", "设备没有相应的传感器"),
    Why.NOT_ASKED: Text("not taken, `recommended: true` takes them", "未采用，写 `recommended: true` 即可采用"),
}


def print_rules(checked: Checked, site: Site) -> None:
    """Print every rule of `site`, and the recommended ones that are not in force."""
    for rule in site.rules:
        _print_rule(rule, _judged(rule, site), checked.origins[rule.id])
    if checked.left_out:
        console().print(Styled(say("\nrecommended, and not in force", "\n推荐但未生效"), "bold"))
    for line in _left_out(checked.left_out):
        print_beside("", line, _INDENT)
    derived.print_derived(site)
    calibrated.print_calibrations(site)


def _print_rule(rule: Rule, sensors: Sequence[Sensor], origin: Origin) -> None:
    rule_words.print_heading(rule.id, rule.config)
    for condition, judged in rule_words.conditions(rule.config, sensors).items():
        print_beside("", f"{condition}{say(': ', '：')}{_named(judged)}", _INDENT)
    print_beside("", _told(origin), _INDENT, "dim")


def _named(sensors: Sequence[Sensor]) -> str:
    names = say(", ", "、").join(sensor.id for sensor in sensors[:_SHOWN])
    if len(sensors) <= _SHOWN:
        return names
    more = len(sensors) - _SHOWN
    return say(f"{names} and {more} more", f"{names} 等，另有 {more} 个")


def _judged(rule: Rule, site: Site) -> list[Sensor]:
    every = ((device, sensor) for device in site.sensed() for sensor in device.sensors)
    return [sensor for device, sensor in every if rule.sensors.selects(device, sensor)]


def _told(origin: Origin) -> str:
    """Return where a rule comes from, in words."""
    at, profile = _line(origin.place), origin.profile
    if origin.standard is not None:
        return _by_standard(origin, at)
    if profile is None:
        return at
    if origin.changed:
        return say(f"recommended by {profile}, changed at {at}", f"由 {profile} 推荐，在 {at} 处更改")
    return say(f"recommended by {profile}", f"由 {profile} 推荐")


def _by_standard(origin: Origin, at: str) -> str:
    clause = "" if origin.clause is None else word(origin.clause)
    doubt = say(", unverified", "，未经核实") if origin.unverified else ""
    change = say(f", changed at {at}", f"，在 {at} 处更改") if origin.changed else ""
    return f"{clause}{doubt}{change}"


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _left_out(rules: Sequence[LeftOut]) -> Iterator[str]:
    """Yield a line for each device and reason."""
    for (device, profile, why), alike in groupby(sorted(rules, key=_of), key=_of):
        ids = [one.rule for one in alike]
        names, because = say(", ", "、").join(ids), word(_WHY[Why(why)])
        many = counted(len(ids), "rule", "条规则")
        if why == Why.NOT_ASKED:
            yield say(f"{device}: {many} of {profile} {because}", f"{device}：{profile} 的 {many}{because}")
        else:
            yield say(f"{device}: {names}: {because} ({profile})", f"{device}：{names}：{because}（{profile}）")


def _of(one: LeftOut) -> tuple[str, str, str]:
    return one.device, one.profile, one.why


def documents(checked: Checked, site: Site) -> dict[str, object]:
    """Return the same for programs, with every sensor by name."""
    return {
        "rules_in_force": [_document(rule, _judged(rule, site), checked.origins[rule.id]) for rule in site.rules],
        "recommended_not_in_force": [_left_document(one) for one in checked.left_out],
        "derived": derived.documents(site),
        "calibrated": calibrated.documents(site),
    }


def _document(rule: Rule, sensors: Sequence[Sensor], origin: Origin) -> dict[str, object]:
    config = rule.config
    return {
        "id": rule.id,
        "kind": kinds.key_of(config),
        "conditions": {
            condition: [sensor.id for sensor in judged]
            for condition, judged in rule_words.conditions(config, sensors).items()
        },
        **rule_words.document(config),
        "text": (rule.text or config.TEXT).in_language(language()),
        "response": (rule.response or config.RESPONSE).in_language(language()),
        "recommended_by": origin.profile,
        **_standard_document(origin),
        "changed": origin.changed,
        "file": origin.place.file,
        "line": origin.place.line,
    }


def _standard_document(origin: Origin) -> dict[str, object]:
    if origin.standard is None or origin.clause is None:
        return {}
    return {"standard": origin.standard, "clause": word(origin.clause), "unverified": origin.unverified}


def _left_document(one: LeftOut) -> dict[str, object]:
    return {
        "device": one.device,
        "rule": one.rule,
        "profile": one.profile,
        "why": one.why,
        "sensors": list(one.sensors),
        "file": one.place.file,
        "line": one.place.line,
    }
