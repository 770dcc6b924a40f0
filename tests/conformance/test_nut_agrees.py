"""UPS by UPS, what roommon reads is what Debian's NUT reads: the same simulated agent, asked by both.

Where NUT is wrong, the case says why; a reason that no longer holds fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulators import single
from tests.conformance import evidence
from tests.conformance.expectation import all_expected, load
from tests.conformance.nut_words import WORDS, compared
from tests.peers.nut import upsc
from tests.peers.process import Address

pytestmark = pytest.mark.integration

NO_VALUE = "NUT takes for a number what the card sends where it measures nothing: -1, -273, 255, 65535, 4294967295"
STANDARD = "NUT believes the standard: this card sends tenths of volts, and says by its sysObjectID whose it is"
FINER = "NUT believes the standard: this card sends hundredths of hertz, tenths of volts and hundreds of watts"
COARSE = "NUT reads whole amperes; the card has the same in tenths"
NOT_TENTHS = "NUT takes tenths from RFC 1628; XUPS-MIB has whole amperes"


@dataclass(frozen=True, slots=True)
class Ups:
    """One piece of evidence."""

    name: str
    agree: int
    """How many values both have and agree on."""
    nut_is_wrong: Mapping[str, str] = field(default_factory=dict)
    """Variables on which they differ, and why NUT is wrong."""

    def __str__(self) -> str:
        return f"{self.name}: {self.agree} values"


UPSES = [
    Ups("generex-ups_cs141", 22),
    Ups("huaweiups_ups2000", 20, {"battery.runtime": NO_VALUE}),
    Ups("poweralert_2", 18),
    Ups("istars", 12),
    Ups(
        "netvision-rfc",
        16,
        {
            "battery.current": NO_VALUE,
            "battery.runtime": NO_VALUE,
            "input.current": NO_VALUE,
            "input.realpower": NO_VALUE,
            "input.bypass.current": NO_VALUE,
            "input.bypass.realpower": NO_VALUE,
        },
    ),
    Ups(
        "deltaups_mini-snmp",
        16,
        {"input.voltage": STANDARD, "input.bypass.voltage": STANDARD, "output.voltage": STANDARD},
    ),
    Ups("deltaups", 15),
    Ups("eaton-mgeups", 0),  # NUT asks for the lines without the .0 that this card wants
    Ups("generex-ups_cs121", 17),
    Ups(
        "huaweiups_gse200m",
        13,
        dict.fromkeys(("battery.charge", "battery.runtime", "battery.temperature"), NO_VALUE)
        | {f"{side}.frequency": FINER for side in ("input", "input.bypass", "output")}
        | {f"{side}.voltage": FINER for side in ("input", "input.bypass", "output")}
        | {f"{side}.realpower": FINER for side in ("input.bypass", "output")},
    ),
    Ups("rfc1628-ups", 9, {"battery.current": NO_VALUE, "battery.temperature": NO_VALUE}),
    Ups("apc_smtl1000-nmc3", 19),
    Ups("apc_smx750", 20),
    Ups("apc-powernet-ups", 20, {"ups.temperature": NO_VALUE, "ups.realpower": NO_VALUE, "battery.current": NO_VALUE}),
    Ups("eatonups", 26),  # it has no alarm table, by which roommon would know of overload and low battery
    Ups(
        "eaton-xups",
        22,
        {"output.current": COARSE, "ambient.humidity": NO_VALUE, "battery.current": NOT_TENTHS},
    ),
]


@pytest.mark.parametrize("ups", UPSES, ids=str)
async def test_roommon_reads_what_nut_reads(ups: Ups, tmp_path: Path) -> None:
    expected = load(ups.name)
    words = WORDS[expected.profile]
    async with evidence.served(expected) as (endpoint, running):
        ours = await evidence.polled(expected, endpoint, tmp_path)
        if words.model not in evidence.objects(expected):
            running.poke(ups.name, words.model, "left out of the recording")
        nut = await upsc(Address("127.0.0.1", running.port(single.SERVER)), words.mibs)
    same, differ = compared(words, nut, ours)
    assert differ.keys() == ups.nut_is_wrong.keys(), differ
    assert len(same) == ups.agree, same


def test_every_ups_that_nut_can_read_is_compared() -> None:
    readable = {name for name in all_expected() if load(name).profile in WORDS}
    assert readable == {ups.name for ups in UPSES}


def test_the_values_compared_are_counted() -> None:
    assert sum(ups.agree for ups in UPSES) == 265
