"""SNMP versions 1, 2c and 3 over UDP, by gufo-snmp, which no other file imports: GET, GETNEXT and GETBULK alone.

gufo-snmp drops the error status of an answer and leaves out objects without a value (0.13); `snmp_asking` lives with
that. Everything it raises ends here.

Version 3 goes out of step when an agent restarts, or after a pause: its messages carry the agent's boots and time, and
must be less than 150 s apart from them (RFC 3414, 2.2.3). So after 120 s without an answer the time is asked anew, and
after silence or a refusal the agent's engine is discovered anew before the next try.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import lru_cache
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
from gufo.snmp.aio import SnmpSession
from gufo.snmp.user import KeyType

from roommon.model.clock import Clock, Duration
from roommon.poll.bus import Bus, LinkLost, Silent, Unit
from roommon.poll.driver import Reader
from roommon.poll.snmp_agent import Absent, Agent, Refusal, Value
from roommon.poll.snmp_asking import patience
from roommon.poll.snmp_config import Auth, Config, Privacy
from roommon.poll.snmp_reader import SnmpReader
from roommon.profiles.point import Point

_STALE_S = 120.0
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


def bus(name: str, endpoint: Config, clock: Clock) -> Bus[Agent]:
    """Return the bus to the agent at `endpoint`; `name` is who it is for the log."""

    def opened() -> AbstractAsyncContextManager[Agent]:
        return connect(endpoint, clock)

    return Bus(f"{name} {endpoint.where}", opened, clock)


def reader(
    points: Sequence[Point], endpoint: Config, agents: Bus[Agent], unit: Unit, clock: Clock, every: Duration
) -> Reader:
    """Return the reader of a device that is read once `every` period."""
    return SnmpReader(points, agents, unit, clock, patience(endpoint.timeout, endpoint.retries, every))


@asynccontextmanager
async def connect(endpoint: Config, clock: Clock) -> AsyncGenerator["Session"]:
    """Hold a session with the agent at `endpoint`.

    Raises:
        LinkLost: its name is not known; or, version 3, its engine could not be discovered. Versions 1 and 2c have no
            connection, so whether somebody is there shows with the first request.
    """
    session = Session(endpoint, await _address(endpoint), clock)
    if endpoint.version == 3:
        try:
            await session.discover(endpoint.timeout / 1000)
        except Silent as error:
            raise LinkLost(str(error)) from error
    yield session


class Session:
    """One UDP socket to one agent, with one request on the way at a time (the bus sees to that)."""

    def __init__(self, endpoint: Config, address: str, clock: Clock) -> None:
        """`address` is an IP address."""
        self._endpoint = endpoint
        self._address = address
        self._clock = clock
        self._session = _open(endpoint, address)
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
        without = Absent.NO_SUCH_NAME if self._endpoint.version == 1 else Absent.NO_VALUE
        return await self._exchange(lambda session: _get(session, oid, without), timeout_s, Absent.UNREADABLE)

    async def walk(self, root: str, timeout_s: float) -> AsyncIterator[tuple[str, Value]]:
        """Yield every object below `root` with its value, in the agent's order, by GETBULK (version 1: GETNEXT)."""
        objects = aiter(self._session.fetch(root))
        while True:
            step = await self._exchange(lambda _: _next(objects), timeout_s, None)
            if not isinstance(step, tuple):
                return
            yield step

    async def _exchange(self, ask: Callable[[SnmpSession], Awaitable[T]], timeout_s: float, garbled: T) -> T | Refusal:
        """Return what `ask` returns, a refusal, or `garbled` for an answer that is no SNMP; raise Silent for none."""
        try:
            async with asyncio.timeout(timeout_s):
                answer: T | Refusal = await self._in_step(ask)
        except TimeoutError as error:
            self._silent = True
            raise Silent(self._why_silent(error, timeout_s)) from error
        except SnmpAuthError:
            answer = Refusal(self._why_refused())
        except SnmpDecodeError:
            answer = garbled
        except (OSError, SnmpError) as error:
            self._silent = True
            raise Silent(f"{self._endpoint.where}: {error}") from error
        self._silent = False
        self._answered_at = self._clock.monotonic()
        return answer

    async def _in_step(self, ask: Callable[[SnmpSession], Awaitable[T]]) -> T:
        """Ask with an engine id, boots and time that the agent takes; versions 1 and 2c have none."""
        if self._endpoint.version != 3:
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
        self._session = _open(self._endpoint, self._address)
        await self._session.refresh()

    def _why_refused(self) -> str:
        return (
            f"{self._endpoint.where} refuses user {self._endpoint.user}: it does not know the user, "
            "or has another auth passphrase or protocol for it, or wants another level (auth, privacy)"
        )

    def _why_silent(self, error: TimeoutError, timeout_s: float) -> str:
        where = self._endpoint.where
        if error.__cause__ and "refused" in str(error.__cause__):
            return f"{where}: nobody listens at this port (ICMP port unreachable)"
        if self._answered_at is not None:
            return f"{where}: no answer within {timeout_s:.1f} s"
        if self._endpoint.version != 3:
            return f"{where}: no answer within {timeout_s:.1f} s (wrong community or unreachable)"
        if self._session.get_engine_id():
            return f"{where}: answers, but not user {self._endpoint.user} (wrong privacy passphrase or protocol?)"
        return f"{where}: no answer within {timeout_s:.1f} s"


async def _nothing(_: SnmpSession) -> None:
    """Ask nothing: being in step is all that is wanted."""


async def _get_many(session: SnmpSession, oids: Sequence[str]) -> Mapping[str, Value]:
    values = await session.get_many(oids)
    return {oid: value for oid, value in values.items() if value is not None}


async def _get(session: SnmpSession, oid: str, without: Absent) -> Value | Absent:
    try:
        value = await session.get(oid)
    except NoSuchInstance:
        return Absent.NO_SUCH
    return without if value is None else value


async def _next(objects: AsyncIterator[tuple[str, Value | None]]) -> tuple[str, Value] | None:
    async for oid, value in objects:
        if value is not None:
            return oid, value
    return None


def _open(endpoint: Config, address: str) -> SnmpSession:
    """Return a session with its own socket; nothing is sent yet."""
    version = {1: SnmpVersion.v1, 3: SnmpVersion.v3}.get(int(str(endpoint.version)[0]), SnmpVersion.v2c)
    community = endpoint.community_secret.value if endpoint.community_secret else endpoint.community or "public"
    user = _user(endpoint) if endpoint.version == 3 else None
    try:
        return SnmpSession(address, endpoint.port, community, user=user, version=version, timeout=_NEVER_S)
    except OSError as error:
        raise LinkLost(f"{endpoint.where}: {error}") from error


@lru_cache(maxsize=1024)
def _user(endpoint: Config) -> User:
    """Return the user with master keys: stretching a passphrase to one hashes a mebibyte (RFC 3414, A.2), so once."""
    if not endpoint.auth_passphrase:
        return User(endpoint.user or "")
    hashing = _AUTH[endpoint.auth]
    auth = hashing(hashing.get_master_key(endpoint.auth_passphrase.value.encode()), KeyType.Master)
    if not endpoint.privacy_passphrase:
        return User(endpoint.user or "", auth_key=auth)
    cipher, expansion = _PRIVACY[endpoint.privacy]
    privacy = cipher(hashing.get_master_key(endpoint.privacy_passphrase.value.encode()), KeyType.Master)
    return User(endpoint.user or "", auth_key=auth, priv_key=privacy, key_expansion=expansion)


async def _address(endpoint: Config) -> str:
    """Return the IP address of the endpoint; a name is looked up anew each time."""
    try:
        return str(ipaddress.ip_address(endpoint.host))
    except ValueError:
        pass
    try:
        async with asyncio.timeout(endpoint.timeout / 1000):
            found = await asyncio.get_running_loop().getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_DGRAM)
    except TimeoutError as error:
        raise LinkLost(f"{endpoint.where}: no name server answers for {endpoint.host}") from error
    except OSError as error:
        raise LinkLost(f"{endpoint.where}: nobody knows the name {endpoint.host}: {error.strerror}") from error
    return str(found[0][4][0])
