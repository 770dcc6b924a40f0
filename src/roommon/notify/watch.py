"""A dead man's switch: tells when roommon is offline, says nothing for too long, or cannot be heard of at all."""

from collections.abc import Callable

from roommon.model.clock import Instant, lasting
from roommon.model.text import Text
from roommon.notify.intake import ALIVE, OFFLINE
from roommon.notify.queue import Queue
from roommon.notify.settings import Settings
from roommon.notify.trouble import Troubles

_WATCHED_BY_NOBODY = Text(
    "Nobody watches the room: go there, and look at roommon, its box and the network.",
    "机房目前无人监测：请到现场，并检查 roommon、主机与网络。",
)


class Watch:
    """What was heard of each site, and what is told when nothing is."""

    def __init__(self, settings: Settings, queue: Queue, troubles: Troubles, now: Callable[[], Instant]) -> None:
        self._settings = settings
        self._queue = queue
        self._troubles = troubles
        self._now = now
        self._broker_lost: tuple[Instant, Text] | None = None
        for site in settings.top.sites:
            if queue.heard(site, ALIVE) is None:
                queue.hear(site, ALIVE, now())

    def broker(self, words: Text | None) -> None:
        """Take note that the broker is away, and why; None when it is there."""
        if words is None:
            self._broker_lost = None
        elif self._broker_lost is None:
            self._broker_lost = (self._now(), words)

    def look(self) -> None:
        """Tell what is due to be told, or is over."""
        self._look_at_broker()
        for site in self._settings.top.sites:
            self._look_at_status(site)
            self._look_at_alive(site)

    def _look_at_broker(self) -> None:
        site, broker = self._settings.top.sites[0], self._settings.top.broker
        if self._broker_lost is None:
            self._troubles.over(
                site, "broker", Text(f"The broker {broker} is there again.", f"MQTT 代理 {broker} 已恢复。")
            )
            return
        since, words = self._broker_lost
        if self._now() - since >= self._settings.top.trouble.broker_after:
            text = Text(
                f"The broker {broker} cannot be reached ({words.en})", f"无法连接 MQTT 代理 {broker}（{words.zh_cn}）"
            )
            self._troubles.begin(site, "broker", text)

    def _look_at_status(self, site: str) -> None:
        since = self._queue.heard(site, OFFLINE)
        if since is None:
            self._troubles.over(site, "offline", Text(f"roommon {site} is back.", f"roommon {site} 已恢复。"))
        elif self._now() - since >= self._settings.top.trouble.offline_after:
            text = Text(f"roommon {site} is offline", f"roommon {site} 已离线")
            self._troubles.begin(site, "offline", text, _WATCHED_BY_NOBODY)

    def _look_at_alive(self, site: str) -> None:
        last = self._queue.heard(site, ALIVE) or self._now()
        silent = self._now() - last
        if silent < self._settings.top.trouble.alive_within:
            self._troubles.over(
                site, "silent", Text(f"roommon {site} is heard again.", f"又收到 roommon {site} 的消息。")
            )
            return
        lasted = lasting(silent / 1000)
        text = Text(
            f"Nothing was heard of roommon {site} for {lasted}", f"已有 {lasted} 没有 roommon {site} 的任何消息"
        )
        self._troubles.begin(site, "silent", text, _WATCHED_BY_NOBODY)
