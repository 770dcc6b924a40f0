"""A small SNMP agent: v1, v2c and v3 with the User-based Security Model, cheap enough for hundreds on one core."""
