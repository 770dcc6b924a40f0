"""Addresses of the status page: where it listens, and from where a proxy speaks."""

import ipaddress
import re
from dataclasses import dataclass

from roommon.model.text import Text
from roommon.model.worded import Invalid

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

_WRITTEN = re.compile(r"(?:\[([^\[\]]+)\]|([^:\[\]]+)):(\d{1,5})", re.ASCII)
_PORT = 8480


def ip(text: str) -> Ip:
    """Return the address `text`; one of IP version 4 that is written as version 6 (`::ffff:10.0.0.5`) is version 4.

    Raises:
        ValueError: it is no address.
    """
    found = ipaddress.ip_address(text)
    return getattr(found, "ipv4_mapped", None) or found


@dataclass(frozen=True, slots=True)
class Address:
    """An own address and its TCP port; port 0 is any that is free."""

    host: Ip
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Return what `127.0.0.1:8480` or `[::1]:8480` means.

        Raises:
            Invalid: it is no address with a port.
        """
        written = _WRITTEN.fullmatch(text)
        try:
            if written is not None and 0 < int(written[3]) < 65_536:
                return cls(ip(written[1] or written[2]), int(written[3]))
        except ValueError:
            pass
        raise Invalid(Text(f"`{text}` is no address with a port", f"`{text}` 不是带端口的地址"), _better(text, written))

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this box can reach it."""
        return self.host.is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if self.host.version == 6 else f"{self.host}:{self.port}"


def _better(text: str, written: re.Match[str] | None) -> Text:
    """Return what may have been meant by `text`."""
    if written is not None and not 0 < int(written[3]) < 65_536:
        return Text("a port is 1 to 65535", "端口为 1 至 65535")
    better = _guess(*_halves(text)) or Address(ip("127.0.0.1"), _PORT)
    return Text(f"write an own address, such as `{better}`", f"请写本机地址和端口，例如 `{better}`")


def _halves(text: str) -> tuple[str, str]:
    """Return host and port of `text`, which may have one of them alone."""
    host, _, port = text.rpartition(":")
    if text.isdecimal():
        return "127.0.0.1", text
    return (host, port) if port.isdecimal() and ":" not in host else (text, str(_PORT))


def _guess(host: str, port: str) -> Address | None:
    meant = {"localhost": "127.0.0.1", "": "0.0.0.0", "*": "0.0.0.0"}.get(host, host)  # noqa: S104 - it is asked for
    try:
        return Address(ip(meant), int(port)) if 0 < int(port) < 65_536 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Network:
    """One address, or all that begin alike: `10.0.0.5`, `10.1.0.0/24`."""

    block: ipaddress.IPv4Network | ipaddress.IPv6Network

    @classmethod
    def parse(cls, text: str) -> "Network":
        """Return what `text` means.

        Raises:
            Invalid: it is neither an address nor a network.
        """
        try:
            return cls(ipaddress.ip_network(text))
        except ValueError:
            raise Invalid(
                Text(f"`{text}` is no address and no network", f"`{text}` 既不是地址也不是网段"), _network(text)
            ) from None

    def holds(self, address: Ip) -> bool:
        """Return whether `address` is in it."""
        return address in self.block

    def __str__(self) -> str:
        alone = self.block.prefixlen == self.block.max_prefixlen
        return str(self.block.network_address) if alone else str(self.block)


def _network(text: str) -> Text:
    """Return what may have been meant by `text`: a network is written without bits beyond its prefix."""
    try:
        better = str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        return Text(
            "write the proxy's address, such as `127.0.0.1`; without a proxy leave the key out",
            "请写代理的地址，例如 `127.0.0.1`；没有代理时请去掉此键",
        )
    return Text(f"write `{better}`", f"请写 `{better}`")
