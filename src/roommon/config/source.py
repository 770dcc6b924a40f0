"""The files of a configuration: YAML, with the place of every value.

Scalars are read by YAML 1.2's core schema, the one that editors follow, instead of PyYAML's 1.1: `on`, `no`, `1:30` and
dates are text, `010` is ten, `1e3` a thousand. Aliases, tags and duplicate keys are refused, because they hide what the
daemon will do from the person who reads the file. PyYAML's C parser composes the node tree; its own resolver and
constructor, which cost three times as much as the parse, are not used.
"""

import gc
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.cyaml import CParser

from roommon.config.fault import Fault, Place
from roommon.model.text import Text

Value = str | int | float | bool | None | list["Value"] | dict["str | int | float | bool | None", "Value"]
"""What YAML can say."""

Step = str | int | float | bool | None
Path_ = tuple[Step, ...]
"""The way to a value from the top: `("devices", 3, "sensors", 0, "read")`."""

_SUFFIXES = (".yaml", ".yml")
_CONSTANTS: Mapping[str, Value] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),  # noqa: FBT003  # the value, not a flag
    **dict.fromkeys(("false", "False", "FALSE"), False),  # noqa: FBT003
    **dict.fromkeys((".inf", "+.inf", ".Inf", ".INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_HEXADECIMAL = re.compile(r"-?0x[0-9a-fA-F]+")
_OCTAL = re.compile(r"0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


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
            below = _below(node, step)
            if below is None:
                break
            node = below[1]
        return self._at(node)

    def key_place(self, path: Sequence[Step]) -> Place:
        """Return where the key at the end of `path` stands."""
        node: yaml.Node = self._root
        for step in path[:-1]:
            below = _below(node, step)
            if below is None:
                return self._at(node)
            node = below[1]
        last = _below(node, path[-1])
        return self._at(node if last is None else last[0])

    def _at(self, node: yaml.Node) -> Place:
        if node is self._root and self.texts:
            return Place(next(iter(self.texts)), 1, 1)
        return _place(node)

    def merge(self, root: yaml.MappingNode, value: Mapping[Step, Value]) -> None:
        """Add one file: lists are put one behind the other; anything else may be given once."""
        for key_node, value_node in root.value:
            key = scalar(key_node)
            if key not in self.value:
                self.value[key] = value[key]
                self._root.value.append((key_node, value_node))
                continue
            self._merge_key(key, key_node, value_node, value[key])

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
                _place(key_node),
                Text(f"`{key}` is already given at {_place(first_key)}", f"`{key}` 已在 {_place(first_key)} 给出"),
                Text("give it in one file only", "只能在一个文件中给出"),
            )
        )


def _below(node: yaml.Node, step: Step) -> tuple[yaml.Node, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if scalar(key) == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _place(node: yaml.Node) -> Place:
    mark = node.start_mark
    return Place(mark.name, mark.line + 1, mark.column + 1)


def read(path: Path) -> Source:
    """Return everything that `path` says: a YAML file with what it includes, or all YAML files of a folder."""
    folder = path if path.is_dir() else path.parent
    source = Source(folder)
    with _no_garbage_collection():
        _Reading(source).start(path)
    return source


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Keep the collector from walking a growing tree again and again: it triples the time of a large file."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Reading:
    """One run over all files."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[Path] = set()

    def start(self, path: Path) -> None:
        if not path.is_dir():
            self._file(path, Place(str(path), 1, 1))
            return
        files = sorted(child for child in path.iterdir() if child.suffix in _SUFFIXES and child.is_file())
        if not files:
            self._fault(
                Place(str(path), 1, 1),
                Text("the folder holds no YAML file", "目录中没有 YAML 文件"),
                Text("put a file such as roommon.yaml into it", "请放入如 roommon.yaml 的文件"),
            )
        for child in files:
            self._file(child, Place(str(child), 1, 1))

    def _file(self, path: Path, named_at: Place) -> None:
        if path.resolve() in self._seen:
            return
        self._seen.add(path.resolve())
        text = self._text(path, named_at)
        if text is None:
            return
        self._source.texts[str(path)] = text
        root = self._composed(path, text)
        if root is None:
            return
        values = _Values(self._source.faults)
        value = values.of(root)
        if values.aliased:
            self._source.faults.extend(_aliases(str(path), text))
        if isinstance(root, yaml.MappingNode) and isinstance(value, dict):
            included = value.pop("include", None)
            node = _below(root, "include")
            root.value = [pair for pair in root.value if scalar(pair[0]) != "include"]
            self._source.merge(root, value)
            if node is not None:
                self._include(path.parent, included, node[1])

    def _include(self, folder: Path, included: Value, node: yaml.Node) -> None:
        patterns = [(included, node)] if isinstance(included, str) else list(zip(included, node.value, strict=True)) if isinstance(included, list) else []
        if not patterns or not all(isinstance(pattern, str) and pattern for pattern, _ in patterns):
            self._fault(
                _place(node),
                Text("`include` takes names of files", "`include` 应为文件名"),
                Text("write `include: [buses.yaml, devices/*.yaml]`", "请写 `include: [buses.yaml, devices/*.yaml]`"),
            )
            return
        for pattern, at in patterns:
            for path in self._matching(folder, str(pattern), _place(at)):
                self._file(path, _place(at))

    def _matching(self, folder: Path, pattern: str, at: Place) -> list[Path]:
        if not set(pattern) & set("*?["):
            return [folder / pattern]
        root, relative = (Path("/"), pattern.lstrip("/")) if pattern.startswith("/") else (folder, pattern)
        found = sorted(path for path in root.glob(relative) if path.is_file())
        if not found:
            self._fault(
                at,
                Text(f"`{pattern}` matches no file in {folder}", f"`{pattern}` 在 {folder} 中没有匹配的文件"),
                Text("mend the pattern or remove it", "请更正或删除"),
            )
        return found

    def _text(self, path: Path, named_at: Place) -> str | None:
        try:
            content = path.read_bytes()
        except OSError as error:
            self._fault(
                named_at,
                Text(f"{path} cannot be read: {error.strerror}", f"无法读取 {path}：{error.strerror}"),
                Text("check the name and who may read it", "请检查文件名与读取权限"),
            )
            return None
        return self._decoded(path, content)

    def _decoded(self, path: Path, content: bytes) -> str | None:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            self._not_text(_position(path, content[: error.start].decode("utf-8", "replace")))
            return None
        if "\0" in text:
            self._not_text(_position(path, text[: text.index("\0")]))
            return None
        return text

    def _not_text(self, at: Place) -> None:
        self._fault(
            at,
            Text("this is not UTF-8 text", "不是 UTF-8 文本"),
            Text("save the file as UTF-8 (not GBK or UTF-16)", "请以 UTF-8 保存该文件（不要用 GBK 或 UTF-16）"),
        )

    def _composed(self, path: Path, text: str) -> yaml.Node | None:
        try:
            root = _Loader(str(path), text).get_single_node()
        except yaml.MarkedYAMLError as error:
            self._source.faults.append(_not_yaml(path, text, error))
            return None
        except yaml.YAMLError as error:
            self._fault(
                Place(str(path), 1, 1),
                Text(f"this is not YAML: {error}", f"不是 YAML：{error}"),
                Text("remove the characters that cannot be printed", "请删除不可见字符"),
            )
            return None
        if root is not None and not isinstance(root, yaml.MappingNode):
            self._fault(
                _place(root),
                Text("the file does not begin with a key", "文件开头不是键"),
                Text("write `key: value` lines, such as `site: hospital-a`", "请写 `键: 值`，例如 `site: hospital-a`"),
            )
            return None
        return root

    def _fault(self, at: Place, problem: Text, remedy: Text) -> None:
        self._source.faults.append(Fault(at, problem, remedy))


def _position(path: Path, before: str) -> Place:
    lines = before.removeprefix("\ufeff").split("\n")
    return Place(str(path), len(lines), len(lines[-1]) + 1)


def _not_yaml(path: Path, text: str, error: yaml.MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    at = Place(str(path), mark.line + 1, mark.column + 1) if mark else Place(str(path), 1, 1)
    line = text.split("\n")[at.line - 1] if at.line <= text.count("\n") + 1 else ""
    if "\t" in line:
        column = line.index("\t") + 1
        return Fault(
            Place(at.file, at.line, column),
            Text("a tab", "此处有制表符（Tab）"),
            Text("indent with spaces", "请用空格缩进"),
        )
    what = error.problem or error.context or "?"
    return Fault(
        at,
        Text(f"this is not YAML: {what}", f"YAML 语法错误：{what}"),
        Text("check indentation, colons, quotes and brackets from here upwards", "请从此处向上检查缩进、冒号、引号与括号"),
    )


class _Stream(io.BytesIO):
    """The text of a file under its name, which the parser puts into every mark."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text.encode())
        self.name = name


class _Loader(CParser):  # type: ignore[misc]  # PyYAML's C parser has no types
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
    constant = _CONSTANTS.get(text, text)
    if constant is not text or not isinstance(constant, str):
        return constant  # type: ignore[return-value]  # constants are scalars
    if text[0] not in "+-.0123456789":
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

    def __init__(self, faults: list[Fault]) -> None:
        self._faults = faults
        self._known: dict[str, Step] = {}
        self._seen: set[int] = set()
        self.aliased = False

    def of(self, node: yaml.Node) -> Value:
        if node.tag:
            self._tagged(node)
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else self._plain(node.value)
        if id(node) in self._seen:
            self.aliased = True
            return None
        self._seen.add(id(node))
        return self._mapping(node) if isinstance(node, yaml.MappingNode) else [self.of(child) for child in node.value]

    def _plain(self, text: str) -> Step:
        known = self._known.get(text, self)
        if known is self:
            known = self._known[text] = _resolved(text)
        return known  # type: ignore[return-value]  # `self` only marks what is not known

    def _mapping(self, node: yaml.MappingNode) -> dict[Step, Value]:
        values: dict[Step, Value] = {}
        places: dict[Step, Place] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._faults.append(
                    Fault(_place(key_node), Text("a key must be a word", "键必须是一个词"), Text("write `key: value`", "请写 `键: 值`"))
                )
                continue
            key = self.of(key_node)
            if key in values:
                self._duplicate(key_node, next(known for known, _ in node.value if scalar(known) == key))
                continue
            values[key] = self.of(value_node)  # type: ignore[index]  # scalars alone get here
        del places
        return values

    def _duplicate(self, key_node: yaml.ScalarNode, first: yaml.Node) -> None:
        self._faults.append(
            Fault(
                _place(key_node),
                Text(f"`{key_node.value}` is already given in line {_place(first).line}", f"`{key_node.value}` 已在第 {_place(first).line} 行给出"),
                Text("keep one of the two", "请只保留一个"),
            )
        )

    def _tagged(self, node: yaml.Node) -> None:
        if node.tag == "!":
            return
        self._faults.append(
            Fault(
                _place(node),
                Text(f"tags such as `{node.tag}` are not used here", f"此处不使用 `{node.tag}` 之类的标签"),
                Text("write the value alone; text may be put in quotes", "请直接写值；文本可加引号"),
            )
        )


def _aliases(file: str, text: str) -> Iterable[Fault]:
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            yield Fault(
                Place(file, event.start_mark.line + 1, event.start_mark.column + 1),
                Text(f"aliases such as `*{event.anchor}` are not used here", f"此处不使用 `*{event.anchor}` 之类的别名"),
                Text("write the value again", "请重新写出该值"),
            )
