"""SNMP traps: a device that sends one is asked at once. A trap is no reading and no alarm (ADR 9)."""
