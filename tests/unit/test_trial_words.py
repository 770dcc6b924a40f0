"""What is said of a rule that was tried, and of what is proposed for it, in both languages."""

from dataclasses import replace

import pytest

from roommon.cli.trial_advised import advised
from roommon.cli.trial_shown import Tried, print_tried
from roommon.model.alarm import Priority
from roommon.model.clock import Duration, Instant
from roommon.model.device import Device
from roommon.model.quantity import Amount, Quantity
from roommon.model.text import Text
from roommon.record.figures import Span
from roommon.rules.kinds import limit, off_normal
from roommon.rules.rule import Rule
from tests.peers.tried_room import BEAT, Values, all_of, beats, past, racks, told

LOW = Priority.LOW
CALM = [22.0] * 60
EN, ZH = "en", "zh"


@pytest.fixture
def speaks(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("TZ", "UTC")
    return monkeypatch


def hot(deadband: float = 1.0) -> Rule:
    return all_of(limit.Config(above=Amount(27.0, "Cel"), deadband=Amount(deadband, "K"), priority=LOW))


def said(speaks: pytest.MonkeyPatch, rule: Rule, values: Values, language: str) -> list[str]:
    """The lines of what is proposed."""
    speaks.setenv("ROOMMON_LANGUAGE", language)
    return [line.strip() for line in "\n".join(advised(told(rule, beats(values), racks(1)))).splitlines()]


def gusts(count: int) -> list[float]:
    return [value for _ in range(count) for value in (*CALM, *([29.0] * 5))] + CALM


@pytest.mark.parametrize(
    ("count", "en", "zh"),
    [
        (
            3,
            "on_delay: 1 min (is 0 s): 3 times the condition was there for less than 2 min, too short for anybody to",
            "on_delay: 1 min（现为 0 s）：有 3 次持续不足 2 min，来不及处置",
        ),
        (
            1,
            "on_delay: 1 min (is 0 s): once the condition was there for less than 2 min, too short for anybody to",
            "on_delay: 1 min（现为 0 s）：有 1 次持续不足 2 min，来不及处置",
        ),
        (
            0,
            "on_delay: stays 0 s: the condition was never there for less than 2 min",
            "on_delay: 保持 0 s：没有持续不足 2 min 的情况",
        ),
    ],
)
def test_how_often_it_was_brief(speaks: pytest.MonkeyPatch, count: int, en: str, zh: str) -> None:
    assert en in "\n".join(said(speaks, hot(), gusts(count), EN))
    assert zh in said(speaks, hot(), gusts(count), ZH)


def test_a_delay_that_is_proposed_comes_with_a_warning(speaks: pytest.MonkeyPatch) -> None:
    assert said(speaks, hot(), gusts(2), EN)[-2:] == [
        "over the same record: 2 alarms as it is, 0 with these",
        "a delay hides what is shorter: for what may not wait (water, smoke) look at the short ones before you take it",
    ]
    assert said(speaks, hot(), gusts(2), ZH)[-2:] == [
        "同一段记录：现有设置 2 次告警，采用建议 0 次",
        "延时会掩盖短于它的事件：对不能等待的情况（漏水、烟雾），采用之前请先查看那些短暂的告警",
    ]
    assert said(speaks, hot(), CALM, EN)[-1] == "nothing in this record asks for other settings"
    assert said(speaks, hot(), CALM, ZH)[-1] == "这段记录没有需要更改设置之处"


def test_a_pause_that_is_outlasted(speaks: pytest.MonkeyPatch) -> None:
    spells = [*CALM, *([29.0] * 30), *([22.0] * 12), *([29.0] * 30), *CALM]
    assert "off_delay: 5 min (is 0 s): once it was gone for less than 5 min and came back" in said(
        speaks, hot(), spells, EN
    )
    assert "off_delay: 5 min（现为 0 s）：有 1 次恢复不足 5 min 又再次出现" in said(speaks, hot(), spells, ZH)


def test_a_deadband_says_what_asks_for_it(speaks: pytest.MonkeyPatch) -> None:
    stepping = [22.0 + index % 2 * 0.5 for index in range(60)]
    assert "deadband: stays 1 K: no sensor shows any noise" in said(speaks, hot(), CALM, EN)
    assert "deadband: 保持 1 K：各传感器均无噪声" in said(speaks, hot(), CALM, ZH)
    why = "3 times its scatter, 0.35 K"
    assert f"deadband: 2 K (is 1 K): wider than the noise of rack-0.inlet, which has the most ({why})" in said(
        speaks, hot(), stepping, EN
    )
    assert "deadband: 2 K（现为 1 K）：大于噪声最大的 rack-0.inlet 的噪声（离散度 0.35 K 的 3 倍）" in said(
        speaks, hot(), stepping, ZH
    )
    rarely = [22.0 + index // 5 % 2 * 0.5 for index in range(60)]
    assert said(speaks, hot(), rarely, EN)[2].endswith("(2 of the steps in which it tells, 0.5 K)")
    assert said(speaks, hot(), rarely, ZH)[2].endswith("（最小变化 0.5 K 的 2 倍）")


def test_settings_with_which_nothing_ends_are_named(speaks: pytest.MonkeyPatch) -> None:
    values = [22.0, 22.0, 29.0, 29.0] * 20 + [22.0]
    assert "with these no alarm would have ended: the limit lies within what is usual here" in said(
        speaks, hot(), values, EN
    )
    assert "采用建议后，告警都不会结束：限值处于此处的正常范围之内" in said(speaks, hot(), values, ZH)


class Printer:
    """Prints what came of a rule over some racks that say the same."""

    def __init__(self, speaks: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._speaks = speaks
        self._capsys = capsys

    def __call__(self, rule: Rule, values: Values, devices: list[Device], language: str) -> str:
        self._speaks.setenv("ROOMMON_LANGUAGE", language)
        sensors = {sensor.id: sensor for _, sensor in rule.meant(devices)}
        came = past(beats(*([values] * len(devices)))).tried(rule, devices)
        silent = sorted(set(sensors) - came.judged)
        time = Span(Instant(0), Instant(len(values) * BEAT))
        print_tried([Tried(rule, sensors, time, came.stood, came.stood[1:], silent)], None)
        return self._capsys.readouterr().out


@pytest.fixture
def printed(speaks: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Printer:
    return Printer(speaks, capsys)


def test_states_that_devices_call_differently_are_told_for_each(printed: Printer) -> None:
    devices = racks(3, Quantity.CONTACT)
    sensor = replace(devices[2].sensors[0], states={0: Text("normal", "正常"), 1: Text("wet", "潮湿")})
    devices[2] = replace(devices[2], sensors=(sensor,))
    rule = all_of(off_normal.Config(priority=LOW, on_delay=Duration(20_000)))
    english = printed(rule, [0.0, 1.0, 1.0, 1.0], devices, EN)
    assert english.startswith("tried: for 20 s\n    water (1): rack-0.inlet, rack-1.inlet\n    wet (1): rack-2.inlet\n")
    chinese = printed(rule, [0.0, 1.0, 1.0, 1.0], devices, ZH)
    assert chinese.startswith(
        "tried: 持续 20 s\n    有水（1）：rack-0.inlet、rack-1.inlet\n    潮湿（1）：rack-2.inlet\n"
    )


def test_what_is_new_and_what_is_in_both_is_marked(printed: Printer) -> None:
    said = printed(hot(), [22.0, 29.0, 22.0], racks(2), EN)
    rows = [line for line in said.splitlines() if "29.0 °C" in line]
    assert [row.split()[0] == "+" for row in rows] == [True, False]
    assert "would have raised 2 alarms; the record has 1. In both: 1; new (+): 1; not raised any more (-): 0." in said


def test_of_many_sensors_that_say_nothing_some_are_named(printed: Printer) -> None:
    assert "rack-0.inlet, rack-1.inlet, rack-2.inlet, rack-3.inlet, rack-4.inlet, rack-5.inlet and 2 more." in printed(
        hot(), [None], racks(8), EN
    )
    assert "rack-5.inlet 等，另有 2 个。" in printed(hot(), [None], racks(8), ZH)
