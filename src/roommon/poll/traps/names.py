"""The names of known traps, for the log."""

_GENERIC = "1.3.6.1.6.3.1.1.5"
AUTHENTICATION_FAILURE = f"{_GENERIC}.5"
"""SNMPv2-MIB: somebody asked the device with a wrong community; that may well be us."""

_NAMES: dict[str, str] = {
    # SNMPv2-MIB, IF-MIB
    f"{_GENERIC}.1": "coldStart",
    f"{_GENERIC}.2": "warmStart",
    f"{_GENERIC}.3": "linkDown",
    f"{_GENERIC}.4": "linkUp",
    AUTHENTICATION_FAILURE: "authenticationFailure",
    # RFC 1628, UPS-MIB
    "1.3.6.1.2.1.33.2.1": "upsTrapOnBattery",
    "1.3.6.1.2.1.33.2.2": "upsTrapTestCompleted",
    "1.3.6.1.2.1.33.2.3": "upsTrapAlarmEntryAdded",
    "1.3.6.1.2.1.33.2.4": "upsTrapAlarmEntryRemoved",
}


def name_of(trap: str) -> str:
    """Return the name of the trap with this OBJECT IDENTIFIER; the identifier itself if it is not known.

    Version 1 traps have a zero before their number (RFC 3584, 3.1) that many MIBs leave out.
    """
    head, _, number = trap.rpartition(".")
    return _NAMES.get(f"{head.removesuffix('.0')}.{number}", trap)
