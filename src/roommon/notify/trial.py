"""The event that `roommon notify test` sends."""

from roommon.model.alarm import Priority
from roommon.model.clock import Instant
from roommon.model.text import Text
from roommon.notify.event import OWN, Event
from roommon.notify.settings import Settings, Target


def trial(settings: Settings, target: Target, at: Instant) -> Event:
    """Return a test for `target`, sent at `at`."""
    return Event(
        site=settings.top.sites[0],
        number=None,
        at=at,
        alarm=f"{OWN}test",
        priority=Priority.LOW,
        state="normal",
        trigger="raised",
        tell=True,
        text=Text(
            f"TEST: roommon reaches {target.person} by {target.channel}",
            f"测试：roommon 经 {target.channel} 通知 {target.person}",
        ),
        response=Text("Nothing is wrong; nothing is to be done.", "一切正常，无需处理。"),
        drill=False,
    )
