"""A robot of a Feishu or Lark group (飞书自定义机器人). Delivered means that Feishu answered with code 0.

Signed as its document says (自定义机器人使用指南, 签名校验): HMAC-SHA256 of nothing, with the seconds, a line feed and
the secret as the key, in Base64, in the body.
"""

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass, field

from roommon.model.secret import Secret
from roommon.notify.address import check_url
from roommon.notify.http import Request, answered, post
from roommon.notify.wording import Note


@dataclass(frozen=True, slots=True)
class Config:
    """One robot."""

    token: Secret = field(metadata={"doc": "The end of the robot's address."})
    secret: Secret | None = field(default=None, metadata={"doc": "Where the robot wants signatures (签名校验)."})
    url: str = field(
        default="https://open.feishu.cn/open-apis/bot/v2/hook",
        metadata={"doc": "Lark's is https://open.larksuite.com/open-apis/bot/v2/hook."},
    )

    def __post_init__(self) -> None:
        check_url(self.url)


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to the group; raise NotDelivered with Feishu's own reason."""
    del address  # the robot stands for its group
    document: dict[str, object] = {"msg_type": "text", "content": {"text": note.whole}}
    if config.secret is not None:
        moment = str(int(time.time()))
        document |= {"timestamp": moment, "sign": sign(moment, config.secret.value)}
    said = await post(Request(f"{config.url}/{config.token.value}", document))
    answered(said, "code", "msg", "Feishu")


def sign(moment: str, secret: str) -> str:
    """Return the signature of `moment`, in seconds."""
    digest = hmac.new(f"{moment}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
