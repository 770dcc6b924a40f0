"""The two cookies: that of a session, and that of a form which somebody fills in before there is one.

No script reads them, and no other site's page sends them along. Over https the browser also takes them from nobody else
(`__Host-`: RFC 6265bis 4.1.3.2), so nobody can plant one from a neighbouring name or from plain http.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cookie is for."""

    SESSION = "roommon-session"
    FORM = "roommon-form"


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie to be set; without an age it goes when the browser is closed."""

    kind: Kind
    value: str
    is_encrypted: bool
    """Whether the browser speaks https (`Visitor.is_encrypted`)."""

    @property
    def name(self) -> str:
        """The name under which the browser keeps it and sends it."""
        return name(self.kind, is_encrypted=self.is_encrypted)

    def header(self) -> str:
        """Return the value of `Set-Cookie`; an empty value takes the cookie away."""
        parts = [f"{self.name}={self.value}", "Path=/", "HttpOnly", "SameSite=Strict"]
        if self.is_encrypted:
            parts.append("Secure")
        if not self.value:
            parts.append("Max-Age=0")
        return "; ".join(parts)


def name(kind: Kind, *, is_encrypted: bool) -> str:
    """Return under which name a cookie comes back."""
    return f"__Host-{kind}" if is_encrypted else str(kind)
