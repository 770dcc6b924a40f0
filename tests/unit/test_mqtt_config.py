import logging
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest

from roommon.alerts import reasons
from roommon.alerts.report import Report
from roommon.alerts.sinks import mqtt
from roommon.alerts.topics import Topics
from roommon.model.alarm import AlarmId
from roommon.model.clock import Duration, Instant
from roommon.model.device import SiteId
from roommon.model.secret import Secret
from roommon.model.text import Text
from tests.peers.events import INLET

TOPICS = Topics("roommon", SiteId("hospital-a"))


def test_the_port_is_the_protocols_own() -> None:
    assert str(mqtt.Config("broker")) == "broker:1883"
    assert str(mqtt.Config("broker", tls=mqtt.Tls())) == "broker:8883"
    assert str(mqtt.Config("broker", 18883, tls=mqtt.Tls())) == "broker:18883"


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"port": 0}, "does not exist; it is 1 to 65535"),
        ({"port": 65536}, "does not exist; it is 1 to 65535"),
        ({"keepalive": Duration(999)}, "it is 1 s to 10 min"),
        ({"readings_expire": Duration(500)}, "1 s or more"),
        ({"prefix": "room/+"}, "the beginning of a topic"),
        ({"prefix": ""}, "the beginning of a topic"),
    ],
)
def test_a_wrong_setting_cannot_exist(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mqtt.Config("broker", **settings)


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(ValueError, match="go together"):
        mqtt.Tls(certificate=Path("ours.pem"))


def test_the_password_is_not_printed() -> None:
    assert "hunter2" not in repr(mqtt.Config("broker", password=Secret("mqtt-password", "hunter2")))


def test_topics_are_read_as_they_are_written() -> None:
    alarm = AlarmId("inlet-hot.rack-a.inlet")
    assert TOPICS.alarm(alarm) == "roommon/hospital-a/alarm/inlet-hot.rack-a.inlet"
    assert TOPICS.alarm_of(TOPICS.alarm(alarm)) == alarm
    assert TOPICS.alarm_of(TOPICS.event) is None
    assert TOPICS.verb_of("roommon/hospital-a/command/acknowledge") == "acknowledge"
    assert TOPICS.verb_of("roommon/hospital-b/command/acknowledge") is None
    assert TOPICS.reading(INLET) == "roommon/hospital-a/reading/rack-a/inlet"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "is the broker running"),
        (socket.gaierror(-2, "Name or service not known"), "its name is not known"),
        (TimeoutError(), "no answer"),
        (OSError(113, "No route to host"), "No route to host"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"), "is this the broker's TLS port?"),
        (ValueError("nonsense"), "it does not speak MQTT (nonsense)"),
    ],
)
def test_every_error_becomes_words(error: Exception, words: str) -> None:
    assert words in reasons.no_connection(error).en


def test_a_reason_code_says_what_helps() -> None:
    assert reasons.refusal(0x8E, "Session taken over").en.startswith("session taken over; another client")
    assert reasons.refusal(0x83, "Implementation specific error").en == "implementation specific error"


class StillClock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def instant(self, monotonic: float) -> Instant:
        return Instant(round(monotonic * 1000))


def test_a_change_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    health: list[str | None] = []
    clock = StillClock()
    report = Report("mqtt at broker:1883", lambda words: health.append(None if words is None else words.en), clock)
    for _ in range(3):
        report.trouble(Text.same("no answer"))
        clock.now += 10
    report.trouble(Text.same("connection refused"))
    clock.now += 10
    for _ in range(3):
        report.well("over MQTT 5")
    assert health == ["mqtt at broker:1883: no answer", "mqtt at broker:1883: connection refused", None]
    assert [record.message for record in caplog.records] == [
        "mqtt at broker:1883: no answer",
        "mqtt at broker:1883: connection refused",
        "mqtt at broker:1883: delivers over MQTT 5, after 40 s",
    ]


def test_what_is_amiss_beside_the_delivery_is_said_once_and_ended(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    health: list[str | None] = []
    report = Report("mqtt", lambda words: health.append(None if words is None else words.en), StillClock())
    for words in ("not authorized", "not authorized", None, None):
        report.note("commands", words)
    assert [record.message for record in caplog.records] == [
        "mqtt: commands: not authorized",
        "mqtt: commands: well again",
    ]
    assert health == []
