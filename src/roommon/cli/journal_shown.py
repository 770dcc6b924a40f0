"""What `journal` prints for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from roommon.cli.complaint import complain
from roommon.cli.moments import local
from roommon.cli.screen import print_table
from roommon.cli.spoken import counted, say
from roommon.cli.words import word
from roommon.journal.holdings import Holdings, Standing
from roommon.journal.record import Lost, Rejected, WhyLost
from roommon.journal.series import SummariesHeld
from roommon.journal.summary import MINUTE
from roommon.journal.writing import NOBODY_HAS_IT
from roommon.model.text import Text

_T = TypeVar("_T")
_WHY = {
    WhyLost.ROOM: Text("at_most was reached before it was taken", "取走前已达到 at_most 上限"),
    WhyLost.DISK: Text("the disk took nothing", "磁盘无法写入"),
    WhyLost.SLOW: Text("the disk was too slow", "磁盘过慢"),
    WhyLost.ILLEGIBLE: Text("its bytes had changed on the disk", "磁盘上的数据已损坏"),
    WhyLost.UNKNOWN: Text("the reason was not noted", "原因未记录"),
}


@dataclass(frozen=True, slots=True)
class Account:
    """All that is told of one journal."""

    file: Path
    size: int
    """Bytes, with the write-ahead log."""
    holdings: Holdings
    standings: Sequence[Standing]
    lost: Sequence[Lost]
    refused: Sequence[Rejected]
    damaged: Sequence[str]
    """Files that broke and lie beside it."""
    foreign: Sequence[str]
    """Files that somebody had put in its place."""

    @property
    def is_whole(self) -> bool:
        """Whether everything came where it should."""
        return not (self.lost or self.refused or self.damaged or self.foreign)


def print_account(account: Account, most: int) -> None:
    """Print `account`; of losses and refusals the newest `most` each."""
    for line in _head(account):
        print(line)
    _print_deliverers(account.standings)
    _print_lost(_newest(account.lost, most))
    _print_refused(_newest(account.refused, most))
    for line in _end(account):
        print(line)
    if max(len(account.lost), len(account.refused)) > most:
        complain(say(f"the newest {most} of each; --last shows more", f"各显示最新 {most} 条；--last 可显示更多"))


def _head(account: Account) -> Iterator[str]:
    holds = account.holdings
    yield say(
        f"{account.file}: {account.size / (1 << 20):.1f} MiB, schema {holds.schema}",
        f"{account.file}：{account.size / (1 << 20):.1f} MiB，结构版本 {holds.schema}",
    )
    readings = counted(holds.readings, "reading", "条读数")
    if holds.oldest is not None and holds.newest is not None:
        first, last = local(holds.oldest), local(holds.newest)
        readings = say(f"{readings}, from {first} to {last}", f"{readings}，{first} 至 {last}")
    yield readings
    events = counted(holds.events, "event", "个事件")
    yield say(f"{events}; the last number is {holds.last_event}", f"{events}；最后编号 {holds.last_event}")
    yield from map(_summaries, holds.summaries)
    if holds.summarised_until is not None:
        until = local(holds.summarised_until)
        yield say(
            f"summarised up to {until}; the daemon goes on with what came before it was upgraded",
            f"已汇总至 {until}；守护进程正在继续汇总升级之前的读数",
        )


def _summaries(held: SummariesHeld) -> str:
    step = say("minutes", "分钟") if held.step == MINUTE else say("hours", "小时")
    oldest, size = local(held.oldest), held.size / (1 << 20)
    return say(f"summaries of {step} from {oldest} on, {size:.1f} MiB", f"{step}汇总自 {oldest} 起，{size:.1f} MiB")


def _print_deliverers(standings: Sequence[Standing]) -> None:
    if not standings:
        print(say("Nobody takes anything from it.", "没有接收方。"))
        return
    headings = say("deliverer", "接收方"), say("sent", "已送达"), say("waits", "待送"), say("since", "最早")
    print_table(headings, ((one.deliverer, _sent(one), _waits(one), _since(one)) for one in standings))


def _sent(standing: Standing) -> str:
    readings = counted(standing.sent_readings, "reading", "条读数")
    number = standing.last_event
    events = say(f"events up to {number}", f"事件至编号 {number}")
    taken = ((readings, standing.takes_readings), (events, standing.takes_events))
    return say(", ", "，").join(words for words, takes in taken if takes)


def _waits(standing: Standing) -> str:
    waiting = standing.waiting
    readings, events = counted(waiting.readings, "reading", "条读数"), counted(waiting.events, "event", "个事件")
    found = [words for words, number in ((readings, waiting.readings), (events, waiting.events)) if number]
    return say(", ", "，").join(found) or say("nothing", "无")


def _since(standing: Standing) -> str:
    oldest = standing.waiting.oldest
    return "" if oldest is None else local(oldest)


def _print_lost(lost: Sequence[Lost]) -> None:
    if not lost:
        return
    print(say("Lost:", "丢失："))
    headings = (
        *(say("from", "起"), say("to", "止"), say("who did not get it", "未收到者")),
        *(say("readings", "读数"), say("events", "事件"), say("why", "原因")),
    )
    print_table(headings, map(_lost, lost))


def _lost(lost: Lost) -> tuple[str, ...]:
    who = say("everybody", "所有方") if lost.deliverer == NOBODY_HAS_IT else lost.deliverer
    return local(lost.first_at), local(lost.last_at), who, str(lost.readings), str(lost.events), word(_WHY[lost.why])


def _print_refused(refused: Sequence[Rejected]) -> None:
    if not refused:
        return
    print(say("Refused, and kept here:", "被拒收，保存于此："))
    headings = say("when", "时间"), say("by", "拒收方"), say("its words", "对方的说明"), say("line", "内容")
    print_table(headings, ((local(one.at), one.deliverer, one.why, _line(one)) for one in refused))


def _line(refused: Rejected) -> str:
    first, *others = refused.what.split("\n")
    more = say(f" (and {len(others)} more: --json)", f"（另有 {len(others)} 行：--json）") if others else ""
    return first + more


def _end(account: Account) -> Iterator[str]:
    for name in account.damaged:
        yield say(
            f"Damaged and set aside: {name}. Look into it, then move it away.",
            f"已损坏并移开：{name}。查看后请移走。",
        )
    for name in account.foreign:
        yield say(
            f"Was put in the journal's place, and set aside: {name}. Move it away.",
            f"曾被放到日志库的位置，已移开：{name}。请移走。",
        )
    if account.is_whole:
        yield say("Nothing was lost or refused.", "没有丢失，也没有被拒收。")


def _newest(rows: Sequence[_T], most: int) -> Sequence[_T]:
    return rows[-most:]
