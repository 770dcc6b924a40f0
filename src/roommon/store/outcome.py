"""What may come of a write, told apart by what to do next."""

from roommon.model.text import Text
from roommon.model.worded import Worded


class Unavailable(Worded):
    """Nothing is known to have arrived; the same write may succeed later. Its words say what is wrong."""

    def __init__(self, words: Text | str, retry_after_s: float | None = None) -> None:
        """`retry_after_s` is what the server asked for."""
        super().__init__(words)
        self.retry_after_s = retry_after_s


class Unanswered(Unavailable):
    """The server took longer than the timeout: it is frozen, or the body was too much for it."""


class Forbidden(Unavailable):
    """The server answers, and wants a person: the token, the bucket or the address is wrong."""


class Refused(Exception):
    """The server is well, and something in this body is not to its liking."""

    def __init__(self, status: int, words: str) -> None:
        """`words` are the server's own."""
        super().__init__(words)
        self.status = status
