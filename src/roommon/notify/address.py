"""Addresses that people write: what cannot be one is told with its place in the file."""

import re
from typing import Final

from roommon.model.text import Text
from roommon.model.worded import Invalid

_URL: Final = re.compile(r"https?://[^\s/]+\S*")
_MOBILE: Final = re.compile(r"\+?[0-9-]{5,20}")


def check_url(url: str) -> None:
    """Raise Invalid when `url` is none of a web service."""
    if not _URL.fullmatch(url):
        raise Invalid(
            Text(f"`{url}` is no URL", f"`{url}` 不是 URL"),
            Text("write it like `https://hooks.example/roommon`", "请写成 `https://hooks.example/roommon` 的形式"),
        )


def check_mention(address: str) -> None:
    """Raise Invalid when `address` is neither a group's robot alone nor somebody's telephone number in the group."""
    if address not in ("group", "all") and not _MOBILE.fullmatch(address):
        raise Invalid(
            Text(f"`{address}` is nobody in a group", f"`{address}` 不是群内成员"),
            Text(
                'write `group`, `all`, or the telephone number of who is mentioned, in quotes: `"13800000000"`',
                '请写 `group`、`all`，或被 @ 者的手机号并加引号：`"13800000000"`',
            ),
        )
