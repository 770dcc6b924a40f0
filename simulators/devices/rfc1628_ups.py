"""A UPS with a network card that speaks UPS-MIB.

Source: RFC 1628. Runtime is in minutes, voltages of lines in volts, frequencies, currents and the battery's voltage
in tenths; the alarm table is empty while all is well, and its values are OIDs below upsWellKnownAlarms.
"""

from simulators.devices import Entry
from simulators.power import Ups
from simulators.room import Room
from simulators.snmp.objects import Objects, counter32, gauge32, integer, object_id, octets, timeticks

UPS = "1.3.6.1.2.1.33.1"
SYSTEM = "1.3.6.1.2.1.1"
ON_BATTERY, LOW, DEPLETED, INPUT_BAD, OVERLOAD = 2, 3, 4, 6, 8
NORMAL_SOURCE, BATTERY_SOURCE, NO_SOURCE = 3, 5, 2
NO_TESTS = 6
POWER_FACTOR = 0.9


def objects(room: Room, device: Entry) -> Objects:
    """The objects of the card in the UPS `device` of `room`."""
    ups, volts = device.ups(room), room.mains.volts
    rows = _identity(device) | _battery(ups) | _input(ups, volts) | _output(ups) | _bypass(volts)
    rows |= _alarms(ups) | _configuration(ups)
    columns = {f"{UPS}.6.2.1.2", f"{UPS}.6.2.1.3"}
    return Objects(rows, columns)


def alarms(ups: Ups) -> list[int]:
    """What stands in upsAlarmTable, by the numbers of upsWellKnownAlarms."""
    standing = {
        ON_BATTERY: not ups.fed,
        LOW: not ups.fed and ups.battery_low,
        DEPLETED: ups.charge <= 0,
        INPUT_BAD: not ups.fed,
        OVERLOAD: ups.load_ratio > 1,
    }
    return [number for number, stands in standing.items() if stands]


def _identity(device: Entry) -> dict[str, bytes]:
    return {
        f"{SYSTEM}.1.0": octets("Simulated UPS, SNMP card 1.0"),
        f"{SYSTEM}.2.0": object_id("1.3.6.1.4.1.61999.2"),
        f"{SYSTEM}.4.0": octets(""),
        f"{SYSTEM}.5.0": octets(device.id),
        f"{SYSTEM}.6.0": octets("server room"),
        f"{UPS}.1.1.0": octets("Simulated"),
        f"{UPS}.1.2.0": octets("SIM-10K"),
        f"{UPS}.1.3.0": octets("4.01"),
        f"{UPS}.1.4.0": octets("1.0"),
        f"{UPS}.1.5.0": octets(device.id),
    }


def _battery(ups: Ups) -> dict[str, bytes]:
    return {
        f"{UPS}.2.1.0": integer(4 if ups.charge <= 0 else 3 if ups.battery_low else 2),
        f"{UPS}.2.2.0": integer(int(ups.on_battery_s)),
        f"{UPS}.2.3.0": integer(int(ups.runtime_s / 60)),
        f"{UPS}.2.4.0": integer(round(ups.charge * 100)),
        f"{UPS}.2.5.0": integer(round(ups.battery_now_v * 10)),
        f"{UPS}.2.6.0": integer(round(ups.battery_now_a * 10)),
        f"{UPS}.2.7.0": integer(24),
    }


def _input(ups: Ups, volts: float) -> dict[str, bytes]:
    return {
        f"{UPS}.3.1.0": counter32(ups.input_bads),
        f"{UPS}.3.2.0": integer(1),
        f"{UPS}.3.3.1.2.1": integer(500 if volts else 0),
        f"{UPS}.3.3.1.3.1": integer(round(volts)),
        f"{UPS}.3.3.1.4.1": integer(round(ups.input_w / volts * 10) if volts else 0),
        f"{UPS}.3.3.1.5.1": integer(round(ups.input_w)),
    }


def _output(ups: Ups) -> dict[str, bytes]:
    alive = ups.output_on
    source = NO_SOURCE if not alive else NORMAL_SOURCE if ups.fed else BATTERY_SOURCE
    return {
        f"{UPS}.4.1.0": integer(source),
        f"{UPS}.4.2.0": integer(500 if alive else 0),
        f"{UPS}.4.3.0": integer(1),
        f"{UPS}.4.4.1.2.1": integer(230 if alive else 0),
        f"{UPS}.4.4.1.3.1": integer(round(ups.load_w / 230 / POWER_FACTOR * 10)),
        f"{UPS}.4.4.1.4.1": integer(round(ups.load_w)),
        f"{UPS}.4.4.1.5.1": integer(round(ups.load_ratio * 100)),
    }


def _bypass(volts: float) -> dict[str, bytes]:
    return {
        f"{UPS}.5.1.0": integer(500 if volts else 0),
        f"{UPS}.5.2.0": integer(1),
        f"{UPS}.5.3.1.2.1": integer(round(volts)),
        f"{UPS}.5.3.1.3.1": integer(0),
        f"{UPS}.5.3.1.4.1": integer(0),
    }


def _alarms(ups: Ups) -> dict[str, bytes]:
    standing = alarms(ups)
    rows = {f"{UPS}.6.1.0": gauge32(len(standing))}
    for number in standing:
        rows[f"{UPS}.6.2.1.2.{number}"] = object_id(f"{UPS}.6.3.{number}")
        rows[f"{UPS}.6.2.1.3.{number}"] = timeticks(0)
    return rows


def _configuration(ups: Ups) -> dict[str, bytes]:
    spec = ups.spec
    return {
        f"{UPS}.7.3.0": integer(NO_TESTS),
        f"{UPS}.9.1.0": integer(230),
        f"{UPS}.9.2.0": integer(500),
        f"{UPS}.9.3.0": integer(230),
        f"{UPS}.9.4.0": integer(500),
        f"{UPS}.9.5.0": integer(round(spec.rated_kva * 1000)),
        f"{UPS}.9.6.0": integer(round(spec.rated_kva * 1000 * spec.power_factor)),
        f"{UPS}.9.7.0": integer(round(spec.low_minutes)),
        f"{UPS}.9.8.0": integer(2),
    }
