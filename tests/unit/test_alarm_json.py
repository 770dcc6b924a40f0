"""The one JSON of an event: pinned byte for byte, and read back whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roommon.model.alarm import AlarmEvent
from roommon.model.alarm_json import from_json, to_json

EVENTS = st.from_type(AlarmEvent)
LINE = (
    '{"at":1795420800000,"alarm":"hot.rack-a.inlet","rule":"hot","sensor":"rack-a.inlet","device":"rack-a",'
    '"room":"server-room","priority":2,"was":"normal","state":"unacknowledged","trigger":"raised","by":null,'
    '"quantity":"temperature","value":27.3,"setpoint":27.0,"quality":"good",'
    '"text":{"en":"warm","zh_cn":"热"},"response":{"en":"go","zh_cn":"去"}}'
)


def test_the_bytes_never_change() -> None:
    assert to_json(from_json(LINE)) == LINE


@given(event=EVENTS.filter(lambda event: all(abs(v) < float("inf") for v in (event.value or 0, event.setpoint or 0))))
def test_what_was_written_is_read_back(event: AlarmEvent) -> None:
    line = to_json(event)
    assert from_json(line) == event
    assert to_json(from_json(line)) == line
    assert "\n" not in line


def test_a_number_that_is_none_is_refused() -> None:
    broken = LINE.replace("27.3", "NaN")
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(from_json(broken))
