"""What apprise carries: Telegram, Slack, and a hundred more. The one file that touches it (roommon[notify])."""

import asyncio
import importlib.util
import logging
from typing import Final

from roommon.model.text import Text
from roommon.model.worded import Invalid
from roommon.notify.channel import NotDelivered
from roommon.notify.wording import Note

_ONE_AT_A_TIME: Final = asyncio.Lock()
"""What apprise says of a failure goes to its log, which is one for all."""


def check_installed() -> None:
    """Raise Invalid when apprise is not there."""
    if importlib.util.find_spec("apprise") is None:
        raise Invalid(
            Text("apprise is not installed, which carries this channel", "此渠道需要 apprise，但未安装"),
            Text("install roommon[notify]", "请安装 roommon[notify]"),
        )


async def carry(url: str, note: Note) -> None:
    """Let apprise send `note` to its `url`; raise NotDelivered with what it says, without the URL."""
    async with _ONE_AT_A_TIME:
        why = await asyncio.to_thread(_notify, url, note)
    if why is not None:
        raise NotDelivered(why)


def _notify(url: str, note: Note) -> Text | None:
    """Return why it did not arrive, or None."""
    from apprise import Apprise, LogCapture, NotifyType  # noqa: PLC0415 - an optional dependency, half a second

    service = Apprise()
    if not service.add(url):
        return Text("apprise does not understand this address", "apprise 无法识别该地址")
    kind = NotifyType.SUCCESS if note.urgent.is_over else NotifyType.WARNING
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]  # apprise says py.typed and leaves this one without
        if service.notify(body=note.body, title=note.subject, notify_type=kind):
            return None
        words = " ".join(said.getvalue().split())
    return Text.same(f"apprise: {words}") if words else Text("apprise could not send it", "apprise 发送失败")
