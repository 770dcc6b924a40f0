"""All files of a configuration, merged: what they say, and the place of every value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from roommon.config.fault import Fault, Place
from roommon.config.tree import Step, Value, below, place_of, scalar
from roommon.model.text import Text


@dataclass(slots=True)
class Source:
    """All files of one configuration, merged."""

    folder: Path
    """Where relative names in the files begin."""
    value: dict[Step, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    """Every file's text by its name, in the order in which they were read."""
    _root: yaml.MappingNode = field(default_factory=lambda: yaml.MappingNode("", []))

    def place(self, path: Sequence[Step]) -> Place:
        """Return where the value at `path` stands; of a key that is missing, where its mapping begins."""
        node: yaml.Node = self._root
        for step in path:
            found = below(node, step)
            if found is None:
                break
            node = found[1]
        return self._at(node)

    def key_place(self, path: Sequence[Step]) -> Place:
        """Return where the key at the end of `path` stands."""
        node: yaml.Node = self._root
        for step in path[:-1]:
            found = below(node, step)
            if found is None:
                return self._at(node)
            node = found[1]
        last = below(node, path[-1])
        return self._at(node if last is None else last[0])

    def _at(self, node: yaml.Node) -> Place:
        if node is self._root and self.texts:
            return Place(next(iter(self.texts)), 1, 1)
        return place_of(node)

    def merge(self, root: yaml.MappingNode, value: Mapping[Step, Value]) -> None:
        """Add one file: lists are put one behind the other; anything else may be given once."""
        pairs = {scalar(key): (key, node) for key, node in reversed(root.value) if isinstance(key, yaml.ScalarNode)}
        for key, (key_node, value_node) in reversed(pairs.items()):
            if key in self.value:
                self._merge_key(key, key_node, value_node, value[key])
                continue
            self.value[key] = value[key]
            self._root.value.append((key_node, value_node))

    def _merge_key(self, key: Step, key_node: yaml.ScalarNode, value_node: yaml.Node, value: Value) -> None:
        number = next(i for i, (known, _) in enumerate(self._root.value) if scalar(known) == key)
        first_key, first = self._root.value[number]
        mine = self.value[key]
        if isinstance(mine, list) and isinstance(value, list):
            both = yaml.SequenceNode("", [*first.value, *value_node.value], first.start_mark, first.end_mark)
            self._root.value[number] = (first_key, both)
            self.value[key] = [*mine, *value]
            return
        self.faults.append(
            Fault(
                place_of(key_node),
                Text(f"`{key}` is already given at {place_of(first_key)}", f"`{key}` 已在 {place_of(first_key)} 给出"),
                Text("give it in one file only", "只能在一个文件中给出"),
            )
        )
