"""Forms that only our own pages can send: each carries a word that another site cannot know (CSRF).

In a session the word is the session's. Before there is one, the form for logging in has a cookie with something random,
and the word is made of it with a key that lives as long as the daemon, so nothing is kept for visitors.
"""

import hashlib
import hmac
import secrets

_BYTES = 32


def random_word() -> str:
    """Return 256 random bits, in letters that need no quotes anywhere."""
    return secrets.token_urlsafe(_BYTES)


def are_equal(sent: str | None, expected: str) -> bool:
    """Return whether `sent` is what is `expected`, in a time that does not tell how much of it is right."""
    return sent is not None and hmac.compare_digest(sent.encode("utf-8", "replace"), expected.encode())


class Forms:
    """Forms outside of sessions; after a restart of the daemon they are to be filled in anew."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(_BYTES)

    def word(self, cookie: str) -> str:
        """Return the word for a form of the visitor who has `cookie`, which is a `random_word`."""
        return hmac.new(self._key, cookie.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def accepts(self, cookie: str | None, sent: str | None) -> bool:
        """Return whether the form that carries `sent` was ours, for the visitor who has `cookie`."""
        return bool(cookie) and are_equal(sent, self.word(cookie or ""))
