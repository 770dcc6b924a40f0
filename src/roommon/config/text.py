"""One file's bytes to text, and text to a node tree: what can go wrong before there is a value."""

from pathlib import Path

import yaml

from roommon.config import slips, tree, yaml_words
from roommon.config.fault import Fault, Place
from roommon.model import system_words
from roommon.model.text import Text


class NotText(Exception):
    """A file that cannot be read as YAML; nothing of it is used."""

    def __init__(self, at: Place, problem: Text, remedy: Text) -> None:
        """Keep all three as a fault."""
        self.fault = Fault(at, problem, remedy)
        super().__init__(self.fault.problem.en)


def text_of(path: Path, named_at: Place) -> str:
    """Return the text of the file `path`, without a byte order mark.

    Raises:
        NotText: it cannot be read (said at `named_at`), or is not UTF-8 text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        why = system_words.said(error)
        raise NotText(
            named_at,
            Text(f"{path} cannot be read: {why.en}", f"无法读取 {path}：{why.zh_cn}"),
            Text("check the name and who may read it", "请检查文件名与读取权限"),
        ) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path, content[: error.start].decode("utf-8", "replace")) from error
    if "\0" in text:
        raise _not_utf8(path, text[: text.index("\0")])
    return text


def _not_utf8(path: Path, before: str) -> NotText:
    lines = before.removeprefix("\ufeff").split("\n")
    return NotText(
        Place(str(path), len(lines), len(lines[-1]) + 1),
        Text("this is not UTF-8 text", "不是 UTF-8 文本"),
        Text("save the file as UTF-8 (not GBK or UTF-16)", "请以 UTF-8 保存该文件（不要用 GBK 或 UTF-16）"),
    )


def parsed(name: str, text: str) -> yaml.MappingNode | None:
    """Return the tree of the file `name`; None when it holds nothing but comments.

    Raises:
        NotText: it is not YAML, or does not begin with a key.
    """
    try:
        root = tree.compose(name, text)
    except yaml.MarkedYAMLError as error:
        raise _not_yaml(name, text, error) from error
    except yaml.YAMLError as error:
        raise NotText(
            Place(name, 1, 1),
            Text(f"this is not YAML: {error}", f"不是 YAML：{error}"),
            Text("remove the characters that cannot be printed", "请删除不可见字符"),
        ) from error
    if root is None or isinstance(root, yaml.MappingNode):
        return root
    raise NotText(
        tree.place_of(root),
        Text("the file does not begin with a key", "文件开头不是键"),
        Text("write `key: value` lines, such as `site: hospital-a`", "请写 `键: 值`，例如 `site: hospital-a`"),
    )


def _not_yaml(name: str, text: str, error: yaml.MarkedYAMLError) -> NotText:
    mark = error.problem_mark or error.context_mark
    at = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
    lines = text.split("\n")
    if at.line > len(lines):
        at = Place(name, len(lines), len(lines[-1]) + 1)
    slip = slips.slip(text, at.line)
    if slip is not None:
        return NotText(Place(name, slip.line, slip.column), slip.problem, slip.remedy)
    what = error.problem or error.context or "?"
    return NotText(
        at,
        Text(f"this is not YAML: {what}", f"YAML 语法错误：{yaml_words.CHINESE.get(what, what)}"),
        Text(
            "check indentation, colons, quotes and brackets from here upwards",
            "请从此处向上检查缩进、冒号、引号与括号",
        ),
    )
