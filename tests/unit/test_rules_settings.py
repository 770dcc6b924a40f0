"""What a rule waits for, in words: as exact as the setting, in both languages."""

from zoneinfo import ZoneInfo

import pytest

from roommon.config import kinds
from roommon.model.alarm import Priority
from roommon.model.clock import Duration
from roommon.model.device import DeviceId, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reason
from roommon.model.text import Text
from roommon.rules import settings
from roommon.rules.kinds import (
    bad_quality,
    band,
    duration,
    flatline,
    forecast,
    increment,
    limit,
    off_normal,
    rate_of_change,
)
from roommon.rules.rule import KindConfig

STATES = {2: Text("normal", "正常"), 3: Text("on battery", "电池供电"), 5: Text("off", "关闭")}
STATE = Sensor(DeviceId("ups-1"), "source", Quantity.STATE, Text.same(""), states=STATES)
CONTACT = Sensor(DeviceId("leak"), "leak", Quantity.CONTACT, Text.same(""))
HOT, COLD, WIDTH = Amount(27.0, "Cel"), Amount(18.0, "Cel"), Amount(1.0, "K")
LOW = Priority.LOW


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        *((0, "0 s"), (500, "500 ms"), (1_000, "1 s"), (90_000, "1.5 min"), (100_000, "100 s"), (125_000, "125 s")),
        *((7_200_000, "2 h"), (5_400_000, "1.5 h"), (86_400_000, "1 d"), (1_250, "1250 ms")),
    ],
)
def test_a_length_of_time_is_said_exactly_in_one_unit(ms: int, said: str) -> None:
    assert settings.length(Duration(ms)) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (HOT, "27 °C"),
        (Amount(300.0, "s"), "5 min"),
        (Amount(0.5, "m/s2"), "0.5 m/s²"),
        (Amount(6.0, "K/h"), "6 K/h"),
        (Amount(3.0, "1"), "3"),
    ],
)
def test_a_setpoint_is_said_with_its_unit(given: Amount, said: str) -> None:
    assert settings.amount(given) == said


@pytest.mark.parametrize(
    ("config", "sensor", "en", "zh_cn"),
    [
        (
            limit.Config(above=HOT, deadband=WIDTH, priority=LOW),
            STATE,
            "above 27 °C, deadband 1 K",
            "高于 27 °C，死区 1 K",
        ),
        (
            limit.Config(above=HOT, below=COLD, priority=LOW),
            STATE,
            "below 18 °C or above 27 °C",
            "低于 18 °C 或高于 27 °C",
        ),
        (
            rate_of_change.Config(below=Amount(-6.0, "K/h"), window=Duration(1_200_000), priority=LOW),
            STATE,
            "rate below -6 K/h over 20 min",
            "20 min 内变化率低于 -6 K/h",
        ),
        (
            increment.Config(by=Amount(1, "1"), within=Duration(86_400_000), priority=LOW),
            STATE,
            "grows by 1 or more within 1 d",
            "1 d 内增加 1 或更多",
        ),
        (
            forecast.Config(above=HOT, within=Duration(1_800_000), window=Duration(900_000), priority=LOW),
            STATE,
            "rises to 27 °C within 30 min, by the trend of 15 min",
            "按 15 min 的趋势，30 min 内将升至 27 °C",
        ),
        (
            forecast.Config(below=COLD, within=Duration(1_800_000), window=Duration(900_000), priority=LOW),
            STATE,
            "falls to 18 °C within 30 min, by the trend of 15 min",
            "按 15 min 的趋势，30 min 内将降至 18 °C",
        ),
        (flatline.Config(window=Duration(3_600_000), priority=LOW), STATE, "does not move for 1 h", "1 h 内数值不变"),
        (
            flatline.Config(moved=WIDTH, window=Duration(3_600_000), priority=LOW),
            STATE,
            "moves by no more than 1 K within 1 h",
            "1 h 内变化不超过 1 K",
        ),
        (
            duration.Config(above=HOT, more_than=Duration(7_200_000), zone=ZoneInfo("Asia/Shanghai"), priority=LOW),
            STATE,
            "above 27 °C for more than 2 h in a day (Asia/Shanghai)",
            "每日累计高于 27 °C 超过 2 h（Asia/Shanghai）",
        ),
        (
            duration.Config(
                above=HOT,
                more_than=Duration(72_000_000),
                per=duration.Period.MONTH,
                zone=ZoneInfo("Asia/Shanghai"),
                priority=LOW,
            ),
            STATE,
            "above 27 °C for more than 20 h in a month (Asia/Shanghai)",
            "每月累计高于 27 °C 超过 20 h（Asia/Shanghai）",
        ),
        (
            band.Config(low=COLD, high=HOT, high_high=Amount(32.0, "Cel"), deadband=WIDTH, priority=LOW),
            STATE,
            "below 18 °C, above 27 °C or above 32 °C, deadband 1 K",
            "低于 18 °C、高于 27 °C或高于 32 °C，死区 1 K",
        ),
        (off_normal.Config(priority=LOW), CONTACT, "abnormal (1)", "异常（1）"),
        (off_normal.Config(abnormal=frozenset({0}), priority=LOW), CONTACT, "normal (0)", "正常（0）"),
        (
            off_normal.Config(abnormal=frozenset({2, "off", 3}), priority=LOW),
            STATE,
            "normal (2), on battery (3) or off (5)",
            "正常（2）、电池供电（3）或关闭（5）",
        ),
        (
            off_normal.Config(normal=frozenset({"正常"}), priority=LOW),
            STATE,
            "anything but normal (2)",
            "除正常（2）以外",
        ),
        (off_normal.Config(abnormal=frozenset({7}), priority=LOW), STATE, "state 7", "状态 7"),
        (bad_quality.Config(priority=LOW), STATE, "no value", "无数值"),
        (
            bad_quality.Config(reasons=frozenset({Reason.OVERDUE}), priority=LOW),
            STATE,
            "no value (overdue)",
            "无数值（逾期未采集）",
        ),
    ],
)
def test_what_a_rule_waits_for_is_said_in_both_languages(
    config: KindConfig, sensor: Sensor, en: str, zh_cn: str
) -> None:
    assert kinds.condition(config, sensor) == Text(en, zh_cn)
