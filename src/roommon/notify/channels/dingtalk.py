"""A robot of a DingTalk group (钉钉自定义机器人). Delivered means that DingTalk answered with errcode 0.

Signed as its document says (自定义机器人安全设置, 加签): HMAC-SHA256, with the secret as the key, of the milliseconds,
a line feed and the secret, in Base64, in the query. A wrong signature comes with HTTP status 200.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field
from typing import Final

from roommon.model.secret import Secret
from roommon.notify import address as addresses
from roommon.notify.http import Request, answered, post
from roommon.notify.wording import Note

check: Final = addresses.check_mention


@dataclass(frozen=True, slots=True)
class Config:
    """One robot."""

    token: Secret = field(metadata={"doc": "The access_token of the robot's address."})
    secret: Secret | None = field(default=None, metadata={"doc": "SEC..., where the robot wants signatures (加签)."})
    url: str = field(
        default="https://oapi.dingtalk.com/robot/send", metadata={"doc": "Another way there, such as a gateway's."}
    )

    def __post_init__(self) -> None:
        addresses.check_url(self.url)


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to the group, mentioning `address`; raise NotDelivered with DingTalk's own reason."""
    query = {"access_token": config.token.value}
    if config.secret is not None:
        moment = str(time.time_ns() // 1_000_000)
        query |= {"timestamp": moment, "sign": sign(moment, config.secret.value)}
    mobiles = [] if address in ("group", "all") else [address]
    document = {
        "msgtype": "text",
        "text": {"content": note.whole},
        "at": {"atMobiles": mobiles, "isAtAll": address == "all"},
    }
    answered(await post(Request(config.url, document, query=query)), "errcode", "errmsg", "DingTalk")


def sign(moment: str, secret: str) -> str:
    """Return the signature of `moment`, in milliseconds."""
    digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
