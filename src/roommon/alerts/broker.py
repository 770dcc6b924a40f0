"""One broker as the configuration names it: where it is, how it is reached, what it is told."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from roommon.model import system_words
from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid, Worded


class TlsFileUnusable(Worded, ValueError):
    """A certificate or key that cannot be read or makes no sense."""


class _HonestSocket(ssl.SSLSocket):
    """One that does not stay open when its handshake failed; paho has let go of it by then."""

    def do_handshake(self, block: bool = False) -> None:
        """Shake hands; close on failure."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


@dataclass(frozen=True, slots=True)
class Tls:
    """How the broker proves who it is, and we if it asks."""

    ca_file: Path | None = field(
        default=None, metadata={"doc": "The CA that signed the broker's certificate; the system's CAs when missing."}
    )
    certificate: Path | None = field(default=None, metadata={"doc": "Our certificate, for brokers that ask for one."})
    key: Path | None = field(default=None, metadata={"doc": "The private key of `certificate`, PEM."})
    insecure: bool = field(default=False, metadata={"doc": "Trust any certificate: encrypted, but to whom is unknown."})

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.key is None):
            raise Invalid(
                Text("certificate and key go together", "certificate 与 key 须成对给出"),
                Text("give both or none", "请两者都写，或都不写"),
            )

    def context(self) -> ssl.SSLContext:
        """Return the client side of TLS; raise TlsFileUnusable."""
        with _naming("tls.ca_file", self.ca_file):
            context = ssl.create_default_context(cafile=self.ca_file)
        context.sslsocket_class = _HonestSocket
        if self.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.certificate is not None:
            with _naming("tls.certificate", self.certificate):
                context.load_cert_chain(self.certificate, self.key)
        return context


@contextmanager
def _naming(setting: str, path: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = system_words.said(error)
        raise TlsFileUnusable(
            Text(f"{setting} {path} cannot be used ({why.en})", f"{setting} {path} 无法使用（{why.zh_cn}）")
        ) from error


@dataclass(frozen=True, slots=True)
class Config:
    """One broker."""

    host: str
    port: int | None = field(default=None, metadata={"doc": "1883, or 8883 with tls, when missing."})
    username: str | None = None
    password: Secret | None = None
    tls: Tls | None = None
    client_id: str | None = field(default=None, metadata={"doc": "<prefix>-<site>-<sink>, when missing."})
    keepalive: Duration = field(
        default=Duration(15_000),
        metadata={"doc": "A broker that is silent for up to twice as long is taken for dead; and it tells so of us."},
    )
    version: Literal[5, "3.1.1", "auto"] = field(
        default="auto", metadata={"doc": "auto: 5, and 3.1.1 where the broker does not know 5."}
    )
    prefix: str = field(default="roommon", metadata={"doc": "The first level of all topics."})
    readings: bool = field(default=False, metadata={"doc": "Publish readings too: the present ones, not the backlog."})
    readings_expire: Duration = field(
        default=Duration(120_000), metadata={"doc": "A reading that nobody took for so long is dropped."}
    )

    home_assistant: bool = field(
        default=False,
        metadata={"doc": "Let devices, sensors and alarms appear in Home Assistant; publishes readings too."},
    )
    home_assistant_prefix: str = field(
        default="homeassistant", metadata={"doc": "Its discovery prefix, where it was changed there."}
    )

    def __post_init__(self) -> None:
        if self.port is not None and not 0 < self.port < 65_536:
            raise Invalid(
                Text(f"port {self.port} does not exist", f"端口 {self.port} 不存在"),
                Text("it is 1 to 65535", "应为 1 至 65535"),
            )
        if not 1_000 <= self.keepalive <= 600_000:
            raise Invalid(
                Text(f"keepalive {self.keepalive} ms is not possible", f"keepalive 不能为 {self.keepalive} ms"),
                Text("it is 1 s to 10 min", "应为 1 s 至 10 min"),
            )
        if self.readings_expire < 1_000:
            raise Invalid(
                Text(
                    f"readings_expire {self.readings_expire} ms is not possible",
                    f"readings_expire 不能为 {self.readings_expire} ms",
                ),
                Text("it is 1 s or more", "应为 1 s 以上"),
            )
        _check_prefix("prefix", self.prefix)
        _check_prefix("home_assistant_prefix", self.home_assistant_prefix)

    def __str__(self) -> str:
        return f"{self.host}:{self.port_or_default}"

    @property
    def publishes_readings(self) -> bool:
        """Whether anybody wants them."""
        return self.readings or self.home_assistant

    @property
    def port_or_default(self) -> int:
        """`port`, or the protocol's own."""
        return self.port or (1883 if self.tls is None else 8883)


def _check_prefix(setting: str, prefix: str) -> None:
    if not prefix or any(mark in prefix for mark in "+#$\0"):
        raise Invalid(
            Text(f"{setting} `{prefix}` is not possible", f"{setting} 不能为 `{prefix}`"),
            Text("it is the beginning of a topic, without +, # and $", "它是主题的开头，不能为空，也不能含 +、# 和 $"),
        )
