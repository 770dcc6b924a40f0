"""One link of Modbus TCP against a server that answers wrong on purpose."""

import asyncio
import logging
import ssl
import struct
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from roommon.model.clock import Duration
from roommon.poll.bus import LinkLost, Silent
from roommon.poll.drivers import modbus
from roommon.poll.drivers.modbus import Link, TcpConfig, Tls
from roommon.poll.modbus.frames import Answer, Refusal, Wrong
from roommon.poll.plan import Block
from roommon.profiles.point import Table
from tests.peers import modbus_raw as raw
from tests.peers.process import free_address

pytestmark = pytest.mark.integration

BLOCK = Block(Table.INPUT, 10, 3, ())
RIGHT = struct.pack(">HHH", 10, 11, 12)
TIMEOUT = Duration(400)


async def right(frame: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(raw.tcp_answer(frame))


def edited(edit: Callable[[bytes], bytes]) -> raw.Answer:
    """Answers with the right frame as `edit` changes it."""

    async def answer(frame: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(edit(raw.tcp_answer(frame)))

    return answer


async def read_once(answer: raw.Answer, unit: int = 1) -> Answer:
    async with raw.serving(raw.RawServer(answer)) as server, modbus.connect(config(server.port)) as link:
        return await link.read(unit, BLOCK)


def config(port: int) -> TcpConfig:
    return TcpConfig("127.0.0.1", port, timeout=TIMEOUT)


@pytest.fixture(autouse=True)
def no_noise(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing of pymodbus or asyncio reaches the log, whatever comes."""
    caplog.set_level(logging.WARNING)


def quiet(caplog: pytest.LogCaptureFixture) -> bool:
    return not caplog.records


async def test_the_right_answer_is_read() -> None:
    assert await read_once(right) == RIGHT


async def test_each_table_has_its_function_code() -> None:
    async with raw.serving(raw.RawServer(right)) as server, modbus.connect(config(server.port)) as link:
        for table in (Table.HOLDING, Table.INPUT):
            await link.read(1, Block(table, 0, 1, ()))
        for table in (Table.COIL, Table.DISCRETE):
            assert isinstance(await link.read(1, Block(table, 0, 1, ())), Wrong)
        await link.identify(1)
    assert [frame[7] for frame in server.requests] == [3, 4, 1, 2, 43]


async def test_coils_are_read_as_packed_bytes() -> None:
    async def answer(frame: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw.tcp(int.from_bytes(frame[:2], "big"), frame[6], b"\x01\x02\x05\x01"))

    async with raw.serving(raw.RawServer(answer)) as server, modbus.connect(config(server.port)) as link:
        assert await link.read(1, Block(Table.COIL, 0, 9, ())) == b"\x05\x01"


@pytest.mark.parametrize("code", [1, 2, 3, 4, 5, 6])
async def test_an_exception_is_a_refusal(code: int) -> None:
    answer = edited(lambda frame: raw.tcp(int.from_bytes(frame[:2], "big"), frame[6], bytes([0x84, code])))
    assert await read_once(answer) == Refusal(code)


@pytest.mark.parametrize("code", [10, 11])
async def test_a_gateway_that_finds_no_device_means_silence_and_keeps_the_connection(code: int) -> None:
    async def answer(frame: bytes, writer: asyncio.StreamWriter) -> None:
        failing = raw.tcp(int.from_bytes(frame[:2], "big"), frame[6], bytes([0x84, code]))
        writer.write(failing if frame[6] == 7 else raw.tcp_answer(frame))

    async with raw.serving(raw.RawServer(answer)) as server, modbus.connect(config(server.port)) as link:
        with pytest.raises(Silent, match=f"exception {code}"):
            await link.read(7, BLOCK)
        assert link.usable
        assert await link.read(1, BLOCK) == RIGHT


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda frame: frame[:6] + b"\x09" + frame[7:], "unit 9 answered"),
        (lambda frame: frame[:7] + b"\x03" + frame[8:], "function 3 came"),
        (lambda frame: raw.tcp(int.from_bytes(frame[:2], "big"), 1, b"\x04\x02\0\x0a"), "2 data bytes"),
        (lambda frame: frame[:8] + b"\x08" + frame[9:], "byte count 8"),
    ],
    ids=["unit", "function", "count", "byte count"],
)
async def test_a_wrong_answer_is_said_at_once_and_never_taken(edit: Callable[[bytes], bytes], why: str) -> None:
    began = time.monotonic()
    answer = await read_once(edited(edit))
    assert isinstance(answer, Wrong)
    assert why in answer.detail.en
    assert time.monotonic() - began < TIMEOUT / 1000


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (lambda frame: b"\x7f\x7f" + frame[2:], "transaction id 32639"),
        (lambda frame: b"\0\0" + frame[2:], "transaction id 0"),
        (lambda frame: frame[:-2], "broke off"),
        (lambda frame: frame[:2] + b"\1\1" + frame[4:], "no Modbus TCP frame"),
        (lambda frame: raw.tcp(int.from_bytes(frame[:2], "big"), 1, b"\x84"), "no Modbus TCP frame"),
        (lambda _frame: b"HTTP/1.1 400 Bad Request\r\n\r\n", "no Modbus TCP frame"),
        (lambda _frame: b"", "no answer within 400 ms"),
    ],
    ids=["tid", "tid 0", "truncated", "protocol id", "too short", "not Modbus", "mute"],
)
async def test_what_is_no_answer_is_silence_and_the_connection_is_given_up(
    edit: Callable[[bytes], bytes], why: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with raw.serving(raw.RawServer(edited(edit))) as server, modbus.connect(config(server.port)) as link:
        with pytest.raises(Silent, match=why):
            await link.read(1, BLOCK)
        assert not link.usable
    assert quiet(caplog)


async def test_a_late_answer_is_not_the_next_requests_answer() -> None:
    async def answer(frame: bytes, writer: asyncio.StreamWriter) -> None:
        late = raw.tcp(int.from_bytes(frame[:2], "big") - 1, frame[6], b"\x04\x06" + b"\xee" * 6)
        writer.write(late + raw.tcp_answer(frame))

    assert await read_once(answer) == RIGHT


async def test_an_answer_may_come_byte_by_byte() -> None:
    async def answer(frame: bytes, writer: asyncio.StreamWriter) -> None:
        for byte in raw.tcp_answer(frame):
            writer.write(bytes([byte]))
            await asyncio.sleep(0.002)

    assert await read_once(answer) == RIGHT


async def closing(_frame: bytes, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resetting(frame: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(raw.tcp_answer(frame)[:5])
    await asyncio.sleep(0.02)
    writer.get_extra_info("socket").setsockopt(1, 13, struct.pack("ii", 1, 0))
    writer.transport.abort()


@pytest.mark.parametrize("answer", [closing, resetting])
async def test_a_connection_that_breaks_is_seen_at_once(
    answer: Callable[[bytes, asyncio.StreamWriter], Awaitable[None]], caplog: pytest.LogCaptureFixture
) -> None:
    began = time.monotonic()
    with pytest.raises(LinkLost, match="closed"):
        await read_once(answer)
    assert time.monotonic() - began < TIMEOUT / 1000
    assert quiet(caplog)


async def test_a_connection_that_was_closed_while_idle_is_not_usable() -> None:
    async with raw.serving(raw.RawServer(right)) as server, modbus.connect(config(server.port)) as link:
        await link.read(1, BLOCK)
        for writer in server.writers:
            writer.close()
        async with asyncio.timeout(5):
            while link.usable:  # noqa: ASYNC110 - what is waited for is this very property
                await asyncio.sleep(0.005)
        with pytest.raises(LinkLost):
            await link.read(1, BLOCK)


async def test_a_cancelled_read_leaves_no_usable_link() -> None:
    async def mute(_frame: bytes, _writer: asyncio.StreamWriter) -> None:
        pass

    async with raw.serving(raw.RawServer(mute)) as server, modbus.connect(config(server.port)) as link:
        task = asyncio.create_task(link.read(1, BLOCK))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.wait([task])
        assert not link.usable


async def opened(link_config: TcpConfig) -> Link:
    async with modbus.connect(link_config) as link:
        return link


async def test_a_dead_port_says_so() -> None:
    with pytest.raises(LinkLost, match=r"(?i)^connection refused"):
        await opened(config(free_address().port))


async def test_a_name_without_an_address_says_so() -> None:
    with pytest.raises(LinkLost, match="nobody knows this name"):
        await opened(TcpConfig("nowhere.invalid", 502, timeout=Duration(5_000)))


async def test_a_black_hole_costs_the_timeout() -> None:
    """A listener whose queue is full drops SYNs, as a host behind a firewall does."""
    import socket

    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filling in (first, second):
            filling.setblocking(False)
            filling.connect_ex(listener.getsockname())
        began = time.monotonic()
        with pytest.raises(LinkLost, match="no connection within 400 ms"):
            await opened(config(listener.getsockname()[1]))
        assert time.monotonic() - began < 5


async def test_a_host_may_be_a_name() -> None:
    async with raw.serving(raw.RawServer(right)) as server:
        by_name = TcpConfig("localhost", server.port, timeout=Duration(5_000))
        async with modbus.connect(by_name) as link:
            assert await link.read(1, BLOCK) == RIGHT


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, a server `gateway` and a client, all fresh."""
    folder = tmp_path_factory.mktemp("tls")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")  # fmt: skip
    for name in ("gateway", "client"):
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}",
                "-addext", f"subjectAltName=DNS:{name}", "-keyout", f"{name}.key", "-out", f"{name}.csr")  # fmt: skip
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-copy_extensions", "copy", "-days", "2", "-out", f"{name}.pem")  # fmt: skip
    return folder


async def tls_read(certificates: Path, tls: Tls) -> Answer:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates / "ca.pem")
    context.load_cert_chain(certificates / "gateway.pem", certificates / "gateway.key")
    context.verify_mode = ssl.CERT_REQUIRED
    server = raw.RawServer(right)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    try:
        port = listener.sockets[0].getsockname()[1]
        async with modbus.connect(TcpConfig("127.0.0.1", port, timeout=Duration(5_000), tls=tls)) as link:
            return await link.read(1, BLOCK)
    finally:
        listener.close()


async def test_tls_with_both_certificates_carries_modbus_tcp_frames(certificates: Path) -> None:
    tls = Tls(certificates / "ca.pem", certificates / "client.pem", certificates / "client.key", "gateway")
    assert await tls_read(certificates, tls) == RIGHT


async def test_tls_refuses_a_server_of_another_name(certificates: Path) -> None:
    tls = Tls(certificates / "ca.pem", certificates / "client.pem", certificates / "client.key", "elsewhere")
    with pytest.raises(LinkLost, match=r"(?i)hostname mismatch"):
        await tls_read(certificates, tls)


async def test_tls_refuses_a_server_that_nobody_vouches_for(certificates: Path) -> None:
    with pytest.raises(LinkLost, match="certificate verify failed"):
        await tls_read(certificates, Tls(server_name="gateway"))


async def test_a_server_that_wants_a_certificate_and_gets_none_is_lost(certificates: Path) -> None:
    with pytest.raises(LinkLost):
        await tls_read(certificates, Tls(certificates / "ca.pem", server_name="gateway"))


async def test_a_certificate_file_that_is_missing_is_said(certificates: Path) -> None:
    with pytest.raises(LinkLost, match="No such file"):
        await tls_read(certificates, Tls(certificates / "none.pem", server_name="gateway"))
