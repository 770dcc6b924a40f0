"""Reads the files of a configuration: a folder of them, or one with what it includes."""

from pathlib import Path

import yaml

from roommon.config import tree
from roommon.config.fault import Fault, Place
from roommon.config.source import Source
from roommon.config.text import NotText, parsed, text_of
from roommon.config.tree import Value, below, place_of, scalar
from roommon.config.uncollected import uncollected
from roommon.model.text import Text

_SUFFIXES = (".yaml", ".yml")


def read(path: Path) -> Source:
    """Return everything that `path` says: a YAML file with what it includes, or all YAML files of a folder."""
    source = Source(path if path.is_dir() else path.parent)
    with uncollected():
        _Reader(source).start(path)
    return source


class _Reader:
    """One run over all files; each is read once, however often it is included."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._seen: set[Path] = set()

    def start(self, path: Path) -> None:
        if not path.is_dir():
            self._file(path, Place(str(path), 1, 1))
            return
        found = sorted(child for child in path.iterdir() if child.suffix in _SUFFIXES and child.is_file())
        for child in found:
            self._file(child, Place(str(child), 1, 1))
        if not found:
            self._fault(
                Place(str(path), 1, 1),
                Text("the folder holds no YAML file", "目录中没有 YAML 文件"),
                Text("put a file such as roommon.yaml into it", "请放入如 roommon.yaml 的文件"),
            )

    def _file(self, path: Path, named_at: Place) -> None:
        if path.resolve() in self._seen:
            return
        self._seen.add(path.resolve())
        try:
            text = text_of(path, named_at)
            self._source.texts[str(path)] = text
            root = parsed(str(path), text)
        except NotText as error:
            self._source.faults.append(error.fault)
            return
        if root is not None:
            self._add(path, root, text)

    def _add(self, path: Path, root: yaml.MappingNode, text: str) -> None:
        value, faults = tree.values(root, str(path), text)
        self._source.faults.extend(faults)
        included = below(root, "include")
        root.value = [pair for pair in root.value if scalar(pair[0]) != "include"]
        self._source.merge(root, value)
        if included is not None:
            self._include(path.parent, value.get("include"), included[1])

    def _include(self, folder: Path, names: Value, node: yaml.Node) -> None:
        listed = [(names, node)] if isinstance(names, str) else []
        if isinstance(names, list):
            listed = list(zip(names, node.value, strict=True))
        if not listed or not all(isinstance(name, str) and name for name, _ in listed):
            self._fault(
                place_of(node),
                Text("`include` takes names of files", "`include` 应为文件名"),
                Text("write `include: [buses.yaml, devices/*.yaml]`", "请写 `include: [buses.yaml, devices/*.yaml]`"),
            )
            return
        for name, at in listed:
            for path in self._matching(folder, str(name), place_of(at)):
                self._file(path, place_of(at))

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

    def _fault(self, at: Place, problem: Text, remedy: Text) -> None:
        self._source.faults.append(Fault(at, problem, remedy))
