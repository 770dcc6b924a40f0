"""What `roommon alarms test --suggest` proposes, in words."""

from collections.abc import Iterator

from roommon.cli.moments import local
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.model.quantity import Amount
from roommon.model.text import Text
from roommon.record import noise
from roommon.record.advice import BRIEF, PAUSE, Advice, Wait
from roommon.record.extremes import Extreme
from roommon.record.members import iso_8601
from roommon.record.width import Width
from roommon.rules.settings import amount, length

NOTHING_TO_JUDGE = Text(
    "\nNothing is proposed: no sensor said anything to judge.", "\n没有建议：各传感器均无数据可供判断。"
)


def advised(told: Advice | Text) -> Iterator[str]:
    """Yield the lines; a text says why nothing is proposed."""
    if isinstance(told, Text):
        yield word(told)
        return
    yield say("\nProposed (nothing was changed):", "\n建议（未作任何修改）：")
    yield from (f"  {line}" for line in _lines(told))


def _lines(told: Advice) -> Iterator[str]:
    colon = say(": ", "：")
    if told.deadband is not None:
        yield f"deadband: {_deadband(told.deadband)}"
    for wait in told.on_delays:
        yield f"{wait.setting}: {_length(wait)}{colon}{_why_on(wait.times)}"
    if told.off_delay is not None:
        yield f"off_delay: {_length(told.off_delay)}{colon}{_why_off(told.off_delay.times)}"
    if told.no_delays is not None:
        yield word(told.no_delays)
    for extreme in told.extremes:
        yield _farthest(extreme)
    if told.no_delays is None:
        yield from _outcome(told)


def _deadband(told: Width | Text) -> str:
    if isinstance(told, Text):
        return word(told)
    now, wide = amount(told.now), amount(told.proposed)
    if told.proposed == told.now:
        return say(f"stays {wide}: ", f"保持 {wide}：") + _why_wide(told)
    return say(f"{wide} (is {now}): ", f"{wide}（现为 {now}）：") + _why_wide(told)


def _why_wide(told: Width) -> str:
    found = told.noise
    if not noise.deadband(found):
        return say("no sensor shows any noise", "各传感器均无噪声")
    scatter, step = (amount(Amount(float(f"{each:.2g}"), told.now.unit)) for each in (found.deviation, found.step))
    if noise.SCATTERS * found.deviation >= noise.STEPS * found.step:
        why = say(f"{noise.SCATTERS} times its scatter, {scatter}", f"离散度 {scatter} 的 {noise.SCATTERS} 倍")
    else:
        why = say(f"{noise.STEPS} of the steps in which it tells, {step}", f"最小变化 {step} 的 {noise.STEPS} 倍")
    return say(
        f"wider than the noise of {told.sensor}, which has the most ({why})",
        f"大于噪声最大的 {told.sensor} 的噪声（{why}）",
    )


def _length(wait: Wait) -> str:
    now, proposed = length(wait.now), length(wait.proposed)
    if wait.proposed == wait.now:
        return say(f"stays {now}", f"保持 {now}")
    return say(f"{proposed} (is {now})", f"{proposed}（现为 {now}）")


def _why_on(times: int) -> str:
    brief = length(BRIEF)
    if not times:
        return say(f"the condition was never there for less than {brief}", f"没有持续不足 {brief} 的情况")
    often = _often(times)
    return say(
        f"{often} the condition was there for less than {brief}, too short for anybody to act",
        f"{often}持续不足 {brief}，来不及处置",
    )


def _why_off(times: int) -> str:
    pause = length(PAUSE)
    if not times:
        return say(f"it never came back within {pause}", f"没有恢复不足 {pause} 又再次出现的情况")
    often = _often(times)
    return say(f"{often} it was gone for less than {pause} and came back", f"{often}恢复不足 {pause} 又再次出现")


def _often(times: int) -> str:
    return say("once" if times == 1 else f"{times} times", f"有 {times} 次")


def _farthest(extreme: Extreme) -> str:
    shown, at = word(extreme.measured.shown), local(extreme.at)
    if extreme.measured.upward:
        return say(f"highest in this time: {shown}, {extreme.alarm}, {at}", f"期间最高：{shown}，{extreme.alarm}，{at}")
    return say(f"lowest in this time: {shown}, {extreme.alarm}, {at}", f"期间最低：{shown}，{extreme.alarm}，{at}")


def _outcome(told: Advice) -> Iterator[str]:
    before, after = counted(len(told.before), "alarm", "次告警"), len(told.after)
    if not told.changes:
        yield say("nothing in this record asks for other settings", "这段记录没有需要更改设置之处")
        return
    yield say(
        f"over the same record: {before} as it is, {after} with these",
        f"同一段记录：现有设置 {before}，采用建议 {after} 次",
    )
    if told.ends_none:
        yield say(
            "with these no alarm would have ended: the limit lies within what is usual here",
            "采用建议后，告警都不会结束：限值处于此处的正常范围之内",
        )
    if any(wait.proposed > wait.now for wait in told.on_delays):
        yield say(
            "a delay hides what is shorter: for what may not wait (water, smoke) look at the short ones before you"
            " take it",
            "延时会掩盖短于它的事件：对不能等待的情况（漏水、烟雾），采用之前请先查看那些短暂的告警",
        )


def document(told: Advice | Text | None) -> dict[str, object] | None:
    """Return it for programs."""
    if not isinstance(told, Advice):
        return None
    found = told.deadband if isinstance(told.deadband, Width) else None
    waits = [*told.on_delays, *([] if told.off_delay is None else [told.off_delay])]
    return {
        "deadband": None if found is None else found.proposed.value,
        "unit": None if found is None else found.proposed.unit,
        "deviation": None if found is None else found.noise.deviation,
        **{f"{wait.setting}_s": wait.proposed / 1000 for wait in waits},
        "why_none": [word(text) for text in (told.deadband, told.no_delays) if isinstance(text, Text)],
        "extremes": [_extreme(each) for each in told.extremes],
        "alarms_before": len(told.before),
        "alarms_after": len(told.after),
    }


def _extreme(extreme: Extreme) -> dict[str, object]:
    measured = extreme.measured
    return {
        "alarm": extreme.alarm,
        "at": iso_8601(extreme.at),
        "number": measured.number,
        "unit": measured.unit,
        "side": "highest" if measured.upward else "lowest",
    }
