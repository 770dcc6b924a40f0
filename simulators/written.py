"""A YAML file as it is written: every scalar a text, every value with its line and column.

Facts and register images are typed from documents: `0x0123`, `1e5`, `No` and `2022-04-18` must stay what they are, and
a mistake must be found at once.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

import yaml

from simulators.shape import Misshapen

Node = yaml.Node


def read(path: Path) -> Node:
    """Return the one mapping that the file at `path` holds; raise Misshapen or OSError."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    except UnicodeDecodeError as error:
        raise Misshapen(f"{path.name}: byte {error.start} is no UTF-8; save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        raise Misshapen(f"{where}: {error.problem or 'no YAML'}") from error
    if node is None:
        raise Misshapen(f"{path.name}: the file is empty")
    return _named(node, path.name)


def wrong(node: Node, what: str) -> Misshapen:
    """The error that says `what` at the place of `node`."""
    return Misshapen(f"{place(node)}: {what}")


def place(node: Node) -> str:
    """`file:line:column` of `node`."""
    mark = node.start_mark
    return f"{mark.name}:{mark.line + 1}:{mark.column + 1}"


def text(node: Node) -> str:
    """The scalar `node` as it stands in the file; raise Misshapen."""
    if not isinstance(node, yaml.ScalarNode):
        raise wrong(node, "one value is due here")
    value: str = node.value
    return value


def integer(node: Node, least: int, most: int) -> int:
    """The whole number `node`, also written as 0x7FFF; raise Misshapen unless it is in `least`..`most`."""
    written = text(node)
    try:
        number = int(written, 0)
    except ValueError:
        raise wrong(node, f"{written!r} is no whole number; write {least} to {most}, also as 0x1F") from None
    if not least <= number <= most:
        raise wrong(node, f"{written} is not possible; write {least} to {most}")
    return number


def items(node: Node) -> list[Node]:
    """The entries of the list `node`; raise Misshapen."""
    if not isinstance(node, yaml.SequenceNode):
        raise wrong(node, "a list is due here: [...]")
    return list(node.value)


def pairs(node: Node) -> Iterator[tuple[Node, Node]]:
    """The keys and values of the mapping `node`; raise Misshapen, also for a key that stands there twice."""
    if not isinstance(node, yaml.MappingNode):
        raise wrong(node, "a mapping is due here: {key: value}")
    seen: set[str] = set()
    for key, value in node.value:
        if text(key) in seen:
            raise wrong(key, f"{key.value} stands here twice; keep one")
        seen.add(key.value)
        yield key, value


def members(node: Node, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Node]:
    """The values of the mapping `node` by key; raise Misshapen for a key that is missing or unknown."""
    known = [*required, *optional]
    found: dict[str, Node] = {}
    for key, value in pairs(node):
        if text(key) not in known:
            raise wrong(key, f"unknown {text(key)}; there are {', '.join(known)}")
        found[text(key)] = value
    if missing := [name for name in required if name not in found]:
        raise wrong(node, f"{', '.join(missing)} missing")
    return found


def _named(node: Node, name: str) -> Node:
    """`node` and all below it with marks that say `name`: PyYAML's C and Python parsers name a text differently."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        each.start_mark.name = name
        if isinstance(each, yaml.MappingNode):
            waiting += [part for pair in each.value for part in pair]
        elif isinstance(each, yaml.SequenceNode):
            waiting += each.value
    return node
