"""One YAML text: its node tree, in which every node knows its place, and the values that it says.

Scalars are read by YAML 1.2's core schema, the one that editors follow, instead of PyYAML's 1.1: `on`, `no`, `1:30` and
dates are text, `010` is ten, `1e3` a thousand. Aliases, tags and duplicate keys are refused, because they hide what the
daemon will do from the person who reads the file. PyYAML's C parser composes the node tree; its own resolver and
constructor, which cost three times as much as the parse, are not used.
"""

import io
import re
from collections.abc import Iterable, Mapping

import yaml
from yaml._yaml import CParser

from roommon.config.fault import Fault, Place
from roommon.model.text import Text

Value = object
"""What YAML can say: text, numbers, true and false, nothing, lists, and mappings."""
Step = str | int | float | bool | None
"""One step on the way to a value: a key, or a place in a list."""

_CONSTANTS: Mapping[str, Step] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", "+.inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_LONGEST_NUMBER = 40
_INTEGER = re.compile(r"[-+]?[0-9]+")
_HEXADECIMAL = re.compile(r"-?0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def compose(name: str, text: str) -> yaml.Node | None:
    """Return the node tree of `text`, whose marks bear `name`; None when it says nothing.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    root: yaml.Node | None = _Loader(name, text).get_single_node()
    return root


def values(root: yaml.MappingNode, name: str, text: str) -> tuple[dict[Step, Value], list[Fault]]:
    """Return what the tree `root` of the file `name` says, with what it must not hold."""
    reader = _Values()
    value = reader.mapping(root)
    return value, [*reader.faults, *(_aliases(name, text) if reader.aliased else ())]


def below(node: yaml.Node, step: Step) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key and the value at `step` of `node` (in a list the value twice); None when there is none.

    A single value may stand for a list of one: the step into that list stays where it is.
    """
    if isinstance(node, yaml.SequenceNode):
        inside = isinstance(step, int) and step < len(node.value)
        return (node.value[step], node.value[step]) if inside else None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = next(((key, value) for key, value in pairs if scalar(key) == step), None)
    return (node, node) if found is None and step == 0 else found


def place_of(node: yaml.Node) -> Place:
    """Return where `node` begins."""
    mark = node.start_mark
    return Place(mark.name, mark.line + 1, mark.column + 1)


class _Stream(io.BytesIO):
    """The text of a file under its name, which the parser puts into every mark."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


class _Loader(CParser):
    """The C parser alone: composes nodes, resolves nothing."""

    def __init__(self, name: str, text: str) -> None:
        CParser.__init__(self, _Stream(name, text))

    def resolve(self, _kind: object, _value: object, _implicit: object) -> None:
        """Leave the node without a tag; an explicit tag never comes here."""

    def descend_resolver(self, _parent: object, _index: object) -> None:
        """Do nothing: there are no path resolvers."""

    def ascend_resolver(self) -> None:
        """Do nothing: there are no path resolvers."""


def scalar(node: yaml.Node) -> Step:
    """Return the value of a scalar `node`: quoted text as it is, plain text by the core schema."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    return node.value if node.style else _resolved(node.value)


def _resolved(text: str) -> Step:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _HEXADECIMAL.fullmatch(text):
        return int(text, 16)
    return int(text, 8) if _OCTAL.fullmatch(text) else text


class _Values:
    """Turns nodes into values and finds what a mapping must not hold."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self._known: dict[str, Step] = {}
        self._seen: dict[int, Value] = {}
        self.aliased = False

    def of(self, node: yaml.Node) -> Value:
        if node.tag:
            self._tagged(node)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if id(node) in self._seen:
            self.aliased = True
            return self._seen[id(node)]
        self._seen[id(node)] = None
        value = self.mapping(node) if isinstance(node, yaml.MappingNode) else [self.of(child) for child in node.value]
        self._seen[id(node)] = value
        return value

    def _scalar(self, node: yaml.ScalarNode) -> Step:
        text: str = node.value
        if node.style:
            return text
        if text not in self._known:
            self._known[text] = _resolved(text)
        return self._known[text]

    def mapping(self, node: yaml.MappingNode) -> dict[Step, Value]:
        values: dict[Step, Value] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.faults.append(
                    Fault(
                        place_of(key_node),
                        Text("a key must be a word", "键必须是一个词"),
                        Text("write `key: value`", "请写 `键: 值`"),
                    )
                )
                continue
            key = self._scalar(key_node)
            if key in values:
                self._duplicate(key_node, next(known for known, _ in node.value if scalar(known) == key))
                continue
            values[key] = self.of(value_node)
        return values

    def _duplicate(self, key_node: yaml.ScalarNode, first: yaml.Node) -> None:
        self.faults.append(
            Fault(
                place_of(key_node),
                Text(
                    f"`{key_node.value}` is already given in line {place_of(first).line}",
                    f"`{key_node.value}` 已在第 {place_of(first).line} 行给出",
                ),
                Text("keep one of the two", "请只保留一个"),
            )
        )

    def _tagged(self, node: yaml.Node) -> None:
        if node.tag == "!":
            return
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        self.faults.append(
            Fault(
                place_of(node),
                Text(f"tags such as `{tag}` are not used here", f"此处不使用 `{tag}` 之类的标签"),
                Text("write the value alone; text may be put in quotes", "请直接写值；文本可加引号"),
            )
        )


def _aliases(file: str, text: str) -> Iterable[Fault]:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
            yield Fault(
                Place(file, event.start_mark.line + 1, event.start_mark.column + 1),
                Text(
                    f"aliases such as `*{event.anchor}` are not used here", f"此处不使用 `*{event.anchor}` 之类的别名"
                ),
                Text("write the value again", "请重新写出该值"),
            )
