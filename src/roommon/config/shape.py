"""Frozen dataclasses to pydantic models: what may stand in the file is read off the parts' own `Config` classes.

Every mapping becomes a model that forbids unknown keys; each model gives back its dataclass, so nothing of pydantic is
left behind. Field names are YAML keys, except that a `Secret` field `x` is written `x_file`.
"""

import dataclasses
import types
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, create_model

from roommon.config.leaves import LEAVES, NAMED, file_path, scalars
from roommon.model.secret import Secret

_PREFIX = "f_"
"""In front of the models' field names, so that none hides a method of pydantic's."""


def yaml_key(field: "dataclasses.Field[Any]", kind: object) -> str:
    """Return the key under which `field` is written."""
    usual = f"{field.name}_file" if Secret in (kind, *get_args(kind)) else field.name
    return str(field.metadata.get("key", usual))


@cache
def keys(cls: type) -> Mapping[str, object]:
    """Return the YAML keys of the dataclass `cls`, each with its type."""
    hints = get_type_hints(cls)
    return {yaml_key(field, hints[field.name]): hints[field.name] for field in dataclasses.fields(cls)}


@cache
def model(cls: type) -> type[BaseModel]:
    """Return the pydantic model of the dataclass `cls`."""
    hints = get_type_hints(cls)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        kind = hints[field.name]
        default: Any = None if _has_default(field) else ...
        settings = Field(default, alias=yaml_key(field, kind), description=field.metadata.get("doc"))
        fields[_PREFIX + field.name] = (_annotation(kind, field.name), settings)
    name = f"{cls.__module__.rpartition('.')[2]}_{cls.__name__}"
    return create_model(name, __config__=ConfigDict(extra="forbid", arbitrary_types_allowed=True), **fields)


def _has_default(field: "dataclasses.Field[Any]") -> bool:
    return field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING


@cache
def built(cls: type) -> Any:
    """Return the annotation of a value that is written as `cls`'s mapping and becomes a `cls`."""

    def build(value: BaseModel) -> object:
        held = value.__dict__
        return cls(**{name[len(_PREFIX) :]: held[name] for name in value.model_fields_set})

    return Annotated[model(cls), AfterValidator(build)]


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def adapter(cls: type) -> TypeAdapter[Any]:
    """Return the validator that makes a `cls` of what YAML gave."""
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(built(cls))
    return _ADAPTERS[cls]


def _annotation(kind: Any, name: str = "") -> Any:
    """Return what pydantic is told for the type `kind` of the field `name`."""
    if kind is Path:
        return file_path(must_exist=name.endswith("_file"))
    if (name, kind) in NAMED:
        return NAMED[name, kind]
    if isinstance(kind, type | NewType) and kind in LEAVES:
        return LEAVES[kind]
    if isinstance(kind, NewType):
        return _annotation(kind.__supertype__)
    if isinstance(kind, type):
        return built(kind) if dataclasses.is_dataclass(kind) else kind
    return _generic(kind, name)


def _generic(kind: Any, name: str) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return kind
    if origin in (Union, types.UnionType):
        return _union(inner, name)
    if origin is tuple and inner[-1] is not Ellipsis:
        return tuple.__class_getitem__(tuple(_annotation(part) for part in inner))
    if origin in _LISTS:
        item = _annotation(inner[0])
        written = Union.__getitem__((item, list.__class_getitem__(item)))
        return Annotated[_LISTS[origin](item), BeforeValidator(_listed, json_schema_input_type=written)]
    if origin is Mapping:
        return dict.__class_getitem__((_annotation(inner[0]), _annotation(inner[1])))
    raise TypeError(f"no way to write {kind} in YAML")


_LISTS: Mapping[Any, Callable[[Any], Any]] = {
    tuple: lambda inner: tuple.__class_getitem__((inner, ...)),
    frozenset: frozenset.__class_getitem__,
}


def _union(parts: Sequence[Any], name: str) -> Any:
    if set(parts) <= {int, float, str, bool}:
        return scalars(parts)
    return Union.__getitem__(tuple(None if part is types.NoneType else _annotation(part, name) for part in parts))


def _listed(value: object) -> object:
    """Let one value stand for a list of one."""
    return value if isinstance(value, list) or value is None else [value]


def inner_kind(kind: Any, steps: Sequence[object]) -> Any:
    """Return the type at the end of `steps` below `kind`, or None where the types do not say."""
    for step in steps:
        kind = _below(_bare(kind), step)
        if kind is None:
            return None
    return _bare(kind)


def _below(kind: Any, step: object) -> Any:
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return keys(kind).get(str(step))
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and inner[-1] is not Ellipsis:
        return inner[int(str(step))]
    if origin in (tuple, frozenset):
        return inner[0]
    return inner[1] if origin in (Mapping, dict) else None


def _bare(kind: Any) -> Any:
    """Return `kind` without `| None`."""
    if get_origin(kind) in (Union, types.UnionType):
        rest = [part for part in get_args(kind) if part is not types.NoneType]
        return rest[0] if len(rest) == 1 else kind
    return kind


def choices(kind: Any) -> list[str]:
    """Return the words that may be written for an enumeration or Literal; none for other types."""
    if get_origin(kind) is Literal:
        return [str(choice) for choice in get_args(kind)]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return [str(member.value) for member in kind]
    return []
