"""Fact files: what one real device answered, as (OID, type, value). Also the recordings of snmpsim.

A fact file is YAML (README.md, "Facts"); a file that ends in `.snmprec` has a line `OID|type|value` for each object.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from simulators import written
from simulators.snmp import ber
from simulators.snmp.objects import Objects, object_id, octets
from simulators.snmp.recording import lines
from simulators.snmp.syntax import dotted, encoder

T = TypeVar("T")
SYS_DESCR, SYS_OBJECT_ID = "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0"
_NOBODY = "0.0"
"""RFC 3418's zeroDotZero: an agent that does not say what it is."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The objects of one device: values by OID, ready to be sent."""

    device: str
    values: Mapping[str, bytes]

    def objects(self) -> Objects:
        """What an agent answers: sysDescr and sysObjectID are there even if nothing was written of them."""
        return Objects({SYS_DESCR: octets(self.device), SYS_OBJECT_ID: object_id(_NOBODY)} | dict(self.values))


def load(path: Path) -> Facts:
    """Return what the file at `path` says; raise Misshapen (place, what, what would be right) or OSError."""
    if path.suffix == ".snmprec":
        return Facts(path.stem, lines(path))
    top = written.members(written.read(path), ("device", "source", "objects"))
    values: dict[str, bytes] = {}
    for each in written.items(top["objects"]):
        oid, value = _object(each)
        if oid in values:
            raise written.wrong(each, f"{oid} stands here twice; keep one")
        values[oid] = value
    if not values:
        raise written.wrong(top["objects"], "no objects; write [OID, type, value]")
    return Facts(written.text(top["device"]), values)


def _object(node: written.Node) -> tuple[str, bytes]:
    parts = written.items(node)
    if len(parts) not in {2, 3}:
        raise written.wrong(node, "write [OID, type, value]")
    oid, encode = _at(parts[0], dotted), _at(parts[1], encoder)
    if len(parts) == 3:
        return oid, _at(parts[2], encode)
    if written.text(parts[1]) != "null":
        raise written.wrong(node, "write [OID, type, value]; null alone needs no value")
    return oid, ber.NULL_TLV


def _at(node: written.Node, made: Callable[[str], T]) -> T:
    """What `made` makes of the text of `node`; raise Misshapen at its place."""
    said = written.text(node)
    try:
        return made(said)
    except ValueError as error:
        raise written.wrong(node, str(error)) from error
