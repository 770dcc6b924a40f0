"""YAML mappings into dataclasses: strict, and naming the place of what is wrong."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Misshapen(ValueError):
    """What a file says cannot be; the message names the place."""


def build(kind: type[T], raw: object, where: str) -> T:
    """Return the dataclass `kind` that `raw` describes; raise Misshapen."""
    if not isinstance(raw, Mapping):
        raise Misshapen(f"{where}: a mapping is due here, not {raw!r}")
    assert is_dataclass(kind)  # noqa: S101 - callers pass dataclasses
    known = {each.name: each for each in fields(kind)}
    if strange := [str(key) for key in raw if key not in known]:
        raise Misshapen(f"{where}: unknown {', '.join(strange)}; there are {', '.join(known)}")
    if missing := [name for name, each in known.items() if name not in raw and _is_required(each)]:
        raise Misshapen(f"{where}: {', '.join(missing)} missing")
    hints = get_type_hints(kind)
    values = {name: _value(hints[name], value, f"{where}.{name}") for name, value in raw.items()}
    try:
        return kind(**values)
    except ValueError as error:
        raise Misshapen(f"{where}: {error}") from error


def _is_required(each: Any) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _value(hint: Any, raw: object, where: str) -> Any:
    origin = get_origin(hint)
    if origin in {Union, types.UnionType}:
        return None if raw is None else _value(get_args(hint)[0], raw, where)
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], each, f"{where}[{n}]") for n, each in enumerate(_listed(raw, where)))
    if origin is Mapping:
        return {name: _value(get_args(hint)[1], each, f"{where}.{name}") for name, each in _mapped(raw, where).items()}
    return build(hint, raw, where) if isinstance(hint, type) and is_dataclass(hint) else _plain(hint, raw, where)


def _plain(hint: Any, raw: object, where: str) -> Any:
    if hint is object:
        return raw
    if hint is float and isinstance(raw, int | float) and not isinstance(raw, bool):
        return float(raw)
    if isinstance(raw, hint) and (hint is bool or not isinstance(raw, bool)):
        return raw
    if issubclass(hint, Path | Enum) and isinstance(raw, str):
        try:
            return hint(raw)
        except ValueError:
            raise Misshapen(f"{where}: {raw!r} is none of {', '.join(map(str, hint))}") from None
    raise Misshapen(f"{where}: {raw!r} is no {hint.__name__}")


def _listed(raw: object, where: str) -> list[object]:
    if not isinstance(raw, list):
        raise Misshapen(f"{where}: a list is due here, not {raw!r}")
    return raw


def _mapped(raw: object, where: str) -> Mapping[str, object]:
    if not isinstance(raw, Mapping):
        raise Misshapen(f"{where}: a mapping is due here, not {raw!r}")
    return raw
