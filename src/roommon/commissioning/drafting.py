"""What to write about a device that was found: its entry under `devices:`, and that of its bus. Pure."""

from collections.abc import Mapping, Sequence

from roommon.commissioning.agent import Met
from roommon.commissioning.known import Introduction
from roommon.commissioning.rows import slug
from roommon.config.library import Opened
from roommon.poll.modbus.endpoint import SerialConfig, TcpConfig
from roommon.poll.snmp.endpoint import Config as SnmpConfig

_WELL_KNOWN = 161
_PUBLIC = "public"


def agent_id(said: Introduction, met: Met) -> str:
    """Return what to call a device: as it calls itself, or by its model, or by its profile."""
    profile = met.candidate.profile.profile
    return slug(said.name) or slug(met.identity.get("model", "")) or profile.id


def agent_entry(name: str, endpoint: SnmpConfig, met: Met, community_file: str | None) -> dict[str, object]:
    """Return the entry of an SNMP device; a community that is a secret stands in `community_file`."""
    rows, idle = met.entries, {row.id for row in met.idle}
    drop = [key for key in met.lacks if key.partition(".")[0] not in idle]
    return {
        "id": name,
        "snmp": agent_settings(endpoint, community_file),
        **_of_profile(met.candidate.profile),
        **({"rows": rows} if rows else {}),
        **({"drop": drop} if drop else {}),
    }


def agent_settings(endpoint: SnmpConfig, community_file: str | None) -> dict[str, object]:
    """Return how the agent is reached: files for what is secret, and nothing that holds anyway."""
    settings: dict[str, object] = {"host": endpoint.host}
    if endpoint.port != _WELL_KNOWN:
        settings["port"] = endpoint.port
    if endpoint.version != 3:
        version = {} if endpoint.version in (2, "2c") else {"version": endpoint.version}
        named = community_file or (endpoint.community_secret and endpoint.community_secret.name)
        return {**settings, **version, **({"community_file": named} if named else {"community": _PUBLIC})}
    settings |= {"version": 3, "user": endpoint.user or ""}
    if endpoint.auth_passphrase is not None:
        settings |= {"auth": endpoint.auth.value, "auth_file": endpoint.auth_passphrase.name}
    if endpoint.privacy_passphrase is not None:
        settings |= {"privacy": endpoint.privacy.value, "privacy_file": endpoint.privacy_passphrase.name}
    return settings


def is_secret(endpoint: SnmpConfig) -> bool:
    """Return whether the community was given as a word and is one that nobody should read in a file."""
    return endpoint.version != 3 and endpoint.community not in (None, _PUBLIC)


def unit_entry(name: str, bus: str, unit: int, profile: Opened, drop: Sequence[str]) -> dict[str, object]:
    """Return the entry of a Modbus unit on `bus`."""
    return {"id": name, "bus": bus, "unit": unit, **_of_profile(profile), **({"drop": [*drop]} if drop else {})}


def _of_profile(profile: Opened) -> Mapping[str, object]:
    return {"profile": profile.profile.id, **({"recommended": True} if profile.rules else {})}


def bus_entry(name: str, endpoint: TcpConfig | SerialConfig) -> dict[str, object]:
    """Return the entry of a gateway or line under `buses:`."""
    if isinstance(endpoint, SerialConfig):
        line = {"port": str(endpoint.port), "baud": endpoint.baud, "parity": str(endpoint.parity)}
        return {"id": name, "modbus_serial": {**line, "stop_bits": endpoint.stop_bits}}
    settings: dict[str, object] = {"host": endpoint.host}
    if endpoint.port is not None:
        settings["port"] = endpoint.port
    if endpoint.framer != "tcp":
        settings["framer"] = str(endpoint.framer)
    return {"id": name, "modbus_tcp": settings}
