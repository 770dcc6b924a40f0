"""The page's certificate over its life: made by openssl, served over TLS, renewed on the disk, and at its end."""

import asyncio
import logging
import ssl
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography import x509

from roommon.model.clock import Instant
from roommon.web import times, tls
from roommon.web.certificate import AGAIN_S, Certificate
from tests.peers.process import program

pytestmark = pytest.mark.integration


class Ahead:
    """The box's clocks, so many seconds ahead."""

    def __init__(self) -> None:
        self.by = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self.by

    def instant(self, monotonic: float) -> Instant:
        return Instant(round((time.time() - time.monotonic() + monotonic) * 1000))


class Page:
    """Certificate and key of a page, and who minds them."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "page.pem", folder / "page-key.pem"
        self.clock = Ahead()
        self.told: list[Instant] = []

    def make(self, days: int, key: Path | None = None) -> None:
        """Let openssl make a pair that holds for `days`; its key goes to `key` where that is another place."""
        files = ["-out", str(self.certificate), "-keyout", str(key or self.key)]
        kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=page"]
        command = [program("openssl", "openssl"), "req", "-x509", "-days", str(days), *kind, *files]
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def mind(self) -> Certificate:
        return Certificate(self.certificate, self.key, self.clock, self.told.append)


@pytest.fixture
def page(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Page:
    caplog.set_level(logging.INFO)
    return Page(tmp_path)


@asynccontextmanager
async def serving(context: ssl.SSLContext) -> AsyncIterator[int]:
    """The port of a server that echoes over TLS."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0, ssl=context)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Visit:
    """A connection over TLS."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def serial(self) -> int:
        shown = self._writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        return x509.load_der_x509_certificate(shown).serial_number

    async def lives(self) -> bool:
        self._writer.write(b"?\n")
        return await self._reader.readline() == b"?\n"


@asynccontextmanager
async def visiting(port: int) -> AsyncIterator[Visit]:
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=anybody)
    try:
        yield Visit(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def serial(path: Path) -> int:
    return x509.load_pem_x509_certificate(path.read_bytes()).serial_number


async def test_a_renewed_certificate_is_served_to_who_comes_and_cuts_nobody_off(
    page: Page, caplog: pytest.LogCaptureFixture
) -> None:
    page.make(90)
    minded, first = page.mind(), serial(page.certificate)
    async with serving(minded.context) as port, visiting(port) as before:
        await minded.look()
        assert (before.serial(), caplog.messages) == (first, [])
        page.make(365)
        await minded.look()
        async with visiting(port) as after:
            assert after.serial() == serial(page.certificate) != first
        assert await before.lives()
    ends = tls.ends(page.certificate)
    last = times.day(ends)
    assert caplog.messages == [f"web: the renewed certificate {page.certificate} is served now, until {last}"]
    assert page.told[1:] == [ends]


async def test_one_that_cannot_be_used_is_told_once_and_the_former_is_served_on(
    page: Page, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    page.make(90)
    minded, first = page.mind(), serial(page.certificate)
    async with serving(minded.context) as port:
        page.make(365, key=tmp_path / "not-in-place-yet.pem")
        for _ in range(3):
            await minded.look()
            async with visiting(port) as visit:
                assert visit.serial() == first
        why = f"key {page.key} does not belong to {page.certificate}"
        assert caplog.messages == [
            f"web: the renewed certificate {page.certificate} cannot be used: {why}; the former one is served on"
        ]
        page.certificate.unlink()
        await minded.look()
        assert "cannot be opened" in caplog.messages[1]
        page.make(365)
        await minded.look()
        async with visiting(port) as visit:
            assert visit.serial() == serial(page.certificate)
    assert len(page.told) == 2


async def test_files_that_go_while_they_are_looked_at_cost_nothing(
    page: Page, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.make(90)
    minded = page.mind()
    page.make(365)
    sound = tls.context

    def then_gone(certificate: Path, key: Path) -> ssl.SSLContext:
        made = sound(certificate, key)
        key.unlink()
        return made

    with monkeypatch.context() as patch:
        patch.setattr(tls, "context", then_gone)
        await minded.look()
    about = f"web: the renewed certificate {page.certificate}"
    assert caplog.messages == [f"{about} cannot be used: No such file or directory; the former one is served on"]
    page.make(365)
    await minded.look()
    assert len(page.told) == 2


async def test_its_end_is_told_once_a_day_and_louder_as_it_comes(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    page.make(9)
    minded, last = page.mind(), times.day(tls.ends(page.certificate))
    for _ in range(11 * 4):
        await minded.look()
        page.clock.by += AGAIN_S / 4
    page.make(365)
    await minded.look()
    levels = [record.levelno for record in caplog.records]
    assert levels == [logging.WARNING] * 2 + [logging.ERROR] * 7 + [logging.CRITICAL] * 2 + [logging.INFO]
    about = f"web: the certificate {page.certificate}"
    assert caplog.messages[:3] == [
        f"{about} expires on {last}, in 8 days",
        f"{about} expires on {last}, in 7 days",
        f"{about} expires on {last}, in 6 days: renew it now",
    ]
    assert caplog.messages[9:11] == [f"{about} EXPIRED on {last}: nobody can open the page safely"] * 2


async def test_one_that_is_fresh_is_not_spoken_of(page: Page, caplog: pytest.LogCaptureFixture) -> None:
    page.make(60)
    await page.mind().look()
    assert caplog.messages == []
    assert page.told == [tls.ends(page.certificate)]
