"""Hosts, ports and line speeds as people write them: what can never be reached is refused before anybody tries."""

import ipaddress
import re

from roommon.config.units import NotAValue, plain
from roommon.model.text import Text

_LABEL = r"\w(?:[\w-]{0,61}\w)?"
_NAME = re.compile(rf"(?=.{{1,254}}$){_LABEL}(?:\.{_LABEL})*\.?", re.ASCII)
_WITH_PORT = re.compile(r"(?:\w+://)?([^/:]+)(?::(\d+))?/?")
_SLOWEST, _FASTEST = 300, 4_000_000


def host(text: str) -> str:
    """Return `text`, a name or an address of IP version 4 or 6.

    Raises:
        NotAValue: it is neither; a port or a scheme has a key of its own.
    """
    if _is_address(text) or (_NAME.fullmatch(text) and not text.rpartition(".")[2].isdigit()):
        return text
    raise NotAValue(Text(f"`{text}` is no host", f"`{text}` 不是主机地址"), _better_host(plain(text)))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _better_host(text: str) -> Text:
    found = _WITH_PORT.fullmatch(text)
    if found and found.group(2):
        better = f"host: {found.group(1)}, port: {found.group(2)}"
        return Text(f"write `{better}`", f"请写 `{better}`")
    if found and _is_address(found.group(1)):
        return Text(f"write `{found.group(1)}`", f"请写 `{found.group(1)}`")
    return Text("write a name or an address, such as `192.168.10.20`", "请写主机名或地址，例如 `192.168.10.20`")


def port(number: int) -> int:
    """Return `number`, a TCP or UDP port."""
    if 0 < number < 65_536:
        return number
    raise NotAValue(
        Text(f"port {number} does not exist", f"端口 {number} 不存在"), Text("write 1 to 65535", "应为 1 至 65535")
    )


def baud(number: int) -> int:
    """Return `number`, the speed of a serial line."""
    if _SLOWEST <= number <= _FASTEST:
        return number
    raise NotAValue(
        Text(f"no line runs at {number} baud", f"没有 {number} 波特的线路"),
        Text("write what the device is set to, such as `9600`", "请写设备所设的波特率，例如 `9600`"),
    )
