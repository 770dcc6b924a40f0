"""Connections that a broker closed without a word: what is behind it shows only in several of them."""

from roommon.model.text import Text

SOON_S = 10.0
"""Another client of our name connects again within this, and the broker closes ours for it."""
IN_A_ROW = 2


class Closings:
    """What the connections to one broker have come to lately."""

    def __init__(self, identity: str) -> None:
        """`identity` is our client id."""
        self._identity = identity
        self._soon = 0

    def closed(self, lasted_s: float) -> Text:
        """Take note that the broker closed a connection after so long, and return what to say of it.

        MQTT 5 has a word for a session that was taken over. A broker that has none, or does not use it, closes one
        connection after the other soon after it took it; a broker that was stopped refuses the next.
        """
        self._soon = self._soon + 1 if lasted_s < SOON_S else 0
        if self._soon < IN_A_ROW:
            return Text(
                "it closed the connection without a reason; was it stopped?", "对方未说明原因即关闭连接；它是否已停止？"
            )
        return Text(
            "it takes each connection and closes it within seconds, without a reason;"
            f" does another client have our id {self._identity}?",
            f"对方每次接受连接后数秒内即关闭，未说明原因；是否有其他客户端使用我们的标识 {self._identity}？",
        )

    def forget(self) -> None:
        """Take note that there was no connection at all: nobody takes ours over."""
        self._soon = 0
