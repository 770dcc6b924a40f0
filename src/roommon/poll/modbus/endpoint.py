"""Modbus endpoints: how they are reached, and what time they take. Pure; the driver is `drivers/modbus.py`."""

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Literal

from roommon.model.clock import Duration
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.poll.plan import Block
from roommon.profiles.point import BIT_TABLES


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS as MODBUS/TCP Security V2.1 has it: the Modbus TCP frames as they are, both sides with certificates."""

    ca_file: Path | None = None
    """Whom we trust; None: the system's authorities."""
    certificate: Path | None = None
    """Our own, with its chain, PEM."""
    key: Path | None = None
    """Of our certificate; None: it stands in the certificate's file."""
    server_name: str | None = None
    """The name in the server's certificate; None: the host."""

    def __post_init__(self) -> None:
        if self.key is not None and self.certificate is None:
            raise Invalid(
                Text("tls: a key without a certificate", "tls：有 key 而没有 certificate"),
                Text("name both", "请两者都写"),
            )


@dataclass(frozen=True, slots=True)
class TcpConfig:
    """A Modbus TCP server or gateway, or a serial server that passes RTU frames through."""

    host: str
    port: int | None = None
    """None: 502, and 802 with TLS."""
    framer: Literal["tcp", "rtu"] = "tcp"
    """rtu: the frames of a serial line, over TCP."""
    timeout: Duration = Duration(1_000)
    gap: Duration = Duration(0)
    """Rest between an answer and the next request."""
    tls: Tls | None = None

    def __post_init__(self) -> None:
        if self.tls is not None and self.framer == "rtu":
            raise Invalid(
                Text(
                    "framer: rtu with tls: Modbus over TLS carries Modbus TCP frames",
                    "framer: rtu 与 tls 不能同用：Modbus over TLS 传输的是 Modbus TCP 帧",
                ),
                Text("leave framer out", "请删除 framer"),
            )

    @property
    def at(self) -> tuple[str, int]:
        """Host and port."""
        return self.host, self.port or (502 if self.tls is None else 802)

    def __str__(self) -> str:
        return "{}:{}".format(*self.at)


@dataclass(frozen=True, slots=True)
class SerialConfig:
    """A serial line with RTU frames."""

    port: Path
    """/dev/ttyUSB0, or better a name under /dev/serial/by-id."""
    baud: int = 9_600
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    timeout: Duration = Duration(1_000)
    """From the end of the request to the end of the answer, without the time that their bytes take on the line."""
    gap: Duration | None = None
    """Rest between frames; None: 3.5 characters, 1.75 ms above 19200 baud (Modbus over Serial Line V1.02 2.5.1.1)."""

    @property
    def character_s(self) -> float:
        """How long one byte takes on the line."""
        return (9 + (self.parity != "N") + self.stop_bits) / self.baud

    @property
    def rest(self) -> Duration:
        """`gap`, or what the standard says."""
        if self.gap is not None:
            return self.gap
        return Duration(ceil(1000 * (3.5 * self.character_s if self.baud <= 19_200 else 0.001_75)))

    def __str__(self) -> str:
        return f"{self.port} {self.baud} {self.parity}{self.stop_bits}"


Config = TcpConfig | SerialConfig


def worthwhile_hole(config: Config) -> int:
    """Return how many registers may be read over for less than another request costs.

    Another request is 13 bytes, two gaps of 3.5 characters and about 10 ms of the device: at 9600 baud 30 characters,
    so 15 registers. A serial line behind a gateway is taken for one of 9600 baud.
    """
    if isinstance(config, SerialConfig):
        return int((20 + 0.010 / config.character_s) / 2)
    return 15 if config.framer == "rtu" else 32


def request_s(config: Config, block: Block) -> float:
    """Return the seconds that a request for `block` takes on this bus; on a line the device thinks for 10 ms."""
    if isinstance(config, SerialConfig):
        return line_s(config, block) + 2 * config.rest / 1000 + 0.010
    return config.gap / 1000 + 0.001


def line_s(config: SerialConfig, block: Block) -> float:
    """Return the time that request and answer take on the line."""
    return (13 + data_bytes(block)) * config.character_s


def data_bytes(block: Block) -> int:
    """Return the data bytes of the answer."""
    return (block.count + 7) // 8 if block.table in BIT_TABLES else 2 * block.count


def is_rtu(config: Config) -> bool:
    """Return whether the frames carry no transaction id."""
    return isinstance(config, SerialConfig) or config.framer == "rtu"
