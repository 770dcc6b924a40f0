"""The socket of an agent, which can go silent, go away and come back."""

import asyncio
from typing import Any

from simulators.faults import OK, Fault, Kind
from simulators.snmp import ber
from simulators.snmp.agent import Agent

Peer = tuple[str | Any, int]


class SnmpServer(asyncio.DatagramProtocol):
    """One UDP address, and the agent behind it."""

    def __init__(self, host: str, port: int, agent: Agent) -> None:
        self.host = host
        self.port = port
        self.agent = agent
        self._transport: asyncio.DatagramTransport | None = None
        self._returning: asyncio.Task[None] | None = None
        self._free_at = 0.0

    @property
    def fault(self) -> Fault:
        """What is wrong with the agent."""
        return self.agent.fault

    async def open(self) -> None:
        """Listen; port 0 takes a free one and keeps it."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))
        self._transport = transport
        self.port = transport.get_extra_info("sockname")[1]

    async def close(self) -> None:
        """Stop listening."""
        if self._returning:
            self._returning.cancel()
            self._returning = None
        self._stop()

    async def suffer(self, fault: Fault) -> None:
        """Take the fault `fault`, and with it lose the one of before."""
        self.agent.fault = fault
        if self._returning:
            self._returning.cancel()
            self._returning = None
        if fault.kind in {Kind.DEAD, Kind.REBOOT}:
            self._stop()
            await asyncio.sleep(0)  # the transport closes its socket in the loop's next turn
        elif self._transport is None:
            await self.open()
        if fault.kind is Kind.REBOOT:
            self._returning = asyncio.create_task(self._reboot(fault.seconds), name=f"reboot:{self.agent.name}")

    async def _reboot(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.agent.reboot()
        await self.open()
        self.agent.fault = OK

    def _stop(self) -> None:
        if self._transport:
            self._transport.abort()
            self._transport = None

    def datagram_received(self, data: bytes, addr: Peer) -> None:
        """Answer one datagram, or not."""
        fault = self.agent.fault
        if fault.kind in {Kind.MUTE, Kind.BLACK_HOLE}:
            return
        answer = self.agent.answer(data)
        if answer is None:
            return
        if fault.kind is Kind.TRUNCATED:
            answer = answer[: -fault.count]
        if fault.kind is Kind.LATE:
            self._send_late(answer, addr, fault.seconds)
        else:
            self._send(answer, addr)

    def _send_late(self, answer: bytes, peer: Peer, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._free_at = max(self._free_at, loop.time()) + seconds
        loop.call_at(self._free_at, self._send, answer, peer)

    def _send(self, answer: bytes, peer: Peer) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(answer, peer)


IMPOSSIBLE = frozenset(
    {
        Kind.HALF_OPEN,
        Kind.ONE_CLIENT,
        Kind.SHORT,
        Kind.RESET,
        Kind.BYTE_BY_BYTE,
        Kind.WRONG_UNIT,
        Kind.WRONG_FUNCTION,
        Kind.CRC,
    }
)


def checked(fault: Fault) -> Fault:
    """Return `fault` if an agent can have it; raise ValueError."""
    if fault.kind in IMPOSSIBLE:
        raise ValueError(f"{fault.kind} cannot happen to an SNMP agent")
    if fault.kind is Kind.EXCEPTION and fault.at:
        ber.oid_body(fault.at)
    return fault
