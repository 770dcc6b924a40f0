"""Whether a device is of the family that a profile describes, by what the profile says under `identify`. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from roommon.model.text import Text
from roommon.profiles.point import like
from roommon.profiles.profile import Identify


@dataclass(frozen=True, slots=True)
class Introduction:
    """What an SNMP agent says of itself: SNMPv2-MIB::system."""

    description: str = ""
    object_id: str = ""
    name: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """Why a device is of a family."""

    reasons: tuple[Text, ...]
    exactness: int = 0
    """Orders families that are all known: how much of sysObjectID was compared, and what else was."""
    is_generic: bool = False
    is_near: bool = False
    """Whether it calls itself so, and lacks something that a device of the family has."""
    is_doubtful: bool = False
    """Whether it lacks that by which alone a device of the family is known."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked for the sake of `identify`."""

    there: Mapping[str, bool] = field(default_factory=dict)
    """Whether something is at or below an OID."""
    held: Mapping[str, Text | None] = field(default_factory=dict)
    """By `read`: what stands there in words, if it is one of the wanted values; None if it is not."""


def may_be(identify: Identify, said: Introduction) -> bool:
    """Return whether what the agent says of itself allows the family; then it is worth asking more."""
    if identify.object_id and not _longest(identify, said):
        return False
    return not identify.description or any(like(said.description, one) for one in identify.description)


def known(identify: Identify, said: Introduction, heard: Heard) -> Known | None:
    """Return why the device is of the family, None when it is not."""
    if not may_be(identify, said):
        return None
    is_near = not all(heard.there.get(oid, False) for oid in identify.answers) or _lacks_all(identify, heard)
    if is_near and not (identify.object_id or identify.description):
        return None
    if any(heard.there.get(oid, False) for oid in identify.lacks):
        return None
    if not all(heard.held.get(one.read) for one in identify.holds):
        return None
    exactness = 10 * len(_longest(identify, said).split(".")) + len(identify.answers) + len(identify.holds)
    exactness += 5 * len(identify.description) + len(identify.lacks)
    return Known(tuple(_reasons(identify, said, heard)), exactness, identify.generic, is_near)


def _lacks_all(identify: Identify, heard: Heard) -> bool:
    """Return whether the device has nothing of which one of the family has something."""
    return bool(identify.any_of) and not any(heard.there.get(oid, False) for oid in identify.any_of)


def _longest(identify: Identify, said: Introduction) -> str:
    """Return the longest of the family's prefixes with which sysObjectID begins, empty for none."""
    begins = [one for one in identify.object_id if f"{said.object_id}.".startswith(f"{one.strip('.')}.")]
    return max(begins, key=len, default="")


def _reasons(identify: Identify, said: Introduction, heard: Heard) -> Iterator[Text]:
    if prefix := _longest(identify, said):
        yield Text(f"sysObjectID begins with {prefix}", f"sysObjectID 以 {prefix} 开头")
    if identify.description:
        yield Text(f"sysDescr is {said.description!r}", f"sysDescr 为 {said.description!r}")
    if there := ", ".join(oid for oid in (*identify.answers, *identify.any_of) if heard.there.get(oid)):
        yield Text(f"there is something at {there}", f"{there} 处有内容")
    wanted = (*identify.answers, *(identify.any_of if _lacks_all(identify, heard) else ()), *identify.lacks)
    if absent := ", ".join(oid for oid in wanted if not heard.there.get(oid)):
        yield Text(f"there is nothing at {absent}", f"{absent} 处没有内容")
    for one in identify.holds:
        words = heard.held.get(one.read)
        if words is not None:
            yield Text(f"{one.read} holds {words.en}", f"{one.read} 的内容为 {words.zh_cn}")
    if identify.generic:
        yield Text("a standard that many makers follow", "多家厂商遵循的通用标准")
