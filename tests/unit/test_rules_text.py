"""Texts: filled in both languages, checked before they are used."""

from hypothesis import given
from hypothesis import strategies as st

from roommon.model.alarm import Priority, Trigger
from roommon.model.device import Device, Sensor
from roommon.model.quantity import Amount, Quantity
from roommon.model.reading import Reading, Reason, bad, good
from roommon.model.text import Text
from roommon.rules import text
from roommon.rules.kinds import bad_quality, limit, off_normal, rate_of_change
from roommon.rules.rule import Finding
from tests.peers.room import INLET, LEAK, MODE, RACK, ROOM, START, rule, seconds

LIMIT = limit.Config(above=Amount(27.0, "Cel"), priority=Priority.LOW)
ALL = Text.same("{device}|{sensor}|{room}|{value}|{state}|{reason}|{setpoint}|{rate}")


def said(sensor: Sensor, reading: Reading, finding: Finding = Finding(), template: Text = ALL) -> tuple[str, str]:  # noqa: B008  # immutable
    filled = text.filled(template, text.Facts(ROOM, sensor, reading, finding))
    return filled.en, filled.zh_cn


def test_every_placeholder_is_filled_in_both_languages() -> None:
    finding = Finding(27.0, "27.0 °C", "6.00 K/h")
    assert said(INLET, good(INLET.id, START, 31.25), finding) == (
        "Rack A|inlet|server-room|31.2 °C|31.2 °C||27.0 °C|6.00 K/h",
        "A 列机柜|进风|server-room|31.2 °C|31.2 °C||27.0 °C|6.00 K/h",
    )


def test_states_are_called_by_their_names() -> None:
    assert said(MODE, good(MODE.id, START, 2.0)) == (
        "Rack A|mode|server-room|on battery|on battery||–|–",
        "A 列机柜|模式|server-room|电池供电|电池供电||–|–",
    )
    assert said(MODE, good(MODE.id, START, 17.0), template=Text.same("{state}")) == ("17", "17")


def test_a_missing_value_says_why() -> None:
    template = Text("{value}, {reason}", "{value}，{reason}")
    assert said(LEAK, bad(LEAK.id, START, Reason.NOT_CONNECTED), template=template) == (
        "no value (not connected), not connected",
        "无数值（未接入），未接入",
    )


def test_every_reason_has_words() -> None:
    assert set(text.REASONS) == set(Reason)
    assert all(words.en and words.zh_cn for words in text.REASONS.values())


def test_what_has_no_name_is_called_by_its_id() -> None:
    nameless = Sensor(RACK, "x", Quantity.COUNT, Text("", ""))
    device = Device(RACK, Text("", ""), "r", (nameless,))
    facts = text.Facts(device, nameless, good(nameless.id, START, 3.0), Finding())
    assert text.filled(Text.same("{device} {sensor} {value}"), facts) == Text.same("rack-a x 3")


@given(template=st.text(alphabet="{}devicalu $%\\1é中"), value=st.floats(allow_nan=False, allow_infinity=False))
def test_filling_never_fails(template: str, value: float) -> None:
    for sensor in (INLET, MODE, LEAK):
        said(sensor, good(sensor.id, START, value), template=Text.same(template))


def test_what_is_not_a_placeholder_stays() -> None:
    assert (
        said(INLET, good(INLET.id, START, 1.0), template=Text.same("{no} {} { {device} }"))[0] == "{no} {} { Rack A }"
    )


def test_an_unknown_placeholder_is_found_with_what_there_is() -> None:
    faulty = rule("r", LIMIT, INLET, Text("{devise} is {value}", "{设备} {rate}"), Text.same("{setpoint}"))
    faults = list(text.faults(faulty))
    assert [(fault.field, fault.problem.en) for fault in faults] == [
        ("text", "this kind of rule has no {devise}"),
        ("text", "this kind of rule has no {rate}"),
        ("text", "this kind of rule has no {设备}"),
    ]
    assert faults[0].remedy.en == "use {device}, {reason}, {room}, {sensor}, {setpoint}, {state}, {value}"


def test_the_texts_of_the_kinds_have_no_faults() -> None:
    rate = rate_of_change.Config(above=Amount(5.0, "K/h"), window=seconds(3600), priority=Priority.LOW)
    for config in (LIMIT, rate, off_normal.Config(priority=Priority.LOW), bad_quality.Config(priority=Priority.LOW)):
        assert list(text.faults(rule("r", config, INLET, config.TEXT, config.RESPONSE))) == []
        assert config.TEXT
        assert config.RESPONSE.zh_cn != config.RESPONSE.en


def test_what_happened_stands_in_front() -> None:
    said_first, by = Text("hot", "热"), text.Circumstances(by="{by}")
    assert text.told(Trigger.RAISED, said_first) == said_first
    assert text.told(Trigger.RETURNED, said_first) == Text("Returned to normal: hot", "已恢复：热")
    assert text.told(Trigger.ACKNOWLEDGED, said_first, by) == Text("Acknowledged by {by}: hot", "{by} 已确认：热")
    assert text.told(Trigger.ACKNOWLEDGED, said_first) == Text("Acknowledged: hot", "已确认：热")
    assert text.told(Trigger.REMOVED, said_first) == Text("No longer configured: hot", "已从配置中移除：热")
