import pytest

from roommon.alerts.commands import CommandRefused, parse
from roommon.alerts.link import Received
from roommon.model.alarm import AlarmId
from roommon.model.clock import Instant
from roommon.model.command import Acknowledge

NOW = Instant(1_795_466_461_000)


def received(payload: str, *, retained: bool = False) -> Received:
    return Received("roommon/hospital-a/command/acknowledge", payload.encode(), retained)


def test_an_acknowledgement_names_the_alarm_and_the_person() -> None:
    payload = '{"alarm": "inlet-hot.rack-a.inlet", "by": " 王 ", "since": 5}'
    assert parse("acknowledge", received(payload), NOW) == Acknowledge(NOW, AlarmId("inlet-hot.rack-a.inlet"), "王")


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("", "not JSON"),
        ("acknowledge", "not JSON"),
        ("[]", "not a JSON object"),
        ("[" * 4000, "not JSON"),
        ('{"by": "Wang"}', '"alarm" must be'),
        ('{"alarm": "a.b.c"}', '"by" must be'),
        ('{"alarm": 7, "by": "Wang"}', '"alarm" must be'),
        ('{"alarm": "a.b.c", "by": " "}', '"by" must be'),
        ('{"alarm": "a.b.c", "by": "' + "x" * 201 + '"}', '"by" must be'),
        ('{"alarm": "a.b.c", "by": "W\\nang"}', "cannot be printed"),
        ("x" * 5000, "more than the 4096"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_reason(payload: str, words: str) -> None:
    with pytest.raises(CommandRefused, match=words):
        parse("acknowledge", received(payload), NOW)


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(CommandRefused, match="not JSON"):
        parse("acknowledge", Received("t", b"\xff\xfe\x00", retained=False), NOW)


def test_a_retained_command_and_an_unknown_one_are_refused() -> None:
    payload = '{"alarm": "a.b.c", "by": "Wang"}'
    with pytest.raises(CommandRefused, match="retained"):
        parse("acknowledge", received(payload, retained=True), NOW)
    with pytest.raises(CommandRefused, match="acknowledge is"):
        parse("reset", received(payload), NOW)
