"""Lines as docs/influxdb.md promises them."""

from collections.abc import Mapping

import pytest

from roommon.model.alarm import AlarmEvent, AlarmId, Priority, RuleId, State, Trigger
from roommon.model.clock import Instant
from roommon.model.device import Device, DeviceId, Sensor, SiteId
from roommon.model.quantity import Quantity
from roommon.model.reading import Quality, Reading, Reason, SensorId, bad, good
from roommon.model.text import Language, Text
from roommon.store.line_protocol import event_line, reading_lines, series_of

SITE = SiteId("hospital-a")
INLET = SensorId("rack-a.inlet")
AT = Instant(1_790_000_000_123)


def line(reading: Reading, labels: Mapping[str, str] | None = None, room: str = "server-room") -> str:
    sensor = Sensor(DeviceId("rack-a"), "inlet", Quantity.TEMPERATURE, Text.same("Inlet"), labels or {})
    device = Device(DeviceId("rack-a"), Text.same("Rack A"), room, (sensor,))
    (made,) = reading_lines([reading], series_of(SITE, [device]))
    return made


def test_a_good_reading_has_a_value_and_its_quality() -> None:
    expected = (
        "temperature,device=rack-a,location=inlet,room=server-room,sensor=rack-a.inlet,site=hospital-a "
        'value=22.5,quality="good" 1790000000123'
    )
    assert line(good(INLET, AT, 22.5), {"location": "inlet"}) == expected


def test_a_bad_reading_has_no_value_and_says_why() -> None:
    expected = (
        "temperature,device=rack-a,room=server-room,sensor=rack-a.inlet,site=hospital-a "
        'quality="bad",reason="no_communication" 1790000000123'
    )
    assert line(bad(INLET, AT, Reason.NO_COMMUNICATION)) == expected


def test_an_uncertain_reading_has_its_value_and_says_why() -> None:
    made = line(Reading(INLET, AT, 21.0, Quality.UNCERTAIN, Reason.SENSOR_FAILURE))
    assert made.endswith(' value=21.0,quality="uncertain",reason="sensor_failure" 1790000000123')


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("row 3, left", r"location=row\ 3\,\ left"),
        ("a=b", r"location=a\=b"),
        ("机柜", "location=机柜"),
        ("C:\\rack", r"location=C:\rack"),
        ("ends in \\", r"location=ends\ in\ "),
        ("two\nlines", r"location=two\ lines"),
    ],
)
def test_a_label_is_escaped(label: str, written: str) -> None:
    assert f",{written},room=" in line(good(INLET, AT, 1.0), {"location": label})


@pytest.mark.parametrize("label", ["", "\\", "\\\\"])
def test_an_empty_label_is_no_tag(label: str) -> None:
    assert "location" not in line(good(INLET, AT, 1.0), {"location": label})


@pytest.mark.parametrize("key", ["time", "value", "quality", "site", "sensor", "_field", ""])
def test_a_label_cannot_take_the_name_of_a_tag_or_field(key: str) -> None:
    assert line(good(INLET, AT, 1.0), {key: "mine"}) == line(good(INLET, AT, 1.0))


def test_a_sensor_that_is_not_known_has_no_line() -> None:
    with pytest.raises(KeyError):
        reading_lines([good(INLET, AT, 1.0)], {})


def raised(value: float | None) -> AlarmEvent:
    return AlarmEvent(
        at=AT,
        alarm=AlarmId("inlet-hot.rack-a.inlet"),
        rule=RuleId("inlet-hot"),
        sensor=INLET,
        device=DeviceId("rack-a"),
        room="server room",
        priority=Priority.CRITICAL,
        was=State.NORMAL,
        state=State.UNACKNOWLEDGED,
        trigger=Trigger.RAISED,
        by=None,
        quantity=Quantity.TEMPERATURE,
        value=value,
        setpoint=27.0,
        quality=Quality.GOOD,
        text=Text('Rack "A" is at 28\\30 °C', "A 列机柜\n28 °C"),
        response=Text.same(""),
    )


def test_an_alarm_event_has_its_tags_and_fields() -> None:
    expected = (
        r"alarm_event,alarm=inlet-hot.rack-a.inlet,device=rack-a,priority=critical,room=server\ room,"
        "sensor=rack-a.inlet,site=hospital-a "
        'value=28.5,number=7i,tell=true,drill=false,was="normal",state="unacknowledged",trigger="raised",'
        r'text="Rack \"A\" is at 28\\30 °C" 1790000000123000007'
    )
    assert event_line(7, raised(28.5), SITE, Language.ENGLISH) == expected


def test_an_alarm_event_speaks_the_language_of_the_site_on_one_line() -> None:
    assert 'text="A 列机柜 28 °C"' in event_line(7, raised(28.5), SITE, Language.CHINESE)


def test_an_alarm_event_without_a_value_has_no_such_field() -> None:
    assert " number=7i," in event_line(7, raised(None), SITE, Language.ENGLISH)
