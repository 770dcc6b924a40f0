"""Register images from files, written from a vendor's document (README.md, "Register images")."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from yaml import SequenceNode

from simulators import written
from simulators.modbus.image import Image, Table
from simulators.written import Node

TABLES = {"coils": Table.COIL, "discrete": Table.DISCRETE, "input": Table.INPUT, "holding": Table.HOLDING}
_BITS = frozenset({Table.COIL, Table.DISCRETE})
NORMAL = "normal"
_LAST_ADDRESS = 0xFFFF
_LAST_UNIT = 255
_Words = dict[int, int]
_Tables = Mapping[Table, _Words]


@dataclass(frozen=True, slots=True)
class ImageFile:
    """The registers of one device in several cases; `normal` is always one of them."""

    device: str
    unit: int
    cases: Mapping[str, Image]

    def image(self, case: str = NORMAL) -> Image:
        """The registers in `case`; raise ValueError, naming the cases that there are."""
        if case not in self.cases:
            raise ValueError(f"{self.device}: no case {case!r}; there are {', '.join(self.cases)}")
        return self.cases[case]


def load(path: Path) -> ImageFile:
    """Return what the file at `path` says; raise Misshapen (place, what, what would be right) or OSError."""
    top = written.members(
        written.read(path), ("device", "document", "cases"), ("unit", "numbering", "most", "exceptions", "identity")
    )
    most = written.integer(top["most"], 1, 125) if "most" in top else 125
    unit = written.integer(top["unit"], 0, _LAST_UNIT) if "unit" in top else 1
    exceptions = _codes(top["exceptions"]) if "exceptions" in top else {}
    whole = Image(
        most=most,
        identity=_identity(top["identity"]) if "identity" in top else {},
        exceptions={(table, address): code for table, codes in exceptions.items() for address, code in codes.items()},
    )
    cases = {name: _filled(whole, tables) for name, tables in _cases(top["cases"]).items()}
    return ImageFile(written.text(top["device"]), unit, cases)


def _cases(node: Node) -> dict[str, _Tables]:
    """The words of each case: those of `normal`, with its own laid over them."""
    found = {written.text(name): _words(tables) for name, tables in written.pairs(node)}
    if NORMAL not in found:
        raise written.wrong(node, f"`{NORMAL}` missing: the case over which the others are laid")
    normal = found[NORMAL]
    return {name: _laid_over(normal, tables) for name, tables in found.items()}


def _laid_over(below: _Tables, above: _Tables) -> _Tables:
    return {table: below.get(table, {}) | above.get(table, {}) for table in Table if table in below or table in above}


def _words(node: Node) -> _Tables:
    return {table: _flat(blocks, 0, 1 if table in _BITS else 0xFFFF) for table, blocks in _tables(node)}


def _codes(node: Node) -> _Tables:
    return {table: _flat(codes, 1, 255) for table, codes in _tables(node)}


def _tables(node: Node) -> Iterator[tuple[Table, Node]]:
    return ((TABLES[name], blocks) for name, blocks in written.members(node, (), TABLES).items())


def _flat(node: Node, least: int, most: int) -> _Words:
    """The values of a table by address; raise Misshapen for an address that is written twice."""
    flat: _Words = {}
    for start, values in written.pairs(node):
        first = written.integer(start, 0, _LAST_ADDRESS)
        for address, value in enumerate(_listed(values), first):
            if address in flat:
                raise written.wrong(value, f"address {address:#06x} stands in an earlier block; keep one")
            if address > _LAST_ADDRESS:
                raise written.wrong(value, f"beyond the last address, {_LAST_ADDRESS:#06x}")
            flat[address] = written.integer(value, least, most)
    return flat


def _listed(node: Node) -> list[Node]:
    """The entries of a list; a single value is a list of one."""
    return written.items(node) if isinstance(node, SequenceNode) else [node]


def _identity(node: Node) -> dict[int, str]:
    return {written.integer(number, 0, 255): written.text(said) for number, said in written.pairs(node)}


def _filled(empty: Image, tables: _Tables) -> Image:
    blocks = {table: dict(_runs(words)) for table, words in tables.items()}
    return replace(
        empty,
        coil=blocks.get(Table.COIL),
        discrete=blocks.get(Table.DISCRETE),
        input=blocks.get(Table.INPUT),
        holding=blocks.get(Table.HOLDING),
    )


def _runs(words: _Words) -> Iterator[tuple[int, list[int]]]:
    """Blocks of addresses that follow each other: what one request can read."""
    start, run = 0, list[int]()
    for address in sorted(words):
        if run and address == start + len(run):
            run.append(words[address])
            continue
        if run:
            yield start, run
        start, run = address, [words[address]]
    if run:
        yield start, run
