"""Who comes: from where, and whether a password can be read on its way; a proxy in front says so for its visitors."""

from collections.abc import Sequence
from dataclasses import dataclass

from roommon.web.address import Ip, ip
from roommon.web.config import Config

_LONGEST = 32
"""Addresses in X-Forwarded-For that are looked at, from the nearest."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where one request comes from."""

    address: Ip
    is_shared: bool
    """Whether others come from the same address: it is the proxy's, which does not say whose request it is."""
    is_encrypted: bool
    """Whether the browser speaks https, so that its cookies are `Secure`."""
    may_log_in: bool
    """Whether nobody can read a password on its way, or the configuration says that this does not matter."""

    @property
    def is_at_the_box(self) -> bool:
        """Whether somebody sits at the box itself, or has a tunnel to it."""
        return self.address.is_loopback and not self.is_shared


def is_admitted(config: Config, peer: str) -> bool:
    """Return whether `peer` is answered at all: where a proxy alone makes the way safe, nobody comes around it."""
    address = ip(peer)
    return config.has_tls or config.insecure or address.is_loopback or config.is_proxy(address)


def visitor(config: Config, peer: str, forwarded_for: Sequence[str], forwarded_proto: Sequence[str]) -> Visitor:
    """Return who comes from the address `peer`, with all headers X-Forwarded-For and X-Forwarded-Proto as they came."""
    nearest = ip(peer)
    if not config.is_proxy(nearest):
        return _made(config, nearest, is_shared=False, is_encrypted=config.has_tls)
    address = _beyond_proxies(config, nearest, forwarded_for)
    is_encrypted = ",".join(forwarded_proto).rpartition(",")[2].strip().lower() == "https"
    return _made(config, address, is_shared=config.is_proxy(address), is_encrypted=is_encrypted)


def _made(config: Config, address: Ip, *, is_shared: bool, is_encrypted: bool) -> Visitor:
    is_at_the_box = address.is_loopback and not is_shared
    return Visitor(address, is_shared, is_encrypted, is_encrypted or config.insecure or is_at_the_box)


def _beyond_proxies(config: Config, nearest: Ip, forwarded_for: Sequence[str]) -> Ip:
    """Return the first address, from the nearest on, that is no proxy's; beyond it anybody may have written it."""
    address = nearest
    for told in reversed(",".join(forwarded_for).split(",")[-_LONGEST:]):
        try:
            address = ip(told.strip().removeprefix("[").removesuffix("]"))
        except ValueError:
            return address
        if not config.is_proxy(address):
            return address
    return address
