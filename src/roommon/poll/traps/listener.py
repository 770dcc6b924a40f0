"""Datagrams to polls: whoever sent a trap is asked at once. Nothing that a trap says is believed."""

from collections.abc import Sequence

from roommon.model.clock import Clock
from roommon.model.device import DeviceId
from roommon.poll.traps import message
from roommon.poll.traps.asking import Asking
from roommon.poll.traps.ber import Malformed
from roommon.poll.traps.envelope import VERSION_3
from roommon.poll.traps.message import Arrived, Refused, User, Why
from roommon.poll.traps.names import AUTHENTICATION_FAILURE
from roommon.poll.traps.senders import Senders
from roommon.poll.traps.telling import Telling
from roommon.poll.traps.usm import Engine

_LOOKED_AT = 100
"""Datagrams of one address that are looked at in a second; the rest is counted."""


class _Flow:
    """What came from one address in this second."""

    __slots__ = ("count", "devices")

    def __init__(self) -> None:
        self.count = 0
        self.devices: Sequence[DeviceId] = ()
        """Who was asked because of it."""


class Listener:
    """Hears datagrams."""

    def __init__(self, senders: Senders, asking: Asking, telling: Telling, clock: Clock) -> None:
        self.senders = senders
        """May be exchanged for others."""
        self._asking = asking
        self._telling = telling
        self._clock = clock
        self._engine = Engine(clock.monotonic)
        self._second = 0
        self._flows: dict[str, _Flow] = {}

    def hear(self, data: bytes, source: str) -> bytes:
        """Take a datagram from the address `source`; return what is to be sent back, if anything. Raises nothing."""
        flow = self._flow(source)
        flow.count += 1
        if flow.count > _LOOKED_AT:
            self._count(source, flow)
            return b""
        try:
            return self._take(self._open(data), source, flow)
        except Malformed:
            self._telling.refused(source, Why.MALFORMED)
            return b""
        except Refused as refused:
            return self._refuse(refused, source)

    def _flow(self, source: str) -> _Flow:
        second = int(self._clock.monotonic())
        if second != self._second:
            self._second = second
            self._flows.clear()
        flow = self._flows.get(source)
        if flow is None:
            flow = self._flows[source] = _Flow()
        return flow

    def _count(self, source: str, flow: _Flow) -> None:
        """Note one more of very many: the last of them, too, is followed by a poll."""
        for device in flow.devices:
            self._telling.counted(device)
            self._asking.heard(device)
        if not flow.devices:
            self._telling.refused(source, Why.FLOOD)

    def _open(self, data: bytes) -> Arrived:
        version, at, end = message.opened(data)
        if version == VERSION_3:
            return self._engine.open(data, at, end, self.senders.accounts)
        return message.with_community(data, version, at, end)

    def _take(self, arrived: Arrived, source: str, flow: _Flow) -> bytes:
        trap, agent = arrived.notification.trap, arrived.notification.agent
        named = (self.senders.at(agent) if agent else ()) or self.senders.at(source)
        if not named:
            raise Refused(Why.STRANGER)
        trusted = [each.device for each in named if self.senders.trusts(each, arrived.credential)]
        if not trusted:
            raise Refused(Why.USER if isinstance(arrived.credential, User) else Why.COMMUNITY)
        is_asked = trap != AUTHENTICATION_FAILURE
        for device in trusted:
            self._telling.heard(device, trap, is_asked=is_asked)
            if is_asked:
                self._asking.heard(device)
        if is_asked:
            flow.devices = trusted
        return arrived.answer

    def _refuse(self, refused: Refused, source: str) -> bytes:
        """Return the answer, which strangers do not get."""
        if not self.senders.at(source):
            self._telling.refused(source, Why.STRANGER if refused.why is None else refused.why)
            return b""
        if refused.why is not None:
            self._telling.refused(source, refused.why)
        return refused.answer
