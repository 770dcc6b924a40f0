"""MQTT: alarms to a broker, commands back (docs/mqtt.md). The one file that touches paho.

paho runs on our event loop, by its calls for external loops (`loop_read`, `loop_write`, `loop_misc`); only `connect`
blocks and has a thread. paho's own thread (`loop_start`) waits with select(), which fails on file descriptors above
1023, and a site of a thousand devices has those. One paho client lives for one connection: what it remembers of
unconfirmed messages it would send again after a reconnect, out of our order.
"""

import asyncio
import contextlib
import ssl
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

from paho.mqtt import MQTTException
from paho.mqtt.client import Client, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from roommon.alerts import reasons
from roommon.alerts.broker import Config, Tls
from roommon.alerts.closings import Closings
from roommon.alerts.courier import OFFLINE, Courier
from roommon.alerts.daily import Daily
from roommon.alerts.delivery import keep_delivering
from roommon.alerts.home_assistant.discovery import Places
from roommon.alerts.home_assistant.publisher import Publisher
from roommon.alerts.link import Link, Message, Received, Refused
from roommon.alerts.live import Live
from roommon.alerts.report import Report
from roommon.alerts.sink import Context, SinkUnavailable
from roommon.alerts.topics import Topics
from roommon.model.text import Text

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike  # exists for type checkers alone

__all__ = ["Config", "Tls", "deliver", "probe"]

CONNECT_S: Final = 5.0
"""For TCP, for TLS and for the broker's answer, each."""
CONFIRM_S: Final = 10.0
"""A broker that confirms nothing for so long is taken for dead."""
UNDER_WAY: Final = 20
"""Messages without confirmation at once: what mosquitto takes by default."""
TICK_S: Final = 1.0
VERSION_UNKNOWN: Final = 0x84
KEEPALIVE_PASSED: Final = 0x8D

_NAMES: Final = {MQTTProtocolVersion.MQTTv5: "MQTT 5", MQTTProtocolVersion.MQTTv311: "MQTT 3.1.1"}


class _VersionRefused(SinkUnavailable):
    """The broker does not know this version of MQTT, or hangs up on it."""


async def deliver(config: Config, context: Context) -> NoReturn:
    """Deliver the journal to the broker for ever, from every outage on; on cancel, say that we go."""
    topics = Topics(config.prefix, context.site)
    identity = config.client_id or f"{config.prefix}-{context.site}-{context.name}".replace("/", "-")
    report = Report(f"{context.name} at {config}", context.health, context.clock)
    closings = Closings(identity)

    def courier(link: Link) -> Courier:
        return Courier(link, topics, context, report)

    async def readings(link: Link) -> None:
        await Live(link, topics, context, report, config.readings_expire).carry()

    async def daily(link: Link) -> None:
        await Daily(link, topics, context, report).carry()

    async def home_assistant(link: Link) -> None:
        await Publisher(link, Places(config.home_assistant_prefix, topics), context, report).carry()

    besides = [daily]
    besides += [readings] if config.publishes_readings else []
    besides += [home_assistant] if config.home_assistant else []
    await context.journal.register(context.name, readings=False, events=True)
    await context.journal.voice.begin(context.name)
    await keep_delivering(
        lambda: _connected(config, identity, topics.status, closings),
        courier,
        besides,
        report,
    )


async def probe(config: Config) -> Text:
    """Return how the broker answers, connecting beside a running daemon; raise SinkUnavailable when it does not."""
    identity = f"{config.client_id or config.prefix}-check"
    async with _connected(config, identity, None, Closings(identity)) as link:
        return reasons.answers(link.how)


@asynccontextmanager
async def _connected(config: Config, identity: str, status: str | None, closings: Closings) -> AsyncGenerator["_Link"]:
    """Hold one connection of the newest version that both sides speak; `status` is where the last will goes."""
    try:
        link = await _open(config, identity, status)
    except SinkUnavailable:
        closings.forget()
        raise
    link.closings = closings
    try:
        yield link
    finally:
        link.close()


async def _open(config: Config, identity: str, status: str | None) -> "_Link":
    match config.version:
        case "3.1.1":
            return await _Link(config, identity, status, MQTTProtocolVersion.MQTTv311).open()
        case 5:
            return await _Link(config, identity, status, MQTTProtocolVersion.MQTTv5).open()
        case "auto":
            try:
                return await _Link(config, identity, status, MQTTProtocolVersion.MQTTv5).open()
            except _VersionRefused:
                return await _Link(config, identity, status, MQTTProtocolVersion.MQTTv311).open()


class _UnderWay(NamedTuple):
    what: str
    since: float
    confirmation: asyncio.Future[None]


class _Link:
    """One connection, from `open` to `close`; everything but paho's connect happens in the event loop."""

    def __init__(self, config: Config, identity: str, status: str | None, version: MQTTProtocolVersion) -> None:
        self._takers: list[Callable[[Received], None]] = []
        self._config = config
        self._identity = identity
        self._version = version
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._under_way: dict[int, _UnderWay] = {}
        """What is not confirmed, by packet identifier, oldest first."""
        self._at_most = UNDER_WAY
        self._freed = asyncio.Event()
        self._tick: asyncio.TimerHandle | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._opened_at = 0.0
        self.closings = Closings(identity)
        """What was seen of the connections before."""
        self._socket: SocketLike | None = None
        self._client = self._make_client(status)

    @property
    def how(self) -> str:
        """`over MQTT 5 with TLSv1.3`."""
        tls = f" with {self._socket.version()}" if isinstance(self._socket, ssl.SSLSocket) else ""
        return f"over {_NAMES[self._version]}{tls}"

    async def open(self) -> "_Link":
        """Connect and wait for the broker's welcome; raise SinkUnavailable, with everything closed."""
        threading.Thread(target=self._dial, name=f"mqtt {self._config}", daemon=True).start()
        try:
            async with asyncio.timeout(4 * CONNECT_S):
                await asyncio.shield(self._opened)
        except TimeoutError as error:
            self._lose(SinkUnavailable(reasons.NO_ANSWER))
            raise SinkUnavailable(reasons.NO_ANSWER) from error
        except asyncio.CancelledError:
            self._lose(SinkUnavailable(reasons.CLOSED))
            raise
        return self

    def close(self) -> None:
        """Close at once; the broker tells our last will."""
        self._lose(SinkUnavailable(reasons.CLOSED))

    def part(self) -> None:
        """Close in good order; the broker tells nothing."""
        self._client.disconnect()
        self._client.loop_write()
        self.close()

    def hear(self, take: Callable[[Received], None]) -> None:
        """Give everything that arrives from now on to `take` too."""
        self._takers.append(take)

    async def lost(self) -> None:
        """Wait until the connection is lost; then raise SinkUnavailable."""
        await asyncio.shield(self._lost)

    async def room(self) -> None:
        """Wait until one more message may be under way."""
        while len(self._under_way) >= self._at_most and not self._lost.done():
            self._freed.clear()
            await self._freed.wait()

    def publish(self, message: Message) -> asyncio.Future[None]:
        """Send `message` at QoS 1; the future is done when the broker has it."""
        if self._lost.done():
            return self._lost
        sent = self._client.publish(message.topic, message.payload, 1, message.retained, self._properties(message))
        return self._await(sent.mid, message.topic)

    async def subscribe(self, topics: str) -> None:
        """Listen to the filter `topics`; raise Refused."""
        await self.room()
        if self._lost.done():
            return await self.lost()
        _, identifier = self._client.subscribe(topics, qos=1)
        await self._await(identifier or 0, topics)
        return None

    def _properties(self, message: Message) -> Properties | None:
        """Return what only MQTT 5 carries with `message`."""
        plain = message.expires_s is None and message.correlation is None
        if plain or self._version is not MQTTProtocolVersion.MQTTv5:
            return None
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho says py.typed and leaves this one without
        if message.expires_s is not None:
            properties.MessageExpiryInterval = message.expires_s
        if message.correlation is not None:
            properties.CorrelationData = message.correlation
        return properties

    def _await(self, identifier: int, what: str) -> asyncio.Future[None]:
        confirmation: asyncio.Future[None] = self._loop.create_future()
        self._under_way[identifier] = _UnderWay(what, self._loop.time(), confirmation)
        return confirmation

    def _make_client(self, status: str | None) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._identity, protocol=self._version, reconnect_on_failure=False)
        client.connect_timeout = CONNECT_S
        client.max_inflight_messages_set(0)
        if self._config.username is not None:
            password = self._config.password
            client.username_pw_set(self._config.username, None if password is None else password.value)
        if status is not None:
            client.will_set(status, OFFLINE, qos=1, retain=True)
        client.on_connect = lambda _, __, ___, reason, given: self._on_connect(reason, given)
        client.on_disconnect = lambda _, __, flags, reason, ___: self._on_disconnect(flags, reason)
        client.on_publish = lambda _, __, identifier, reason, ___: self._settle(identifier, reason)
        client.on_subscribe = lambda _, __, identifier, codes, ___: self._settle(identifier, codes[0])
        client.on_message = lambda _, __, message: self._on_message(message)
        return client

    def _dial(self) -> None:
        """Connect, in a thread of its own; nobody waits for it when the link was closed meanwhile."""
        config = self._config
        try:
            if config.tls is not None:
                self._client.tls_set_context(config.tls.context())
            self._client.connect(config.host, config.port_or_default, keepalive=config.keepalive // 1000)
        except (OSError, ValueError) as error:
            lost = SinkUnavailable(reasons.no_connection(error))
            self._tell(lambda: self._lose(lost))
        else:
            self._tell(self._attach)

    def _tell(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(what)

    def _attach(self) -> None:
        connected = self._client.socket()
        if connected is None or self._lost.done():
            self._drop(connected)
            return
        self._socket = connected
        self._client.on_socket_register_write = lambda _, __, sock: self._loop.add_writer(sock, self._write)
        self._client.on_socket_unregister_write = lambda _, __, sock: self._on_all_written(sock)
        self._client.on_socket_close = lambda _, __, sock: self._detach(sock)
        self._loop.add_reader(connected, self._read)
        if self._client.want_write():
            self._loop.add_writer(connected, self._write)
        self._tick = self._loop.call_later(TICK_S, self._on_tick)
        self._patience = self._loop.call_later(CONNECT_S, self._lose, SinkUnavailable(reasons.mute(CONNECT_S)))

    def _read(self) -> None:
        """Take what has arrived; TLS may hold more than the socket shows."""
        try:
            while self._client.loop_read() == MQTTErrorCode.MQTT_ERR_SUCCESS and self._has_decrypted():
                pass
        except (MQTTException, ValueError) as error:
            self._lose(SinkUnavailable(reasons.no_connection(error)))

    def _has_decrypted(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    def _write(self) -> None:
        self._client.loop_write()

    def _on_tick(self) -> None:
        self._client.loop_misc()
        if self._lost.done():
            return
        oldest = next(iter(self._under_way.values()), None)
        if oldest is not None and self._loop.time() - oldest.since > CONFIRM_S:
            self._lose(SinkUnavailable(reasons.unconfirmed(oldest.what, CONFIRM_S)))
            return
        self._tick = self._loop.call_later(TICK_S, self._on_tick)

    def _lose(self, error: SinkUnavailable) -> None:
        """End the connection: everything that waits for it gets `error`."""
        if self._lost.done():
            return
        for waiting in (self._lost, self._opened, *(each.confirmation for each in self._under_way.values())):
            _fail(waiting, error)
        self._under_way.clear()
        self._freed.set()
        for timer in (self._tick, self._patience):
            if timer is not None:
                timer.cancel()
        self._drop(self._socket)

    def _drop(self, connected: "SocketLike | None") -> None:
        if connected is not None:
            self._detach(connected)
            connected.close()

    def _detach(self, connected: "SocketLike") -> None:
        """Let the loop forget a socket; paho tells of its closing even when we have closed it already."""
        if connected.fileno() >= 0:
            self._loop.remove_reader(connected)
            self._loop.remove_writer(connected)

    def _on_connect(self, reason: ReasonCode, given: Properties | None) -> None:
        if reason.value == VERSION_UNKNOWN:
            self._lose(_VersionRefused(reasons.unspoken(_NAMES[self._version])))
        elif reason.is_failure:
            self._lose(SinkUnavailable(reasons.refusal(reason.value, reason.getName())))
        elif not self._opened.done():
            self._at_most = min(UNDER_WAY, getattr(given, "ReceiveMaximum", UNDER_WAY))
            self._opened_at = self._loop.time()
            if self._patience is not None:
                self._patience.cancel()
            self._opened.set_result(None)

    def _on_disconnect(self, flags: DisconnectFlags, reason: ReasonCode) -> None:
        if not self._opened.done():
            kind = _VersionRefused if self._version is MQTTProtocolVersion.MQTTv5 else SinkUnavailable
            self._lose(kind(reasons.no_answer(tls=self._config.tls is not None)))
        elif flags.is_disconnect_packet_from_server:
            self._lose(SinkUnavailable(reasons.ended(reason.value, reason.getName())))
        elif reason.value == KEEPALIVE_PASSED:
            self._lose(SinkUnavailable(reasons.FROZEN))
        else:
            self._lose(SinkUnavailable(self.closings.closed(self._loop.time() - self._opened_at)))

    def _settle(self, identifier: int, reason: ReasonCode) -> None:
        settled = self._under_way.pop(identifier, None)
        self._freed.set()
        if settled is None or settled.confirmation.done():
            return
        if reason.is_failure:
            why = reasons.refused(settled.what, reason.value, reason.getName())
            _fail(settled.confirmation, Refused(why))
        else:
            settled.confirmation.set_result(None)

    def _on_message(self, message: MQTTMessage) -> None:
        given = message.properties
        reply_to, correlation = getattr(given, "ResponseTopic", None), getattr(given, "CorrelationData", None)
        received = Received(message.topic, bytes(message.payload), message.retain, reply_to, correlation)
        for take in self._takers:
            take(received)

    def _on_all_written(self, connected: "SocketLike") -> None:
        if connected.fileno() >= 0:
            self._loop.remove_writer(connected)


def _fail(future: asyncio.Future[None], error: SinkUnavailable) -> None:
    """End `future` with `error`; asyncio is told that it is known, because nobody may wait any more."""
    if not future.done():
        future.set_exception(error)
        future.exception()
