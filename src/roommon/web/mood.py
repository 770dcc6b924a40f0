"""How it stands, in one word: of the room, of a protection, of a device. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from roommon.model.alarm import AlarmEvent, Priority
from roommon.model.text import Text


class Mood(StrEnum):
    """From the worst to the best; the order is that in which they win."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    BLIND = "blind"
    """Something cannot be read: nobody knows how it is."""
    LOW = "low"
    NORMAL = "normal"
    EMPTY = "empty"
    """Nothing is watched."""

    @property
    def rank(self) -> int:
        """Return its place in that order: 0 is the worst."""
        return _ORDER.index(self)


_OF_PRIORITY = {
    Priority.CRITICAL: Mood.CRITICAL,
    Priority.HIGH: Mood.HIGH,
    Priority.MEDIUM: Mood.MEDIUM,
    Priority.LOW: Mood.LOW,
}
_ORDER = list(Mood)

ROOM = {
    Mood.CRITICAL: Text("Critical alarm", "紧急告警"),
    Mood.HIGH: Text("Alarm: high", "高级告警"),
    Mood.MEDIUM: Text("Alarm: medium", "中级告警"),
    Mood.BLIND: Text("Not all is seen", "监测不全"),
    Mood.LOW: Text("Alarm: low", "低级告警"),
    Mood.NORMAL: Text("All normal", "一切正常"),
    Mood.EMPTY: Text("Nothing is watched", "未配置监测"),
}
PART = {
    Mood.CRITICAL: Text("critical", "紧急"),
    Mood.HIGH: Text("high", "高"),
    Mood.MEDIUM: Text("medium", "中"),
    Mood.BLIND: Text("not seen", "无法监测"),
    Mood.LOW: Text("low", "低"),
    Mood.NORMAL: Text("normal", "正常"),
    Mood.EMPTY: Text("not fitted", "未配置"),
}


def of(alarms: Iterable[AlarmEvent], *, seen: int, watched: int) -> Mood:
    """Return the worst of `alarms`, and of `seen` sensors out of those `watched`."""
    moods = [_OF_PRIORITY[event.priority] for event in alarms]
    if watched and seen < watched:
        moods.append(Mood.BLIND)
    return min(moods, key=lambda each: each.rank) if moods else Mood.NORMAL if watched else Mood.EMPTY
