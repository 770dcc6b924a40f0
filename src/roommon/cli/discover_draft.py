"""The draft of a configuration of what `discover` found: devices whose profile is known, buses of all servers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from roommon.cli.spoken import say
from roommon.commissioning.address_survey import Found, Served, Spoken
from roommon.commissioning.drafting import agent_entry, agent_id, bus_entry, is_secret, unit_entry
from roommon.commissioning.standing import free_id
from roommon.commissioning.writing import Draft, Entry, document
from roommon.poll.modbus.endpoint import TcpConfig
from roommon.poll.snmp.endpoint import Config as SnmpConfig

_COMMUNITY = "snmp-community"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A configuration, and what must lie beside it."""

    text: str
    secrets: Mapping[str, str]
    """File: what belongs into it."""


def drafted(found: Sequence[Found]) -> Drafted:
    """Return the draft; what is not known stands in it as a comment."""
    devices: list[Entry] = []
    buses: list[Entry] = []
    remarks: list[str] = []
    secrets: dict[str, str] = {}
    for one in found:
        if one.agent is not None:
            _add_agent(one.agent, devices, remarks, secrets)
        if one.server is not None:
            _add_server(one.server, devices, buses, remarks)
    text = document(Draft(devices, buses), whole=True)
    return Drafted("".join([text, *(f"# {line}\n" for line in remarks)]), secrets)


def _add_agent(one: Spoken, devices: list[Entry], remarks: list[str], secrets: dict[str, str]) -> None:
    endpoint = one.endpoint.endpoint
    assert isinstance(endpoint, SnmpConfig)  # noqa: S101  # agents were asked over SNMP
    if not one.ranking:
        remarks.append(
            say(
                f"{endpoint}: no profile knows {one.said.description!r} ({one.said.object_id})",
                f"{endpoint}：没有匹配 {one.said.description!r}（{one.said.object_id}）的设备模板",
            )
        )
        return
    file = None
    if is_secret(endpoint):
        file = _COMMUNITY
        secrets[file] = endpoint.community or ""
    name = free_id(agent_id(one.said, one.ranking[0]), _ids(devices))
    devices.append(agent_entry(name, endpoint, one.ranking[0], file))


def _add_server(one: Served, devices: list[Entry], buses: list[Entry], remarks: list[str]) -> None:
    endpoint = one.endpoint.endpoint
    assert isinstance(endpoint, TcpConfig)  # noqa: S101  # servers were asked over TCP
    bus = f"gateway-{len(buses) + 1}"
    buses.append(bus_entry(bus, endpoint))
    if one.unit is not None and one.profile is not None:
        name = free_id(one.profile.profile.id, _ids(devices))
        devices.append(unit_entry(name, bus, one.unit, one.profile, ()))
        return
    remarks.append(
        say(
            f"{bus}: look what is behind it: roommon probe {endpoint} --units 1..32",
            f"{bus}：查看其后的设备：roommon probe {endpoint} --units 1..32",
        )
    )


def _ids(entries: Sequence[Entry]) -> Iterator[str]:
    return (str(entry["id"]) for entry in entries)
