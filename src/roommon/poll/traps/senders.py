"""Who may send traps: the configured SNMP devices, by address, community and user."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from roommon.model.device import DeviceId
from roommon.model.secret import Secret
from roommon.poll.snmp import endpoint
from roommon.poll.traps.config import Config
from roommon.poll.traps.keys import Account
from roommon.poll.traps.message import Community, User
from roommon.poll.traps.usm import Accounts

_LOOK_UP_S = 10.0


class Source(NamedTuple):
    """One device, and how it is asked."""

    device: DeviceId
    agent: endpoint.Config


class Senders:
    """The configured devices by what their traps carry."""

    def __init__(self, sources: Sequence[Source], config: Config) -> None:
        """`config` may name one more community."""
        self.accounts: Accounts = _accounts(sources)
        self._sources = sources
        self._community = _written(config.community, config.community_secret)
        self._names: dict[str, Sequence[str]] = {}
        self._by_address: dict[str, list[Source]] = {}
        self._arrange()

    def at(self, address: str) -> Sequence[Source]:
        """Return the devices at `address`: several, if their agents differ by port alone."""
        return self._by_address.get(address, ())

    def trusts(self, source: Source, credential: Community | User) -> bool:
        """Return whether `source` may send traps with this: with what we ask it, or the community for all traps."""
        agent = source.agent
        if isinstance(credential, User):
            return agent.version == 3 and (agent.user or "").encode() == credential
        own = None if agent.version == 3 else _written(agent.community, agent.community_secret) or b"public"
        return credential in (own, self._community)

    async def look_up(self) -> None:
        """Look up the devices that are configured by name; what cannot be looked up in time keeps its addresses.

        One after the other, those that are not known first: a dead name server holds up one thread.
        """
        names = {source.agent.host for source in self._sources if _address(source.agent.host) is None}
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_UP_S):
                for name in sorted(names, key=self._names.__contains__):
                    await self._look_up(name)
        self._arrange()

    async def _look_up(self, name: str) -> None:
        with suppress(OSError):
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_DGRAM)
            self._names[name] = [str(each[4][0]) for each in found]

    def _arrange(self) -> None:
        by_address: dict[str, list[Source]] = {}
        for source in self._sources:
            for address in self._addresses(source.agent.host):
                by_address.setdefault(address, []).append(source)
        self._by_address = by_address

    def _addresses(self, host: str) -> Sequence[str]:
        own = _address(host)
        return [own] if own is not None else self._names.get(host, ())


def _address(host: str) -> str | None:
    """Return `host` as sockets write it; None for a name."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _written(community: str | None, secret: Secret | None) -> bytes | None:
    chosen = secret.value if secret else community
    return chosen.encode() if chosen is not None else None


def _accounts(sources: Sequence[Source]) -> Accounts:
    accounts: dict[bytes, list[Account]] = {}
    for account in dict.fromkeys(_users(sources)):
        accounts.setdefault(account.name, []).append(account)
    return accounts


def _users(sources: Sequence[Source]) -> Iterator[Account]:
    for _, agent in sources:
        if agent.version == 3 and agent.user is not None:
            yield Account(
                agent.user.encode(), agent.auth, agent.auth_passphrase, agent.privacy, agent.privacy_passphrase
            )
