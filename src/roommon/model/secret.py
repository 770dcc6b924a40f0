"""A password or token: named in the configuration, kept elsewhere, and never printed."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """The content of a secret file; the configuration holds its name alone."""

    name: str
    """As the configuration names it: a credential's name or a path."""
    value: str = field(repr=False)
