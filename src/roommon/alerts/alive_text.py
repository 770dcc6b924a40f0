"""The daily message in a sentence, for a person."""

from collections.abc import Iterator
from datetime import UTC, datetime

from roommon.model.alarm import Priority
from roommon.model.alive import Alive, SetAside
from roommon.model.clock import Instant
from roommon.model.suppression import SuppressedAs
from roommon.model.text import Text

_PRIORITIES = {
    Priority.CRITICAL: Text("critical", "紧急"),
    Priority.HIGH: Text("high", "高"),
    Priority.MEDIUM: Text("medium", "中"),
    Priority.LOW: Text("low", "低"),
}
_KINDS = {
    SuppressedAs.SHELVED: Text("shelved", "搁置"),
    SuppressedAs.OUT_OF_SERVICE: Text("out of service", "停用"),
    SuppressedAs.BY_DESIGN: Text("suppressed by design", "按设计抑制"),
}


def sentence(alive: Alive) -> Text:
    """Return what a person reads."""
    parts = [*_watched(alive), _alarms(alive), *(_set_aside(each) for each in alive.aside)]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh_cn for part in parts))


def _watched(alive: Alive) -> Iterator[Text]:
    yield Text(
        f"roommon is awake: {alive.devices} device{'' if alive.devices == 1 else 's'}, {alive.good} of {alive.sensors}"
        " sensors are good",
        f"roommon 运行正常：{alive.devices} 台设备，{alive.sensors} 个传感器中 {alive.good} 个良好",
    )
    if alive.bad:
        yield Text(f"{alive.bad} without a good reading", f"{alive.bad} 个无良好读数")


def _alarms(alive: Alive) -> Text:
    total = sum(alive.standing.values())
    if not total:
        return Text("no alarm stands", "当前没有告警")
    of = [(word, alive.standing.get(priority, 0)) for priority, word in _PRIORITIES.items()]
    en = ", ".join(f"{count} {word.en}" for word, count in of if count)
    zh_cn = "、".join(f"{word.zh_cn} {count}" for word, count in of if count)
    if total == 1:
        return Text(f"1 alarm stands ({en})", f"当前告警 1 条（{zh_cn}）")
    return Text(f"{total} alarms stand ({en})", f"当前告警 {total} 条（{zh_cn}）")


def _set_aside(one: SetAside) -> Text:
    kind, until = _KINDS[one.kind], Text("", "") if one.until is None else _until(one.until)
    return Text(f"{kind.en}: {one.what}{until.en} ({one.by})", f"{kind.zh_cn}：{one.what}{until.zh_cn}（{one.by}）")


def _until(at: Instant) -> Text:
    moment = datetime.fromtimestamp(at / 1000, UTC).astimezone()
    return Text(f" until {moment:%Y-%m-%d %H:%M}", f"，至 {moment:%Y-%m-%d %H:%M}")
