"""A robot of a WeCom group (企业微信群机器人). Delivered means that WeCom answered with errcode 0.

Its key in the address is all that proves who sends. A text holds 2048 bytes, and a robot takes 20 messages a minute.
"""

from dataclasses import dataclass, field
from typing import Final

from roommon.model.secret import Secret
from roommon.notify import address as addresses
from roommon.notify.http import Request, answered, post
from roommon.notify.wording import Note

check: Final = addresses.check_mention
_LONGEST: Final = 2048


@dataclass(frozen=True, slots=True)
class Config:
    """One robot."""

    key: Secret = field(metadata={"doc": "The key of the robot's address."})
    url: str = field(
        default="https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        metadata={"doc": "Another way there, such as a gateway's."},
    )

    def __post_init__(self) -> None:
        addresses.check_url(self.url)


async def send(config: Config, note: Note, address: str) -> None:
    """Send `note` to the group, mentioning `address`; raise NotDelivered with WeCom's own reason."""
    mentioned = {"group": [], "all": ["@all"]}.get(address, [address])
    text = {"content": _cut(note.whole), "mentioned_mobile_list": mentioned}
    document = {"msgtype": "text", "text": text}
    said = await post(Request(config.url, document, query={"key": config.key.value}))
    answered(said, "errcode", "errmsg", "WeCom")


def _cut(text: str) -> str:
    """Return as much of `text` as WeCom takes, without half a letter at its end."""
    whole = text.encode()
    return text if len(whole) <= _LONGEST else whole[: _LONGEST - 3].decode("utf-8", "ignore") + "…"
