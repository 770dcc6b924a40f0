"""NUT's words for what a UPS says, and ours: which of its variables is which point of a profile."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.conformance.evidence import Read

ROUNDED = 0.0051
"""NUT prints two digits after the point."""


@dataclass(frozen=True, slots=True)
class Words:
    """One of NUT's tables and the profile of the same MIB."""

    mibs: str
    """What NUT calls the table."""
    model: str
    """The object without which NUT does not begin; some recordings leave it out."""
    quantities: Mapping[str, str]
    status: Mapping[str, tuple[str, frozenset[int]]]
    """A word of `ups.status`, the point that says the same, and its values that do."""


IDENTITY = {"ups.mfr": "maker", "ups.model": "model", "ups.serial": "serial", "ups.firmware": "firmware"}


def lines(nut: str, row: str, points: Mapping[str, str]) -> dict[str, str]:
    """The variables of three lines: `output.L2-N.voltage` is `output-2.voltage`."""
    return {
        f"{nut}.L{line}{'-N' if variable == 'voltage' else ''}.{variable}": f"{row}-{line}.{point}"
        for line in (1, 2, 3)
        for variable, point in points.items()
    }


_METERED = {"voltage": "voltage", "current": "current", "realpower": "power"}

IETF = Words(
    mibs="ietf",
    model="1.3.6.1.2.1.33.1.1.2.0",
    quantities={
        "battery.charge": "battery_charge",
        "battery.runtime": "runtime_remaining",
        "battery.voltage": "battery_voltage",
        "battery.current": "battery_current",
        "battery.temperature": "battery_temperature",
        "input.frequency": "input-1.frequency",
        "input.voltage": "input-1.voltage",
        "input.current": "input-1.current",
        "input.realpower": "input-1.power",
        "input.bypass.frequency": "bypass_frequency",
        "input.bypass.voltage": "bypass-1.voltage",
        "input.bypass.current": "bypass-1.current",
        "input.bypass.realpower": "bypass-1.power",
        "output.frequency": "output_frequency",
        "output.voltage": "output-1.voltage",
        "output.current": "output-1.current",
        "output.realpower": "output-1.power",
        "ups.load": "output-1.load",
        **lines("input", "input", _METERED),
        **lines("input.bypass", "bypass", _METERED),
        **lines("output", "output", {**_METERED, "power.percent": "load"}),
    },
    status={
        "OB": ("output_source", frozenset({5})),
        "BYPASS": ("output_source", frozenset({4})),
        "OFF": ("output_source", frozenset({2})),
        "LB": ("battery_status", frozenset({3, 4})),
    },
)
APCC = Words(
    mibs="apcc",
    model="1.3.6.1.4.1.318.1.1.1.1.1.1.0",
    quantities={
        "battery.charge": "battery_charge",
        "battery.runtime": "runtime_remaining",
        "battery.voltage": "battery_voltage",
        "battery.current": "battery_current",
        "battery.packs.bad": "bad_battery_packs",
        "input.frequency": "input_frequency",
        "input.voltage": "input_voltage",
        "output.frequency": "output_frequency",
        "output.voltage": "output_voltage",
        "output.current": "output_current",
        "ups.load": "output_load",
        "ups.realpower": "output_power",
        "ups.temperature": "internal_temperature",
    },
    status={
        "OB": ("output_status", frozenset({3})),
        "BOOST": ("output_status", frozenset({4})),
        "TRIM": ("output_status", frozenset({12})),
        "OFF": ("output_status", frozenset({7})),
        "LB": ("battery_status", frozenset({3})),
        "RB": ("battery_replace", frozenset({1})),
    },
)
PW = Words(
    mibs="pw",
    model="1.3.6.1.4.1.534.1.1.2.0",
    quantities={
        "battery.charge": "battery_charge",
        "battery.runtime": "runtime_remaining",
        "battery.voltage": "battery_voltage",
        "battery.current": "battery_current",
        "ambient.temperature": "emp_temperature",
        "ambient.humidity": "emp_humidity",
        "input.frequency": "input_frequency",
        "input.voltage": "input-1.voltage",
        "input.bypass.frequency": "bypass_frequency",
        "output.frequency": "output_frequency",
        "output.voltage": "output-1.voltage",
        "output.current": "output-1.current",
        "output.realpower": "output-1.power",
        "ups.load": "output_load",
        "ups.temperature": "ambient_temperature",
        **lines("output", "output", _METERED),
    },
    status={
        "OB": ("output_source", frozenset({5})),
        "BYPASS": ("output_source", frozenset({4})),
        "OFF": ("output_source", frozenset({2})),
        "OVER": ("alarm_output_overload", frozenset({1})),
        "LB": ("alarm_low_battery", frozenset({1})),
        "CHRG": ("battery_status", frozenset({1})),
        "DISCHRG": ("battery_status", frozenset({2})),
    },
)
WORDS: Mapping[str, Words] = {"rfc1628-ups": IETF, "apc-powernet-ups": APCC, "eaton-xups": PW}
"""By profile."""


def compared(words: Words, nut: Mapping[str, str], ours: Read) -> tuple[set[str], dict[str, str]]:
    """The variables that both have and agree on, and those on which they do not, with what each says."""
    pairs = {**_quantities(words, nut, ours), **_status(words, nut, ours), **_identity(nut, ours)}
    differ = {
        name: f"NUT {theirs}, roommon {mine}" for name, (theirs, mine) in pairs.items() if not _same(theirs, mine)
    }
    return pairs.keys() - differ.keys(), differ


Pairs = dict[str, tuple[float | str, float | str]]


def _quantities(words: Words, nut: Mapping[str, str], ours: Read) -> Pairs:
    """Each of our points once: with one line NUT has it as `output.voltage`, and as L1's again."""
    variables: dict[str, str] = {}
    for name, key in words.quantities.items():
        if name in nut and key in ours.readings:
            variables.setdefault(key, name)
    readings = {name: ours.readings[key] for key, name in variables.items()}
    return {
        name: (float(nut[name]), f"bad {reading.reason}" if reading.value is None else reading.value)
        for name, reading in readings.items()
    }


def _status(words: Words, nut: Mapping[str, str], ours: Read) -> Pairs:
    told = nut["ups.status"].split()
    readings = {word: ours.readings[key] for word, (key, _) in words.status.items() if key in ours.readings}
    return {
        f"ups.status {word}": (float(word in told), float(reading.value in words.status[word][1]))
        for word, reading in readings.items()
        if reading.value is not None
    }


def _identity(nut: Mapping[str, str], ours: Read) -> Pairs:
    both = {name: key for name, key in IDENTITY.items() if nut.get(name, "").strip() and key in ours.identity}
    return {name: (nut[name].strip(), ours.identity[key]) for name, key in both.items()}


def _same(theirs: float | str, mine: float | str) -> bool:
    if isinstance(theirs, str) or isinstance(mine, str):
        return theirs == mine
    return abs(theirs - mine) <= ROUNDED
