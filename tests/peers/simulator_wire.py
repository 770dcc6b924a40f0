"""A simulated room on every kind of line, and bare clients that see what is really on the wire."""

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import simulators
from simulators.modbus.framing import crc

USERS = {
    "sha1-aes128": ("SHA", "AES"),
    "sha224-aes128": ("SHA-224", "AES"),
    "sha256-aes128": ("SHA-256", "AES"),
    "sha256-aes256": ("SHA-256", "AES-256"),
    "sha384-aes192": ("SHA-384", "AES-192"),
    "sha512-aes256": ("SHA-512", "AES-256"),
    "sha1-aes256": ("SHA", "AES-256"),
}
"""An agent for each, named like its user: how net-snmp calls its protocols."""
AUTH, PRIVACY = "auth-passphrase", "privacy-passphrase"

ROOM = """
air_conditioners: { ac-1: { capacity_kw: 9 }, ac-2: { capacity_kw: 9 } }
racks:
  rack-a: { load_kw: 6, cooled_by: ac-1, fed_by: [ups-1] }
  rack-b: { load_kw: 5, cooled_by: ac-2, fed_by: [ups-1] }
upses: { ups-1: { rated_kva: 16, battery_kwh: 4 } }
servers:
  - id: tcp
    modbus: { framing: tcp }
    devices:
      - { id: rack-a, unit: 1, family: renke-rs-ws-n01, place: rack-a }
      - { id: air, unit: 3, family: xy-md02 }
      - { id: leak, unit: 4, family: rle-seahawk-10k }
      - { id: spd, unit: 5, family: watchfuleye-wth-cs }
      - { id: contacts, unit: 6, family: waveshare-modbus-io8, inputs: [smoke, ac-1.failed, ac-2.failed, door] }
      - { id: meter, unit: 7, family: eastron-sdm630 }
  - id: gateway
    modbus: { framing: rtu }
    devices:
      - { id: rack-b, unit: 2, family: renke-rs-ws-n01, place: rack-b }
      - { id: air-2, unit: 3, family: xy-md02 }
  - id: line
    modbus: { framing: serial }
    devices: [{ id: air-3, unit: 1, family: xy-md02 }]
  - id: alone
    modbus: { framing: tcp }
    devices: [{ id: probe, unit: 1, family: xy-md02 }]
  - id: ups-1
    snmp: { community: public }
    devices: [{ id: ups-1, family: rfc1628-ups, place: ups-1 }]
""" + "".join(
    f"""
  - id: {name}
    snmp: {{ user: {name}, auth: {name.split("-")[0]}, auth_passphrase: {AUTH}, privacy: {name.split("-")[1]}, privacy_passphrase: {PRIVACY} }}
    devices: [{{ id: {name}, family: rfc1628-ups, place: ups-1 }}]
"""  # noqa: E501 - one line of YAML
    for name in USERS
)


@asynccontextmanager
async def room() -> AsyncIterator[simulators.Running]:
    """The room above on free ports, in this process."""
    async with simulators.serve(simulators.parse(ROOM, "room"), base_port=0) as running:
        yield running


class Client:
    """One TCP connection that shows bytes, not opinions."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def tcp(self, unit: int, pdu: bytes, transaction: int = 7) -> bytes:
        """The frame that answers `pdu` in MBAP."""
        self.writer.write(struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu)
        head = await asyncio.wait_for(self.reader.readexactly(6), 5)
        return head + await asyncio.wait_for(self.reader.readexactly(int.from_bytes(head[4:], "big")), 5)

    async def rtu(self, unit: int, pdu: bytes, size: int) -> bytes:
        """The `size` bytes that answer `pdu` in RTU."""
        frame = bytes((unit,)) + pdu
        self.writer.write(frame + crc(frame))
        return await asyncio.wait_for(self.reader.readexactly(size), 5)

    async def hears_nothing(self, seconds: float = 0.2) -> bool:
        """Whether nothing comes for a while, not even an end."""
        try:
            await asyncio.wait_for(self.reader.read(1), seconds)
        except TimeoutError:
            return True
        return False


@asynccontextmanager
async def client(port: int, host: str = "127.0.0.1") -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


def read(function: int, start: int, count: int) -> bytes:
    """The PDU of a read."""
    return struct.pack(">BHH", function, start, count)


async def eventually(happened: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until `happened`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not happened():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)
