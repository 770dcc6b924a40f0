"""The names of known traps, for the log. A trap without a name makes its device be asked as well.

RFC 3418 and 2863 (generic traps), RFC 1628, PowerNet-MIB (TRAP-TYPEs of enterprise apc), NETBOTZV2-MIB (of temperature
sensors; its other sensor types are shown by number), XUPS-MIB.
"""

from collections.abc import Iterator, Mapping

_GENERIC = "1.3.6.1.6.3.1.1.5"
AUTHENTICATION_FAILURE = f"{_GENERIC}.5"
"""Somebody asked the device with a wrong community; that may well be us."""

_ROWS: Mapping[str, str] = {
    _GENERIC: "1 coldStart 2 warmStart 3 linkDown 4 linkUp 5 authenticationFailure 6 egpNeighborLoss",
    "1.3.6.1.2.1.33.2": """
        1 upsTrapOnBattery 2 upsTrapTestCompleted 3 upsTrapAlarmEntryAdded 4 upsTrapAlarmEntryRemoved
        """,
    "1.3.6.1.4.1.318": """
        1 communicationLost 2 upsOverload 3 upsDiagnosticsFailed 4 upsDischarged 5 upsOnBattery 6 smartBoostOn
        7 lowBattery 8 communicationEstablished 9 powerRestored 10 upsDiagnosticsPassed 11 returnFromLowBattery
        12 upsTurnedOff 13 upsSleeping 14 upsWokeUp 15 upsRebootStarted 16 upsDipSwitchChanged
        17 upsBatteryNeedsReplacement 18 contactFault 19 contactFaultResolved 20 hardwareFailureBypass
        21 softwareBypass 22 switchedBypass 23 returnFromBypass 24 bypassPowerSupplyFailure 25 baseFanFailure
        26 batteryPackCommLost 27 batteryPackCommEstablished 28 calibrationStart 29 restartAgent 30 upsTurnedOn
        31 smartAvrReducing 33 upsOverloadCleared 34 smartBoostOff 35 smartAvrReducingOff 36 upsBatteryReplaced
        37 calibrationEnd 38 dischargeCleared 39 gracefulShutdown 41 outletOn 42 outletOff 43 outletReboot
        44 configChangeSNMP 45 configChangeOutlet 46 accessViolationConsole 47 accessViolationHTTP 48 passwordChange
        49 badVoltage 50 badVoltageCleared 51 chargerFailure 52 chargerFailureCleared 53 batteryOverTemperature
        54 batteryOverTemperatureCleared 55 smartRelayFault 56 smartRelayFaultCleared 57 humidityThresholdViolation1
        58 humidityThresholdViolationCleared1 59 temperatureThresholdViolation1
        60 temperatureThresholdViolationCleared1 61 humidityThresholdViolation2
        163 iemHighTempThresholdViolation 164 iemHighTempThresholdViolationCleared 165 iemLowTempThresholdViolation
        166 iemLowTempThresholdViolationCleared 167 iemHighHumidThresholdViolation
        168 iemHighHumidThresholdViolationCleared 169 iemLowHumidThresholdViolation
        170 iemLowHumidThresholdViolationCleared 171 iemProbeDisconnected 172 iemProbeConnected 173 iemContactFault
        174 iemContactFaultCleared 175 iemRelayFault 176 iemRelayFaultCleared
        """,
    "1.3.6.1.4.1.5528.100.10.2.1": "1 netBotzTempError 2 netBotzTempTooHigh 102 netBotzTempTooHighRTN",
    "1.3.6.1.4.1.534.1.11.4.1": "1 xupstdControlOff 2 xupstdControlOn 3 xupstdOnBattery 4 xupstdLowBattery",
}


def _named() -> Iterator[tuple[str, str]]:
    for root, row in _ROWS.items():
        words = row.split()
        yield from ((f"{root}.{number}", name) for number, name in zip(words[::2], words[1::2], strict=True))


_NAMES = dict(_named())


def name_of(trap: str) -> str:
    """Return the name of the trap with this OBJECT IDENTIFIER; the identifier itself if it has none here.

    Version 1 traps have a zero before their number (RFC 3584, 3.1) that many MIBs leave out.
    """
    head, _, number = trap.rpartition(".")
    return _NAMES.get(f"{head.removesuffix('.0')}.{number}", trap)
