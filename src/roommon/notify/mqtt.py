"""Listens to one broker in a persistent session. The one file of this package that touches paho.

The broker keeps for us what comes while we are away, and what we have not acknowledged: a message is acknowledged by
whoever took it, after it is on the disk (`manual_ack`). paho reads and writes in a thread of its own; what arrives
crosses into the event loop, and everything else happens there. One paho client lives for one connection.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple, NoReturn

from paho.mqtt.client import Client, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from roommon.alerts import reasons
from roommon.alerts.closings import Closings
from roommon.model.text import Text
from roommon.model.worded import Worded
from roommon.notify.settings import Broker

CONNECT_S: Final = 5.0
"""For TCP, for TLS and for the broker's answer, each."""
FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 10.0
STEADY_S: Final = 10.0
"""A session that lasted so long begins the pauses anew; two clients of one name throw each other out faster."""
UNDER_WAY: Final = 20
"""Messages that we have not acknowledged, at once."""
_VERSION_UNKNOWN: Final = 0x84
_KEEPALIVE_PASSED: Final = 0x8D
_log = logging.getLogger(__name__)
_NAMES: Final = {MQTTProtocolVersion.MQTTv5: "MQTT 5", MQTTProtocolVersion.MQTTv311: "MQTT 3.1.1"}


class Arrived(NamedTuple):
    """One message; `acknowledge` is called when it is on the disk, and else the broker sends it again."""

    topic: str
    payload: bytes
    retained: bool
    acknowledge: Callable[[], object]


class Unreachable(Worded):
    """There is no session with the broker; its words say what to look at."""


class _Closed(Unreachable):
    """The broker closed a session that stood, without a word."""


class _VersionRefused(Unreachable):
    """The broker does not know this version of MQTT, or hangs up on it."""


async def keep_listening(
    broker: Broker, topics: Sequence[str], take: Callable[[Arrived], None], tell: Callable[[Text | None, str], None]
) -> NoReturn:
    """Give everything under `topics` to `take`, for ever; `tell` what is wrong, or None and how it is connected."""
    pauses, closings = _pauses(), Closings(broker.client_id)
    loop = asyncio.get_running_loop()
    while True:
        began = loop.time()
        try:
            async with _session(broker, take) as session:
                await session.subscribe(topics)
                tell(None, session.how)
                await session.lost()
        except _Closed:
            tell(closings.closed(loop.time() - began), "")
        except Unreachable as lost:
            closings.forget()
            tell(lost.words, "")
        if loop.time() - began > STEADY_S:
            pauses = _pauses()
        await asyncio.sleep(next(pauses))


async def probe(broker: Broker, topics: Sequence[str]) -> str:
    """Return how the broker answers, without touching our session there; raise Unreachable when it does not."""
    async with _session(broker, _unheard, passing=True) as session:
        await session.subscribe(topics)
        return session.how


def _pauses() -> Iterator[float]:
    pause = FIRST_PAUSE_S
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE_S)


def _unheard(_: Arrived) -> None:
    """Nobody listens."""


@asynccontextmanager
async def _session(
    broker: Broker, take: Callable[[Arrived], None], *, passing: bool = False
) -> AsyncGenerator["_Session"]:
    session = await _opened(broker, take, passing=passing)
    try:
        yield session
    finally:
        await session.close()


async def _opened(broker: Broker, take: Callable[[Arrived], None], *, passing: bool) -> "_Session":
    newest = MQTTProtocolVersion.MQTTv311 if broker.version == "3.1.1" else MQTTProtocolVersion.MQTTv5
    session = _Session(broker, take, newest, passing=passing)
    try:
        await session.open()
    except _VersionRefused:
        if broker.version != "auto":
            raise
        session = _Session(broker, take, MQTTProtocolVersion.MQTTv311, passing=passing)
        await session.open()
    return session


class _Session:
    """One connection, from `open` to `close`."""

    def __init__(
        self, broker: Broker, take: Callable[[Arrived], None], version: MQTTProtocolVersion, *, passing: bool
    ) -> None:
        self._broker = broker
        self._take = take
        self._version = version
        self._passing = passing
        self._topics: tuple[str, ...] = ()
        self._loop = asyncio.get_running_loop()
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._subscribed: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._client = self._make_client()

    @property
    def how(self) -> str:
        """`over MQTT 5`."""
        return f"over {_NAMES[self._version]}{'' if self._broker.tls is None else ' with TLS'}"

    async def open(self) -> None:
        """Connect and wait for the broker's welcome; raise Unreachable, with everything closed."""
        threading.Thread(target=self._dial, name=f"mqtt {self._broker}", daemon=True).start()
        try:
            async with asyncio.timeout(4 * CONNECT_S):
                await self._connected
        except TimeoutError as error:
            await self.close()
            raise Unreachable(reasons.NO_ANSWER) from error
        except BaseException:
            await self.close()
            raise

    async def subscribe(self, topics: Sequence[str]) -> None:
        """Listen to `topics`; raise Unreachable when the broker does not let us."""
        self._topics = tuple(topics)
        self._client.subscribe([(topic, 1) for topic in topics])
        try:
            async with asyncio.timeout(2 * CONNECT_S):
                await _first(self._subscribed, self._lost)
        except TimeoutError as error:
            raise Unreachable(reasons.mute(2 * CONNECT_S)) from error

    async def lost(self) -> None:
        """Wait until the connection is lost; then raise Unreachable."""
        await asyncio.shield(self._lost)

    async def close(self) -> None:
        """Part in good order, if it still stands; the broker keeps the session."""
        for waiting in (self._connected, self._subscribed, self._lost):
            waiting.cancel()
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    def _make_client(self) -> Client:
        old = self._version is MQTTProtocolVersion.MQTTv311
        client = Client(
            CallbackAPIVersion.VERSION2,
            f"{self._broker.client_id}-check" if self._passing else self._broker.client_id,
            clean_session=self._passing if old else None,
            protocol=self._version,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.connect_timeout = CONNECT_S
        if self._broker.username is not None:
            password = self._broker.password
            client.username_pw_set(self._broker.username, None if password is None else password.value)
        client.on_connect = lambda _, __, ___, reason, ____: self._tell(self._on_connect, reason)
        client.on_disconnect = lambda _, __, flags, reason, ___: self._tell(self._on_disconnect, flags, reason)
        client.on_subscribe = lambda _, __, ___, codes, ____: self._tell(self._on_subscribe, codes)
        client.on_message = lambda _, __, message: self._tell(self._on_message, message)
        return client

    def _dial(self) -> None:
        """Connect, in a thread of its own; nobody waits for it when the session was closed meanwhile."""
        broker = self._broker
        try:
            if broker.tls is not None:
                self._client.tls_set_context(broker.tls.context())
            self._connect()
        except (OSError, ValueError) as error:
            lost = Unreachable(reasons.no_connection(error))
            self._tell(self._fail, lost)
        else:
            self._tell(self._go)

    def _connect(self) -> None:
        """Connect; over MQTT 5 say whether the session begins anew, and how long the broker keeps it."""
        address = (self._broker.host, self._broker.port_or_default, self._broker.keepalive // 1000)
        if self._version is not MQTTProtocolVersion.MQTTv5:
            self._client.connect(*address)
            return
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho says py.typed and leaves this one without
        properties.SessionExpiryInterval = 0 if self._passing else self._broker.session // 1000
        properties.ReceiveMaximum = UNDER_WAY
        self._client.connect(*address, clean_start=self._passing, properties=properties)

    def _tell(self, what: Callable[..., None], *of: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(what, *of)

    def _go(self) -> None:
        if self._lost.done():
            self._client.disconnect()
            return
        self._client.loop_start()

    def _fail(self, error: Unreachable) -> None:
        for waiting in (self._connected, self._subscribed, self._lost):
            if not waiting.done():
                waiting.set_exception(error)
                waiting.exception()

    def _on_connect(self, reason: ReasonCode) -> None:
        if reason.value == _VERSION_UNKNOWN:
            self._fail(_VersionRefused(reasons.unspoken(_NAMES[self._version])))
        elif reason.is_failure:
            self._fail(Unreachable(reasons.refusal(reason.value, reason.getName())))
        elif not self._connected.done():
            self._connected.set_result(None)

    def _on_disconnect(self, flags: DisconnectFlags, reason: ReasonCode) -> None:
        if not self._connected.done():
            kind = _VersionRefused if self._version is MQTTProtocolVersion.MQTTv5 else Unreachable
            self._fail(kind(reasons.no_answer(tls=self._broker.tls is not None)))
        elif flags.is_disconnect_packet_from_server:
            self._fail(Unreachable(reasons.ended(reason.value, reason.getName())))
        elif reason.value == _KEEPALIVE_PASSED:
            self._fail(Unreachable(reasons.FROZEN))
        else:
            self._fail(_Closed(reasons.CLOSED))

    def _on_subscribe(self, codes: Sequence[ReasonCode]) -> None:
        for topic, code in zip(self._topics, codes, strict=True):
            if not code.is_failure:
                continue
            why = reasons.refused(topic, code.value, code.getName())
            if topic.endswith("/event"):
                self._fail(Unreachable(why))
                return
            _log.warning("%s: goes on without what was refused: %s", self._broker, why.en)
        if not self._subscribed.done():
            self._subscribed.set_result(None)

    def _on_message(self, message: MQTTMessage) -> None:
        client, identifier, qos = self._client, message.mid, message.qos
        payload = bytes(message.payload)
        self._take(Arrived(message.topic, payload, message.retain, lambda: client.ack(identifier, qos)))


async def _first(awaited: asyncio.Future[None], lost: asyncio.Future[None]) -> None:
    """Wait for the first of both, and raise its error."""
    await asyncio.wait((awaited, lost), return_when=asyncio.FIRST_COMPLETED)
    for each in (awaited, lost):
        if each.done():
            each.result()
            return
