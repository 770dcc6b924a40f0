"""A POST of JSON to a program of one's own. Delivered means that it answered with a status of success."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from roommon.model.secret import Secret
from roommon.notify.address import check_url
from roommon.notify.document import document
from roommon.notify.http import Request, post
from roommon.notify.wording import Note

SIGNATURE: Final = "X-Roommon-Signature"


@dataclass(frozen=True, slots=True)
class Config:
    """One receiver."""

    url: str
    secret: Secret | None = field(
        default=None, metadata={"doc": "Signs the body: X-Roommon-Signature: sha256=<HMAC in hexadecimal>."}
    )
    token: Secret | None = field(default=None, metadata={"doc": "Goes along as `Authorization: Bearer ...`."})
    ca_file: Path | None = field(
        default=None, metadata={"doc": "The CA that signed the receiver's certificate; the system's when missing."}
    )

    def __post_init__(self) -> None:
        check_url(self.url)


async def send(config: Config, note: Note, address: str) -> None:
    """Post `note`; raise NotDelivered with the receiver's answer."""
    body = document(note, address)
    headers: dict[str, str] = {}
    if config.secret is not None:
        headers[SIGNATURE] = f"sha256={hmac.new(config.secret.value.encode(), body, hashlib.sha256).hexdigest()}"
    if config.token is not None:
        headers["Authorization"] = f"Bearer {config.token.value}"
    await post(Request(config.url, body, headers, ca_file=config.ca_file))
