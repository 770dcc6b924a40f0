"""How the alarm system does, in the figures of ANSI/ISA-18.2-2016, clause 16, and every event behind them."""

from collections.abc import Iterator

from config.grafana.source import influxql, said, tiles
from config.grafana.source.frame import Section
from config.grafana.source.panels import Panel, Steps, bars, gauge, most_first, number, sized, stacked
from config.grafana.source.said import GREEN, RED, YELLOW, Say
from config.grafana.source.target import Target
from roommon.model.quantity import Quantity
from roommon.model.text import Text
from roommon.record.figures import ACCEPTABLE_PER_10_MIN, ACCEPTABLE_PER_DAY, MOST_PER_10_MIN, MOST_PER_DAY

NAME = "alarms"
TITLE = Text("6 Alarm figures", "6 告警指标")
ABOUT = Text(
    "Alarms that nobody can keep up with are not read. `roommon alarms report` has what a query cannot tell: how long "
    "alarms waited, which of them chatter, which are stale.",
    "告警过多就无人理会。查询无法得出的指标（响应时长、抖动告警、长期告警）见 `roommon alarms report`。",
)
HOURS = 168
WITH_DAYS = True

_DAY: Steps = [(0, GREEN), (ACCEPTABLE_PER_DAY, YELLOW), (MOST_PER_DAY, RED)]
_SHORT: Steps = [(0, GREEN), (ACCEPTABLE_PER_10_MIN + 1, YELLOW), (MOST_PER_10_MIN + 1, RED)]
_ANY: Steps = [(0, GREEN)]
_NUMBER = 'count("number")'
_ZONE = " tz('${zone}')"


def sections(say: Say) -> Iterator[Section]:
    """Yield what the dashboard shows."""
    yield Section(
        Text("Figures of the time that is shown", "所选时段的指标"),
        [
            sized(tiles.standing_tally(say), 8, 4),
            *tiles.row(4, 4, _raised(say), _per_day(say), _per_10_min(say), _untold(say)),
            *tiles.row(8, 7, _by_priority(say), _by_people(say)),
            sized(_most_frequent(say), 8, 7),
            *tiles.row(12, 8, _days(say), _short_times(say)),
        ],
    )
    yield Section(Text("What stands", "当前告警"), [sized(tiles.standing_table(say), 24, 9)])
    yield Section(Text("What happened", "事件记录"), [sized(tiles.event_table(say), 24, 12)])


def _raised(say: Say) -> Panel:
    hint = Text("How often an alarm was raised; drills do not count.", "告警发生次数，不含演练。")
    query = influxql.told(influxql.RAISED, of=_NUMBER)
    return number(say, Text("Raised", "发生"), hint, Quantity.COUNT, query, _ANY)


def _per_day(say: Say) -> Panel:
    hint = Text(
        f"The mean of the days that are shown. ISA-18.2: up to {ACCEPTABLE_PER_DAY} for one person is likely to be "
        f"acceptable, {MOST_PER_DAY} is the most. More: tune delays and deadbands of the most frequent ones.",
        f"所选各日的平均值。ISA-18.2：每名值班员每日 {ACCEPTABLE_PER_DAY} 条以内可接受，上限 {MOST_PER_DAY} 条。"
        "超出时应调整高频告警的延时与死区。",
    )
    query = f'SELECT mean("n") FROM ({influxql.events(influxql.RAISED, of=f"{_NUMBER} AS n", every="1d")})'
    return number(say, Text("Per day", "日均"), hint, Quantity.COUNT, query, _DAY)


def _per_10_min(say: Say) -> Panel:
    hint = Text(
        f"The most in ten minutes. More than {MOST_PER_10_MIN} is a flood in which nobody reads: "
        "let one alarm explain the others (suppressed_by).",
        f"10 分钟内最多的告警数。超过 {MOST_PER_10_MIN} 条即为告警泛滥，应以 suppressed_by 归并。",
    )
    query = f'SELECT max("n") FROM ({influxql.events(influxql.RAISED, of=f"{_NUMBER} AS n", every="10m")})'
    return number(say, Text("Most in 10 min", "10 分钟最多"), hint, Quantity.COUNT, query, _SHORT)


def _untold(say: Say) -> Panel:
    hint = Text(
        "Raised and told to nobody: explained by another alarm, shelved, or out of service.",
        "发生但未通知的告警：由其他告警引起、已搁置或已停用。",
    )
    query = influxql.told(f'{influxql.RAISED} AND "tell" = false', of=_NUMBER)
    return number(say, Text("Not told", "未通知"), hint, Quantity.COUNT, query, _ANY)


def _by_priority(say: Say) -> Panel:
    hint = Text(
        "ISA-18.2 recommends some 5 % high, 15 % medium, 80 % low. When everything is urgent, nothing is.",
        "ISA-18.2 建议高、中、低级别约为 5 %、15 %、80 %。处处紧急等于没有紧急。",
    )
    target = Target(influxql.told(influxql.RAISED, of=_NUMBER, by='"priority"'), alias="$tag_priority")
    return gauge(say, Text("By priority", "按级别"), hint, target, said.priority_words(say))


def _by_people(say: Say) -> Panel:
    hint = Text(
        "What people did: acknowledged, shelved, took out of service. What is shelved again and again wants a better "
        "rule.",
        "人工操作次数：确认、搁置、停用。反复搁置的告警应改进规则。",
    )
    done = {
        "acknowledged": (say(Text("acknowledged", "确认")), GREEN),
        "shelved": (say(Text("shelved", "搁置")), YELLOW),
        "out_of_service": (say(Text("out of service", "停用")), said.BLUE),
    }
    panel = gauge(say, Text("By people", "人工操作"), hint, _done("acknowledged", "A"), done)
    return panel.with_target(_done("shelved", "B")).with_target(_done("out_of_service", "C"))


def _done(trigger: str, name: str) -> Target:
    condition = f"\"trigger\" = '{trigger}' AND {influxql.REAL}"
    return Target(influxql.told(condition, of=_NUMBER), alias=trigger, name=name)


def _most_frequent(say: Say) -> Panel:
    hint = Text(
        "A few alarms make most of the noise. Begin with the first.",
        "少数告警贡献了大部分噪声，从第一条开始整治。",
    )
    counted = influxql.told(influxql.RAISED, of=f'{_NUMBER} AS "n"', by='"alarm"')
    query = f'SELECT top("n", "alarm", 10) FROM ({counted})'
    return most_first(say, Text("Most frequent", "高频告警"), hint, query)


def _days(say: Say) -> Panel:
    hint = Text("Alarms raised on each day, in the zone chosen above.", "每日发生的告警，按上方所选时区分日。")
    query = influxql.events(influxql.RAISED, of=_NUMBER, every="1d", by='"priority"', zone=_ZONE)
    return _stacked(say, Text("Each day", "每日告警"), hint, query, _DAY)


def _short_times(say: Say) -> Panel:
    hint = Text(
        f"Alarms raised in each ten minutes; the lines are at {ACCEPTABLE_PER_10_MIN + 1} and {MOST_PER_10_MIN + 1}.",
        f"每 10 分钟发生的告警，警戒线为 {ACCEPTABLE_PER_10_MIN + 1} 条与 {MOST_PER_10_MIN + 1} 条。",
    )
    query = influxql.events(influxql.RAISED, of=_NUMBER, every="10m", by='"priority"')
    return _stacked(say, Text("Each ten minutes", "每 10 分钟告警"), hint, query, _SHORT)


def _stacked(say: Say, title: Text, hint: Text, query: str, steps: Steps) -> Panel:
    panel = bars(say, title, hint, Target(query, alias="$tag_priority"), steps=steps[1:])
    return stacked(panel, said.priority_words(say))
