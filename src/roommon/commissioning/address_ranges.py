"""Addresses that a person names: one, a network, a range. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from roommon.model.text import Text
from roommon.model.worded import Invalid

Host = IPv4Address | IPv6Address
MODEST = 256
"""A /24: so many are asked without asking back."""
_LARGEST = 65_536


class NoAddresses(Invalid):
    """The words name no addresses, or far too many."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Addresses from `first` to `last`."""

    first: Host
    last: Host

    def __len__(self) -> int:
        return int(self.last) - int(self.first) + 1

    def __iter__(self) -> Iterator[Host]:
        return (self.first + step for step in range(len(self)))


def hosts(words: Iterable[str]) -> tuple[Host, ...]:
    """Return the addresses that all of `words` name, each once: `10.0.0.7`, `10.0.0.0/28`, `10.0.0.2-10.0.0.9`.

    A network's own address and its broadcast address are no hosts.

    Raises:
        NoAddresses: they name none, or more than 65536.
    """
    stretches = [_stretch(one) for one in words]
    if sum(map(_size, stretches)) > _LARGEST:
        raise NoAddresses(
            Text("these are more than 65536 addresses", "地址超过 65536 个"),
            Text("name the network in which the devices are", "请给出设备所在的网段"),
        )
    return tuple(dict.fromkeys(host for stretch in stretches for host in stretch))


def _size(stretch: Stretch) -> int:
    return int(stretch.last) - int(stretch.first) + 1


def _stretch(words: str) -> Stretch:
    try:
        return _range(words) if "-" in words else _network(words)
    except (ValueError, TypeError) as error:
        raise NoAddresses(
            Text(f"`{words}` is no address or network", f"`{words}` 不是地址或网段"),
            Text("write 10.0.0.0/28, 10.0.0.2-10.0.0.9 or 10.0.0.7", "请写 10.0.0.0/28、10.0.0.2-10.0.0.9 或 10.0.0.7"),
        ) from error


def _range(words: str) -> Stretch:
    first, _, last = words.partition("-")
    start, end = ip_address(first.strip()), ip_address(last.strip())
    if start.version != end.version or int(start) > int(end):
        raise ValueError(words)
    return Stretch(start, end)


def _network(words: str) -> Stretch:
    network = ip_network(words.strip(), strict=False)
    if network.num_addresses <= 2:
        return Stretch(network[0], network[-1])
    return Stretch(network[1], network[-2])
