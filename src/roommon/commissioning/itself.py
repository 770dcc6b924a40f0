"""What a Modbus unit says of itself (function 43/14), and whether a profile is of such a device. Pure."""

import re
from collections.abc import Mapping

from roommon.commissioning.line import Mute
from roommon.model.text import Text
from roommon.poll.modbus.frames import Answer
from roommon.profiles.profile import Profile

VENDOR = 0
_MODELS = (1, 4, 5)
"""Product code, product name, model name (Modbus Application Protocol V1.1b3, 6.21)."""
_WORD = re.compile(r"[a-z0-9]{3,}")
_SHORTEST = 4
"""Letters of a model's name below which it tells nothing."""


def objects(answer: Answer | Mute) -> dict[int, str]:
    """Return the objects of an answer: MEI type, code, conformity, more, next, count, then id, length, text each."""
    found: dict[int, str] = {}
    rest = answer[6:] if isinstance(answer, bytes) else b""
    while len(rest) >= 2 and len(rest) >= 2 + rest[1]:
        found[rest[0]] = rest[2 : 2 + rest[1]].decode("utf-8", "replace").strip("\0 ")
        rest = rest[2 + rest[1] :]
    return found


def same(profile: Profile, said: Mapping[int, str]) -> Text | None:
    """Return that the device calls itself as the profile does, by maker and model; None if it does not."""
    vendor = _words(said.get(VENDOR, ""))
    models = [_plain(said[key]) for key in _MODELS if key in said]
    named = [_plain(word) for word in re.split(r"[\s,;/()]+", profile.model)]
    is_model = any(len(name) >= _SHORTEST and name in model for name in named for model in models)
    if not is_model or (vendor and not vendor & _words(profile.vendor)):
        return None
    itself = " ".join(said[key] for key in sorted(said) if said[key])
    return Text(f"it calls itself {itself!r}", f"设备自称 {itself!r}")


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
