"""Times, names and near misses as a person writes and reads them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from roommon.cli.complaint import Complaint, near
from roommon.cli.moments import NotATime, instant, lasted
from roommon.cli.probe_place import Serial, Snmp, Wanted, place
from roommon.cli.spoken import language
from roommon.model.text import Language

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
NOW_MS = round(NOW.timestamp() * 1000)


@pytest.mark.parametrize(
    ("words", "ago_s"), [("2h", 7200), ("30min", 1800), ("30 m", 1800), ("1.5d", 129_600), ("1w", 604_800), ("9s", 9)]
)
def test_so_long_ago(words: str, ago_s: int) -> None:
    assert instant(words, NOW) == NOW_MS - ago_s * 1000


def test_a_time_with_its_zone_is_that_instant() -> None:
    assert instant("2026-11-23T21:00:00+01:00", NOW) == NOW_MS
    assert instant(" 2026-11-23T20:00Z ", NOW) == NOW_MS


@pytest.mark.parametrize("words", ["yesterday", "", "2026-13-01", "99999999999d", "5 y", "-2h"])
def test_what_is_no_time_is_said_to_be_none(words: str) -> None:
    with pytest.raises(NotATime, match="is not a time"):
        instant(words, NOW)


def test_a_length_of_time_has_two_units_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    assert [lasted(ms) for ms in (0, 61_000, 90_061_000, -5)] == ["0 s", "1 min 1 s", "1 d 1 h", "0 s"]
    monkeypatch.setenv("ROOMMON_LANGUAGE", "zh")
    assert lasted(3_600_000) == "1 小时"


def test_a_near_miss_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOMMON_LANGUAGE", "en")
    known = ["rack-a.inlet", "rack-a.humidity", "ups-1.load"]
    assert "`rack-a.inlet`" in near("rack-a.inlt", known)
    assert near("rack-a", known) == "; did you mean `rack-a.humidity` or `rack-a.inlet`?"
    assert near("zzz", known) == ""


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, Language.CHINESE),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, Language.ENGLISH),
        ({"ROOMMON_LANGUAGE": "zh-CN", "LC_ALL": "C"}, Language.CHINESE),
        ({}, Language.ENGLISH),
    ],
)
def test_the_readers_language(environment: dict[str, str], spoken: Language) -> None:
    assert language(environment) is spoken


def wanted(where: str | None = None, serial: Serial | None = None, snmp: Snmp | None = None) -> Wanted:
    return Wanted(where, Path("/nowhere"), serial or Serial(), snmp or Snmp(), None, None, 1.0, None)


@pytest.mark.parametrize(
    ("words", "host", "port"),
    [
        ("10.0.0.5:1502", "10.0.0.5", 1502),
        ("10.0.0.5", "10.0.0.5", 502),
        ("gateway:502", "gateway", 502),
        ("[fe80::1]:503", "fe80::1", 503),
        ("fe80::1", "fe80::1", 502),
    ],
)
def test_an_address_is_a_host_and_a_port(words: str, host: str, port: int) -> None:
    endpoint = place(wanted(words)).endpoint.endpoint
    assert getattr(endpoint, "at", None) == (host, port)


@pytest.mark.parametrize("words", ["10.0.0.5:0", "10.0.0.5:70000", "10.0.0.5:x", ":502"])
def test_what_is_no_address_is_said_to_be_none(words: str) -> None:
    with pytest.raises(Complaint, match="is no HOST:PORT"):
        place(wanted(words))


def test_one_device_is_named_and_not_two() -> None:
    with pytest.raises(Complaint, match="name one device"):
        place(wanted())
    with pytest.raises(Complaint, match="name one device"):
        place(wanted("10.0.0.5:502", serial=Serial(Path("/dev/ttyUSB0"))))


def test_a_user_means_version_3_and_needs_no_more() -> None:
    endpoint = place(wanted(snmp=Snmp("10.0.0.5", user="roommon"))).endpoint.endpoint
    assert getattr(endpoint, "version", None) == 3


def test_the_speed_of_a_line_is_the_makers_unless_it_is_given() -> None:
    line = Serial(Path("/dev/ttyUSB0"))
    given = Serial(Path("/dev/ttyUSB0"), baud=19_200)
    profiled = Wanted(None, Path("/nowhere"), line, Snmp(), None, None, 1.0, "renke-rs-ws-n01")
    own = Wanted(None, Path("/nowhere"), given, Snmp(), None, None, 1.0, "renke-rs-ws-n01")
    assert [getattr(place(each).endpoint.endpoint, "baud", None) for each in (wanted(serial=line), profiled, own)] == [
        9_600,
        4_800,
        19_200,
    ]
