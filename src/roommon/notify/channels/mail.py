"""Mail by SMTP: delivered means that the server took it for this recipient."""

import asyncio
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Final, Literal

from roommon.model import system_words
from roommon.model.clock import Duration
from roommon.model.secret import Secret
from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.channel import NotDelivered
from roommon.notify.wording import Note

_PORTS: Final = {"none": 25, "starttls": 587, "tls": 465}
_FOR_GOOD: Final = 500
_ADDRESS: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


@dataclass(frozen=True, slots=True)
class Config:
    """One mail server."""

    host: str
    sender: str = field(metadata={"key": "from", "doc": "Who the mail is from: roommon@hospital.example."})
    port: int | None = field(
        default=None, metadata={"doc": "587, 465 with `tls: tls`, 25 with `tls: none`, when missing."}
    )
    tls: Literal["starttls", "tls", "none"] = field(
        default="starttls", metadata={"doc": "none: in the clear, for a server on the same box or wire."}
    )
    ca_file: Path | None = field(
        default=None, metadata={"doc": "The CA that signed the server's certificate; the system's CAs when missing."}
    )
    username: str | None = None
    password: Secret | None = None
    timeout: Duration = field(default=Duration(20_000), metadata={"doc": "For each answer of the server."})

    def __post_init__(self) -> None:
        if (self.username is None) != (self.password is None):
            raise Invalid(
                Text("username and password_file go together", "username 与 password_file 须成对给出"),
                Text("give both or none", "请两者都写，或都不写"),
            )
        check(self.sender)


def check(address: str) -> None:
    """Raise Invalid when `address` is no mail address."""
    if not _ADDRESS.fullmatch(address):
        raise Invalid(
            Text(f"`{address}` is no mail address", f"`{address}` 不是邮件地址"),
            Text("write it like `wang@hospital.example`", "请写成 `wang@hospital.example` 的形式"),
        )


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to `address`; raise NotDelivered with the server's own words."""
    try:
        await asyncio.to_thread(_hand_over, config, _mail(config, note, address), address)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = error.recipients[address]
        raise NotDelivered(_server_says(code, said), for_good=code >= _FOR_GOOD) from error
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(_server_says(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPException as error:
        raise NotDelivered(f"{config.host}: {error}") from error
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or str(error)
        raise NotDelivered(Text(f"{config.host}: TLS failed: {why}", f"{config.host}：TLS 失败：{why}")) from error
    except OSError as error:
        why_not = system_words.said(error)
        where = f"{config.host}:{config.port or _PORTS[config.tls]}"
        raise NotDelivered(Text(f"{where}: {why_not.en}", f"{where}：{why_not.zh_cn}")) from error


def _mail(config: Config, note: Note, address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = config.sender, address, note.subject
    mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain=config.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no vacation notice shall answer it
    mail.set_content(note.body + "\n", cte="base64")
    return mail


def _hand_over(config: Config, mail: EmailMessage, address: str) -> None:
    port, timeout = config.port or _PORTS[config.tls], config.timeout / 1000
    with _connected(config, port, timeout) as server:
        if config.tls == "starttls":
            server.starttls(context=_context(config))
        if config.username is not None and config.password is not None:
            server.login(config.username, config.password.value)
        server.send_message(mail, config.sender, [address])


def _connected(config: Config, port: int, timeout: float) -> smtplib.SMTP:
    if config.tls == "tls":
        return smtplib.SMTP_SSL(config.host, port, timeout=timeout, context=_context(config))
    return smtplib.SMTP(config.host, port, timeout=timeout)


def _context(config: Config) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=config.ca_file)


def _server_says(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(words.split())}"
