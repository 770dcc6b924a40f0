"""The rows of the fault table: every fault of the simulated room, where it can happen, what readings say of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from roommon.model.reading import Reason
from tests.peers.transports import Transport

SILENT, FAILED, REFUSED = Reason.NO_COMMUNICATION, Reason.DEVICE_FAILURE, Reason.CONFIGURATION_ERROR
GONE = Reason.NOT_CONNECTED
MODBUS = (Transport.TCP, Transport.TLS, Transport.RTU, Transport.SERIAL)
MBAP = (Transport.TCP, Transport.TLS)
SOCKETS = (Transport.TCP, Transport.TLS, Transport.RTU)
SNMP = (Transport.V1, Transport.V2C, Transport.V3)
Expected = Mapping[Transport, Reason | None]


@dataclass(frozen=True)
class Fault:
    """One row of the table."""

    name: str
    words: str
    """As the simulator's command line takes it; `@` stands for the first sensor's register or OID."""
    says: Expected
    """Where it can happen, and the reason of the bad readings; None where the device is read on as if nothing were."""
    of_server: bool = False
    ends_itself: bool = False
    one_beat: bool = False
    """It costs one beat of whoever asks first."""
    one_sensor: bool = False
    """It strikes the first sensor of the device; the second is read on."""
    heals: bool = True
    """False: only after the 10 minutes after which a refused register is asked again."""


def _all(reason: Reason | None, *transports: Transport) -> dict[Transport, Reason | None]:
    return dict.fromkeys(transports, reason)


ON_TCP_AND_RTU = _all(FAILED, *MBAP) | _all(SILENT, Transport.RTU, Transport.SERIAL)
ON_SNMP = _all(FAILED, Transport.V2C, Transport.V3) | _all(GONE, Transport.V1)
"""Of version 1, noSuchName and genErr reach us alike; what had a value before is taken for unplugged."""
ROWS = (
    Fault("dead", "dead", _all(SILENT, *Transport), of_server=True),
    Fault("black-hole", "black-hole", _all(SILENT, *SOCKETS, *SNMP), of_server=True),
    Fault("half-open", "half-open", _all(SILENT, *SOCKETS), of_server=True, ends_itself=True, one_beat=True),
    Fault("one-client", "one-client", _all(SILENT, *SOCKETS), of_server=True),
    Fault("reboot", "reboot 2", _all(SILENT, *Transport), of_server=True, ends_itself=True),
    Fault("mute", "mute", _all(SILENT, *Transport)),
    Fault("mute-server", "mute", _all(SILENT, *MODBUS), of_server=True),
    Fault("late", "late 3", _all(SILENT, *Transport)),
    Fault("a-little-late", "late 0.1", _all(None, *Transport)),
    Fault("truncated", "truncated", _all(SILENT, *MODBUS) | _all(FAILED, *SNMP)),
    Fault("short", "short", ON_TCP_AND_RTU),
    Fault("reset", "reset", _all(SILENT, *SOCKETS)),
    Fault("byte-by-byte", "byte-by-byte", _all(None, *MODBUS)),
    Fault("slow-bytes", "byte-by-byte 0.2", _all(SILENT, *MODBUS)),
    Fault("wrong-unit", "wrong-unit", ON_TCP_AND_RTU),
    Fault("wrong-function", "wrong-function", ON_TCP_AND_RTU),
    Fault("wrong-transaction", "wrong-transaction", _all(SILENT, *MBAP, *SNMP)),
    Fault("crc", "crc", _all(SILENT, Transport.RTU, Transport.SERIAL)),
    Fault("exception-1", "exception 1", _all(REFUSED, *MODBUS)),
    Fault("exception-2", "exception 2", _all(REFUSED, *MODBUS)),
    Fault("exception-2-one", "exception 2 @", _all(REFUSED, *MODBUS), one_sensor=True, heals=False),
    Fault("exception-4", "exception 4", _all(FAILED, *MODBUS)),
    Fault("exception-4-one", "exception 4 @", _all(FAILED, *MODBUS), one_sensor=True),
    Fault("exception-6", "exception 6", _all(FAILED, *MODBUS)),
    Fault("exception-11", "exception 11", _all(SILENT, *MODBUS)),
    Fault("no-such-name", "exception 2 @", _all(GONE, Transport.V1), one_sensor=True),
    Fault("gen-err", "exception 5", ON_SNMP),
    Fault("gen-err-one", "exception 5 @", ON_SNMP, one_sensor=True),
    Fault("too-big", "exception 1", ON_SNMP),
)


def rows_of(transport: Transport) -> list[Fault]:
    """What can happen on `transport`."""
    return [fault for fault in ROWS if transport in fault.says]
