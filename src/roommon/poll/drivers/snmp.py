"""SNMP versions 1, 2c and 3 over UDP, by gufo-snmp, which no other file imports: GET, GETNEXT and GETBULK alone.

gufo-snmp drops the error status of an answer and leaves out objects without a value (0.13); `snmp.asking` lives with
that. Everything it raises ends here.

Version 3 goes out of step when an agent restarts, or after a pause: its messages carry the agent's boots and time, and
must be less than 150 s apart from them (RFC 3414, 2.2.3). So after 120 s without an answer the time is asked anew, and
after silence or a refusal the agent's engine is discovered anew before the next try.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import TypeVar

from gufo.snmp import (
    Aes128Key,
    Aes192Key,
    Aes256Key,
    BaseAuthKey,
    BasePrivKey,
    DesKey,
    KeyExpansion,
    Md5Key,
    NoSuchInstance,
    Sha1Key,
    Sha224Key,
    Sha256Key,
    Sha384Key,
    Sha512Key,
    SnmpAuthError,
    SnmpDecodeError,
    SnmpError,
    SnmpVersion,
    User,
)
from gufo.snmp._fast import GetIter
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import KeyType

from roommon.model import system_words
from roommon.model.clock import Clock
from roommon.model.text import Text
from roommon.poll.bus import Bus, LinkLost, Silent
from roommon.poll.driver import Target
from roommon.poll.snmp.agent import ABSENT, Absent, Agent, Refusal, Value
from roommon.poll.snmp.budget import patience
from roommon.poll.snmp.endpoint import Auth, Config, Privacy
from roommon.poll.snmp.reader import SnmpReader
from roommon.profiles.point import Oid

__all__ = ["READS", "Auth", "Config", "Privacy", "Session", "bus", "connect", "reader"]

READS = Oid
"""What a point of this protocol stands at; the configuration is checked by it."""

_STALE_S = 120.0
_AT_A_TIME = 20
"""Objects in one GETBULK of a walk."""
_NEVER_S = 3600.0
"""The library's own timeout: ours, around it, always comes first."""
T = TypeVar("T")


_AUTH: Mapping[Auth, type[BaseAuthKey]] = {
    Auth.MD5: Md5Key,
    Auth.SHA1: Sha1Key,
    Auth.SHA224: Sha224Key,
    Auth.SHA256: Sha256Key,
    Auth.SHA384: Sha384Key,
    Auth.SHA512: Sha512Key,
}
_PRIVACY: Mapping[Privacy, tuple[type[BasePrivKey], KeyExpansion]] = {
    Privacy.DES: (DesKey, KeyExpansion.Blumenthal),
    Privacy.AES128: (Aes128Key, KeyExpansion.Blumenthal),
    Privacy.AES192: (Aes192Key, KeyExpansion.Blumenthal),
    Privacy.AES256: (Aes256Key, KeyExpansion.Blumenthal),
    Privacy.AES192_CISCO: (Aes192Key, KeyExpansion.Cisco),
    Privacy.AES256_CISCO: (Aes256Key, KeyExpansion.Cisco),
}


def bus(name: str, config: Config, clock: Clock) -> Bus[Agent]:
    """Return the bus to the agent `config`; `name` is its id."""
    attempts = count()

    def opened() -> AbstractAsyncContextManager[Agent]:
        return connect(config, clock, next(attempts))

    return Bus(f"{name} {config}", opened, clock)


def reader(bus: Bus[Agent], config: Config, target: Target, clock: Clock) -> SnmpReader:
    """Return the reader of `target` on `bus`, which was made from `config`."""
    unit = bus.join(f"{target.device} {config}", target.limits.pause_after_connect)
    return SnmpReader(target, bus, unit, clock, patience(config.timeout, config.retries, target.every))


@asynccontextmanager
async def connect(config: Config, clock: Clock, attempt: int = 0) -> AsyncGenerator["Session"]:
    """Hold a session with the agent at `config`; each `attempt` takes the next of the addresses that its name has.

    Raises:
        LinkLost: its name is not known; or, version 3, its engine could not be discovered. Versions 1 and 2c have no
            connection, so whether somebody is there shows with the first request.
    """
    addresses = await _addresses(config)
    session = Session(config, addresses[attempt % len(addresses)], clock)
    if config.version == 3:
        try:
            await session.discover(config.timeout / 1000)
        except Silent as error:
            raise LinkLost(error.words) from error
    yield session


class Session:
    """One UDP socket to one agent, with one request on the way at a time (the bus sees to that)."""

    def __init__(self, config: Config, address: str, clock: Clock) -> None:
        """`address` is an IP address."""
        self._config = config
        self._address = address
        self._clock = clock
        self._session = _open(config, address)
        self._answered_at: float | None = None
        self._silent = False

    @property
    def usable(self) -> bool:
        """False after silence: then the name is looked up again, and version 3 discovers the engine again."""
        return not self._silent

    async def discover(self, timeout_s: float) -> None:
        """Find the engine of a version 3 agent, its boots and its time."""
        await self._exchange(_nothing, timeout_s, None)

    async def get_many(self, oids: Sequence[str], timeout_s: float) -> Mapping[str, Value] | Refusal:
        """Return the values of `oids` that the agent gave; see `Agent`."""
        return await self._exchange(lambda session: _get_many(session, oids), timeout_s, {})

    async def get(self, oid: str, timeout_s: float) -> Value | Absent | Refusal:
        """Return the value of `oid`, or why it has none; see `Agent`."""
        without = Absent.NO_SUCH_NAME if self._config.version == 1 else Absent.NO_VALUE
        return await self._exchange(lambda session: _get(session, oid, without), timeout_s, Absent.UNREADABLE)

    async def after(self, oid: str, count: int, timeout_s: float) -> Mapping[str, Value] | Absent | Refusal:
        """Return objects that follow `oid`; see `Agent`."""
        many = 1 if self._config.version == 1 else count
        return await self._exchange(lambda session: self._after(session, oid, many), timeout_s, Absent.UNREADABLE)

    async def walk(self, root: str, timeout_s: float) -> AsyncIterator[tuple[str, Value]]:
        """Yield every object below `root` with its value, in the agent's order, by GETBULK (version 1: GETNEXT).

        It ends where an agent goes backwards, which some do for ever. Raises Silent if the agent stops answering.
        """
        at = root
        while page := await self.after(at, _AT_A_TIME, timeout_s):
            if isinstance(page, Refusal) or page is Absent.UNREADABLE:
                raise Silent(page.why if isinstance(page, Refusal) else ABSENT[page])
            if isinstance(page, Absent):
                return
            for oid, value in page.items():
                if not oid.startswith(f"{root}.") or _parts(oid) <= _parts(at):
                    return
                at = oid
                yield oid, value

    async def _exchange(
        self, ask: Callable[[SnmpSession], Awaitable[T]], timeout_s: float, garbled: T | Refusal
    ) -> T | Refusal:
        """Return what `ask` returns, a refusal, or `garbled` for an answer that is no SNMP; raise Silent for none."""
        try:
            with _panics_as_decode_errors():
                async with asyncio.timeout(timeout_s):
                    answer: T | Refusal = await self._in_step(ask)
        except TimeoutError as error:
            self._silent = True
            raise Silent(self._why_silent(error, timeout_s)) from error
        except SnmpAuthError:
            answer = Refusal(self._why_refused())
        except (SnmpDecodeError, RuntimeError):
            answer = garbled
        except OSError as error:
            self._silent = True
            raise Silent(system_words.said(error)) from error
        except SnmpError as error:
            self._silent = True
            raise Silent(str(error)) from error
        self._silent = False
        self._answered_at = self._clock.monotonic()
        return answer

    async def _after(self, session: SnmpSession, oid: str, count: int) -> Mapping[str, Value] | Absent:
        """Return objects that follow `oid`. An answer without any is an error, or nothing follows: GETNEXT tells.

        In version 1 that nothing follows is an error too, noSuchName, which does not reach us.
        """
        if found := await _following(session, oid, count):
            return found
        if self._config.version == 1:
            return {}
        try:
            is_error = await _next_value(session, oid) is None
        except NoSuchInstance:
            return {}
        return Absent.NO_VALUE if is_error else await _following(session, oid, 1)

    async def _in_step(self, ask: Callable[[SnmpSession], Awaitable[T]]) -> T:
        """Ask with an engine id, boots and time that the agent takes; versions 1 and 2c have none."""
        if self._config.version != 3:
            return await ask(self._session)
        if self._answered_at is None or self._silent:
            await self._discover()
        elif self._clock.monotonic() - self._answered_at > _STALE_S:
            await self._session.refresh()
        try:
            return await ask(self._session)
        except SnmpAuthError:
            await self._discover()
            return await ask(self._session)

    async def _discover(self) -> None:
        self._session = _open(self._config, self._address)
        await self._session.refresh()

    def _why_refused(self) -> Text:
        user = self._config.user
        return Text(
            f"refuses user {user}: does not know it, or has another auth passphrase or protocol for it, "
            "or wants another level (auth, privacy)",
            f"拒绝用户 {user}：没有该用户，或其认证口令、认证协议不同，或要求其他安全级别（auth、privacy）",
        )

    def _why_silent(self, error: TimeoutError, timeout_s: float) -> Text:
        if error.__cause__ and "refused" in str(error.__cause__):
            return Text("nobody listens at this port (ICMP port unreachable)", "该端口无人监听（ICMP 端口不可达）")
        silent = Text(f"no answer within {timeout_s:.1f} s", f"{timeout_s:.1f} s 内无应答")
        if self._answered_at is not None:
            return silent
        if self._config.version != 3:
            return Text(f"{silent.en} (wrong community, or unreachable)", f"{silent.zh_cn}（团体名不对，或无法到达）")
        if self._session.get_engine_id():
            user = self._config.user
            return Text(
                f"answers, but not user {user} (wrong privacy passphrase or protocol?)",
                f"有应答，但不应答用户 {user}（加密口令或协议不对？）",
            )
        return silent


@contextmanager
def _panics_as_decode_errors() -> Iterator[None]:
    """Turn what some malformed answers make of the library, a Rust panic, into its decode error.

    A panic is a BaseException of a class that cannot be imported; let through, it would end the daemon.
    """
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise SnmpDecodeError(str(error)) from error
        raise


async def _nothing(_: SnmpSession) -> None:
    """Ask nothing: being in step is all that is wanted."""


async def _get_many(session: SnmpSession, oids: Sequence[str]) -> Mapping[str, Value]:
    values = await session.get_many(oids)
    return {oid: value for oid in oids if (value := values.get(oid)) is not None}


async def _get(session: SnmpSession, oid: str, without: Absent) -> Value | Absent:
    """Return the value of `oid`; a second request finds out why there is none, in which alone the library tells."""
    value = (await session.get_many([oid])).get(oid)
    if value is not None:
        return value
    try:
        return without if await session.get(oid) is None else Absent.UNREADABLE
    except NoSuchInstance:
        return Absent.NO_SUCH


def _parts(oid: str) -> tuple[int, ...]:
    return tuple(map(int, oid.split(".")))


async def _following(session: SnmpSession, oid: str, count: int) -> Mapping[str, Value]:
    """Return up to `count` objects that follow `oid`, those that have a value.

    Not by the library's own iterators, which take every error for the end of the table, and begin at its top alone.
    """
    socket, place = session._sock, GetIter(oid, count)  # noqa: SLF001 - it has no other way to ask for one page
    await session._send(lambda: (socket.send_get_bulk if count > 1 else socket.send_get_next)(place))  # noqa: SLF001
    values = await session._recv(socket.recv_get_many)  # noqa: SLF001
    return {name: value for name, value in values.items() if value is not None}


async def _next_value(session: SnmpSession, oid: str) -> Value | None:
    """Return the value of the object that follows `oid`, None for an error; raise NoSuchInstance if none follows."""
    socket, place = session._sock, GetIter(oid)  # noqa: SLF001
    await session._send(lambda: socket.send_get_next(place))  # noqa: SLF001
    return await session._recv(socket.recv_get)  # noqa: SLF001


def _open(config: Config, address: str) -> SnmpSession:
    """Return a session with its own socket; nothing is sent yet."""
    version = {1: SnmpVersion.v1, 3: SnmpVersion.v3}.get(int(str(config.version)[0]), SnmpVersion.v2c)
    community = config.community_secret.value if config.community_secret else config.community or "public"
    user = _user(config) if config.version == 3 else None
    try:
        return SnmpSession(address, config.port, community, user=user, version=version, timeout=_NEVER_S)
    except OSError as error:
        raise LinkLost(system_words.said(error)) from error


@lru_cache(maxsize=1024)
def _user(config: Config) -> User:
    """Return the user with master keys: stretching a passphrase to one hashes a mebibyte (RFC 3414, A.2), so once."""
    if not config.auth_passphrase:
        return User(config.user or "")
    hashing = _AUTH[config.auth]
    auth = hashing(hashing.get_master_key(config.auth_passphrase.value.encode()), KeyType.Master)
    if not config.privacy_passphrase:
        return User(config.user or "", auth_key=auth)
    cipher, expansion = _PRIVACY[config.privacy]
    privacy = cipher(hashing.get_master_key(config.privacy_passphrase.value.encode()), KeyType.Master)
    return User(config.user or "", auth_key=auth, priv_key=privacy, key_expansion=expansion)


async def _addresses(config: Config) -> list[str]:
    """Return the IP addresses of the agent, of which there is one at least; a name is looked up anew each time."""
    with suppress(ValueError):
        return [str(ipaddress.ip_address(config.host))]
    try:
        async with asyncio.timeout(config.timeout / 1000):
            found = await asyncio.get_running_loop().getaddrinfo(config.host, config.port, type=socket.SOCK_DGRAM)
    except TimeoutError as error:
        raise LinkLost(
            Text(f"no name server answers for {config.host}", f"解析 {config.host} 时域名服务器无应答")
        ) from error
    except OSError as error:
        raise LinkLost(
            Text(
                f"nobody knows the name {config.host}: {error.strerror}",
                f"无法解析名称 {config.host}：{error.strerror}",
            )
        ) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
