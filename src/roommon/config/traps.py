"""Traps that nobody can send: said as a warning."""

from roommon.config.findings import Findings, Spot
from roommon.config.room import Room
from roommon.model.text import Text
from roommon.poll.snmp import endpoint


def review(spot: Spot, room: Room, findings: Findings) -> None:
    """Note that no device of `room` sends traps to the listener at `spot`."""
    if not any(isinstance(bus.endpoint, endpoint.Config) for bus in room.buses.values()):
        findings.warn(
            spot,
            Text(
                "no device here is asked by SNMP, so every trap is a stranger's",
                "没有以 SNMP 询问的设备，任何 trap 都来自未知设备",
            ),
            Text("remove `traps`, or add the device that sends them", "请删除 `traps`，或添加发送它们的设备"),
        )
