"""The seam between what is told and the ways to tell it.

A channel is one file in `channels/`: a `Config`, and `send(config, note, address)`, which returns when the far side has
taken the note, and raises NotDelivered, with the far side's own reason, when it has not.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from roommon.model.text import Text
from roommon.model.worded import Worded
from roommon.notify.settings import Channel
from roommon.notify.wording import Note

Send = Callable[[Any, Note, str], Awaitable[None]]


class NotDelivered(Worded):
    """The note did not arrive; its words say why."""

    def __init__(self, words: Text | str, *, for_good: bool = False) -> None:
        """With `for_good` there is no use in trying again: the address does not exist."""
        super().__init__(words)
        self.for_good = for_good


def sender(channel: Channel) -> Send:
    """Return what sends by `channel`."""
    send: Send = channel.module.send
    return send


def shown(channel: Channel, note: Note) -> str:
    """Return the text that `channel` sends of `note`: what the record keeps."""
    text: str = note.sms if getattr(channel.module, "SHORT", False) else note.whole
    return text
