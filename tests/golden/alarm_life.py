"""Prints docs/alarm-life.md from the one table: `python -m tests.golden.alarm_life`."""

from pathlib import Path

from roommon.model.alarm import LATCHES, TRANSITIONS, State, Trigger

PAGE = Path(__file__).parents[2] / "docs" / "alarm-life.md"
WORDS = {
    State.NORMAL: ("the condition is absent, nobody has anything to do", "条件不成立，无须处置"),
    State.UNACKNOWLEDGED: ("active, and nobody has said that they saw it", "告警中，尚无人确认"),
    State.ACKNOWLEDGED: ("active and seen", "告警中，已有人确认"),
    State.RETURNED: ("the condition is gone, and nobody saw the alarm", "条件已消失，但无人确认过"),
    State.LATCHED: (
        "the condition is gone, the alarm is latched, and nobody saw it",
        "条件已消失，告警已锁存，且无人确认过",
    ),
    State.LATCHED_ACKNOWLEDGED: (
        "the condition is gone and the alarm was seen; it waits for a person to set it back",
        "条件已消失且已确认，等待人工复位",
    ),
}
CAUSES = {
    Trigger.RAISED: ("the condition held for the on-delay", "条件持续成立达到告警延时"),
    Trigger.RETURNED: ("the condition was absent for the off-delay", "条件持续消失达到恢复延时"),
    Trigger.ACKNOWLEDGED: ("a person said that they saw it", "有人确认"),
    Trigger.RESET: ("a person set a latched alarm back", "有人复位已锁存的告警"),
    Trigger.REMOVED: ("its rule or sensor is no longer configured", "规则或传感器已从配置中移除"),
    Trigger.SHELVED: ("a person set it aside for a time", "有人搁置一段时间"),
    Trigger.UNSHELVED: ("a person took it off the shelf, or the time was over", "有人结束搁置，或搁置到期"),
    Trigger.SUPPRESSED: ("it stands, and a cause or a person's work explains it", "告警存在，但由其他原因或检修所致"),
    Trigger.OUT_OF_SERVICE: ("a person took a place out of service", "有人停用某处（检修）"),
    Trigger.IN_SERVICE: ("the place is in service again", "该处恢复投用"),
    Trigger.RELEASED: ("it still stands, and nothing keeps it from people any more", "抑制结束而告警仍在，现在通知"),
    Trigger.REPEATED: ("it stands, nobody acknowledged, people are told again", "无人确认，再次通知"),
    Trigger.NOTED: ("a person wrote a note on it", "有人备注"),
    Trigger.DRILL_STARTED: ("a person began a drill of a sensor", "有人开始传感器演练"),
    Trigger.DRILL_ENDED: (
        "the drill is over, and with it the alarms that it raised",
        "演练及其告警结束",
    ),
}
HEAD = """# The life of an alarm · 告警的生命周期

<!-- Printed from roommon.model.alarm.TRANSITIONS by `make golden`; a test holds it to the code. -->

ANSI/ISA-18.2-2016 figure 5 (IEC 62682:2022 figure 5), as two axes. The first is the alarm's life:

"""
TAIL = """
The second axis is whether people are told that it stands: `suppression` of an event is null, or says who keeps the
alarm from people: `out_of_service`, `shelved`, `by_design`. Under it the alarm lives on; `tell` of each event says
whether people are to be told of that event. Whoever was told that an alarm stands is told that it ended, also under
suppression; what still stands when suppression ends is told then.

第二条轴决定是否通知人员：事件的 `suppression` 为空，或说明抑制方式：`out_of_service`（停用）、`shelved`（搁置）、
`by_design`（按设计抑制）。抑制期间告警照常演变；每个事件的 `tell` 说明是否应通知。已通知过的告警，其恢复一定通知；
抑制结束时仍存在的告警，届时通知。

With `acknowledge: automatic`, the default of a rule, the return to normal acknowledges: what would go to
`returned_unacknowledged` goes to `normal`. With `acknowledge: person` it waits there until somebody says that they saw
it. A rule that is changed from `person` to `automatic` acknowledges what waits, by nobody.

规则缺省为 `acknowledge: automatic`：恢复即视为确认，原应进入 `returned_unacknowledged` 的告警直接回到 `normal`。
若为 `acknowledge: person`，则停留在该状态，直到有人确认。

- **No data moves nothing.** A reading without a value stops a delay that runs, and the next value starts it again; the
  state stays. Only `bad_quality` is about such readings. 无数值不会引起任何状态变化，只暂停正在计时的延时。
- **Delays count time under watch**, by the instants of readings. A stop of the daemon or a step of the clock moves
  their start with it. 延时只计有监视的时间；停机与校时都不计入。
- **An alarm is known by its name**, rule and sensor. Whatever else of them changes on a reload, it goes on from where
  it was; what is no longer configured ends by an event that says so.
  告警以“规则.传感器”为名；重载配置后同名者继续，消失者以事件结束。
"""


def page() -> str:
    arrows = [f"    {was} --> {after}: {trigger}" for (was, trigger), after in TRANSITIONS.items()]
    arrows += [f"    {was} --> {after}: {trigger}, with reset by a person" for (was, trigger), after in LATCHES.items()]
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.NORMAL}", *arrows, "```", ""]
    states = ["| state | means | 含义 |", "|---|---|---|", *(_row(state, *WORDS[state]) for state in State), ""]
    causes = ["| trigger | when | 何时 |", "|---|---|---|", *(_row(trigger, *CAUSES[trigger]) for trigger in Trigger)]
    return HEAD + "\n".join(diagram + states + causes) + "\n" + TAIL


def _row(*cells: str) -> str:
    return f"| `{cells[0]}` | {' | '.join(cells[1:])} |"


def main() -> None:
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
