"""A network link that a test can cut: what is sent vanishes, without a word from the kernel of the other side.

The far end is a network namespace. What listens there is a proxy before a peer on this side's loopback, so the peers
are those of all other tests.
"""

import contextlib
import ctypes
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.peers.process import Address, program
from tests.peers.recorder import Recorder, recorded_tcp, recorded_udp

_NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of setns(2)."""


class CutLink:
    """A pair of network interfaces, one of them in a namespace of its own."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        assert os.geteuid() == 0, "only root can make a network link and cut it: sudo make test"
        number = os.getpid()
        self._far_net, self._near_side, self._far_side = f"far{number}", f"rm{number}n", f"rm{number}f"
        block = f"198.18.{number >> 6 & 255}.{{}}"
        self._near, self.host = block.format((number & 63) * 4 + 1), block.format((number & 63) * 4 + 2)
        self._stack = stack
        self._make()

    def proxied(self, peer: Address) -> Address:
        """The address at the far end behind which `peer` answers (TCP)."""
        listener = self._bound(socket.SOCK_STREAM)
        listener.listen()
        return Address(self.host, self._stack.enter_context(recorded_tcp(Recorder(), peer, listener)))

    def proxied_udp(self, peer: Address) -> Address:
        """The same for datagrams."""
        near = self._bound(socket.SOCK_DGRAM)
        return Address(self.host, self._stack.enter_context(recorded_udp(Recorder(), peer, near)))

    def swallow(self) -> None:
        """Let everything vanish on the way, as behind a switch that has lost its uplink."""
        self._ip("-n", self._far_net, "route", "add", "blackhole", f"{self._near}/32")

    def pass_again(self) -> None:
        """End `swallow`."""
        self._ip("-n", self._far_net, "route", "del", "blackhole", f"{self._near}/32")

    def unplug(self) -> None:
        """Take the cable out: the interface of this side loses its carrier."""
        self._ip("-n", self._far_net, "link", "set", self._far_side, "down")

    def plug_in(self) -> None:
        """End `unplug`."""
        self._ip("-n", self._far_net, "link", "set", self._far_side, "up")

    def _make(self) -> None:
        self._ip("netns", "add", self._far_net)
        self._stack.callback(self._ip, "netns", "del", self._far_net)
        peer = ("peer", "name", self._far_side, "netns", self._far_net)
        self._ip("link", "add", self._near_side, "type", "veth", *peer)
        self._stack.callback(self._ip, "link", "del", self._near_side)
        self._ip("address", "add", f"{self._near}/30", "dev", self._near_side)
        self._ip("link", "set", self._near_side, "up")
        self._ip("-n", self._far_net, "address", "add", f"{self.host}/30", "dev", self._far_side)
        self.plug_in()

    def _ip(self, *words: str) -> None:
        subprocess.run([program("ip", "iproute2"), *words], check=True, timeout=20)

    def _bound(self, kind: socket.SocketKind) -> socket.socket:
        """A socket of the far end. It stays there, so the thread that goes there to make it can be a short one."""
        made: list[socket.socket] = []

        def make() -> None:
            with Path("/run/netns", self._far_net).open("rb") as net:
                assert ctypes.CDLL(None, use_errno=True).setns(net.fileno(), _NEW_NETWORK) == 0, ctypes.get_errno()
            made.append(socket.socket(socket.AF_INET, kind))
            made[0].bind((self.host, 0))

        thread = threading.Thread(target=make)
        thread.start()
        thread.join()
        return made[0]


@contextlib.contextmanager
def cut_link() -> Iterator[CutLink]:
    """A whole link, gone afterwards with the proxies at its far end."""
    with contextlib.ExitStack() as stack:
        yield CutLink(stack)
