"""A configuration as the journal kept it, read again: what the rules were when it was in force.

The journal keeps the text of the files (`Site.text`). Profiles and standards of the user's own are not among them; they
are taken as they are now.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from roommon.config.load import examine
from roommon.config.site import Site

_HEADER = re.compile(r"(?:\A# (?P<first>.+)|\n# (?P<other>\S+\.ya?ml))\n")


def site_again(source: str, config: Path) -> Site | None:
    """Return the site that `source` described; None when it cannot be read any more.

    `config` is where the configuration lies now, with its `profiles/` and `standards/`.
    """
    for texts in _splits(source):
        with tempfile.TemporaryDirectory(prefix="roommon-") as folder:
            site = _read(texts, source, Path(folder), config if config.is_dir() else config.parent)
        if site is not None:
            return site
    return None


def _splits(source: str) -> Iterator[Mapping[str, str]]:
    """Yield how `source` may have been put together: of files each under its name, or of one alone."""
    headers = list(_HEADER.finditer(source))
    if not headers or not headers[0]["first"]:
        return
    ends = [header.start() for header in headers[1:]] + [len(source) - 1]
    names = [header["first"] or header["other"] for header in headers]
    yield {name: source[header.end() : end] for name, header, end in zip(names, headers, ends, strict=True)}
    if len(headers) > 1:
        yield {names[0]: source[headers[0].end() : -1]}


def _read(texts: Mapping[str, str], source: str, folder: Path, lies: Path) -> Site | None:
    """Return the site of the files `texts`, laid out in `folder`, if they say exactly `source`."""
    names = [Path(name) for name in texts]
    if not all(name.is_relative_to(names[0].parent) for name in names):
        return None
    laid = [folder / name.relative_to(names[0].parent) for name in names]
    for path, text in zip(laid, texts.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("profiles", "standards"):
        if (lies / name).is_dir():
            (folder / name).symlink_to((lies / name).absolute())
    original = next(iter(texts)).removesuffix(names[0].name)
    for start in (laid[0], folder):
        site = examine(start, tolerate_missing_secrets=True).site
        if site is not None and site.text.replace(f"# {folder}/", f"# {original}") == source:
            return site
    return None
