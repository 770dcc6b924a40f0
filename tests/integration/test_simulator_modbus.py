"""The simulators' Modbus from outside: Debian's mbpoll, and bare sockets that see each fault on the wire."""

import asyncio
import re
import ssl
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import simulators
from simulators.modbus.framing import crc, mbap_frame, rtu_frame
from tests.peers.certificates import Authority
from tests.peers.simulator_wire import client, read, room
from tests.peers.tools import mbpoll

pytestmark = pytest.mark.integration


@pytest.fixture
async def running() -> AsyncIterator[simulators.Running]:
    async with room() as made:
        yield made


async def refused(port: int) -> bool:
    try:
        async with client(port) as wire:
            return await wire.reader.read(1) == b""
    except ConnectionError:
        return True


async def test_mbpoll_reads_every_table(running: simulators.Running) -> None:
    port = str(running.port("tcp"))
    running.set("rack-a.inlet", -12.5)
    running.set("rack-a.humidity", 45.0)
    running.set("smoke", value=True)
    running.set("surge", 5.0)
    at = ("-m", "tcp", "-p", port, "127.0.0.1")
    assert await mbpoll("-a", "1", "-t", "4", "-r", "1", "-c", "2", *at) == {1: "450", 2: "65411"}
    assert await mbpoll("-a", "3", "-t", "3", "-r", "2", "-c", "1", *at) == {2: "220"}
    assert await mbpoll("-a", "5", "-t", "4", "-r", "6", "-c", "1", *at) == {6: "1"}
    assert (await mbpoll("-a", "6", "-t", "1", "-r", "1", "-c", "8", *at))[1] == "1"
    assert await mbpoll("-a", "6", "-t", "0", "-r", "1", "-c", "2", *at) == {1: "0", 2: "0"}
    assert await mbpoll("-a", "7", "-t", "3:float", "-B", "-r", "1", "-c", "1", *at) == {1: "230"}
    assert await mbpoll("-a", "4", "-t", "3:float", "-r", "8003", "-c", "1", *at) == {8003: "30"}


async def test_mbpoll_reads_a_serial_line(running: simulators.Running) -> None:
    path = str(running.path("line"))
    found = await mbpoll("-m", "rtu", "-b", "9600", "-P", "none", "-a", "1", "-t", "3", "-r", "2", "-c", "2", path)
    assert found[2] == "220"


async def test_a_line_that_was_pulled_out_comes_back_at_its_name(tmp_path: Path) -> None:
    link = tmp_path / "ttySIM"
    text = f"""
servers:
  - id: line
    modbus: {{ framing: serial, link: {link} }}
    devices: [{{ id: air, unit: 1, family: xy-md02 }}]
"""
    async with simulators.serve(simulators.parse(text, "room")) as running:
        await running.fault("air", "dead")
        assert not link.exists()
        await running.fault("air", "ok")
        found = await mbpoll(
            "-m", "rtu", "-b", "9600", "-P", "none", "-a", "1", "-t", "3", "-r", "2", "-c", "1", str(link)
        )
        assert found == {2: "220"}
    assert not link.is_symlink()


async def test_writes_are_refused_and_counted(running: simulators.Running) -> None:
    async with client(running.port("tcp")) as wire:
        assert (await wire.tcp(1, bytes.fromhex("0600010000")))[-2:] == b"\x86\x01"
        assert (await wire.tcp(1, bytes.fromhex("10 0001 0001 02 0000")))[-2:] == b"\x90\x01"
    assert running.state()["writes"] == 2


async def test_pipelined_requests_are_all_answered_in_order(running: simulators.Running) -> None:
    async with client(running.port("tcp")) as wire:
        wire.writer.write(b"".join(mbap_frame(1, read(3, 0, 1), number) for number in range(50)))
        for number in range(50):
            frame = await asyncio.wait_for(wire.reader.readexactly(11), 5)
            assert struct.unpack_from(">H", frame) == (number,)


async def test_a_unit_that_is_not_there_is_silent_on_rtu_and_told_on_tcp(running: simulators.Running) -> None:
    async with client(running.port("tcp")) as wire:
        assert (await wire.tcp(99, read(3, 0, 1)))[-2:] == b"\x83\x0b"
    async with client(running.port("gateway")) as wire:
        wire.writer.write(rtu_frame(99, read(3, 0, 1)))
        assert await wire.hears_nothing()


async def test_one_fault_leaves_the_other_units_alone(running: simulators.Running) -> None:
    await running.fault("rack-b", "mute")
    async with client(running.port("gateway")) as wire:
        wire.writer.write(rtu_frame(2, read(3, 0, 2)))
        assert await wire.hears_nothing()
        answer = await wire.rtu(3, read(4, 1, 2), 9)
        assert answer[:3] == bytes.fromhex("030404")
        await running.fault("rack-b", "ok")
        assert (await wire.rtu(2, read(3, 0, 2), 9))[:3] == bytes.fromhex("020304")


async def test_a_late_answer_comes_late_and_in_order(running: simulators.Running) -> None:
    await running.fault("rack-a", "late", "0.2")
    loop = asyncio.get_running_loop()
    async with client(running.port("tcp")) as wire:
        began = loop.time()
        wire.writer.write(mbap_frame(1, read(3, 0, 1), 1) + mbap_frame(1, read(3, 1, 1), 2))
        first = await asyncio.wait_for(wire.reader.readexactly(11), 5)
        assert loop.time() - began >= 0.19
        second = await asyncio.wait_for(wire.reader.readexactly(11), 5)
        assert (first[1], second[1]) == (1, 2)
        assert loop.time() - began >= 0.39


async def test_byte_by_byte_is_the_whole_answer_in_pieces(running: simulators.Running) -> None:
    await running.fault("rack-b", "byte-by-byte", "0.01")
    async with client(running.port("gateway")) as wire:
        frame = rtu_frame(2, read(3, 0, 2))
        wire.writer.write(frame)
        pieces = [await asyncio.wait_for(wire.reader.read(100), 5) for _ in range(3)]
        assert all(len(piece) < 9 for piece in pieces)
        rest = await asyncio.wait_for(wire.reader.readexactly(9 - sum(map(len, pieces))), 5)
        whole = b"".join(pieces) + rest
        assert crc(whole[:-2]) == whole[-2:]


async def test_a_reset_comes_in_the_middle_of_the_answer(running: simulators.Running) -> None:
    await running.fault("rack-a", "reset")
    async with client(running.port("tcp")) as wire:
        wire.writer.write(mbap_frame(1, read(3, 0, 2), 1))
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(wire.reader.readexactly(13), 5)


async def test_a_dead_server_resets_and_refuses_until_it_is_well(running: simulators.Running) -> None:
    port = running.port("alone")
    async with client(port) as wire:
        await wire.tcp(1, read(4, 1, 1))
        await running.fault("probe", "dead")
        with pytest.raises(ConnectionError):
            await wire.tcp(1, read(4, 1, 1))
    assert await refused(port)
    await running.fault("probe", "ok")
    async with client(port) as wire:
        assert len(await wire.tcp(1, read(4, 1, 1))) == 11


async def test_a_black_hole_does_not_answer_a_syn(running: simulators.Running) -> None:
    port = running.port("alone")
    async with client(port) as old:
        await old.tcp(1, read(4, 1, 1))
        await running.fault("alone", "black-hole")
        old.writer.write(mbap_frame(1, read(4, 1, 1), 1))
        assert await old.hears_nothing()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), 0.5)
    await running.fault("alone", "ok")
    async with client(port) as wire:
        await wire.tcp(1, read(4, 1, 1))


async def test_a_half_open_connection_is_silent_for_ever_and_a_new_one_works(running: simulators.Running) -> None:
    async with client(running.port("tcp")) as old:
        await old.tcp(1, read(3, 0, 1))
        await running.fault("tcp", "half-open")
        old.writer.write(mbap_frame(1, read(3, 0, 1), 1))
        async with client(running.port("tcp")) as fresh:
            await fresh.tcp(1, read(3, 0, 1))
            await running.fault("tcp", "ok")
            assert await old.hears_nothing()


async def test_one_client_only(running: simulators.Running) -> None:
    port = running.port("tcp")
    await running.fault("tcp", "one-client")
    async with client(port) as first:
        await first.tcp(1, read(3, 0, 1))
        assert await refused(port)
        await first.tcp(1, read(3, 0, 1))
    await answers_again(port)


async def answers_again(port: int) -> None:
    """Wait until a new client is answered."""
    deadline = asyncio.get_running_loop().time() + 10
    while await refused_read(port):
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.02)


async def refused_read(port: int) -> bool:
    """Whether a new client gets no answer: the server may not have seen the old one go."""
    try:
        async with client(port) as wire:
            await wire.tcp(1, read(3, 0, 1))
    except (ConnectionError, asyncio.IncompleteReadError):
        return True
    return False


async def test_a_reboot_drops_clients_and_comes_back_by_itself(running: simulators.Running) -> None:
    port = running.port("tcp")
    async with client(port) as wire:
        await wire.tcp(1, read(3, 0, 1))
        await running.fault("tcp", "reboot", "0.2")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await wire.tcp(1, read(3, 0, 1))
    await answers_again(port)
    assert running.state()["faults"] == {}


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("rack-a", ["dead"], "rack-a shares tcp with others: name tcp, or use mute"),
        ("rack-a", ["crc"], "crc cannot happen on tcp"),
        ("rack-b", ["wrong-transaction"], "wrong-transaction cannot happen on rtu"),
        ("line", ["one-client"], "one-client cannot happen on serial"),
        ("ups-1", ["crc"], "crc cannot happen to an SNMP agent"),
        ("rack-a", ["exception", "2", "40001"], "'40001' is no register"),
        ("rack-z", ["mute"], "no device 'rack-z'"),
    ],
)
async def test_a_fault_that_cannot_be_is_told(
    running: simulators.Running, name: str, words: list[str], said: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        await running.fault(name, words[0], *words[1:])
    assert running.state()["faults"] == {}


async def test_over_tls_only_who_shows_a_certificate_is_heard(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, ours = authority.issue("server", tmp_path), authority.issue("client", tmp_path)
    text = f"""
servers:
  - id: tls
    modbus:
      framing: tls
      tls: {{ certificate: {server.certificate}, key: {server.key}, ca_file: {authority.ca_file} }}
    devices: [{{ id: air, unit: 1, family: xy-md02 }}]
"""
    context = ssl.create_default_context(cafile=str(authority.ca_file))
    async with simulators.serve(simulators.parse(text, "room"), base_port=0) as running:
        port = running.port("tls")
        with pytest.raises((ConnectionError, ssl.SSLError, asyncio.IncompleteReadError)):
            await read_over_tls(port, context)
        context.load_cert_chain(ours.certificate, ours.key)
        assert (await read_over_tls(port, context))[-2:] == (220).to_bytes(2, "big")


async def read_over_tls(port: int, context: ssl.SSLContext) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(mbap_frame(1, read(4, 1, 1), 1))
        return await asyncio.wait_for(reader.readexactly(11), 5)
    finally:
        writer.transport.abort()
        await asyncio.sleep(0)


async def test_answers_take_the_time_of_the_line_behind_a_gateway() -> None:
    text = """
servers:
  - id: gateway
    modbus: { framing: rtu, baud: 1200 }
    devices: [{ id: air, unit: 1, family: xy-md02 }, { id: air-2, unit: 2, family: xy-md02 }]
"""
    loop = asyncio.get_running_loop()
    async with simulators.serve(simulators.parse(text, "room")) as running, client(running.port("gateway")) as wire:
        began = loop.time()
        wire.writer.write(rtu_frame(1, read(4, 1, 2)) + rtu_frame(2, read(4, 1, 2)))
        await asyncio.wait_for(wire.reader.readexactly(18), 5)
        assert loop.time() - began >= 2 * (8 + 9 + 7) * 11 / 1200
