"""A real SMTP server of the test's own (aiosmtpd), and the mails that it took."""

import contextlib
import email
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.peers.certificates import Pair
from tests.peers.process import Address, free_address


@dataclass(frozen=True)
class Mail:
    """One mail as it came."""

    sender: str
    to: tuple[str, ...]
    subject: str
    body: str
    headers: EmailMessage


@dataclass
class Mailbox:
    """What the server does, and what it took; `refuses` says what a recipient is answered instead."""

    address: Address
    mails: list[Mail] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    answers: str = "250 OK"
    taking: threading.Event = field(default_factory=threading.Event)
    """Cleared: it keeps whoever hands over a mail waiting."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when a mail was handed over, before it is answered."""

    def __post_init__(self) -> None:
        self.taking.set()

    def to(self, person: str) -> list[Mail]:
        return [mail for mail in self.mails if person in mail.to]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.reached.set()
        if self.answers.startswith("250"):
            self.mails.append(_mail(envelope))
        while not self.taking.is_set():
            await _moment()
        return self.answers


async def _moment() -> None:
    import asyncio

    await asyncio.sleep(0.02)


def _mail(envelope: Envelope) -> Mail:
    content = envelope.content
    assert isinstance(content, bytes)
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    body = message.get_body()
    assert body is not None
    return Mail(
        envelope.mail_from or "", tuple(envelope.rcpt_tos), str(message["subject"]), body.get_content(), message
    )


@contextlib.contextmanager
def mailbox(
    address: Address | None = None, *, chain: Pair | None = None, login: tuple[str, str] | None = None
) -> Iterator[Mailbox]:
    """A running server; with `chain` it wants STARTTLS, with `login` this name and password."""
    box = Mailbox(address or free_address())
    with served(box, chain=chain, login=login):
        yield box


@contextlib.contextmanager
def served(box: Mailbox, *, chain: Pair | None = None, login: tuple[str, str] | None = None) -> Iterator[None]:
    """The server of `box`, running: it may go away and come back with the same mails."""

    def authenticator(_server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object) -> AuthResult:
        assert isinstance(given, LoginPassword)
        return AuthResult(success=(given.login.decode(), given.password.decode()) == login, handled=False)

    context = None
    if chain is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(chain.certificate, chain.key)
    controller = Controller(
        box,
        hostname=box.address.host,
        port=box.address.port,
        tls_context=context,
        require_starttls=context is not None,
        auth_required=login is not None,
        auth_require_tls=context is not None,
        authenticator=authenticator if login else None,
    )
    controller.start()
    try:
        yield
    finally:
        box.taking.set()
        controller.stop()
