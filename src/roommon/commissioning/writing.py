"""The YAML of devices that were found: a file of its own, or what is put behind those of a file that there is. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml

Entry = Mapping[str, object]
_WIDTH = 110


class NotWritable(Exception):
    """The file cannot be added to without taking the risk to change what stands in it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written."""

    devices: Sequence[Entry]
    buses: Sequence[Entry] = ()


def document(draft: Draft, *, whole: bool) -> str:
    """Return `draft` as a file; a `whole` one names its site and room, as a configuration must."""
    top = "site: server-room\nroom: server-room\n" if whole else ""
    buses = f"buses:\n{listed(draft.buses)}" if draft.buses else ""
    return f"{top}{buses}devices:\n{listed(draft.devices)}"


def listed(entries: Sequence[Entry], indent: int = 2) -> str:
    """Return `entries` as the items of a list."""
    text = _dumped([dict(entry) for entry in entries], flow=None)
    return "".join(f"{' ' * indent}{line}\n" for line in text.splitlines())


def appended(text: str, draft: Draft) -> str:
    """Return the file `text` with what `draft` adds behind its own buses and devices.

    Raises:
        NotWritable: what it says cannot be read, or would come out otherwise.
    """
    before, added = _read(text), text
    for key, entries in (("buses", draft.buses), ("devices", draft.devices)):
        if entries:
            added = _behind(added, key, entries)
    if _read(added) != _expected(before, draft):
        raise NotWritable
    return added


def _expected(before: dict[str, object], draft: Draft) -> dict[str, object]:
    after = dict(before)
    for key, entries in (("buses", draft.buses), ("devices", draft.devices)):
        if entries:
            own = before.get(key) or []
            after[key] = [*(own if isinstance(own, list) else [own]), *map(dict, entries)]
    return after


def _read(text: str) -> dict[str, object]:
    """Return what the file `text` says at its first level."""
    try:
        value: object = yaml.load(text, yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise NotWritable from error
    if not isinstance(value, dict | None):
        raise NotWritable
    return {} if value is None else value


def _behind(text: str, key: str, entries: Sequence[Entry]) -> str:
    value = _value(text, key)
    if value is None:
        return f"{text.rstrip()}\n\n{key}:\n{listed(entries)}" if text.strip() else f"{key}:\n{listed(entries)}"
    if not isinstance(value, yaml.SequenceNode):
        return _after_line(text, value.start_mark.line, listed(entries))
    if value.flow_style:
        return _in_brackets(text, value, entries)
    return _after_line(text, _last_line(value), listed(entries, value.start_mark.column))


def _value(text: str, key: str) -> yaml.Node | None:
    root = yaml.compose(text, yaml.CSafeLoader)
    pairs = root.value if isinstance(root, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _last_line(node: yaml.Node) -> int:
    """Return the last line of what `node` says, without the comments and blank lines behind it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    return node.end_mark.line - (node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line)


def _after_line(text: str, line: int, added: str) -> str:
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return "".join([*lines[: line + 1], added, *lines[line + 1 :]])


def _in_brackets(text: str, value: yaml.SequenceNode, entries: Sequence[Entry]) -> str:
    closing = value.end_mark.index - 1
    before = text[:closing].rstrip().removesuffix(",")
    joint = ", " if value.value else ""
    return before + joint + ", ".join(_dumped(dict(entry), flow=True).strip() for entry in entries) + text[closing:]


def _dumped(value: object, *, flow: bool | None) -> str:
    return yaml.dump(
        value, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, default_flow_style=flow, width=_WIDTH
    )
