"""How long a text is as one SMS: 160 characters of GSM's own alphabet, or 70 of any other (3GPP TS 23.038)."""

from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE: Final = frozenset("^{}\\[~]|€\f")
"""They take two places: an escape goes before them."""
_LIKE: Final = str.maketrans(
    {
        "°": "",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "·": "-",
        "µ": "u",
        "\u00a0": " ",
    }
)
_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉²³", "012345678923")
SEVEN_BIT: Final = 160
UCS2: Final = 70


def plainer(text: str) -> str:
    """Return `text` in GSM's alphabet where a look-alike of each strange letter is known; else as it is.

    One degree sign would make 70 characters of 160: `27.3 °C` is sent as `27.3 C`.
    """
    like = text.translate(_LIKE).translate(_SUBSCRIPTS)
    return like if is_seven_bit(like) else text


def is_seven_bit(text: str) -> bool:
    """Return whether all of `text` is in GSM's alphabet."""
    return set(text) <= _BASIC | _TWICE


def places(text: str) -> int:
    """Return how many of its places `text` takes: of 160, or in UTF-16 units of 70."""
    if is_seven_bit(text):
        return len(text) + sum(letter in _TWICE for letter in text)
    return len(text.encode("utf-16-be")) // 2


def fits(text: str) -> bool:
    """Return whether `text` is one SMS."""
    return places(text) <= (SEVEN_BIT if is_seven_bit(text) else UCS2)


def cut(text: str) -> str:
    """Return as much of the beginning of `text` as one SMS holds, with `...` or `…` for what is left out."""
    if fits(text):
        return text
    mark = "..." if is_seven_bit(text) else "…"
    end = len(text)
    while not fits(text[:end].rstrip() + mark):
        end -= 1
    return text[:end].rstrip() + mark
