"""Words of alarms and readings, in every language."""

from roommon.journal.record import LoginStep, LoginWay
from roommon.model.alarm import Priority, State, Trigger
from roommon.model.clock import Instant
from roommon.model.command import Scope
from roommon.model.reading import Quality
from roommon.model.text import Text
from roommon.record.incidents import Incident, Link, Member
from roommon.record.moments import lasted
from roommon.rules import text as alarm_text

PRIORITIES = {
    Priority.CRITICAL: Text("critical", "紧急"),
    Priority.HIGH: Text("high", "高"),
    Priority.MEDIUM: Text("medium", "中"),
    Priority.LOW: Text("low", "低"),
}
STATES = {
    State.NORMAL: Text("normal", "正常"),
    State.UNACKNOWLEDGED: Text("unacknowledged", "未确认"),
    State.ACKNOWLEDGED: Text("acknowledged", "已确认"),
    State.RETURNED: Text("returned, unacknowledged", "已恢复未确认"),
    State.LATCHED: Text("latched, unacknowledged", "已锁存未确认"),
    State.LATCHED_ACKNOWLEDGED: Text("latched, acknowledged", "已锁存已确认"),
}
TRIGGERS = {
    Trigger.RAISED: Text("raised", "发生"),
    Trigger.RETURNED: Text("returned", "恢复"),
    Trigger.ACKNOWLEDGED: Text("acknowledged", "确认"),
    Trigger.RESET: Text("reset", "复位"),
    Trigger.REMOVED: Text("removed", "撤除"),
    Trigger.SHELVED: Text("shelved", "搁置"),
    Trigger.UNSHELVED: Text("unshelved", "结束搁置"),
    Trigger.SUPPRESSED: Text("suppressed", "抑制"),
    Trigger.OUT_OF_SERVICE: Text("out of service", "停用"),
    Trigger.IN_SERVICE: Text("in service", "投用"),
    Trigger.RELEASED: Text("released", "解除抑制"),
    Trigger.REPEATED: Text("told again", "再次通知"),
    Trigger.NOTED: Text("noted", "备注"),
    Trigger.DRILL_STARTED: Text("drill begun", "演练开始"),
    Trigger.DRILL_ENDED: Text("drill over", "演练结束"),
}
SCOPES = {
    Scope.DEVICE: Text("device", "设备"),
    Scope.SENSOR: Text("sensor", "传感器"),
    Scope.ROOM: Text("room", "机房"),
    Scope.RULE: Text("rule", "规则"),
}
LOGIN_STEPS = {
    LoginStep.IN: Text("logged in", "登录"),
    LoginStep.WRONG: Text("wrong name or password", "登录名或密码错误"),
    LoginStep.REFUSED: Text("refused, too many tries", "尝试过多，未予受理"),
    LoginStep.OUT: Text("logged out", "退出"),
}
LOGIN_WAYS = {
    LoginWay.PAGE: Text("the page", "页面"),
    LoginWay.PROGRAM: Text("a program", "程序"),
}
NOBODY = Text("a name that nobody has", "不存在的登录名")
SEVERAL = Text("several addresses", "多个地址")
QUALITIES = {
    Quality.GOOD: Text("good", "良好"),
    Quality.UNCERTAIN: Text("uncertain", "可疑"),
    Quality.BAD: Text("bad", "坏"),
}
REASONS = alarm_text.REASONS


def stood(incident: Incident, now: Instant) -> Text:
    """Return how long an incident lasted, or that it stands."""
    length = lasted((now if incident.ended is None else incident.ended) - incident.begun)
    return length if incident.ended is not None else Text(f"stands, {length.en}", f"仍存在，{length.zh_cn}")


def why_here(member: Member) -> Text:
    """Return why an alarm is in its incident."""
    match member.link:
        case Link.FIRST:
            return Text("first", "首发")
        case Link.EXPLAINED:
            return Text(f"because of {member.of}", f"由 {member.of} 引起")
        case Link.EXPLAINS:
            return Text(f"explains {member.of}", f"引起 {member.of}")
        case Link.DEVICE:
            return Text("same device", "同一设备")
        case Link.TIME:
            return Text("same time", "同时发生")
